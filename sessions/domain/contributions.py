"""What leaders who were named beside the one who answers give to the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.moves import MoveNotAllowed
from foundation.text import clean
from foundation.versions import OutdatedVersion
from sessions.domain.transfers import worked_here
from sessions.models import Contribution, Question
from sessions.states import QuestionState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User


@transaction.atomic
def contribute(
    question: Question, *, text: str, number: int, by: User, at: dt.datetime
) -> Contribution:
    """Keep a new version of what `by` gives to the answer; `number` is that of the last one seen.

    Raises MoveNotAllowed for whoever is not named (any more), OutdatedVersion.
    """
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    question.__dict__.pop("contributors", None)
    if question.state != QuestionState.ASSIGNED or by.pk not in question.contributors:
        raise MoveNotAllowed(f"{by} does not contribute to {question}")
    last = last_of(question, by)
    if number != (last.number if last else 0):
        raise OutdatedVersion(f"{question}: {number}")
    if last is not None and last.text == clean(text):
        return last
    return question.contributions.create(by=by, number=number + 1, text=clean(text), at=at)


def last_of(question: Question, person: User) -> Contribution | None:
    """Return the last version of what the person has contributed, or None."""
    return question.contributions.filter(by=person).order_by("-number").first()


def contributions_to(question: Question) -> list[Contribution]:
    """Return the last version of each contribution made here, with the older ones as `earlier`."""
    latest: dict[int, Contribution] = {}
    for one in question.contributions.filter(worked_here(question)).select_related("by"):
        if one.by_id in latest:
            latest[one.by_id].earlier.append(one)
        else:
            one.earlier = []
            latest[one.by_id] = one
    return list(latest.values())
