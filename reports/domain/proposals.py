"""What each narrative place proposes, made from the figures; the office may write its own.

The text of each place is plain; a line break begins a new paragraph. Written in
Vietnamese, as the document is. A proposal says what the data shows, with its figures; where
the data shows nothing it is empty, and a person writes. It praises and regrets nothing.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from foundation.clock import day_of
from foundation.shape import led
from reports.documents.formatting import hour_in_words
from reports.documents.formatting import short_document_date as _day
from reports.domain.wording import GROUNDS, starts_of
from reports.figures import percentage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from reports.models import Report


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
# Places whose numbers must be those that the data gives for that very place.
WITH_FIGURES = {"collection", "assignment", "course", "previous", "summary", "diverted"}
NOTICE_DAYS = 7
CONCLUSION_DAYS = 10


def texts(report: Report, figures: Mapping[str, Any]) -> dict[str, str]:
    """Return {key: proposed text} for every place, in the order of PLACES."""
    return {key: globals()[f"_{key}"](report, figures) for key in PLACES}


def _percent(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def _list(
    conferences: Sequence[Mapping[str, Any]],
    sentence: Callable[[Mapping[str, Any]], str],
    nothing: str,
) -> str:
    """One sentence for each conference, named where there are several; `nothing` without any."""
    if not conferences:
        return nothing
    lines = [(conference, sentence(conference)) for conference in conferences]
    return "\n".join(
        led(which(conference, conferences), line) for conference, line in lines if line
    )


def which(conference: Mapping[str, Any], conferences: Sequence[Mapping[str, Any]]) -> str:
    """Return "Hội nghị ngày …:", or nothing where there is no other to be told from."""
    if len(conferences) < 2:
        return ""
    return f"{_named(conference, conferences)}:"


def _named(conference: Mapping[str, Any], conferences: Sequence[Mapping[str, Any]]) -> str:
    """Return "Hội nghị ngày 04/6/2026", with the hour where two were held on that day."""
    same = sum(one["held_on"] == conference["held_on"] for one in conferences)
    hour = f"{hour_in_words(starts_of(conference))} " if same > 1 else ""
    return f"Hội nghị {hour}ngày {_day(conference['held_on'])}"


def _days(conference: Mapping[str, Any], key: str) -> int | None:
    """Return how many days `key` lies after the conference; negative before it, None unknown."""
    if not conference[key]:
        return None
    return (date.fromisoformat(conference[key]) - date.fromisoformat(conference["held_on"])).days


def _lead(report: Report, figures: Mapping[str, Any]) -> str:
    return f"{GROUNDS}{report.committee.name} báo cáo kết quả như sau:"


def _plan(report: Report, figures: Mapping[str, Any]) -> str:
    def sentence(conference: Mapping[str, Any]) -> str:
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
        "",
    )


def _collection(report: Report, figures: Mapping[str, Any]) -> str:
    totals = figures["totals"]

    def sentence(conference: Mapping[str, Any]) -> str:
        channels = conference["collection_channels"] or "Cổng đối thoại"
        return (
            f"Ý kiến được thu thập qua {channels}, từ ngày {_day(conference['asks_open_on'])} "
            f"đến ngày {_day(conference['asks_close_on'])}."
        )

    intro = _list(figures["conferences"], sentence, "Trong kỳ không tổ chức thu thập ý kiến.")
    return f"{intro}\nTổng số nội dung gửi trước hội nghị: {totals['before']}."


def _notice(report: Report, figures: Mapping[str, Any]) -> str:
    def sentence(conference: Mapping[str, Any]) -> str:
        lead = _days(conference, "notice_published_on")
        if lead is None:
            return ""
        channels = conference["notice_channels"]
        return (
            f"Thông báo công khai ngày {_day(conference['notice_published_on'])}"
            + (f", bằng hình thức {channels}" if channels else "")
            + f"; trước hội nghị {-lead} ngày."
        )

    return _list(figures["conferences"], sentence, "Không phát sinh.")


def _assignment(report: Report, figures: Mapping[str, Any]) -> str:
    """Only what was really prepared: assigned before its conference began."""
    if not figures["conferences"] and not figures["items"]:
        return "Không phát sinh."
    units = Counter(item["unit"] for item in figures["items"] if item["prepared"] and item["unit"])
    if not units:
        return ""
    parts = ", ".join(f"{unit} ({number})" for unit, number in sorted(units.items()))
    return f"Trước hội nghị đã phân công chuẩn bị trả lời {units.total()} nội dung cho: {parts}."


def _not_held(report: Report, figures: Mapping[str, Any]) -> str:
    if figures["conferences"]:
        return ""
    reason = report.not_held_reason or "…"
    until = _day(report.not_held_until) if report.not_held_until else "…"
    return (
        f"Trong kỳ chưa tổ chức hội nghị đối thoại. Lý do: {reason}\nDự kiến tổ chức ngày {until}."
    )


def _course(report: Report, figures: Mapping[str, Any]) -> str:
    def sentence(conference: Mapping[str, Any]) -> str:
        turns = conference["turns"]
        spoken = f"Có {turns} lượt phát biểu tại hội nghị." if turns is not None else ""
        return "\n".join(filter(None, [spoken, conference["summary"]]))

    return _list(figures["conferences"], sentence, "")


def _minutes(report: Report, figures: Mapping[str, Any]) -> str:
    def sentence(conference: Mapping[str, Any]) -> str:
        days, signed = _days(conference, "conclusion_issued_on"), conference["minutes_signed_on"]
        parts = [f"Biên bản được ký ngày {_day(signed)}"] if signed else []
        if days is not None:
            number = conference["conclusion_number"]
            parts.append(
                "Thông báo kết luận "
                + (f"số {number}, " if number else "")
                + f"ngày {_day(conference['conclusion_issued_on'])} (sau hội nghị {days} ngày)"
            )
        return "; ".join(parts) + "." if parts else ""

    return _list(figures["conferences"], sentence, "")


def _previous(report: Report, figures: Mapping[str, Any]) -> str:
    rows = figures["previous"]
    if not rows:
        return "Không có kết luận, kiến nghị kỳ trước chuyển sang."
    done = sum(row["state"] == "done" for row in rows)
    overdue = sum(row["is_overdue"] for row in rows)
    return (
        f"Kỳ trước chuyển sang {len(rows)} nội dung; đã xong {done}, đang thực hiện "
        f"{len(rows) - done - overdue}, quá hạn {overdue}."
    )


def _summary(report: Report, figures: Mapping[str, Any]) -> str:
    totals, counts = figures["totals"], figures["counts"]
    if not totals["items"]:
        return "Trong kỳ không phát sinh ý kiến, kiến nghị."

    def share(name: str) -> str:
        return f"{totals[name]} ({_percent(percentage(totals[name], totals['items']))}%)"

    merged = f", trong đó {counts['merged']} lượt trùng nội dung đã gộp" if counts["merged"] else ""
    withdrawn = f"; {counts['withdrawn']} nội dung người hỏi đã rút" if counts["withdrawn"] else ""
    first = counts.get("first_replies")
    held = f" Đã có trả lời bước đầu {first} nội dung đang xem xét." if first else ""
    received = totals["items"] + counts["merged"]
    return (
        f"Tiếp nhận {received} lượt ý kiến{merged}; tổng số {totals['items']} nội dung: "
        f"trả lời trực tiếp {share('answered_live')}, bằng văn bản {share('answered_written')}, "
        f"đang xem xét {share('in_progress')}, kiến nghị cấp trên {share('escalated')}, "
        f"chuyển cơ quan chức năng {share('referred')}, không thuộc phạm vi "
        f"{share('declined')}{withdrawn}.{held}"
        + ("" if totals["rate"] is None else f" Tỷ lệ đã trả lời: {_percent(totals['rate'])}%.")
    )


def _diverted(report: Report, figures: Mapping[str, Any]) -> str:
    diverted = figures["counts"]["diverted"]
    if diverted is None and figures["conferences"]:
        return ""  # nobody has counted them yet: blank is not 0
    if not diverted:
        return "Không phát sinh."
    return f"Đã chuyển {diverted} đơn khiếu nại, tố cáo đến cơ quan có thẩm quyền."


def _conclusion(report: Report, figures: Mapping[str, Any]) -> str:
    return _list(
        figures["conferences"], lambda conference: conference["conclusion"], "Không phát sinh."
    )


def _strengths(report: Report, figures: Mapping[str, Any]) -> str:
    """What was reached, with its figures; whether it was good is for a person to say."""
    conferences, totals = figures["conferences"], figures["totals"]
    if not conferences:
        return ""
    lines = [_size(figures)]
    answered = totals["answered_live"] + totals["answered_written"]
    if answered:
        lines.append(
            f"Đã trả lời {answered} trong tổng số {totals['items']} nội dung ý kiến, kiến nghị."
        )
    for conference in conferences:
        notice = _days(conference, "notice_published_on")
        concluded = _days(conference, "conclusion_issued_on")
        named = _named(conference, conferences)
        if notice is not None and -notice >= NOTICE_DAYS:
            lines.append(f"{named} được thông báo công khai trước {-notice} ngày.")
        if concluded is not None and concluded <= CONCLUSION_DAYS:
            lines.append(f"{named} có thông báo kết luận sau {concluded} ngày.")
    return "\n".join(lines)


def _size(figures: Mapping[str, Any]) -> str:
    total, held = figures["attendance_total"], len(figures["conferences"])
    if total is None:
        return f"Đã tổ chức {held} hội nghị đối thoại."
    share = percentage(total["present"], total["invited"])
    return f"Đã tổ chức {held} hội nghị đối thoại, {total['present']} lượt người dự" + (
        f", đạt {_percent(share)}% số triệu tập." if share is not None else "."
    )


def _limits(report: Report, figures: Mapping[str, Any]) -> str:
    totals, conferences = figures["totals"], figures["conferences"]
    hints = [] if conferences else ["Chưa tổ chức được hội nghị đối thoại trong kỳ."]
    for conference in conferences:
        hints += _limits_of(conference, _named(conference, conferences), figures["as_of"])
    if totals["overdue"]:
        hints.append(f"Còn {totals['overdue']} nội dung trả lời quá hạn.")
    waiting = totals["in_progress"] - totals["overdue"]
    if waiting:
        hints.append(f"Còn {waiting} nội dung đang xem xét, chưa đến hạn trả lời.")
    late = sum(row["is_overdue"] for row in (*figures["previous"], *figures["commitments"]))
    if late:
        hints.append(f"Còn {late} nội dung kết luận thực hiện quá hạn.")
    return "\n".join(hints)


def _limits_of(conference: Mapping[str, Any], named: str, as_of: str) -> Iterator[str]:
    notice = _days(conference, "notice_published_on")
    concluded = _days(conference, "conclusion_issued_on")
    if notice is not None and -notice < NOTICE_DAYS:
        yield f"{named} được thông báo công khai trước {max(-notice, 0)} ngày, chưa đủ {NOTICE_DAYS} ngày."
    if concluded is not None and concluded > CONCLUSION_DAYS:
        yield f"{named} có thông báo kết luận sau {concluded} ngày, quá {CONCLUSION_DAYS} ngày."
    since = (day_of(datetime.fromisoformat(as_of)) - date.fromisoformat(conference["held_on"])).days
    if concluded is None and since > CONCLUSION_DAYS:
        yield f"{named} chưa có thông báo kết luận sau {since} ngày."


def _causes(report: Report, figures: Mapping[str, Any]) -> str:
    return "" if figures["conferences"] else report.not_held_reason


def _lessons(report: Report, figures: Mapping[str, Any]) -> str:
    return ""


def _next(report: Report, figures: Mapping[str, Any]) -> str:
    period = report.period
    label = (
        f"6 tháng cuối năm {period.year}"
        if period.half == 1
        else f"6 tháng đầu năm {period.year + 1}"
    )
    waiting = figures["totals"]["in_progress"]
    rows = (*figures["previous"], *figures["commitments"])
    still_open = sum(row["state"] != "done" for row in rows)
    lines = (
        []
        if figures["conferences"]
        else ["Tổ chức hội nghị đối thoại chưa tổ chức được trong kỳ này."]
    )
    if still_open:
        lines.append(f"Tiếp tục thực hiện {still_open} nội dung đã kết luận.")
    if waiting:
        lines.append(f"Trả lời {waiting} nội dung ý kiến, kiến nghị còn lại.")
    lines.append(f"Tổ chức hội nghị đối thoại {label} theo kế hoạch.")
    return "\n".join(lines)


def _requests(report: Report, figures: Mapping[str, Any]) -> str:
    if figures["escalated"]:
        return "Đề nghị cấp trên xem xét các kiến nghị vượt thẩm quyền nêu tại Bảng 5."
    return "Không phát sinh."
