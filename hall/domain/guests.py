"""The list of who is invited: filled, mended, and ticked at the door.

The figures of who came are counted from it as long as nobody has typed others (sessions'
Attendance): the report reads one place.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from committees.models import Membership
from foundation.moves import MoveNotAllowed
from foundation.text import fold
from foundation.versions import claim_version
from hall.models import Guest
from hall.queries import attendance_of, guests_of
from sessions.models import Attendance, Conference
from sessions.states import CONFERENCE_RUNNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


Presence = Guest.Presence
MOST = 2_000  # names on one list


class TooMany(Exception):
    """The list would be longer than any hall is large."""


@dataclass(frozen=True)
class Filled:
    """What became of names that were added: `added` are new, `known` stood there already."""

    added: int
    known: int


@contextlib.contextmanager
def listing(conference: Conference) -> Iterator[Conference]:
    """Lock the list within the caller's transaction, and count anew who came.

    Raises MoveNotAllowed where the conference is over or called off.
    """
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if locked.state not in CONFERENCE_RUNNING:
        raise MoveNotAllowed(f"{locked}: {locked.state}")
    before = attendance_of(locked)
    yield locked
    _count(locked, before)


def _count(conference: Conference, before: dict[str, int] | None) -> None:
    """Write down the figures of the list, unless the office has typed others."""
    stands = Attendance.objects.filter(conference=conference).first()
    if stands is not None and before != {name: getattr(stands, name) for name in before or ()}:
        return
    now = attendance_of(conference)
    if now is None:
        Attendance.objects.filter(conference=conference).delete()
    else:
        Attendance.objects.update_or_create(conference=conference, defaults=now)


# --- filling the list ---------------------------------------------------------------------


@transaction.atomic
def add_guests(conference: Conference, rows: Iterable[dict[str, Any]]) -> Filled:
    """Add people to the end of the list: {full_name, post, unit, email, group, is_…}, all but the
    name may be missing. Who stands there with the same name and unit is not added again.

    Raises TooMany, MoveNotAllowed.
    """
    with listing(conference) as locked:
        return _add(locked, [Guest(conference=locked, **row) for row in rows])


@transaction.atomic
def add_people(conference: Conference) -> Filled:
    """Add everybody who has a role in the committee today. Raises TooMany, MoveNotAllowed."""
    with listing(conference) as locked:
        roles = Membership.objects.active().filter(
            committee=locked.committee_id, user__is_active=True
        )
        people: dict[int, Guest] = {}
        for role in roles.select_related("user").order_by("user__name_order", "user_id", "pk"):
            people.setdefault(
                role.user_id,
                Guest(
                    conference=locked, person=role.user, full_name=role.user.full_name,
                    post=role.post, unit=role.unit, email=role.user.email,
                ),
            )  # fmt: skip
        return _add(locked, people.values())


def _add(conference: Conference, guests: Iterable[Guest]) -> Filled:
    there = list(guests_of(conference))
    known = {_same(guest) for guest in there}
    people = {guest.person_id for guest in there if guest.person_id}
    last = max((guest.number for guest in there), default=0)
    fresh, doubles = [], 0
    for guest in guests:
        if _same(guest) in known or guest.person_id in people:
            doubles += 1
            continue
        known.add(_same(guest))
        last += 1
        guest.number = last
        fresh.append(guest)
    if len(there) + len(fresh) > MOST:
        raise TooMany(str(len(there) + len(fresh)))
    Guest.objects.bulk_create(fresh, batch_size=500)
    return Filled(len(fresh), doubles)


def _same(guest: Guest) -> tuple[str, str]:
    """Return what tells two people on one list apart: two of the same name are of two units."""
    return fold(guest.full_name), fold(guest.unit)


@transaction.atomic
def change_guest(guest: Guest, *, version: int, **typed: Any) -> Guest:
    """Mend what stands on the list of one person. Raises OutdatedVersion, MoveNotAllowed."""
    with listing(guest.conference):
        claim_version(guest, version)
        for name, value in typed.items():
            setattr(guest, name, value)
        guest.save(update_fields=list(typed))
        return guest


@transaction.atomic
def remove_guest(guest: Guest) -> None:
    """Take one off the list. Raises MoveNotAllowed."""
    with listing(guest.conference):
        guest.delete()


# --- replies and the door -----------------------------------------------------------------


@transaction.atomic
def note_reply(guest: Guest, *, reply: str, note: str = "") -> Guest:
    """Write down whether somebody will come; the newest reply stands. Raises MoveNotAllowed."""
    with listing(guest.conference):
        guest.refresh_from_db(from_queryset=Guest.objects.select_for_update(no_key=True))
        guest.reply, guest.reply_note = reply, note
        guest.version += 1
        guest.save(update_fields=["reply", "reply_note", "version"])
        return guest


@transaction.atomic
def tick_guest(guest: Guest, *, presence: str) -> Guest:
    """Say who is here, excused or absent; ticked twice is ticked once. Raises MoveNotAllowed."""
    with listing(guest.conference):
        guest.refresh_from_db(from_queryset=Guest.objects.select_for_update(no_key=True))
        guest.presence = presence
        guest.version += 1
        guest.save(update_fields=["presence", "version"])
        return guest


@transaction.atomic
def settle_guests(conference: Conference) -> int:
    """Let everybody who was not ticked be absent, those who had said so excused.

    Returns how many. Raises MoveNotAllowed.
    """
    with listing(conference) as locked:
        left = guests_of(locked).filter(presence=Presence.UNKNOWN)
        excused = left.filter(reply=Guest.Reply.CANNOT).update(presence=Presence.EXCUSED)
        return excused + left.update(presence=Presence.ABSENT)
