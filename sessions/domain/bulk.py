"""One act of sorting on several questions at once, undone as one."""

import uuid

from django.db import transaction

from foundation.moves import MoveNotAllowed


@transaction.atomic
def sort_several(questions, act, *, by, at, **details):
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
