"""Drafting: from figures and the office's own words to the document that will be signed.

The document is the JSON-able form that `reports.documents` renders. Headings and tables
follow the report outline; every narrative place has a proposal made from the figures.
"""

import re
from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from committees.models import Role
from dialogue_portal import shape
from dialogue_portal.clock import day_of
from dialogue_portal.shape import is_plain
from reports.documents.blocks import column, heading, paragraph
from reports.documents.formatting import moment_in_words
from reports.documents.profile import profile_on
from reports.documents.words import OUTCOMES, UNEDITED, how_raised, outcome
from reports.domain import proposals
from reports.domain.wording import SCHEMA, ratings_in_words, short_date, verified_by
from reports.figures import committee_figures, percentage
from reports.models import Obligation, Report

CHANNEL_LABEL = "Hình thức gửi"
MODES = {"in_person": "trực tiếp", "online": "trực tuyến", "hybrid": "trực tiếp kết hợp trực tuyến"}
UNAPPROVED = "(Bản tổng hợp tự động, chưa phê duyệt)"


def start_draft(obligation, *, by, at):
    """Return the draft of the obligation's report, made now if there is none yet."""
    draft, is_new = Report.objects.get_or_create(
        obligation=obligation,
        version=1,
        defaults={"created_at": at, "changed_at": at, "signer": ""},
    )
    if is_new:
        draft.signer = secretary_of(obligation.committee, on=day_of(at))
        draft.save(update_fields=["signer"])
    return draft


def start_due_drafts(*, at):
    """Start the draft of everybody who has none `DRAFT_DAYS` before the deadline. Returns them."""
    today = day_of(at)
    owed = Obligation.objects.filter(
        reports=None,
        period__starts_on__lte=today,
        period__due_before__lte=today + timedelta(days=settings.DRAFT_DAYS),
        period__due_before__gt=today - timedelta(days=365),
    ).select_related("period", "committee")
    return [
        start_draft(obligation, by=None, at=at)
        for obligation in owed
        if (obligation.due_before - today).days <= settings.DRAFT_DAYS
    ]


def secretary_of(committee, *, on):
    """Return the name of the secretary on the day `on`, or an empty string."""
    membership = (
        committee.memberships.active(on=on)
        .with_role(Role.SECRETARY)
        .select_related("user")
        .order_by("starts_on")
        .first()
    )
    return membership.user.full_name if membership else ""


def report_snapshot(report, *, number=None, at):
    """Return what is frozen when the report is issued: its document and its figures."""
    figures = committee_figures(report.obligation, at=at)
    return {
        "schema": SCHEMA,
        "committee": report.committee.code,
        "period": report.period.code,
        "version": report.version,
        "figures": figures,
        "document": report_document(report, figures, number=number, at=at),
    }


def current_document(report, *, at):
    """Return the document as it stands: the frozen one, or the draft as of `at`."""
    if report.snapshot:
        return report.snapshot["document"]
    return report_document(report, committee_figures(report.obligation, at=at), at=at)


def report_document(report, figures, *, number=None, at):
    """Return the report as a document. Without `number` it is a draft and says so."""
    today = day_of(at)
    committee, period = report.committee, report.period
    naming = committee.naming(on=today)
    superior = committee.parent.naming(on=today) if committee.parent else None
    words = narrative_texts(report, figures)
    return {
        "schema": SCHEMA,
        "kind": "report",
        "profile": profile_on(today),
        "draft_no": None if number else report.draft_number,
        "note": UNAPPROVED if report.is_automatic else "",
        "superior": superior.organisation_name or superior.header_name if superior else "",
        "issuer": naming.header_name,
        "number": number,
        "symbol": f"BC/{naming.symbol}",
        "place": naming.place,
        "issued_on": today.isoformat() if number else None,
        "year": today.year,
        "type": "BÁO CÁO",
        "abstract": "kết quả hội nghị đối thoại với cán bộ, đảng viên, công chức, "
        f"viên chức và người lao động {period.label}",
        "body": _body(figures, words),
        "sign": {
            "capacity": report.sign_capacity,
            "post": report.sign_post,
            "person": report.signer,
        },
        "recipients": recipients(report, superior, on=today),
        "annexes": _annexes(figures),
        **verified_by(report.verification_code),
    }


def recipients(report, superior, *, on):
    """Return the lines under "Nơi nhận": the superior, the Board, the own people, the file."""
    board = report.obligation.board.naming(on=on).name
    return [
        f"Ban Thường vụ {superior.name if superior else 'Đảng ủy cấp trên'} (để báo cáo)",
        f"{board} (để tổng hợp)",
        "Lãnh đạo cơ quan; Công đoàn",
        "Các chi bộ trực thuộc",
        "Lưu Văn phòng Đảng ủy",
    ]


def narrative_texts(report, figures):
    """Return {key: text}: what the office wrote, or else what is proposed."""
    texts = proposals.texts(report, figures)
    for narrative in report.narratives.all():
        if narrative.key in texts:
            texts[narrative.key] = narrative.text
    return texts


# Dates, and numbers of laws and documents, are no figures: they need not match a table.
NOT_A_FIGURE = re.compile(
    r"\S*\d\S*[/-]\S*|(?:năm|ngày|tháng|điều|khoản|phụ lục|bảng|số|giờ|khóa)\s+\d+|\d+\s+(?:giờ|tháng)",
    re.IGNORECASE,
)
FIGURE = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")


def figures_in(text):
    """Return the set of figures written in `text`, without dates and document numbers."""
    return set(FIGURE.findall(NOT_A_FIGURE.sub(" ", text)))


def mismatched_figures(report, figures):
    """Return {key: [figures]} for edited places with a number that the data does not bear out."""
    proposed = proposals.texts(report, figures)
    found = {}
    for narrative in report.narratives.all():
        if narrative.key in proposals.WITH_FIGURES:
            wrong = figures_in(narrative.text) - figures_in(proposed.get(narrative.key, ""))
            if wrong:
                found[narrative.key] = sorted(wrong)
    return found


# --- the body -----------------------------------------------------------------------


def _text(words, key):
    return paragraph(words[key], key=key)


def _body(figures, words):
    return [
        _text(words, "lead"),
        heading(1, "I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO VÀ CHUẨN BỊ"),
        heading(2, "1. Văn bản triển khai"),
        _text(words, "plan"),
        heading(2, "2. Thu thập, tổng hợp ý kiến trước hội nghị"),
        _text(words, "collection"),
        heading(2, "3. Thông báo công khai trước hội nghị"),
        _text(words, "notice"),
        heading(2, "4. Phân công chuẩn bị nội dung trả lời"),
        _text(words, "assignment"),
        heading(1, "II- KẾT QUẢ TỔ CHỨC HỘI NGHỊ"),
        *_conferences(figures, words),
        heading(1, "III- TỔNG HỢP Ý KIẾN, KIẾN NGHỊ VÀ KẾT QUẢ GIẢI ĐÁP"),
        heading(2, "1. Kết quả thực hiện kết luận, kiến nghị kỳ trước"),
        _text(words, "previous"),
        table_previous(figures),
        heading(2, "2. Tổng hợp ý kiến kỳ này"),
        _text(words, "summary"),
        table_themes(figures),
        heading(2, "3. Nội dung giải đáp chủ yếu theo từng nhóm"),
        *_main_answers(figures),
        heading(2, "4. Việc chuyển đơn khiếu nại, tố cáo"),
        _text(words, "diverted"),
        heading(1, "IV- KẾT LUẬN CỦA CHỦ TRÌ VÀ NỘI DUNG TIẾP TỤC THEO DÕI"),
        _text(words, "conclusion"),
        table_commitments(figures),
        heading(1, "V- ĐÁNH GIÁ CHUNG"),
        heading(2, "1. Ưu điểm"),
        _text(words, "strengths"),
        heading(2, "2. Hạn chế"),
        _text(words, "limits"),
        heading(2, "3. Nguyên nhân"),
        _text(words, "causes"),
        heading(2, "4. Kinh nghiệm"),
        _text(words, "lessons"),
        heading(2, "5. Đánh giá của người hỏi"),
        paragraph(ratings_in_words(figures.get("ratings"))),
        heading(1, "VI- PHƯƠNG HƯỚNG VÀ KIẾN NGHỊ, ĐỀ XUẤT"),
        heading(2, "1. Nhiệm vụ kỳ tới; dự kiến hội nghị tiếp theo"),
        _text(words, "next"),
        heading(2, "2. Kiến nghị với Đảng ủy cấp trên, lãnh đạo cơ quan"),
        _text(words, "requests"),
        table_escalated(figures),
    ]


def _conferences(figures, words):
    if not figures["conferences"]:
        return [_text(words, "not_held"), table_attendance(figures)]
    return [
        heading(2, "1. Thời gian, địa điểm, hình thức"),
        *[paragraph(_when_and_where(conference)) for conference in figures["conferences"]],
        heading(2, "2. Chủ trì, lãnh đạo cùng dự trả lời, thư ký"),
        *[paragraph(_who(conference)) for conference in figures["conferences"]],
        heading(2, "3. Thành phần, số lượng"),
        table_attendance(figures),
        heading(2, "4. Diễn biến"),
        _text(words, "course"),
        heading(2, "5. Biên bản, thông báo kết luận"),
        _text(words, "minutes"),
    ]


def _when_and_where(conference):
    starts = timezone.localtime(datetime.fromisoformat(conference["starts_at"]))
    ends = timezone.localtime(datetime.fromisoformat(conference["ends_at"]))
    kind = "đột xuất" if conference["kind"] == "extraordinary" else "định kỳ"
    until = f"{ends:%H giờ %M}" if ends.date() == starts.date() else moment_in_words(ends)
    return (
        f"{conference['title']} ({kind}): từ {starts:%H giờ %M} đến {until}, "
        f"ngày {short_date(conference['held_on'])}; địa điểm: {conference['place']}; "
        f"hình thức: {MODES[conference['mode']]}."
    )


def _who(conference):
    chair = ", ".join(filter(None, [conference["chair"], conference["chair_post"]]))
    parts = [f"Chủ trì: {chair}"]
    if conference["co_chair"]:
        parts.append(f"đồng chủ trì: {conference['co_chair']}")
    if conference["answerers"]:
        parts.append("lãnh đạo trả lời: " + ", ".join(conference["answerers"]))
    if conference["minutes_taker"]:
        parts.append(f"thư ký: {conference['minutes_taker']}")
    return "; ".join(parts) + "."


def table_attendance(figures):
    """Bảng 1."""
    names = ("invited", "present", "party_members", "civil_servants", "public_employees",
             "workers", "women", "online")  # fmt: skip

    def cells(numbers):
        if numbers is None:
            return [None] * (len(names) + 1)
        return [
            *(numbers[name] for name in names),
            percentage(numbers["present"], numbers["invited"]),
        ]

    total = figures["attendance_total"]
    return {
        "type": "table",
        "name": "table1",
        "caption": "Bảng 1. Thành phần dự hội nghị",
        "columns": [
            column("TT", 5),
            column("Hội nghị (ngày)", 17),
            column("Triệu tập", 9),
            column("Có mặt", 8),
            column("Đảng viên", 9),
            column("Công chức", 9),
            column("Viên chức", 9),
            column("Người lao động", 10),
            column("Nữ", 7),
            column("Trực tuyến", 9),
            column("Tỷ lệ có mặt (%)", 9),
        ],
        "rows": [
            [number, short_date(conference["held_on"]), *cells(conference["attendance"])]
            for number, conference in enumerate(figures["conferences"], 1)
        ],
        "total": ["", "Tổng", *cells(total)] if figures["conferences"] else None,
        "empty": "Không phát sinh.",
    }


def table_previous(figures):
    """Bảng 2."""
    return {
        "type": "table",
        "name": "table2",
        "caption": "Bảng 2. Kết quả thực hiện kết luận của kỳ trước",
        "columns": [
            column("TT", 5),
            column("Nội dung (mã)", 28, "left"),
            column("Đơn vị chịu trách nhiệm", 16, "left"),
            column("Thời hạn", 15),
            column("Kết quả", 17, "left"),
            column("Trạng thái", 14),
            column("Căn cứ", 12, "left"),
        ],
        "rows": [
            [
                number,
                _with_code(row),
                row["lead_unit"],
                short_date(row["due_on"]),
                row["result"] or None,
                commitment_state(row, is_previous=True),
                row["evidence"] or None,
            ]
            for number, row in enumerate(figures["previous"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }


def _with_code(row):
    """The code behind the text, and not within the last cell or point of it."""
    between = " " if is_plain(row["text"]) else "\n"
    return f"{row['text']}{between}({row['code']})"


def commitment_state(row, *, is_previous=False):
    """Return the state of a commitment in words; what is still open is carried on."""
    if row["state"] == "done":
        return "Đã xong"
    state = "Quá hạn" if row["is_overdue"] else "Đang thực hiện"
    return f"{state}; chuyển kỳ sau" if is_previous else state


def table_themes(figures):
    """Bảng 3."""
    names = ("items", "before", "live", "answered_live", "answered_written", "in_progress",
             "escalated", "referred", "declined", "overdue", "rate")  # fmt: skip
    return {
        "type": "table",
        "name": "table3",
        "caption": "Bảng 3. Ý kiến, kiến nghị theo nhóm nội dung và kết quả xử lý",
        "columns": [
            column("TT", 4),
            column("Nhóm nội dung", 19, "left"),
            *[
                column(label, 8.4 if label.startswith("Chuyển") else 7)
                for label in (
                    "Số nội dung",
                    "Gửi trước",
                    "Nêu tại hội nghị",
                    "Trả lời trực tiếp",
                    "Trả lời văn bản",
                    "Đang xem xét",
                    "Kiến nghị cấp trên",
                    "Chuyển CQ chức năng",
                    "Ngoài phạm vi",
                    "Quá hạn",
                    "Tỷ lệ đã trả lời (%)",
                )
            ],
        ],
        "rows": [
            [number, row["theme"], *(row[name] for name in names)]
            for number, row in enumerate(figures["themes"], 1)
        ],
        "total": ["", "Tổng", *(figures["totals"][name] for name in names)],
        "empty": "Không phát sinh.",
    }


def _main_answers(figures):
    groups = defaultdict(list)
    for item in figures["items"]:
        if item["in_report"] and item["text"]:
            groups[item["group"]].append(_question_and_answer(item))
    if not figures["items"]:
        return [paragraph("Không phát sinh.")]
    if not groups:
        return [paragraph("Nội dung giải đáp cụ thể tại Phụ lục 1.")]
    blocks = []
    for group, lines in groups.items():
        blocks += [paragraph(f"{group}:"), {"type": "bullets", "items": lines}]
    return blocks


def _question_and_answer(item):
    """Both as one sentence each, or in the shape that they were written in."""
    question, answer = item["text"], item["answer"]
    if not answer:
        end = f"{OUTCOMES[item['outcome']]}."
        return f"{_sentence(question)} {end}" if is_plain(question) else f"{question}\n{end}"
    if is_plain(question) and is_plain(answer):
        return f"{_sentence(question)} Trả lời: {_answered(item)}"
    begins = " " if isinstance(shape.blocks(answer)[0], shape.Paragraph) else "\n"
    return f"{question}\nTrả lời:{begins}{answer}\n({item['answered_by']})"


def _sentence(text):
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


# How a document ends that ends with "./.", and any sentence.
END_OF_A_TEXT = re.compile(r"(?:\s*\./?\.?|\s*/\.)$")


def _answered(item):
    """The answer and who gave it, as one sentence."""
    text = _sentence(item["answer"])
    text = text if text.endswith("...") else END_OF_A_TEXT.sub("", text)
    return f"{text} ({item['answered_by']})."


def table_commitments(figures):
    """Bảng 4."""
    return {
        "type": "table",
        "name": "table4",
        "caption": "Bảng 4. Nội dung giao thực hiện sau hội nghị",
        "columns": [
            column("TT", 5),
            column("Mã", 15),
            column("Nội dung kết luận", 25, "left"),
            column("Đơn vị chủ trì", 15, "left"),
            column("Phối hợp", 11, "left"),
            column("Thời hạn", 15.5),
            column("Trạng thái", 13),
            column("Ghi chú", 14, "left"),
        ],
        "rows": [
            [
                number,
                row["code"],
                row["text"],
                row["lead_unit"],
                row["co_units"] or None,
                short_date(row["due_on"]),
                commitment_state(row),
                row["evidence"] or None,
            ]
            for number, row in enumerate(figures["commitments"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }


def table_escalated(figures):
    """Bảng 5."""
    return {
        "type": "table",
        "name": "table5",
        "caption": "Bảng 5. Kiến nghị vượt thẩm quyền",
        "columns": [
            column("TT", 5),
            column("Nội dung kiến nghị", 34, "left"),
            column("Lý do vượt thẩm quyền", 21, "left"),
            column("Cơ quan được kiến nghị", 19, "left"),
            column("Số người cùng kiến nghị", 16),
            column("Kiến nghị lần thứ", 12),
        ],
        "rows": [
            [
                number,
                item["text"] or UNEDITED,
                item["passed_reason"],
                item["passed_to"],
                item["supporters"],
                item["times_raised"],
            ]
            for number, item in enumerate(figures["escalated"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }


# --- annexes ------------------------------------------------------------------------


def _annexes(figures):
    return [
        {
            "title": "DANH MỤC Ý KIẾN, KIẾN NGHỊ VÀ NỘI DUNG TRẢ LỜI",
            "landscape": False,
            "body": items_by_group(figures),
        },
        {
            "title": "DANH MỤC NỘI DUNG ĐANG XỬ LÝ, QUÁ HẠN",
            "landscape": True,
            "body": [_table_open_items(figures)],
        },
    ]


def items_by_group(figures):
    """Phụ lục 1: long texts as plain records, grouped; a table of them would be slow and thin.

    No asker is named, whoever may know the name elsewhere.
    """
    if not figures["items"]:
        return [paragraph("Không phát sinh.")]
    blocks, group = [], None
    for number, item in enumerate(figures["items"], 1):
        if item["group"] != group:
            group = item["group"]
            blocks += [heading(2, group), {"type": "records", "items": []}]
        blocks[-1]["items"].append(_record(number, item))
    return blocks


def _record(number, item):
    lines = [
        ("Nội dung", item["text"] or UNEDITED),
        (
            CHANNEL_LABEL,
            f"{how_raised(item)}. Kết quả: {outcome(item)}.",
        ),
    ]
    if item["answer"]:
        lines.append(("Trả lời", item["answer"]))
        lines.append(
            (
                "Người trả lời",
                f"{item['answered_by']}, ngày {short_date(item['answered_on'])}",
            )
        )
    if item["times_raised"] > 1:
        lines.append(("Lần thứ", str(item["times_raised"])))
    return {
        "title": f"{number}. {item['code'] or 'Chưa phân loại'}",
        "lines": [{"label": label, "text": text} for label, text in lines],
    }


def _table_open_items(figures):
    return {
        "type": "table",
        "name": "annex2",
        "caption": "",
        "columns": [
            column("TT", 5),
            column("Mã", 12),
            column("Nội dung", 39, "left"),
            column("Đơn vị", 20, "left"),
            column("Thời hạn", 12),
            column("Số ngày quá hạn", 11),
        ],
        "rows": [
            [
                number,
                item["code"],
                item["text"] or UNEDITED,
                item["unit"],
                short_date(item["due_on"]) if item["due_on"] else None,
                item["days_overdue"],
            ]
            for number, item in enumerate(figures["open_items"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }
