"""One act of sorting on several questions at once, undone as one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.moves import MoveNotAllowed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from committees.models import User
    from sessions.models import Question


@transaction.atomic
def sort_several(
    questions: Iterable[Question],
    act: Callable[..., Any],
    *,
    by: User,
    at: dt.datetime,
    **details: Any,
) -> tuple[UUID, list[Question], list[Question]]:
    """Do `act` (a function of sessions.domain.triage) on each question that its state permits.

    Returns (batch, done, left): what undoes it, and the questions it was and was not done on.
    Anything but a state that forbids it takes back the whole.
    """
    batch, done, left = uuid.uuid4(), [], []
    for question in sorted(questions, key=lambda question: question.pk):
        try:
            with transaction.atomic():
                act(question, **details, by=by, at=at, batch=batch)
            done.append(question)
        except MoveNotAllowed:
            left.append(question)
    return batch, done, left
