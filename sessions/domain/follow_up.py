"""After a question was sent: asking back, the asker's reply, rating and appeal.

The asker's acts bear no name and no moment finer than a week, whether they come with the
receipt or from somebody who is signed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from foundation.clock import day_of, week_of
from foundation.moves import MoveNotAllowed
from foundation.text import clean
from sessions.domain import pausing
from sessions.domain.transfers import standing_transfer
from sessions.models import Answer, Appeal, Clarification, Question, Rating
from sessions.states import ANSWERED, IN_PROGRESS, AnswerState, QuestionState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User


APPEALABLE = (
    *ANSWERED,
    QuestionState.DECLINED,
    QuestionState.REFERRED,
    QuestionState.ESCALATED,
)


def _locked(question: Question) -> None:
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))


@transaction.atomic
def ask_back(question: Question, *, text: str, by: User, at: dt.datetime) -> Clarification:
    """Ask the asker what is meant. One such request is open at a time. Raises MoveNotAllowed."""
    _locked(question)
    if question.state not in IN_PROGRESS or open_request(question):
        raise MoveNotAllowed(f"{question} cannot be asked back about now")
    request = Clarification.objects.create(
        question=question,
        text=clean(text),
        asked_by=by,
        asked_on=day_of(at),
        transfer=standing_transfer(question),
    )
    pausing.stop_clock(question, at=at)
    return request


@transaction.atomic
def withdraw_request(question: Question, *, by: User, at: dt.datetime) -> None:
    """Ask the asker no longer; the due date runs on. Raises MoveNotAllowed."""
    _locked(question)
    request = open_request(question)
    if request is None:
        raise MoveNotAllowed(f"nobody has asked back about {question}")
    request.withdrawn_by, request.withdrawn_on = by, day_of(at)
    request.save(update_fields=["withdrawn_by", "withdrawn_on"])
    pausing.run_on(question, request, on=day_of(at))


def open_request(question: Question) -> Clarification | None:
    """Return the request for clarification that waits for the asker's reply, or None."""
    return question.clarifications.open().first()


@transaction.atomic
def reply(question: Question, *, text: str, at: dt.datetime) -> None:
    """Give the asker's reply to the open request; the same words again are the same reply.

    Raises MoveNotAllowed when there is no request.
    """
    _locked(question)
    request = open_request(question)
    if request is None and question.clarifications.filter(reply=clean(text)).exists():
        return
    if request is None:
        raise MoveNotAllowed(f"nobody has asked back about {question}")
    request.reply, request.reply_week = clean(text), week_of(at)
    request.save(update_fields=["reply", "reply_week"])
    # Not from today: the day of the reply is kept nowhere.
    pausing.run_on(question, request, on=pausing.after_the_week_of(at))


def has_answer(question: Question) -> bool:
    """Has the question, or the one it was merged into, an answer that the asker can read?"""
    answered = question.merged_into if question.state == QuestionState.MERGED else question
    return Answer.objects.filter(question=answered, state=AnswerState.PUBLISHED).exists()


@transaction.atomic
def rate(question: Question, *, value: Any, why: str) -> None:
    """Say whether the answer answers; the last word counts. Raises MoveNotAllowed."""
    _locked(question)
    if not has_answer(question):
        raise MoveNotAllowed(f"{question} has no answer yet")
    Rating.objects.update_or_create(question=question, defaults={"value": value, "why": clean(why)})


@transaction.atomic
def appeal(question: Question, *, text: str, at: dt.datetime) -> None:
    """Object once to how the question was settled; the same words again are the same objection.

    Raises MoveNotAllowed.
    """
    _locked(question)
    if question.state not in APPEALABLE:
        raise MoveNotAllowed(f"{question} has not been settled")
    try:
        with transaction.atomic():
            Appeal.objects.create(question=question, text=clean(text), week=week_of(at))
    except IntegrityError:
        if not Appeal.objects.filter(question=question, text=clean(text)).exists():
            raise MoveNotAllowed(f"there is an appeal about {question}") from None


@transaction.atomic
def reply_to_appeal(appeal: Appeal, *, text: str, by: User, at: dt.datetime) -> None:
    """Let the secretary answer the objection, once. Raises MoveNotAllowed."""
    appeal.refresh_from_db(from_queryset=Appeal.objects.select_for_update(no_key=True))
    if appeal.reply:
        raise MoveNotAllowed("the appeal has been replied to")
    appeal.reply, appeal.replied_by, appeal.replied_on = clean(text), by, day_of(at)
    appeal.save(update_fields=["reply", "replied_by", "replied_on"])
