"""Answers: given at the conference, or written, cleared and published. Versions are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.clock import day_of
from foundation.moves import MoveNotAllowed, move
from foundation.versions import OutdatedVersion, claim_version
from sessions.domain import assignments, attachment_files, attachments, citations
from sessions.domain.pausing import clock_with, run_on
from sessions.domain.triage import number_for
from sessions.domain.undoing import UNDONE, CannotUndo, lock_for_sorting
from sessions.models import Answer, Appeal, Attachment, Question
from sessions.permissions import is_deputy_at
from sessions.states import ANSWERABLE, ANSWERED, AnswerState, QuestionState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from committees.models import User
    from sessions.models import Conference


IN_WORK = (AnswerState.DRAFT, AnswerState.SUBMITTED)


def _lock(question: Question, *states: QuestionState) -> None:
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    if question.state not in states:
        raise MoveNotAllowed(f"{question} is {question.state}")


def next_number(question: Question) -> int:
    """Return the number of the next version of the answer to a locked question."""
    last = question.answers.order_by("-number").first()
    return last.number + 1 if last else 1


def _publish(answer: Answer, *, by: User, at: dt.datetime, reason: str = "") -> None:
    for older in answer.question.answers.filter(state=AnswerState.PUBLISHED):
        move(older, AnswerState.SUPERSEDED, by=by, at=at)
    move(answer, AnswerState.PUBLISHED, by=by, at=at, reason=reason, published_at=at)


def discard(drafts: Any) -> None:
    """Remove drafts with their files."""
    attachment_files.remove(Attachment.objects.filter(answer__in=drafts))
    drafts.delete()


@transaction.atomic
def record_live_answer(
    question: Question,
    *,
    text: str,
    answered_by: str,
    by: User,
    at: dt.datetime,
    keeps_drafts: bool = False,
) -> Answer:
    """Write down what was answered at the conference; the asker can read it at once.

    What a leader had begun to write goes, unless the act may still be undone.
    """
    lock_for_sorting(question)
    if QuestionState.ANSWERED_LIVE not in question.MOVES[question.state]:
        raise MoveNotAllowed(f"{question} is {question.state}")
    move(
        question,
        QuestionState.ANSWERED_LIVE,
        by=by,
        at=at,
        settled_at=at,
        **number_for(question),
    )
    if not keeps_drafts:
        discard(question.answers.filter(state__in=IN_WORK))
    # Published from the beginning: a draft of it would stand beside the one that is kept.
    answer = Answer.objects.create(
        question=question,
        number=next_number(question),
        live=True,
        text=text,
        answered_by=answered_by,
        written_at=at,
        state=AnswerState.PUBLISHED,
        published_at=at,
    )
    answer.moves.create(actor=by, from_state="", to_state=AnswerState.PUBLISHED, at=at)
    return answer


@transaction.atomic
def take_back_live_answer(question: Question, *, number: int, by: User, at: dt.datetime) -> None:
    """Undo `record_live_answer`: the question is open again, in the state that it had before.

    The words are kept as a version that nobody but the office reads. Raises CannotUndo where
    another version than `number` stands by now, or the asker has objected.
    """
    lock_for_sorting(question)
    answer = question.answers.filter(state=AnswerState.PUBLISHED, live=True, number=number).first()
    if question.state != QuestionState.ANSWERED_LIVE or answer is None or is_objected(question):
        raise CannotUndo(f"{question} has moved on, or was objected to")
    before = question.moves.filter(to_state=QuestionState.ANSWERED_LIVE).latest("pk").from_state
    move(answer, AnswerState.SUPERSEDED, by=by, at=at, reason=UNDONE)
    move(question, before, by=by, at=at, reason=UNDONE, settled_at=None)


def discard_drafts(conference: Conference) -> None:
    """Remove what was begun in writing about questions that were answered at the conference."""
    discard(
        Answer.objects.filter(
            question__conference=conference,
            question__state=QuestionState.ANSWERED_LIVE,
            state__in=IN_WORK,
        )
    )


def is_objected(question: Question) -> bool:
    return Appeal.objects.filter(question=question).exists()


@transaction.atomic
def complete_in_writing(
    question: Question, *, reason: str, due_on: dt.date, by: User, at: dt.datetime
) -> None:
    """Promise more than was said at the conference: a written answer by `due_on`."""
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    move(
        question,
        QuestionState.ASSIGNED,
        by=by,
        at=at,
        reason=reason,
        due_on=due_on,
        clock_stopped_on=clock_with(question, due_on, at=at),
        settled_at=None,
    )


def mark_of(question: Question) -> str:
    """Return what stands after the name of a deputy who answers the question."""
    name = question.assignee.full_name if question.assignee else ""
    return f" (trả lời thay đồng chí {name})"  # documents are Vietnamese in place


def answer_in_work(question: Question) -> Answer | None:
    """Return the draft or submitted answer, or None."""
    return question.answers.filter(state__in=IN_WORK).first()


@transaction.atomic
def draft_answer(
    question: Question,
    *,
    text: str,
    answered_by: str,
    version: int,
    by: User,
    at: dt.datetime,
    files: Collection[Any] = (),
    drop: Collection[Attachment] = (),
) -> Answer:
    """Keep a draft. `version` is 0 for the first one. Raises OutdatedVersion, NotAttachable.

    `files` are cleaned and come to it, the attachments `drop` go.
    """
    _lock(question, *ANSWERABLE)
    stands_in = is_deputy_at(by, question)
    if by.pk == question.assignee_id or (stands_in and question.is_assigned):
        assignments.take_on(question, by=by, at=at)  # whoever writes it answers it
    answer = answer_in_work(question)
    mark = mark_of(question)
    if stands_in or (answer and answer.answered_by.endswith(mark) and by != question.assignee):
        answered_by = answered_by.removesuffix(mark) + mark
    if answer is None:
        answer = Answer.objects.create(
            question=question,
            number=next_number(question),
            text=text,
            answered_by=answered_by,
            author=by,
            written_at=at,
        )
        attachments.exchange(answer, add=files, at=at)
        return answer
    if answer.state != AnswerState.DRAFT:
        raise MoveNotAllowed(f"{answer} is {answer.state}")
    claim_version(answer, version)
    answer.text, answer.answered_by, answer.author, answer.written_at = text, answered_by, by, at
    answer.save(update_fields=["text", "answered_by", "author", "written_at"])
    attachments.exchange(answer, add=files, drop=drop, at=at)
    return answer


@transaction.atomic
def submit_answer(answer: Answer, *, by: User, at: dt.datetime) -> None:
    """Lay the draft before the secretary."""
    move(answer, AnswerState.SUBMITTED, by=by, at=at, remarks="")


@transaction.atomic
def send_back_answer(answer: Answer, *, remarks: str, by: User, at: dt.datetime) -> None:
    """Give the answer back to its writer, with remarks."""
    move(answer, AnswerState.DRAFT, by=by, at=at, reason=remarks, remarks=remarks)


@transaction.atomic
def publish_answer(answer: Answer, *, by: User, at: dt.datetime) -> None:
    """Clear the answer: the asker reads it, and the question is answered in writing."""
    question = answer.question
    lock_for_sorting(question)
    if QuestionState.ANSWERED_WRITTEN not in question.MOVES[question.state]:
        raise MoveNotAllowed(f"{question} is {question.state}")
    _publish(answer, by=by, at=at)
    if (request := question.clarifications.open().first()) is not None:
        run_on(question, request, on=day_of(at))
    move(
        question,
        QuestionState.ANSWERED_WRITTEN,
        by=by,
        at=at,
        settled_at=at,
        due_on=question.due_on or day_of(at),
    )


@transaction.atomic
def correct_answer(
    question: Question,
    *,
    text: str,
    answered_by: str,
    by: User,
    at: dt.datetime,
    reason: str = "",
    number: int | None = None,
    files: Collection[Any] = (),
    drop: Collection[Attachment] = (),
) -> Answer:
    """Publish a new version of a published answer; the old one is kept as superseded.

    `number` is that of the version that was looked at. The new one has its attachments, but
    for `drop`, and `files`. Raises OutdatedVersion, NotAttachable.
    """
    _lock(question, *ANSWERED)
    old = question.answers.get(state=AnswerState.PUBLISHED)
    if number not in (None, old.number):
        raise OutdatedVersion(f"{old}: {number}")
    answer = Answer.objects.create(
        question=question,
        number=next_number(question),
        live=old.live,
        text=text,
        answered_by=answered_by,
        author=by,
        written_at=at,
    )
    citations.carry_on(old, to=answer)
    attachments.copy(old, to=answer, without=drop)
    attachments.exchange(answer, add=files, at=at)
    _publish(answer, by=by, at=at, reason=reason)
    return answer
