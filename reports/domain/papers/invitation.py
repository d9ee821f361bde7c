"""The invitation to a conference (giấy mời): one for all, with room for a name, or one for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from reports.documents.blocks import bullets, paragraph
from reports.domain.papers import saying
from reports.domain.papers.sorts import RECIPIENTS, Place, Sort, no_annexes, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reports.domain.papers.people import Listed
    from sessions.models import Conference


INVITED = "invited"  # the block that the name of whoever is invited takes the place of
BLANK = "…" * 24


def invitations_for(document: Mapping[str, Any], people: Sequence[Listed]) -> dict[str, Any]:
    """Return the invitation as one letter for each of the people, in their order.

    Whoever keeps a list of those who are invited hands it in here.
    """
    return {**document, "copies": [_address(one) for one in people]} if people else {**document}


def _address(person: Listed) -> str:
    return ", ".join(filter(None, [person.name, person.post, person.unit]))


def _body(conference: Conference, words: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        *written(words, "lead"),
        {"type": INVITED, "lead": "Đồng\u00a0chí: ", "text": BLANK},
        paragraph(f"Đến dự: {saying.told_apart(conference)} ({conference.title})."),
        paragraph(f"Thời gian: {saying.when(conference)}."),
        paragraph(f"Địa điểm: {conference.place}. Hình thức: {saying.mode(conference)}."),
        paragraph(f"Chủ trì: {saying.chair(conference)}."),
        *_programme(conference),
        *written(words, "closing"),
    ]


def _programme(conference: Conference) -> list[dict[str, Any]]:
    lines = list(_lines(conference))
    return [paragraph("Chương trình:"), bullets(*lines)] if lines else []


def _lines(conference: Conference) -> Iterator[str]:
    for _number, time, title, _speaker in saying.programme(conference):
        yield ": ".join(filter(None, [time, title])) + "."


# --- what is proposed ---------------------------------------------------------------


def _lead(conference: Conference) -> str:
    return f"{conference.committee.name} trân trọng kính mời:"


def _closing(conference: Conference) -> str:
    return (
        "Đề nghị đồng chí đến dự đúng thời gian, thành phần; không dự được thì báo Văn phòng Đảng "
        "ủy trước hội nghị."
    )


def _recipients(conference: Conference) -> str:
    return "Như thành phần mời\nLưu Văn phòng Đảng ủy"


def _abstract(conference: Conference) -> str:
    return f"dự {saying.told_apart(conference)}"


INVITATION = Sort(
    code="GM",
    type="GIẤY MỜI",
    file_stem="giay-moi",
    abstract=_abstract,
    places=(
        Place("lead", _("Introduction"), _lead, 2),
        Place("closing", _("Closing words"), _closing),
        Place(RECIPIENTS, _("Recipients, one a line"), _recipients, 3),
    ),
    body=_body,
    annexes=no_annexes,
)
