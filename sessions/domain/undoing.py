"""Undoing the last act of sorting: everything is as it was, and the history tells both."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.moves import MoveNotAllowed, move
from foundation.search import searchable
from sessions.domain.text_changes import note_change
from sessions.models import Answer, Appeal, Conference, Question, SortingStep
from sessions.states import QuestionState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from committees.models import User


KEPT = dt.timedelta(days=7)
# What acts of sorting change, beside the state.
CHANGED = (
    *("theme_id", "kind", "display_text", "edited_ok", "in_report", "times_raised"),
    *("assignee_id", "assigned_unit", "due_on", "merged_into_id", "settled_at"),
    "clock_stopped_on",
    *("return_code", "return_text", "passed_to", "passed_reason"),
)
DAYS = ("due_on", "clock_stopped_on")
ASSIGNMENT = ("assignee_id", "assigned_unit", *DAYS)


class CannotUndo(MoveNotAllowed):
    """Something has happened to the question since."""


def lock_for_sorting(question: Question) -> None:
    """Lock the conference, then the question, and bring the question up to date.

    Always in this order: closing a conference locks them so too, and of two people at one
    question the second sees what the first has done.
    """
    Conference.objects.select_for_update(no_key=True).get(pk=question.conference_id)
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))


@contextlib.contextmanager
def step(
    question: Question,
    act: SortingStep.Act,
    *,
    by: User | None,
    at: dt.datetime,
    batch: UUID | None = None,
) -> Iterator[None]:
    """Lock the question for one act of sorting and keep what stood before it.

    Whoever has the question open meanwhile has an outdated version afterwards.
    """
    lock_for_sorting(question)
    before = _standing(question)
    yield
    question.version += 1
    question.save(update_fields=["version"])
    SortingStep.objects.update_or_create(
        question=question,
        defaults={
            "act": act,
            "by": by,
            "at": at,
            "version": question.version,
            "before": before,
            **({"batch": batch} if batch else {"batch": SortingStep().batch}),
        },
    )


def _standing(question: Question) -> dict[str, Any]:
    kept = {name: getattr(question, name) for name in CHANGED}
    return {
        "state": question.state,
        "ties": ties_of([question])[question.pk],
        "contributors": sorted(question.co_responders.values_list("person", flat=True)),
        **kept,
    }


def ties_of(questions: Collection[Question]) -> Counter[Any]:
    """Count what others have tied to each question: answers, merged questions, an objection."""
    pks = [question.pk for question in questions]
    found: Counter[UUID] = Counter()
    for model, name in ((Answer, "question"), (Question, "merged_into"), (Appeal, "question")):
        tied = model.objects.filter(**{f"{name}__in": pks}).order_by()
        found.update(tied.values_list(name, flat=True))
    return found


@transaction.atomic
def undo_step(question: Question, *, batch: UUID, by: User, at: dt.datetime) -> None:
    """Take back the last act of sorting, if it is that of `batch`. Raises CannotUndo.

    The number that the question got stays its own.
    """
    lock_for_sorting(question)
    last = SortingStep.objects.filter(question=question, batch=batch).first()
    if last is None or not can_undo(question, last, ties=ties_of([question]), at=at):
        raise CannotUndo(f"{question} has moved on, been answered, joined or objected to")
    before = dict(last.before)
    state = before.pop("state")
    del before["ties"]
    if (contributors := before.pop("contributors", None)) is not None:
        name_contributors(question, contributors, by=by, at=at)
    for name in DAYS:
        before[name] = dt.date.fromisoformat(before[name]) if before.get(name) else None
    before["settled_at"] = before["settled_at"] and dt.datetime.fromisoformat(before["settled_at"])
    before["version"] = question.version + 1
    was_read = question.text if question.edited_ok else None
    reassigned = [name for name in ASSIGNMENT if before[name] != getattr(question, name)]
    if state != question.state or (state == QuestionState.ASSIGNED and reassigned):
        move(question, state, by=by, at=at, reason=UNDONE, **before)
    else:
        for name, value in before.items():
            setattr(question, name, value)
        question.save(update_fields=list(before))
    if was_read is not None:
        note_change(question, before=was_read, reason=UNDONE, by=by, at=at)
    question.folded = searchable(question.text)
    question.save(update_fields=["folded"])
    last.delete()


def name_contributors(
    question: Question, people: Collection[int], *, by: User, at: dt.datetime
) -> None:
    """Let the people of these ids, and nobody else, contribute to the answer of a locked question.

    What somebody has contributed who is named no more stays with the question.
    """
    question.co_responders.exclude(person__in=people).delete()
    known = set(question.co_responders.values_list("person", flat=True))
    for pk in sorted(set(people) - known):
        question.co_responders.create(person_id=pk, named_by=by, named_at=at)
    question.__dict__.pop("contributors", None)


UNDONE = "Hoàn tác"  # history is Vietnamese in place


def can_undo(question: Question, last: SortingStep | None, *, ties: Any, at: dt.datetime) -> bool:
    """Is `last`, a SortingStep or None, still the last thing that happened to the question?

    `ties` is what `ties_of` counts for it: nobody may have answered, joined or objected since.
    """
    return (
        last is not None
        and last.version == question.version
        and last.before["ties"] == ties[question.pk]
        and last.at > at - KEPT
        and question.state != QuestionState.WITHDRAWN
    )


def forget_steps(*, at: dt.datetime) -> int:
    """Remove what can no longer be undone. Returns how many."""
    return SortingStep.objects.filter(at__lte=at - KEPT).delete()[0]
