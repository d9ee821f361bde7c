"""Drafting: from figures and the office's own words to the document that will be signed.

The document is the JSON-able form that `reports.documents` renders. Headings and tables
follow the report outline; every narrative place has a proposal made from the figures.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from committees.models import Role
from foundation.clock import day_of
from foundation.given import given
from foundation.shape import led
from periods.models import Obligation
from reports.documents.blocks import heading, numbered, paragraph
from reports.documents.formatting import (
    hour_in_words,
    moment_in_words,
    number_and_symbol,
    short_document_date,
)
from reports.documents.profile import profile_on
from reports.domain import main_answers, proposals
from reports.domain.report_tables import (
    annexes,
    table_attendance,
    table_commitments,
    table_escalated,
    table_previous,
    table_themes,
)
from reports.domain.wording import (
    KINDS,
    SCHEMA,
    ratings_in_words,
    short_date,
    starts_of,
    verified_by,
)
from reports.figures import committee_figures
from reports.models import Report
from reports.openings import in_words
from reports.queries import version_before
from reports.states import ReportState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from committees.models import Committee, User


MODES = {"in_person": "trực tiếp", "online": "trực tuyến", "hybrid": "trực tiếp kết hợp trực tuyến"}
UNAPPROVED = "(Bản tổng hợp tự động, chưa phê duyệt)"


def start_draft(obligation: Obligation, *, by: User | None, at: dt.datetime) -> Report:
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


def start_due_drafts(*, at: dt.datetime) -> list[Report]:
    """Start the draft of everybody who has none `DRAFT_DAYS` before the deadline. Returns them.

    None is begun for a committee of which the Board has said that it is exempt.
    """
    today = day_of(at)
    owed = Obligation.objects.filter(
        reports=None,
        is_exempt=False,  # whoever takes part all the same begins it with a press
        period__starts_on__lte=today,
        period__due_before__lte=today + timedelta(days=settings.DRAFT_DAYS),
        period__due_before__gt=today - timedelta(days=365),
    ).select_related("period", "committee")
    return [
        start_draft(obligation, by=None, at=at)
        for obligation in owed
        if (obligation.due_before - today).days <= settings.DRAFT_DAYS
    ]


def secretary_of(committee: Committee, *, on: dt.date) -> str:
    """Return the name of the secretary on the day `on`, or an empty string."""
    membership = (
        committee.memberships.active(on=on)
        .with_role(Role.SECRETARY)
        .select_related("user")
        .order_by("starts_on")
        .first()
    )
    return membership.user.full_name if membership else ""


def report_snapshot(
    report: Report,
    *,
    number: int | None = None,
    at: dt.datetime,
    figures: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what is frozen when the report is issued: its document and its figures."""
    figures = figures or committee_figures(report.obligation, at=at)
    return {
        "schema": SCHEMA,
        "committee": report.committee.code,
        "period": report.period.code,
        "version": report.version,
        "figures": figures,
        "document": report_document(report, figures, number=number, at=at),
    }


def current_document(report: Report, *, at: dt.datetime) -> dict[str, Any]:
    """Return the document as it stands: the frozen one, or the draft as of `at`."""
    if report.snapshot:
        frozen: dict[str, Any] = report.snapshot["document"]
        return frozen
    return report_document(report, committee_figures(report.obligation, at=at), at=at)


def report_document(
    report: Report, figures: Mapping[str, Any], *, number: int | None = None, at: dt.datetime
) -> dict[str, Any]:
    """Return the report as a document. Without `number` it is a draft and says so."""
    today = day_of(at)
    committee, period = report.committee, report.period
    naming = committee.naming(on=today)
    superior = committee.parent.naming(on=today) if committee.parent else None
    words = narrative_texts(report, figures)
    if number or report.is_automatic:  # what is signed has no empty place
        words = {key: text for key, text in words.items() if text.strip()}
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
        "body": [*_replaced(report), *_body(figures, words)],
        "sign": {
            "capacity": report.sign_capacity,
            "post": report.sign_post,
            "person": report.signer,
        },
        "recipients": recipients(report, superior, on=today),
        "annexes": annexes(figures),
        **verified_by(report.verification_code),
    }


def _replaced(report: Report) -> list[dict[str, Any]]:
    """Name the paper that a new version takes the place of."""
    before = version_before(report)
    if before is None:
        return []
    day = day_of(given(before.issued_at))
    said = f"ngày {short_document_date(day)}"
    if before.number is None:
        return [paragraph(f"Báo cáo này thay thế bản tổng hợp tự động, {said}.")]
    symbol = f"BC/{report.committee.naming(on=day).symbol}"
    number = number_and_symbol(before.number, symbol).replace("Số", "số")
    withdrawn = " (đã thu hồi)" if before.state == ReportState.WITHDRAWN else ""
    return [paragraph(f"Báo cáo này thay thế Báo cáo {number}, {said}{withdrawn}.")]


def recipients(report: Report, superior: Committee | None, *, on: dt.date) -> list[str]:
    """Return the lines under "Nơi nhận": the superior, the Board, the own people, the file."""
    board = report.obligation.board.naming(on=on).name
    return [
        f"Ban Thường vụ {superior.name if superior else 'Đảng ủy cấp trên'} (để báo cáo)",
        f"{board} (để tổng hợp)",
        "Lãnh đạo cơ quan; Công đoàn",
        "Các chi bộ trực thuộc",
        "Lưu Văn phòng Đảng ủy",
    ]


def proposed_texts(report: Report, figures: Mapping[str, Any]) -> dict[str, str]:
    """Return {key: text} of every place that the office may write in, quoted answers included."""
    return {**proposals.texts(report, figures), **main_answers.proposed(figures)}


def narrative_texts(report: Report, figures: Mapping[str, Any]) -> dict[str, str]:
    """Return {key: text}: what the office wrote, or else what is proposed."""
    texts = proposed_texts(report, figures)
    for narrative in report.narratives.all():
        if narrative.key in texts:
            texts[narrative.key] = narrative.text
    return texts


# --- the body -----------------------------------------------------------------------


def _text(words: Mapping[str, str], key: str) -> list[dict[str, Any]]:
    """The place `key`, or nothing where a final document has nothing to say there."""
    return [paragraph(words[key] or "…", key=key)] if key in words else []


def _body(figures: Mapping[str, Any], words: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        *_text(words, "lead"),
        heading(1, "I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO VÀ CHUẨN BỊ"),
        *_preparation(words),
        heading(1, "II- KẾT QUẢ TỔ CHỨC HỘI NGHỊ"),
        *_conferences(figures, words),
        heading(1, "III- TỔNG HỢP Ý KIẾN, KIẾN NGHỊ VÀ KẾT QUẢ GIẢI ĐÁP"),
        *_questions(figures, words),
        heading(1, "IV- KẾT LUẬN CỦA CHỦ TRÌ VÀ NỘI DUNG TIẾP TỤC THEO DÕI"),
        *_text(words, "conclusion"),
        table_commitments(figures),
        heading(1, "V- ĐÁNH GIÁ CHUNG"),
        *_assessment(figures, words),
        heading(1, "VI- PHƯƠNG HƯỚNG VÀ KIẾN NGHỊ, ĐỀ XUẤT"),
        *_outlook(figures, words),
    ]


def _preparation(words: Mapping[str, str]) -> list[dict[str, Any]]:
    parts = list(
        numbered(
            ("Văn bản triển khai", _text(words, "plan")),
            ("Thu thập, tổng hợp ý kiến trước hội nghị", _text(words, "collection")),
            ("Thông báo công khai trước hội nghị", _text(words, "notice")),
            ("Phân công chuẩn bị nội dung trả lời", _text(words, "assignment")),
        )
    )
    return parts or [paragraph("Không phát sinh.")]


def _conferences(figures: Mapping[str, Any], words: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    conferences = figures["conferences"]
    if not conferences:
        return [*_text(words, "not_held"), table_attendance(figures)]
    return numbered(
        (
            "Thời gian, địa điểm, hình thức",
            [paragraph(_when_and_where(one)) for one in conferences],
        ),
        (
            "Chủ trì, lãnh đạo cùng dự trả lời, thư ký",
            [paragraph(led(proposals.which(one, conferences), _who(one))) for one in conferences],
        ),
        ("Thành phần, số lượng", [table_attendance(figures)]),
        ("Diễn biến", _text(words, "course")),
        ("Biên bản, thông báo kết luận", _text(words, "minutes")),
    )


def _questions(figures: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    return numbered(
        (
            "Kết quả thực hiện kết luận, kiến nghị kỳ trước",
            [*_text(words, "previous"), table_previous(figures)],
        ),
        (
            "Tổng hợp ý kiến kỳ này",
            [
                *_text(words, "summary"),
                table_themes(figures),
                *[paragraph(text) for text in (in_words(figures.get("openings")),) if text],
            ],
        ),
        ("Nội dung giải đáp chủ yếu theo từng nhóm", main_answers.blocks(figures, words)),
        ("Việc chuyển đơn khiếu nại, tố cáo", _text(words, "diverted")),
    )


def _assessment(figures: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    return numbered(
        ("Ưu điểm", _text(words, "strengths")),
        ("Hạn chế", _text(words, "limits")),
        ("Nguyên nhân", _text(words, "causes")),
        ("Kinh nghiệm", _text(words, "lessons")),
        ("Đánh giá của người hỏi", [paragraph(ratings_in_words(figures.get("ratings")))]),
    )


def _outlook(figures: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    return numbered(
        ("Nhiệm vụ kỳ tới; dự kiến hội nghị tiếp theo", _text(words, "next")),
        (
            "Kiến nghị với Đảng ủy cấp trên, lãnh đạo cơ quan",
            [*_text(words, "requests"), table_escalated(figures)],
        ),
    )


def _when_and_where(conference: Mapping[str, Any]) -> str:
    starts = starts_of(conference)
    ends = timezone.localtime(datetime.fromisoformat(conference["ends_at"]))
    until = hour_in_words(ends) if ends.date() == starts.date() else moment_in_words(ends)
    return (
        f"{conference['title']} ({KINDS[conference['kind']]}): từ {hour_in_words(starts)} đến {until}, "
        f"ngày {short_date(conference['held_on'])}; địa điểm: {conference['place']}; "
        f"hình thức: {MODES[conference['mode']]}."
    )


def _who(conference: Mapping[str, Any]) -> str:
    chair = ", ".join(filter(None, [conference["chair"], conference["chair_post"]]))
    parts = [f"Chủ trì: {chair}"]
    if conference["co_chair"]:
        parts.append(f"đồng chủ trì: {conference['co_chair']}")
    if conference["answerers"]:
        parts.append("lãnh đạo trả lời: " + ", ".join(conference["answerers"]))
    if conference["minutes_taker"]:
        parts.append(f"thư ký: {conference['minutes_taker']}")
    return "; ".join(parts) + "."
