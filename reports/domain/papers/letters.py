"""A plan, a notice or an invitation as a document: the draft as it stands, or what was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.clock import day_of
from foundation.text import file_name
from reports.documents.formatting import number_and_symbol, short_document_date
from reports.domain.conference_papers import conference_paper
from reports.domain.papers.invitation import INVITATION
from reports.domain.papers.notice import NOTICE
from reports.domain.papers.plan import PLAN
from reports.domain.papers.sorts import RECIPIENTS
from reports.models import Paper
from reports.states import PaperState

if TYPE_CHECKING:
    import datetime as dt

    from reports.domain.papers.sorts import Sort
    from sessions.models import Conference


SORTS: dict[str, Sort] = {
    Paper.Kind.PLAN: PLAN,
    Paper.Kind.NOTICE: NOTICE,
    Paper.Kind.INVITATION: INVITATION,
}


def sort_of(paper: Paper) -> Sort:
    return SORTS[paper.kind]


def words_of(paper: Paper) -> dict[str, str]:
    """Return {place: text}: what the office wrote, or else what is proposed."""
    proposed = sort_of(paper).proposed(paper.conference)
    return {key: paper.texts.get(key, text) for key, text in proposed.items()}


def paper_document(paper: Paper, *, at: dt.datetime) -> dict[str, Any]:
    """Return the paper as it stands: the frozen document, or the draft as of `at`."""
    if paper.snapshot:
        frozen: dict[str, Any] = paper.snapshot["document"]
        return frozen
    return drawn_up(paper, at=at)


def drawn_up(paper: Paper, *, number: int | None = None, at: dt.datetime) -> dict[str, Any]:
    """Return the document made from the conference's data. Without `number` it is a draft."""
    sort, conference, today = sort_of(paper), paper.conference, day_of(at)
    words = words_of(paper)
    document = conference_paper(
        conference,
        kind=paper.kind,
        code=sort.code,
        type=sort.type,
        abstract=sort.abstract(conference),
        body=[*sort.body(conference, words), *_replaces(paper)],
        sign={
            "capacity": paper.sign_capacity,
            "post": paper.sign_post,
            "person": paper.signer,
        },
        issued_on=today if number else None,
        on=today,
        annexes=sort.annexes(conference),
        recipients=[line for line in words[RECIPIENTS].splitlines() if line.strip()],
    )
    return {**document, "number": number, "draft_no": None if number else 1}


def facts_of(conference: Conference) -> dict[str, Any]:
    """Return what a paper says of its conference that may change afterwards."""
    return {
        "starts_at": conference.starts_at.isoformat(),
        "ends_at": conference.ends_at.isoformat(),
        "place": conference.place,
    }


def is_outdated(paper: Paper) -> bool:
    """Does an issued paper name another time or place than the conference now has?"""
    return bool(paper.snapshot) and (paper.snapshot or {})["facts"] != facts_of(paper.conference)


def number_of(paper: Paper) -> str:
    """Return "05-KH/ĐU" of an issued paper, and nothing of a draft."""
    if not paper.snapshot:
        return ""
    return written_number(paper.number, paper.snapshot["document"]["symbol"])


def written_number(number: int | None, symbol: str) -> str:
    return number_and_symbol(number, symbol).removeprefix("Số ")


def earlier_of(paper: Paper) -> Paper | None:
    """Return the paper of its kind that stands, which this one would take the place of."""
    same = Paper.objects.filter(conference=paper.conference_id, kind=paper.kind)
    return same.filter(state=PaperState.ISSUED).exclude(pk=paper.pk).first()


def _replaces(paper: Paper) -> list[dict[str, Any]]:
    """Name the paper that this one takes the place of, also one that was made elsewhere."""
    sort, conference = sort_of(paper), paper.conference
    before = earlier_of(paper)
    number, day = (number_of(before), before.issued_on) if before else ("", None)
    if before is None and paper.kind == Paper.Kind.PLAN:
        number, day = conference.plan_number, conference.plan_issued_on
    if not number:
        return []
    kind = sort.type.capitalize()
    said = f", ngày {short_document_date(day)}" if day else ""
    return [{"type": "paragraph", "text": f"{kind} này thay thế {kind} số {number}{said}."}]


def file_stem(paper: Paper) -> str:
    """Return the ASCII stem of the paper's files: ke-hoach-2026-06-18-a01."""
    conference = paper.conference
    code = file_name(conference.committee.code)
    stem = f"{sort_of(paper).file_stem}-{conference.held_on.isoformat()}-{code}"
    return stem if paper.is_issued else f"du-thao-{stem}"
