"""What an office does with its papers: begin, write, issue; say that the notice was published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction

from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.conflicts import Conflict
from foundation.moves import MoveNotAllowed, move
from foundation.text import clean
from foundation.versions import claim_version
from reports.domain.drafting import secretary_of
from reports.domain.papers.checking import in_the_way
from reports.domain.papers.letters import (
    drawn_up,
    earlier_of,
    facts_of,
    number_of,
    sort_of,
)
from reports.domain.papers.plan import lead_unit
from reports.domain.snapshots import digest
from reports.models import DocumentCounter, Paper
from reports.states import PaperState
from sessions.domain.conferences import record_course
from sessions.models import Conference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from committees.models import User


class PaperChanged(Conflict):
    """The paper, or what it says of its conference, is no longer what was looked at."""


class PaperNotReady(Exception):
    """Something stands in the way of issuing the draft (`checking.in_the_way`)."""


class NoTerm(Exception):
    """The issuer has no term on this day, through which its numbers could run."""


class NumberTaken(Exception):
    """Another paper of this type has the number, in the same term."""


@transaction.atomic
def start_paper(conference: Conference, kind: str, *, by: User, at: dt.datetime) -> Paper:
    """Return the draft of this kind, made now if there is none yet."""
    _lock(conference)
    if not conference.lies_ahead(at=at):
        raise MoveNotAllowed(f"{conference}: {conference.state}")
    draft, is_new = Paper.objects.get_or_create(
        conference=conference,
        kind=kind,
        state=PaperState.DRAFT,
        defaults={"created_at": at, "changed_at": at},
    )
    if is_new:
        earlier = earlier_of(draft)
        if earlier is not None:
            for name in ("texts", "sign_capacity", "sign_post", "signer"):
                setattr(draft, name, getattr(earlier, name))
        else:
            draft.signer = secretary_of(conference.committee, on=day_of(at))
        draft.save()
    return draft


@transaction.atomic
def write_paper(
    paper: Paper,
    *,
    texts: Mapping[str, str],
    version: int,
    by: User,
    at: dt.datetime,
    **signing: str,
) -> Paper:
    """Keep the office's words, and who signs. What equals the proposal goes on following the data.

    Raises OutdatedVersion when somebody else was faster, MoveNotAllowed once it is issued.
    """
    _lock_draft(paper)
    claim_version(paper, version)
    proposed = sort_of(paper).proposed(paper.conference)
    paper.texts = {key: text for key, text in texts.items() if text != clean(proposed[key])}
    for name, value in signing.items():
        setattr(paper, name, value)
    paper.changed_at = at
    paper.save(update_fields=["texts", "changed_at", *signing])
    return paper


@transaction.atomic
def issue_paper(
    paper: Paper, *, seen: str, by: User, at: dt.datetime, number: int | None = None
) -> Paper:
    """Number the draft and freeze it. A plan writes its number and day into its conference.

    `seen` is the digest of the draft that was looked at, `number` the one in the office's own
    register; without it the next one is taken. Raises PaperChanged, PaperNotReady,
    NumberTaken, NoTerm, MoveNotAllowed.
    """
    conference = paper.conference
    _lock(conference)
    _lock_draft(paper)
    if not conference.lies_ahead(at=at):
        raise MoveNotAllowed(f"{conference}: {conference.state}")
    if seen != digest(drawn_up(paper, at=at)):
        raise PaperChanged(str(paper))
    if in_the_way(paper, at=at):
        raise PaperNotReady(str(paper))
    today = day_of(at)
    taken = take_paper_number(paper, on=today, wanted=number)
    document = drawn_up(paper, number=taken, at=at)
    earlier = earlier_of(paper)
    if earlier is not None:
        move(earlier, PaperState.SUPERSEDED, by=by, at=at)
    snapshot = {"document": document, "facts": facts_of(conference)}
    move(
        paper,
        PaperState.ISSUED,
        by=by,
        at=at,
        number=taken,
        issued_at=at,
        issued_by=by,
        snapshot=snapshot,
        snapshot_sha256=digest(snapshot),
    )
    if paper.kind == Paper.Kind.PLAN:
        record_course(
            conference,
            version=conference.version,
            plan_number=number_of(paper),
            plan_issued_on=today,
            plan_lead_unit=lead_unit(conference),
            by=by,
            at=at,
        )
    audit.record(
        Act.PAPER_ISSUED,
        by=by,
        committee=conference.committee,
        subject=f"{conference.code}: {number_of(paper)}",
        paper=paper.pk,
        sha256=paper.snapshot_sha256,
    )
    return paper


@transaction.atomic
def publish_notice(
    conference: Conference, *, version: int, on: dt.date, channels: str, by: User, at: dt.datetime
) -> Conference:
    """Write down on which day and how the notice was made public. Raises OutdatedVersion."""
    record_course(
        conference,
        version=version,
        notice_published_on=on,
        notice_channels=channels,
        by=by,
        at=at,
    )
    audit.record(
        Act.NOTICE_PUBLISHED,
        by=by,
        committee=conference.committee,
        subject=conference.code,
        on=on.isoformat(),
    )
    return conference


# --- numbers ------------------------------------------------------------------------


def next_number(paper: Paper, *, on: dt.date) -> int:
    """Return the number that the paper would get on this day."""
    counter = DocumentCounter.objects.filter(
        issuer=paper.committee, doc_type=sort_of(paper).code, term=paper.committee.term(on=on)
    ).first()
    return max([counter.last if counter else 0, *_known_numbers(paper, on=on)]) + 1


def take_paper_number(paper: Paper, *, on: dt.date, wanted: int | None = None) -> int:
    """Return the next number of this type in the issuer's term, or the one that is wanted.

    The counter's row stays locked until the transaction ends. It goes on behind what an office
    has written down by hand for its conferences, so that no number is given twice. Raises NoTerm and NumberTaken.
    """
    committee = paper.committee
    if committee.term(on=on) is None:
        raise NoTerm(str(committee))
    counter, _ = DocumentCounter.objects.get_or_create(
        issuer=committee, doc_type=sort_of(paper).code, term=committee.term(on=on)
    )
    counter.refresh_from_db(from_queryset=DocumentCounter.objects.select_for_update(no_key=True))
    known = set(_known_numbers(paper, on=on))
    if wanted in known:
        raise NumberTaken(str(wanted))
    number = wanted or max([counter.last, *known]) + 1
    counter.last = max(counter.last, number)
    counter.save(update_fields=["last"])
    return number


def _known_numbers(paper: Paper, *, on: dt.date) -> Iterator[int]:
    """Yield the numbers of this type that the term has seen: issued here, and typed by hand."""
    committee, code = paper.committee, sort_of(paper).code
    term = committee.term(on=on)
    first = term.starts_on if term else None
    issued = Paper.objects.issued().filter(conference__committee=committee, kind=paper.kind)
    for number, at in issued.values_list("number", "issued_at"):
        if number and at and (first is None or day_of(at) >= first):
            yield number
    typed = {
        "KH": ("plan_number", "plan_issued_on"),
        "TB": ("conclusion_number", "conclusion_issued_on"),
    }.get(code)
    if typed:
        for said, day in committee.conferences.values_list(*typed):
            found = _typed_number(said, code)
            if found and (first is None or day is None or day >= first):
                yield found


def _typed_number(said: str, code: str) -> int | None:
    """Return the number in what an office typed: 05-KH/ĐU, Số 5 – KH/ĐU, 05/KH-ĐU or 05 alone."""
    alone = re.fullmatch(r"\s*(?:số\s*:?\s*)?(\d{1,6})\s*", said, re.IGNORECASE)
    found = alone or re.search(rf"\b(\d{{1,6}})\s*[-–/]\s*{code}\b", said, re.IGNORECASE)
    return int(found[1]) if found else None


# --- small parts --------------------------------------------------------------------


def _lock(conference: Conference) -> None:
    conference.refresh_from_db(from_queryset=Conference.objects.select_for_update(no_key=True))


def _lock_draft(paper: Paper) -> None:
    paper.refresh_from_db(
        fields=["state", "texts", "version", "sign_capacity", "sign_post", "signer"],
        from_queryset=Paper.objects.select_for_update(no_key=True),
    )
    if paper.state != PaperState.DRAFT:
        raise MoveNotAllowed(f"{paper} is {paper.state}")
