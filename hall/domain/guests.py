"""The list of who is invited: filled, and mended.

The figures of who came are counted from it as long as nobody has typed others (sessions'
Attendance): the report reads one place.
"""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from committees.models import Membership
from foundation.moves import MoveNotAllowed
from foundation.versions import claim_version
from hall.models import Guest
from hall.queries import attendance_of, guests_of, has_other_figures
from sessions.models import Attendance, Conference
from sessions.states import CONFERENCE_RUNNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


MOST = 2_000  # names on one list
MAY_BE_FILLED = ("post", "unit", "email", "group", "is_party_member", "is_woman", "is_online")


class TooMany(Exception):
    """The list would be longer than any hall is large."""


class NotListed(Exception):
    """Somebody has taken this person off the list meanwhile."""


@dataclass
class Filled:
    """What became of names that were added: how many are new, who stood there already, and of how
    many of those something was filled in that had been blank."""

    added: int = 0
    filled: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def known(self) -> int:
        return len(self.names)


@contextlib.contextmanager
def listing(conference: Conference) -> Iterator[Conference]:
    """Lock the list within the caller's transaction, and count anew who came.

    Raises MoveNotAllowed where the conference is over or called off.
    """
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if locked.state not in CONFERENCE_RUNNING:
        raise MoveNotAllowed(f"{locked}: {locked.state}")
    is_typed = has_other_figures(locked)
    yield locked
    if not is_typed:
        _count(locked)


def _count(conference: Conference) -> None:
    """Write down the figures of the list."""
    now = attendance_of(conference)
    if now is None:
        Attendance.objects.filter(conference=conference).delete()
    else:
        Attendance.objects.update_or_create(conference=conference, defaults=now)


def read_anew(guest: Guest, conference: Conference) -> Guest:
    """Return the line as it stands, locked, of the conference as it stands. Raises NotListed."""
    found = Guest.objects.select_for_update(no_key=True).filter(pk=guest.pk).first()
    if found is None:
        raise NotListed(str(guest))
    found.conference = conference
    return found


# --- filling the list ---------------------------------------------------------------------


@transaction.atomic
def add_guests(conference: Conference, rows: Iterable[dict[str, Any]]) -> Filled:
    """Add people to the end of the list: {full_name, post, unit, email, group, is_…}, all but the
    name may be missing. Who stands there already is not added again, but what was blank is filled.

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
    there = list(guests_of(conference).select_for_update(no_key=True))
    last = max((guest.number for guest in there), default=0)
    known = {key: guest for guest in reversed(there) for key in _keys(guest)}
    fresh, mended, done = [], {}, Filled()
    for guest in guests:
        same = next((known[key] for key in _keys(guest) if key in known), None)
        if same is not None:
            done.names.append(guest.full_name)
            if _fill(same, guest) and same.pk:
                mended[same.pk] = same
        else:
            last += 1
            guest.number = last
            fresh.append(guest)
        for key in _keys(same or guest):
            known.setdefault(key, same or guest)
    if len(there) + len(fresh) > MOST:
        raise TooMany(str(len(there) + len(fresh)))
    Guest.objects.bulk_create(fresh, batch_size=500)
    Guest.objects.bulk_update(
        mended.values(), ["person", "version", *MAY_BE_FILLED], batch_size=500
    )
    done.added, done.filled = len(fresh), len(mended)
    return done


def _keys(guest: Guest) -> list[tuple[object, ...]]:
    """Return by what somebody is known on a list, the surest first: the account, the address, the
    name in a unit. Two of the same name in two units are two."""
    keys: list[tuple[object, ...]] = [("account", guest.person_id)] if guest.person_id else []
    if guest.email:
        keys.append(("address", guest.email.casefold()))
    return [*keys, ("name", _plain(guest.full_name), _plain(guest.unit))]


def _plain(text: str) -> str:
    """Return the text as two are compared: Hùng and Hưng differ, hùng and HÙNG do not."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _fill(there: Guest, said: Guest) -> bool:
    """Fill in what was blank, and write over nothing. Returns whether there was anything to fill."""
    missing = [name for name in MAY_BE_FILLED if getattr(said, name) and not getattr(there, name)]
    for name in missing:
        setattr(there, name, getattr(said, name))
    takes_account = bool(said.person_id) and not there.person_id
    if takes_account:
        there.person = said.person
    if missing or takes_account:
        there.version += 1
    return bool(missing) or takes_account


@transaction.atomic
def change_guest(guest: Guest, *, version: int, **typed: Any) -> Guest:
    """Mend what stands on the list of one person; another address has not been written to.

    Raises OutdatedVersion, NotListed, MoveNotAllowed.
    """
    with listing(guest.conference) as locked:
        found = read_anew(guest, locked)
        claim_version(found, version)
        if typed.get("email", found.email) != found.email:
            typed["told"] = ""
        for name, value in typed.items():
            setattr(found, name, value)
        found.save(update_fields=list(typed))
        return found


@transaction.atomic
def remove_guest(guest: Guest) -> None:
    """Take one off the list, with what was replied and ticked. Raises MoveNotAllowed."""
    with listing(guest.conference):
        Guest.objects.filter(pk=guest.pk).delete()
