"""What the office writes into minutes and addenda, until the chair has approved them.

What is laid before the chair and approved is frozen in `reports.domain.approving`, which draws it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from foundation.moves import MoveNotAllowed, move
from foundation.versions import claim_version
from hall.models import Minutes, TurnNote
from hall.states import MinutesState
from sessions.models import Conference

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User
    from hall.models import Turn


class NotDrafted(MoveNotAllowed):
    """It lies before the chair, or has been approved: nobody writes in it."""


class AddendumOpen(MoveNotAllowed):
    """Another addendum of these minutes is not approved yet."""


@transaction.atomic
def begin_minutes(conference: Conference) -> Minutes:
    """Return the row of the conference's minutes, locked, made if there is none yet."""
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if not locked.happened:
        raise MoveNotAllowed(f"{conference}: {locked.state}")
    Minutes.objects.get_or_create(conference=conference, number=0)
    return lock_minutes(Minutes.objects.get(conference=conference, number=0))


def lock_minutes(minutes: Minutes) -> Minutes:
    minutes.refresh_from_db(from_queryset=Minutes.objects.select_for_update(no_key=True))
    return minutes


@transaction.atomic
def note_presence(
    conference: Conference, *, version: int, present: str, absent: str, by: User, at: dt.datetime
) -> Minutes:
    """Write down who was there beyond the figures. Raises NotDrafted, OutdatedVersion."""
    minutes = _drafted(begin_minutes(conference))
    claim_version(minutes, version)
    minutes.present, minutes.absent = present, absent
    _save(minutes, "present", "absent", by=by, at=at)
    return minutes


@transaction.atomic
def note_turn(
    turn: Turn, *, version: int, text: str, answered_by: str, by: User, at: dt.datetime
) -> TurnNote:
    """Write down what the minutes say of a turn; its answer stays what it is.

    `version` is 0 for the first time. Raises NotDrafted, OutdatedVersion.
    """
    minutes = _drafted(begin_minutes(turn.hall.conference))
    note, is_new = TurnNote.objects.get_or_create(turn=turn)
    if not is_new:
        claim_version(note, version)
    note.text, note.answered_by = text, answered_by
    note.save(update_fields=["text", "answered_by"])
    minutes.version += 1  # whoever lays them before the chair has read it
    _save(minutes, "version", by=by, at=at)
    return note


@transaction.atomic
def take_back(minutes: Minutes, *, by: User, at: dt.datetime) -> None:
    """Take what lies before the chair back to go on writing."""
    move(minutes, MinutesState.DRAFTED, by=by, at=at)


@transaction.atomic
def send_back(minutes: Minutes, *, version: int, reason: str, by: User, at: dt.datetime) -> None:
    """Give it back to the office, with what is to be changed. Raises OutdatedVersion."""
    claim_submitted(minutes, version)
    move(minutes, MinutesState.DRAFTED, by=by, at=at, reason=reason, remarks=reason)


def claim_submitted(minutes: Minutes, version: int) -> None:
    """See that what lies before the chair is what was read. Raises MoveNotAllowed, OutdatedVersion."""
    lock_minutes(minutes)
    if not minutes.is_submitted:
        raise MoveNotAllowed(f"{minutes} is {minutes.state}")
    claim_version(minutes, version)


@transaction.atomic
def write_addendum(
    conference: Conference, *, text: str, reason: str, by: User, at: dt.datetime
) -> Minutes:
    """Begin an addendum to approved minutes, under the next number. Raises AddendumOpen.

    Its versions go on behind those of one that was discarded: whoever has read that one has not read
    this one, although both have the same number.
    """
    minutes = begin_minutes(conference)
    if not minutes.is_approved:
        raise MoveNotAllowed(f"{minutes} is {minutes.state}")
    known = Minutes.objects.filter(conference=conference)
    if known.exclude(state=MinutesState.APPROVED).exists():
        raise AddendumOpen(str(conference))
    last = known.aggregate(last=Max("number"))["last"]
    addendum = Minutes.objects.create(
        conference=conference,
        number=last + 1,
        text=text,
        reason=reason,
        version=minutes.version + 1,
        changed_by=by,
        changed_at=at,
    )
    addendum.moves.create(actor=by, from_state="", to_state=MinutesState.DRAFTED, at=at)
    return addendum


@transaction.atomic
def change_addendum(
    addendum: Minutes, *, version: int, text: str, reason: str, by: User, at: dt.datetime
) -> Minutes:
    """Write the addendum anew. Raises NotDrafted, OutdatedVersion."""
    _drafted(lock_minutes(addendum))
    claim_version(addendum, version)
    addendum.text, addendum.reason = text, reason
    _save(addendum, "text", "reason", by=by, at=at)
    return addendum


@transaction.atomic
def discard_addendum(addendum: Minutes, *, version: int) -> None:
    """Forget an addendum that was never approved; the next one has its number.

    Raises NotDrafted, OutdatedVersion.
    """
    minutes = begin_minutes(addendum.conference)
    _drafted(lock_minutes(addendum))
    claim_version(addendum, version)
    minutes.version = addendum.version
    minutes.save(update_fields=["version"])
    addendum.delete()


def _drafted(minutes: Minutes) -> Minutes:
    if not minutes.is_drafted:
        raise NotDrafted(f"{minutes} is {minutes.state}")
    return minutes


def _save(minutes: Minutes, *fields: str, by: User, at: dt.datetime) -> None:
    minutes.changed_by, minutes.changed_at = by, at
    minutes.save(update_fields=[*fields, "changed_by", "changed_at"])
