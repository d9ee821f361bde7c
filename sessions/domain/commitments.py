"""What was promised: made, followed, settled, taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from foundation.clock import day_of
from foundation.moves import MoveNotAllowed, move
from foundation.versions import claim_version
from sessions.domain.attachments import exchange
from sessions.domain.text_changes import note_commitment_change
from sessions.models import Commitment, Conference, Progress
from sessions.states import CommitmentState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from committees.models import User
    from sessions.models import Attachment, Question


@transaction.atomic
def make_commitment(
    conference: Conference,
    *,
    text: str,
    lead_unit: str,
    due_on: dt.date,
    by: User,
    at: dt.datetime,
    co_units: str = "",
    owner: User | None = None,
    question: Question | None = None,
    files: Collection[Any] = (),
) -> Commitment:
    """Write down one thing to be done, under the next number of its conference; with `files`.

    The same thing for the same day is made once, however often the form was sent.
    """
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    same = conference.commitments.filter(text=text, due_on=due_on, lead_unit=lead_unit)
    if found := same.filter(state=CommitmentState.OPEN).first():
        _attach_once(found, files, at=at)
        return found
    last = conference.commitments.aggregate(last=Max("number"))["last"] or 0
    commitment = Commitment.objects.create(
        committee_id=conference.committee_id,
        conference=conference,
        question=question,
        number=last + 1,
        text=text,
        lead_unit=lead_unit,
        co_units=co_units,
        owner=owner,
        due_on=due_on,
    )
    commitment.moves.create(
        actor=by, from_state="", to_state=CommitmentState.OPEN, at=at, reason=""
    )
    exchange(commitment, add=files, at=at)
    return commitment


def _attach_once(thing: Any, files: Collection[Any], *, at: dt.datetime) -> None:
    """Keep the files of a form that was sent twice with what the first one made."""
    if not thing.attachments.exists():
        exchange(thing, add=files, at=at)


@transaction.atomic
def change_commitment(
    commitment: Commitment,
    *,
    version: int,
    by: User,
    at: dt.datetime,
    files: Collection[Any] = (),
    drop: Collection[Attachment] = (),
    reason: str = "",
    **fields: Any,
) -> Commitment:
    """Save what the office has changed, with the `reason` for other words of what is promised.

    Raises OutdatedVersion, MoveNotAllowed, NotAttachable.
    """
    _lock_open(commitment)
    claim_version(commitment, version)
    before = commitment.text
    for name, value in fields.items():
        setattr(commitment, name, value)
    commitment.save(update_fields=list(fields))
    note_commitment_change(commitment, before=before, reason=reason, by=by, at=at)
    exchange(commitment, add=files, drop=drop, at=at)
    return commitment


@transaction.atomic
def add_progress(
    commitment: Commitment,
    *,
    text: str,
    by: User,
    at: dt.datetime,
    evidence: str = "",
    files: Collection[Any] = (),
) -> Progress:
    """Say how far it has come, once for each text. Raises MoveNotAllowed when it is over."""
    _lock_open(commitment)
    last = commitment.progress.last()
    if last and (last.text, last.evidence, last.by) == (text, evidence, by):
        _attach_once(last, files, at=at)
        return last
    line = Progress.objects.create(
        commitment=commitment, text=text, evidence=evidence, by=by, at=at
    )
    exchange(line, add=files, at=at)
    return line


@transaction.atomic
def settle_commitment(
    commitment: Commitment,
    *,
    result: str,
    evidence: str,
    by: User,
    at: dt.datetime,
    on: dt.date | None = None,
    files: Collection[Any] = (),
) -> None:
    """Say that it is done, with the result and what proves it, since the day `on`: today's, or
    an earlier one if the office writes it down later. Raises NotAttachable."""
    move(
        commitment,
        CommitmentState.DONE,
        by=by,
        at=at,
        result=result,
        evidence=evidence,
        settled_on=on or day_of(at),
    )
    exchange(commitment, add=files, at=at)


@transaction.atomic
def reopen_commitment(commitment: Commitment, *, reason: str, by: User, at: dt.datetime) -> None:
    """Take it up again: it turned out not to be done."""
    move(commitment, CommitmentState.OPEN, by=by, at=at, reason=reason, settled_on=None)


@transaction.atomic
def cancel_commitment(commitment: Commitment, *, reason: str, by: User, at: dt.datetime) -> None:
    """Say that it is no longer needed, and why."""
    move(
        commitment,
        CommitmentState.CANCELLED,
        by=by,
        at=at,
        reason=reason,
        result=reason,
        settled_on=day_of(at),
    )


def _lock_open(commitment: Commitment) -> None:
    commitment.refresh_from_db(from_queryset=Commitment.objects.select_for_update(no_key=True))
    if commitment.state != CommitmentState.OPEN:
        raise MoveNotAllowed(f"{commitment}: {commitment.state}")
