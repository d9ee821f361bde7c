"""The holding reply: once for a question, a first word to the asker and a new date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from foundation.clock import day_of
from foundation.given import given
from foundation.moves import MoveNotAllowed, move
from foundation.text import clean
from sessions.domain.undoing import lock_for_sorting
from sessions.models import HoldingReply, Question
from sessions.states import QuestionState

if TYPE_CHECKING:
    from committees.models import User

HELD = "trả lời bước đầu"  # history is Vietnamese in place


class BadDate(Exception):
    """The new date is not later than today and than the old one, or lies too far ahead."""


def latest_date(*, at: dt.datetime) -> dt.date:
    """Return the last day that a holding reply may promise."""
    return day_of(at) + dt.timedelta(days=settings.HOLDING_LONGEST)


def can_be_held(question: Question, *, at: dt.datetime) -> bool:
    """Near or past its date, never given a holding reply, and not waiting for its asker."""
    return (
        question.state == QuestionState.ASSIGNED
        and given(question.due_on) <= day_of(at) + dt.timedelta(days=settings.HOLDING_FROM)
        and not HoldingReply.objects.filter(question=question).exists()
        and question.clock_stopped_on is None
    )


@transaction.atomic
def give_holding_reply(
    question: Question, *, text: str, reason: str, due_on: dt.date, by: User, at: dt.datetime
) -> HoldingReply:
    """Tell the asker why the answer takes longer and until when, and let it be due then.

    Raises MoveNotAllowed where one was given, the date is not near or somebody is asked back;
    BadDate.
    """
    lock_for_sorting(question)
    if not can_be_held(question, at=at):
        raise MoveNotAllowed(f"{question} cannot be given a holding reply")
    before = given(question.due_on)
    if not max(before, day_of(at)) < due_on <= latest_date(at=at):
        raise BadDate
    reply = HoldingReply.objects.create(
        question=question,
        text=clean(text),
        reason=clean(reason),
        due_before=before,
        due_on=due_on,
        by=by,
        at=at,
    )
    move(question, QuestionState.ASSIGNED, by=by, at=at, reason=HELD, due_on=due_on)
    return reply
