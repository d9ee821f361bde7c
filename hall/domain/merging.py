"""Merging at the desk: several that ask the same are one question, and everybody who asked follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from foundation.moves import MoveNotAllowed
from hall.domain.desk import acting, assert_waits, place_of
from hall.models import DeskAct, Hall, Place
from hall.states import TurnState
from sessions.domain.triage import CannotMerge, merge_questions

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Iterable

    from committees.models import User
    from sessions.models import Question


@transaction.atomic
def merge_waiting(
    hall: Hall,
    questions: Iterable[Question],
    *,
    into: Question,
    key: uuid.UUID,
    by: User,
    at: dt.datetime,
) -> None:
    """Let the waiting questions live on in `into`, which waits too or is on the floor.

    All of them or none. Whoever asked the same from a seat asks the same as `into`. Raises
    MoveNotAllowed where one does not wait any more, is on the floor itself or cannot be merged.
    """
    with acting(hall, DeskAct.Kind.MERGE, key=key, by=by, at=at) as act:
        assert_waits(hall, into)
        if into.turns.filter(state=TurnState.IN_WRITING).exists():
            raise MoveNotAllowed(f"{into} is to be answered in writing")
        merged = sorted(questions, key=lambda one: one.pk)
        for question in merged:
            assert_waits(hall, question)
            if question.turns.filter(state__in=(TurnState.RUNNING, TurnState.IN_WRITING)).exists():
                raise MoveNotAllowed(f"{question} is not in the queue")
            try:
                merge_questions(question, into=into, by=by, at=at, batch=key)
            except CannotMerge as refused:
                raise MoveNotAllowed(f"{question} and {into} cannot be one") from refused
        also = sum(Place.objects.filter(question__in=merged).values_list("also", flat=True))
        if also:
            add_also(place_of(hall, into), also)
        act.question = into
        act.before = {"merged": [str(one.pk) for one in merged], "also": also}


def add_also(place: Place, number: int) -> None:
    """Let so many more ask the same; fewer where `number` is below 0."""
    Place.objects.filter(pk=place.pk).update(also=F("also") + number)
