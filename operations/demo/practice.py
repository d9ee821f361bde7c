"""A hall that asks by itself, so that an office can practise: made-up people, in the demo alone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction
from django.utils.functional import SimpleLazyObject

from hall import queries
from hall.domain.desk import lock_hall, note_change
from hall.domain.joining import count_also
from hall.models import Hall, Speaker
from operations.demo import words
from sessions.domain.questions import record_question
from sessions.models import Question, Theme

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User


EVERY = 12  # seconds at least between two of them, however many desks are open
LONGEST = 3 * 60 * 60  # seconds after which a hall that nobody stopped is still
MOST_WAITING, MOST_SPEAKERS = 15, 4
chance = SimpleLazyObject(random.Random)


def practises(hall: Hall) -> bool:
    """Does this hall ask by itself?"""
    return bool(cache.get(_key(hall)))


def let_practise(hall: Hall, *, on: bool) -> None:
    """Let the hall ask by itself, or no longer."""
    if on:
        cache.set(_key(hall), 1, LONGEST)
    else:
        cache.delete(_key(hall))
    with transaction.atomic():
        lock_hall(hall)
        note_change(hall)


def take_step(hall: Hall, *, by: User, at: dt.datetime) -> bool:
    """Let one made-up person do something, unless one has just done so. Say whether one did.

    `by` writes it down, as the office does for whoever speaks. Raises MoveNotAllowed where the
    conference is over.
    """
    if not practises(hall) or not cache.add(f"{_key(hall)}.step", 1, EVERY):
        return False
    with transaction.atomic():
        lock_hall(hall)
        does = chance.choice([_asks, _asks, _wishes_to_speak, _asks_the_same])
        done: bool = does(hall, by=by, at=at)
        if done:
            note_change(hall)
    return done


def _key(hall: Hall) -> str:
    return f"demo.practice.{hall.pk}"


def _name() -> str:
    return " ".join(chance.choice(part) for part in (words.FAMILY, words.MIDDLE, words.GIVEN))


def _asks(hall: Hall, *, by: User, at: dt.datetime) -> bool:
    """Ask a question that this hall has not heard, with a name or without one."""
    asked = set(hall.conference.questions.values_list("original_text", flat=True))
    new = [one for one in words.IN_THE_HALL if one[1] not in asked]
    if not new or queries.waiting_in(hall).count() >= MOST_WAITING:
        return False
    number, text = chance.choice(new)
    is_named = chance.random() < 0.5
    record_question(
        hall.conference, text=text, theme=Theme.objects.get(committee=None, number=number),
        kind=Question.Kind.OPINION, channel=Question.Channel.ORAL,
        level=Question.Level.NAMED if is_named else Question.Level.CONFIDENTIAL,
        name=_name() if is_named else "", unit=chance.choice(words.UNITS) if is_named else "",
        by=by, at=at,
    )  # fmt: skip
    return True


def _wishes_to_speak(hall: Hall, *, by: User, at: dt.datetime) -> bool:
    waiting = [one for one in hall.speakers.filter(is_gone=False) if one.waits]
    if len(waiting) >= MOST_SPEAKERS:
        return False
    numbers = hall.speakers.order_by("-number").values_list("number", flat=True)
    kind, unit = chance.choice(Speaker.Kind.values), chance.choice(words.UNITS)
    number = (numbers.first() or 0) + 1
    Speaker.objects.create(hall=hall, number=number, name=_name(), unit=unit, kind=kind)
    return True


def _asks_the_same(hall: Hall, *, by: User, at: dt.datetime) -> bool:
    """Ask the same as one that waits, as from some seats."""
    waiting = list(queries.waiting_in(hall)[: queries.QUEUE])
    if not waiting:
        return False
    count_also(hall, chance.choice(waiting), chance.randint(1, 6))
    return True
