"""The due date stands still while the asker is asked back.

It moves by the days that were waited. These are days of the calendar, as every other date of an
answer is counted (`LEAD_TIMES`): a date that somebody has set moves for no day off either.

When the asker has replied the clock runs on from the Monday after: the moment of a reply is kept
no finer than its week, and a due date that moved by the very days would tell the day. An office
that withdraws its request, or answers all the same, ends the wait on the day itself. After
`ASKED_BACK_DAYS` without a word the clock runs on alone. A date that was over before does not
become right by asking back.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from foundation.clock import day_of, start_of_week
from foundation.given import given
from sessions.models import Clarification, Question

if TYPE_CHECKING:
    from uuid import UUID


def limit_of(request: Clarification) -> dt.date:
    """Return the day from which the clock runs on if the asker says nothing."""
    return request.asked_on + dt.timedelta(days=settings.ASKED_BACK_DAYS)


def after_the_week_of(at: dt.datetime) -> dt.date:
    return day_of(start_of_week(at)) + dt.timedelta(days=7)


def clock_with(question: Question, due_on: dt.date | None, *, at: dt.datetime) -> dt.date | None:
    """Return since when the clock of a locked question stands that is due on `due_on`, or None.

    With the date it had it stands as it stood; a new one stands still from today.
    """
    request, today = question.clarifications.open().first(), day_of(at)
    if request is None or due_on is None or due_on < today or limit_of(request) <= today:
        return None
    if question.clock_stopped_on is not None and due_on == question.due_on:
        return question.clock_stopped_on
    return today


def stop_clock(question: Question, *, at: dt.datetime) -> None:
    """Let the date of a locked question stand still: its asker has just been asked back."""
    stands = clock_with(question, question.due_on, at=at)
    if stands != question.clock_stopped_on:
        question.clock_stopped_on = stands
        question.version += 1  # no act before it can be undone over it
        question.save(update_fields=["clock_stopped_on", "version"])


def run_on(question: Question, request: Clarification, *, on: dt.date) -> None:
    """Let the clock of a locked question run on from `on`, at the latest from the limit."""
    stopped = question.clock_stopped_on
    if stopped is None:
        return
    ran_on = max(stopped, min(on, limit_of(request)))
    request.clock_stopped_on, request.clock_ran_on = stopped, ran_on
    request.save(update_fields=["clock_stopped_on", "clock_ran_on"])
    question.due_on, question.clock_stopped_on = given(question.due_on) + (ran_on - stopped), None
    question.version += 1
    question.save(update_fields=["due_on", "clock_stopped_on", "version"])


def run_clocks_on(*, at: dt.datetime) -> None:
    """Let every clock run on whose asker has said nothing for too long. Safe at any time."""
    since = day_of(at) - dt.timedelta(days=settings.ASKED_BACK_DAYS)
    waiting = Clarification.objects.open().filter(
        asked_on__lte=since, question__clock_stopped_on__isnull=False
    )
    for pk, question_id in waiting.order_by("question").values_list("pk", "question"):
        _run_on_if_still_open(pk, question_id, at=at)


@transaction.atomic
def _run_on_if_still_open(pk: int, question_id: UUID, *, at: dt.datetime) -> None:
    question = Question.objects.select_for_update(no_key=True).get(pk=question_id)
    request = Clarification.objects.open().filter(pk=pk).first()
    if request is not None:
        run_on(question, request, on=day_of(at))
