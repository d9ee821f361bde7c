"""What the minutes and the conclusion notice of a conference have in common."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from reports.documents.formatting import cell_text, hour_in_words, padded_day
from reports.documents.profile import profile_on
from reports.domain.drafting import MODES
from reports.domain.wording import KINDS, SCHEMA
from reports.queries import period_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sessions.models import Conference


PEOPLE = "cán bộ, đảng viên, công chức, viên chức và người lao động"
NAMED = 10  # codes of questions in one sentence; the rest is counted
ATTENDANCE = (
    ("party_members", "đảng viên"),
    ("civil_servants", "công chức"),
    ("public_employees", "viên chức"),
    ("workers", "người lao động"),
    ("women", "nữ"),
    ("online", "dự trực tuyến"),
)


def conference_paper(
    conference: Conference,
    *,
    kind: str,
    type: str,
    abstract: str,
    body: Any,
    sign: Mapping[str, Any],
    issued_on: dt.date | None,
    printed: Any = (),
    on: dt.date | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return a document of the committee that holds the conference; its number is left open.

    While one of the questions `printed` in it has not been cleared it is a draft, and says so. It
    has the form and the names of the day `on`, or else of the day of issue or of the conference.
    """
    uncleared = [item["code"] for item in printed if not item["text"]]
    on = on or issued_on or conference.held_on
    committee = conference.committee
    naming = committee.naming(on=on)
    superior = committee.parent.naming(on=on) if committee.parent else None
    return {
        "schema": SCHEMA,
        "kind": kind,
        "profile": profile_on(on),
        "draft_no": 1 if uncleared else None,
        "note": _why_not_yet(uncleared) if uncleared else "",
        "superior": superior.organisation_name or superior.header_name if superior else "",
        "issuer": naming.header_name,
        "number": None,
        "symbol": f"{more.pop('code')}/{naming.symbol}",
        "place": naming.place,
        "issued_on": issued_on and issued_on.isoformat(),
        "year": on.year,
        "type": type,
        "abstract": abstract,
        "body": body,
        "sign": sign,
        "recipients": [],
        "annexes": [],
        **more,
    }


def _why_not_yet(uncleared: Sequence[Any]) -> str:
    codes = [code for code in uncleared if code][:NAMED]
    more = ["…"] if codes and len(codes) < len(uncleared) else []
    which = f" ({', '.join([*codes, *more])})" if codes else ""
    return f"Chưa phát hành được: còn {len(uncleared)} nội dung chưa biên tập{which}."


def which_dialogue(conference: Conference) -> str:
    """Return "hội nghị đối thoại định kỳ với … 6 tháng đầu năm 2026"."""
    period = period_on(conference.held_on)
    kind = KINDS[conference.kind]
    return f"hội nghị đối thoại {kind} với {PEOPLE}" + (f" {period.label}" if period else "")


def in_words(day: dt.date) -> str:
    """Return "ngày 05 tháng 02 năm 2026"."""
    number, month, year = padded_day(day)
    return f"ngày {number} tháng {month} năm {year}"


def hour(moment: str) -> str:
    """Return "14 giờ 00" of an ISO moment, as clocks here show it."""
    return hour_in_words(timezone.localtime(dt.datetime.fromisoformat(moment)))


def where(figures: Mapping[str, Any]) -> str:
    """Return place and mode of the conference in words."""
    conference = figures["conference"]
    return f"{conference['place']}, hình thức {MODES[conference['mode']]}"


def person_and_post(name: str, post: str) -> str:
    return ", ".join(filter(None, [name, post]))


def attendance_in_words(figures: Mapping[str, Any]) -> str:
    """Say how many came, or that nobody has counted them yet: blank is not 0."""
    counted = figures["conference"]["attendance"]
    if counted is None:
        return "Số người dự: chưa có số liệu."
    groups = "; ".join(f"{words} {cell_text(counted[name])}" for name, words in ATTENDANCE)
    return (
        f"Triệu tập {cell_text(counted['invited'])} người, có mặt "
        f"{cell_text(counted['present'])} người, trong đó: {groups}."
    )


def totals_in_words(figures: Mapping[str, Any]) -> str:
    """Say how many questions there were and how they ended."""
    totals = {name: cell_text(number) for name, number in figures["totals"].items()}
    return (
        f"Tổng hợp {totals['items']} nội dung ý kiến, kiến nghị (gửi trước {totals['before']}, "
        f"nêu tại hội nghị {totals['live']}): trả lời trực tiếp {totals['answered_live']}, trả lời "
        f"bằng văn bản {totals['answered_written']}, đang xem xét {totals['in_progress']}, kiến nghị "
        f"cấp trên {totals['escalated']}, chuyển cơ quan chức năng {totals['referred']}, không thuộc "
        f"phạm vi đối thoại {totals['declined']}."
    )


def diverted_in_words(figures: Mapping[str, Any]) -> str:
    """Say how many complaints were passed on, a number only; an empty string for none."""
    diverted = figures["conference"]["diverted"]
    return (
        f"Chuyển {cell_text(diverted)} đơn khiếu nại, tố cáo đến cơ quan có thẩm quyền."
        if diverted
        else ""
    )
