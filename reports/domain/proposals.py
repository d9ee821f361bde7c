"""What each narrative place proposes, made from the figures; the office may write its own.

The text of each place is plain; a line break begins a new paragraph. Written in
Vietnamese, as the document is.
"""

from datetime import date

from reports.documents.formatting import short_document_date as _day

PLACES = (
    "lead",
    "plan",
    "collection",
    "notice",
    "assignment",
    "not_held",
    "course",
    "minutes",
    "previous",
    "summary",
    "diverted",
    "conclusion",
    "strengths",
    "limits",
    "causes",
    "lessons",
    "next",
    "requests",
)
# Places whose numbers must be those of the tables.
WITH_FIGURES = {"collection", "assignment", "course", "previous", "summary", "diverted"}
NOTICE_DAYS = 7
CONCLUSION_DAYS = 10


def texts(report, figures):
    """Return {key: proposed text} for every place, in the order of PLACES."""
    return {key: globals()[f"_{key}"](report, figures) for key in PLACES}


def _percent(number):
    if number is None:
        return "–"
    return f"{number:g}".replace(".", ",")


def _list(conferences, sentence, nothing):
    """One sentence for each conference, or one for none of them."""
    lines = [sentence(conference) for conference in conferences]
    return "\n".join(line for line in lines if line) or nothing


def _lead(report, figures):
    board_line = (
        "Thực hiện Công văn số 1672-CV/ĐUK, ngày 22/02/2024 của Ban Thường vụ Đảng ủy Khối các "
        "cơ quan Trung ương về việc triển khai thực hiện một số nội dung của Luật Thực hiện dân "
        "chủ ở cơ sở; Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15, ngày 10/11/2022 và Nghị "
        "định số 59/2023/NĐ-CP, ngày 14/8/2023 của Chính phủ, "
    )
    return f"{board_line}{report.committee.name} báo cáo kết quả như sau:"


def _plan(report, figures):
    def sentence(conference):
        if not conference["plan_number"]:
            return ""
        lead = conference["plan_lead_unit"]
        issued = conference["plan_issued_on"]
        return (
            f"{report.committee.name} ban hành Kế hoạch số {conference['plan_number']}"
            + (f", ngày {_day(issued)}" if issued else "")
            + (f"; phân công {lead} chủ trì tham mưu, tổ chức thực hiện." if lead else ".")
        )

    return _list(
        figures["conferences"],
        sentence,
        "Trong kỳ không phát sinh văn bản triển khai riêng.",
    )


def _collection(report, figures):
    totals = figures["totals"]

    def sentence(conference):
        channels = conference["collection_channels"] or "Cổng đối thoại"
        return (
            f"Ý kiến được thu thập qua {channels}, từ ngày {_day(conference['asks_open_on'])} "
            f"đến ngày {_day(conference['asks_close_on'])}."
        )

    intro = _list(figures["conferences"], sentence, "Trong kỳ không tổ chức thu thập ý kiến.")
    return f"{intro}\nTổng số nội dung gửi trước hội nghị: {totals['before']}."


def _notice(report, figures):
    def sentence(conference):
        published = conference["notice_published_on"]
        if not published:
            return ""
        lead = (date.fromisoformat(conference["held_on"]) - date.fromisoformat(published)).days
        channels = conference["notice_channels"]
        return (
            f"Thông báo công khai ngày {_day(published)}"
            + (f", bằng hình thức {channels}" if channels else "")
            + f"; trước hội nghị {lead} ngày."
        )

    return _list(figures["conferences"], sentence, "Không phát sinh.")


def _assignment(report, figures):
    if not figures["conferences"] and not figures["items"]:
        return "Không phát sinh."
    units = {}
    for item in figures["items"]:
        if item["unit"]:
            units[item["unit"]] = units.get(item["unit"], 0) + 1
    if not units:
        return "Nội dung được trả lời trực tiếp tại hội nghị, không phát sinh phân công riêng."
    parts = ", ".join(f"{unit} ({number})" for unit, number in sorted(units.items()))
    return f"Đã phân công chuẩn bị trả lời {sum(units.values())} nội dung cho: {parts}."


def _not_held(report, figures):
    if figures["conferences"]:
        return ""
    reason = report.not_held_reason or "…"
    until = _day(report.not_held_until) if report.not_held_until else "…"
    return (
        f"Trong kỳ chưa tổ chức hội nghị đối thoại. Lý do: {reason}\nDự kiến tổ chức ngày {until}."
    )


def _course(report, figures):
    turns = figures["counts"]["turns"]
    intro = f"Có {turns} lượt phát biểu tại hội nghị." if turns is not None else ""
    stories = [conference["summary"] for conference in figures["conferences"]]
    return "\n".join(filter(None, [intro, *stories])) or "…"


def _minutes(report, figures):
    def sentence(conference):
        parts = []
        if conference["minutes_signed_on"]:
            parts.append(f"Biên bản được ký ngày {_day(conference['minutes_signed_on'])}")
        if conference["conclusion_issued_on"]:
            days = (
                date.fromisoformat(conference["conclusion_issued_on"])
                - date.fromisoformat(conference["held_on"])
            ).days
            parts.append(
                f"Thông báo kết luận số {conference['conclusion_number'] or '…'}, "
                f"ngày {_day(conference['conclusion_issued_on'])} (sau hội nghị {days} ngày)"
            )
        return "; ".join(parts) + "." if parts else ""

    return _list(
        figures["conferences"], sentence, "Biên bản, thông báo kết luận đang được hoàn thiện."
    )


def _previous(report, figures):
    rows = figures["previous"]
    if not rows:
        return "Không có kết luận, kiến nghị kỳ trước chuyển sang."
    done = sum(row["state"] == "done" for row in rows)
    overdue = sum(row["is_overdue"] for row in rows)
    return (
        f"Kỳ trước chuyển sang {len(rows)} nội dung; đã xong {done}, đang thực hiện "
        f"{len(rows) - done - overdue}, quá hạn {overdue}."
    )


def _summary(report, figures):
    totals, counts = figures["totals"], figures["counts"]
    if not totals["items"]:
        return "Trong kỳ không phát sinh ý kiến, kiến nghị."

    def share(name):
        return f"{totals[name]} ({_percent(round(100 * totals[name] / totals['items'], 1))}%)"

    merged = f", trong đó {counts['merged']} lượt trùng nội dung đã gộp" if counts["merged"] else ""
    withdrawn = f"; {counts['withdrawn']} nội dung người hỏi đã rút" if counts["withdrawn"] else ""
    received = totals["items"] + counts["merged"]
    return (
        f"Tiếp nhận {received} lượt ý kiến{merged}; tổng số {totals['items']} nội dung: "
        f"trả lời trực tiếp {share('answered_live')}, bằng văn bản {share('answered_written')}, "
        f"đang xem xét {share('in_progress')}, kiến nghị cấp trên {share('escalated')}, "
        f"chuyển cơ quan chức năng {share('referred')}, không thuộc phạm vi "
        f"{share('declined')}{withdrawn}. Tỷ lệ đã trả lời: {_percent(totals['rate'])}%."
    )


def _diverted(report, figures):
    diverted = figures["counts"]["diverted"]
    if not diverted:
        return "Không phát sinh."
    return f"Đã chuyển {diverted} đơn khiếu nại, tố cáo đến cơ quan có thẩm quyền."


def _conclusion(report, figures):
    return _list(
        figures["conferences"], lambda conference: conference["conclusion"], "Không phát sinh."
    )


def _strengths(report, figures):
    totals = figures["totals"]
    if not figures["conferences"]:
        return "Cấp ủy duy trì việc nắm tình hình tư tưởng, tiếp nhận ý kiến qua các kênh thường xuyên."
    if totals["rate"] is None:
        return "Hội nghị được chuẩn bị, tổ chức đúng quy định."
    return (
        "Hội nghị được chuẩn bị, tổ chức đúng quy định; các ý kiến được tiếp nhận đầy đủ, "
        "trả lời dân chủ, đúng trọng tâm."
    )


def _limits(report, figures):
    hints = []
    totals = figures["totals"]
    if not figures["conferences"]:
        hints.append("chưa tổ chức được hội nghị đối thoại trong kỳ")
    for conference in figures["conferences"]:
        held = date.fromisoformat(conference["held_on"])
        notice, concluded = conference["notice_published_on"], conference["conclusion_issued_on"]
        if notice and (held - date.fromisoformat(notice)).days < NOTICE_DAYS:
            hints.append("thông báo công khai trước hội nghị chưa đủ thời gian")
        if concluded and (date.fromisoformat(concluded) - held).days > CONCLUSION_DAYS:
            hints.append("thông báo kết luận ban hành chậm")
    if totals["overdue"]:
        hints.append("còn nội dung trả lời quá hạn")
    elif totals["in_progress"]:
        hints.append("còn nội dung đang xem xét, chưa trả lời")
    if not hints:
        return "Không có hạn chế nổi bật."
    text = "; ".join(dict.fromkeys(hints))
    return f"{text[0].upper()}{text[1:]}."


def _causes(report, figures):
    if not figures["conferences"] and report.not_held_reason:
        return report.not_held_reason
    return "Một số nội dung liên quan nhiều đơn vị, cần thời gian phối hợp, kiểm tra."


def _lessons(report, figures):
    return (
        "Chủ động nắm bắt, phân loại ý kiến từ sớm; phân công rõ đơn vị trả lời và thời hạn; "
        "công khai kết quả thực hiện."
    )


def _next(report, figures):
    period = report.period
    label = (
        f"6 tháng cuối năm {period.year}"
        if period.half == 1
        else f"6 tháng đầu năm {period.year + 1}"
    )
    work = (
        "Tiếp tục thực hiện các nội dung đã kết luận; trả lời đầy đủ các ý kiến còn lại."
        if figures["conferences"]
        else "Tổ chức hội nghị đối thoại chưa tổ chức được trong kỳ này."
    )
    return f"{work}\nDự kiến tổ chức hội nghị đối thoại {label} theo kế hoạch."


def _requests(report, figures):
    if figures["escalated"]:
        return "Đề nghị cấp trên xem xét các kiến nghị vượt thẩm quyền nêu tại Bảng 5."
    return "Không phát sinh."
