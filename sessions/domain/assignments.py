"""What becomes of an assignment: taken on, given back with a reason, insisted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.given import given
from foundation.moves import MoveNotAllowed
from foundation.text import clean
from sessions.models import AnswerMove, AssignmentReply, Question
from sessions.permissions import is_deputy_at
from sessions.states import AnswerState, QuestionState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User

Verdict = AssignmentReply.Verdict


def standing_reply(question: Question) -> AssignmentReply | None:
    """Return what the leader to whom the question is assigned has said to it, or None."""
    if question.state != QuestionState.ASSIGNED or question.assignee_id is None:
        return None
    said = question.assignment_replies.filter(by=question.assignee_id, is_standing=True)
    return said.select_related("by", "deputy", "proposed", "insisted_by").first()


def was_submitted(question: Question) -> bool:
    """Has a text that is still being written been laid before the secretary?"""
    return AnswerMove.objects.filter(
        answer__question=question,
        answer__state__in=(AnswerState.DRAFT, AnswerState.SUBMITTED),
        to_state=AnswerState.SUBMITTED,
    ).exists()


def can_be_given_back(question: Question, said: AssignmentReply | None) -> bool:
    """Not once a text was laid before the secretary, nor twice: the office has insisted."""
    return not (said is not None and said.is_refused) and not was_submitted(question)


def _lock(question: Question, by: User) -> None:
    """Lock the question; whoever acts is the one it is assigned to, or the deputy. Raises
    MoveNotAllowed."""
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    is_theirs = question.assignee_id == by.pk or is_deputy_at(by, question)
    if question.state != QuestionState.ASSIGNED or not is_theirs:
        raise MoveNotAllowed(f"{question} is {question.state} or somebody else's")


def _say(question: Question, verdict: str, *, by: User, at: dt.datetime, **words: object) -> None:
    replies = question.assignment_replies
    replies.filter(by=question.assignee_id, is_standing=True).update(is_standing=False)
    deputy = None if by.pk == question.assignee_id else by
    replies.create(by=given(question.assignee), deputy=deputy, at=at, verdict=verdict, **words)


@transaction.atomic
def accept_assignment(question: Question, *, by: User, at: dt.datetime) -> None:
    """Take the question on; what was taken on stays so. Raises MoveNotAllowed."""
    _lock(question, by)
    take_on(question, by=by, at=at)


def take_on(question: Question, *, by: User, at: dt.datetime) -> None:
    """Note for a locked question that the one it is assigned to, or the deputy, answers it."""
    said = standing_reply(question)
    if said is None or said.is_open:
        _say(question, Verdict.ACCEPTED, by=by, at=at)


@transaction.atomic
def refuse_assignment(
    question: Question, *, reason: str, proposed: User | None, by: User, at: dt.datetime
) -> None:
    """Give the question back to the office, which hands it on or insists. The due date stays.

    Raises MoveNotAllowed: once a text was laid before the secretary, once the office has
    insisted, and for a question that was given back already.
    """
    _lock(question, by)
    if not can_be_given_back(question, standing_reply(question)):
        raise MoveNotAllowed(f"{question} cannot be given back any more")
    _say(question, Verdict.REFUSED, by=by, at=at, reason=clean(reason), proposed=proposed)


@transaction.atomic
def insist_on_assignment(question: Question, *, reason: str, by: User, at: dt.datetime) -> None:
    """Leave the question with whoever has given it back, and say why. Raises MoveNotAllowed."""
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    said = standing_reply(question)
    if said is None or not said.is_open:
        raise MoveNotAllowed(f"nobody has given {question} back")
    said.insisted_by, said.insisted_at, said.insisted_because = by, at, clean(reason)
    said.save(update_fields=["insisted_by", "insisted_at", "insisted_because"])


def ask_anew(question: Question, *, to: User | None) -> None:
    """Let whoever is handed a locked question anew say anew whether it is taken on.

    The reply of whoever had it stands: the assignment can be undone.
    """
    if to is not None and to.pk != question.assignee_id:
        question.assignment_replies.filter(by=to).update(is_standing=False)
