"""Following a conference from one's seat: a short code, no account, no name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.cache import cache, caches
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from foundation.codes import read_code
from foundation.moves import MoveNotAllowed
from hall.domain.desk import CODE_LENGTH, lock_hall, note_change
from hall.domain.merging import add_also
from hall.models import Hall, Place
from hall.queries import may_be_asked_again, seats_stamp
from sessions.askers import public as askers

if TYPE_CHECKING:
    from sessions.models import Question


DAY = dt.timedelta(days=1)
FRESH = 1  # seconds for which each process remembers how far a hall has come


def find_hall(typed: str, *, at: dt.datetime) -> Hall | None:
    """Return the hall of this code while its conference's day lasts, or None."""
    body = read_code(typed, CODE_LENGTH)
    if body is None:
        return None
    halls = Hall.objects.select_related("conference__committee")
    hall = halls.filter(code__startswith=body).first()
    return hall if hall and hall.conference.goes_on(at=at) else None


def stamp_of(typed: str, *, at: dt.datetime) -> str:
    """Return the stamp of the hall with this code, or nothing where none can be followed.

    Three hundred telephones ask for it every few seconds: of one process only the first of each
    second asks the database.
    """
    found = known_stamp(typed)
    if found is None:
        hall = find_hall(typed, at=at)
        found = seats_stamp(hall) if hall else ""
        caches["local"].set(_key(typed), found, FRESH)
    return found


def known_stamp(typed: str) -> str | None:
    """Return what `stamp_of` has told within the last second, or None."""
    found: str | None = caches["local"].get(_key(typed))
    return found


def _key(typed: str) -> str:
    return f"hall.stamp.{typed[:20]}"


@transaction.atomic
def let_seats_ask(hall: Hall, *, on: bool) -> None:
    """Let those who follow from their seats ask, and say that they ask the same, or no longer.

    No longer is for passes too: those that were drawn are good for nothing until both are on again.
    """
    lock_hall(hall)
    hall.takes_from_seats = on
    hall.save(update_fields=["takes_from_seats"])
    if not on:
        askers.switch_seats(hall.conference, on=False)
    note_change(hall)


@transaction.atomic
def let_seats_ask_unnamed(hall: Hall, *, on: bool) -> None:
    """Let those who follow ask without account and voucher, or no longer. Raises TooFewPeople."""
    lock_hall(hall)
    askers.switch_seats(hall.conference, on=on)
    note_change(hall)


@transaction.atomic
def ask_the_same(hall: Hall, question: Question, *, phone: str, at: dt.datetime) -> bool:
    """Count one more who asks the same; one telephone counts once for one question.

    `phone` is what its browser carries against forgery: the number is a hint and no vote. It is kept
    nowhere but as a keyed hash in the cache, until a day after the conference: all go in one moment, or
    what is left of each would tell when somebody pressed. Raises MoveNotAllowed
    where nothing is asked from seats, or the question is not one of those that wait and may be read.
    """
    if not hall.takes_from_seats or not may_be_asked_again(hall, question):
        raise MoveNotAllowed(f"{question} is not asked from seats")
    said = f"{hall.pk}:{question.pk}:{phone}"
    mark = salted_hmac("hall.also", said, algorithm="sha256").hexdigest()
    left = hall.conference.ends_at + DAY - at
    if not cache.add(f"hall.also.{mark}", 1, int(left.total_seconds())):
        return False
    count_also(hall, question, 1)
    return True


def count_also(hall: Hall, question: Question, number: int) -> None:
    """Let so many more ask the same. The hall's row comes first, as every act locks it first."""
    Hall.objects.filter(pk=hall.pk).update(also=F("also") + number)
    add_also(Place.objects.get_or_create(question=question, defaults={"hall": hall})[0], number)
