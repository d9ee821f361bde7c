"""One answer to several questions: each has a version of its own, and they go together.

Whatever is done to one is done to all of them or to none. Always the conference is locked first,
then the questions in one order.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.conflicts import Conflict
from foundation.versions import OutdatedVersion
from sessions.domain import answers, attachment_files, attachments, citations
from sessions.models import Answer, Conference, Question
from sessions.permissions import can_write_answer
from sessions.states import ANSWERABLE, AnswerState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Sequence
    from uuid import UUID

    from committees.models import User


class NotTogether(Conflict):
    """Some questions were answered or begun apart meanwhile. `questions` says which."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(", ".join(str(one) for one in questions))
        self.questions = questions


def to_answer_with(question: Question, *, by: User) -> list[Question]:
    """Return the other questions of the conference that `by` may answer with the same words.

    Not those for which an answer of their own is begun: it would be written over.
    """
    shared = _shared_by(question)
    found = (
        Question.objects.visible_to(by)
        .filter(
            conference=question.conference_id,
            committee=question.committee_id,
            state__in=ANSWERABLE,
        )
        .exclude(pk=question.pk)
        .select_related("conference", "committee")
        .order_by("number", "pk")
    )
    begun = dict(
        Answer.objects.filter(question__in=found, state__in=answers.IN_WORK).values_list(
            "question", "shared"
        )
    )
    return [
        one
        for one in found
        if can_write_answer(by, one)
        and (one.pk not in begun or (shared is not None and begun[one.pk] == shared))
    ]


def answered_with(answer: Answer | None) -> list[Answer]:
    """Return the versions in work that go with this one, itself not among them."""
    if answer is None or answer.shared is None:
        return []
    found = Answer.objects.filter(
        shared=answer.shared,
        state__in=answers.IN_WORK,
        question__state__in=ANSWERABLE,
        question__committee=answer.question.committee_id,
    )
    rows = found.exclude(pk=answer.pk).select_related("question__conference", "question__committee")
    return list(rows.order_by("question__number", "question"))


@transaction.atomic
def answer_together(
    question: Question,
    *,
    also: Iterable[Question],
    by: User,
    at: dt.datetime,
    then: Callable[..., None] | None = None,
    cited: Answer | None = None,
    **draft: Any,
) -> Answer:
    """Keep one draft (as `answers.draft_answer`) for the question and for the questions `also`.

    `then` (submit_answer, publish_answer) is done to each of them; the text cites `cited`. Whoever is left out again
    loses the copy that was made for it. Raises NotTogether, OutdatedVersion, NotAttachable.
    """
    others = sorted(also, key=lambda one: one.pk)
    _lock([question, *others])
    shared = _shared_by(question)
    if late := [one for one in others if not _may_join(one, shared)]:
        raise NotTogether(late)
    left = [
        one
        for one in answered_with(answers.answer_in_work(question))
        if one.question not in others and can_write_answer(by, one.question)
    ]
    answer = answers.draft_answer(question, **draft, by=by, at=at)
    citations.note_citation(answer, cited)
    answers.discard(Answer.objects.filter(pk__in=[one.pk for one in left]))
    copies = [_copy(answer, to=one) for one in others]
    _tie([answer, *copies], shared)
    if then is not None:
        for one in [answer, *copies]:
            then(one, by=by, at=at)
    return answer


@transaction.atomic
def act_together(
    answer: Answer,
    act: Callable[..., None],
    *,
    seen: Collection[str],
    by: User,
    at: dt.datetime,
    **how: Any,
) -> None:
    """Do `act` (publish_answer, send_back_answer) to the answer and to all that go with it.

    `seen` are the ids of the questions that whoever acts was shown; others: OutdatedVersion.
    """
    _lock([answer.question, *(one.question for one in answered_with(answer))])
    every = sorted([answer, *answered_with(answer)], key=lambda one: one.question_id)
    if seen and {str(one.question_id) for one in every} != set(seen):
        raise OutdatedVersion(f"{answer}: others go with it by now")
    for one in every:
        act(one, **how, by=by, at=at)


@transaction.atomic
def correct_together(
    question: Question, *, together: bool = False, by: User, at: dt.datetime, **words: Any
) -> Answer:
    """Publish a new version of the answer, and with `together` of all that were given as one.

    Alone, it is no longer the same answer as theirs. Raises OutdatedVersion, NotAttachable.
    """
    others = [one.question for one in published_with(question)] if together else []
    _lock([question, *others])
    answer = answers.correct_answer(question, **words, by=by, at=at)
    if others:
        common = {name: getattr(answer, name) for name in ("text", "answered_by")}
        common["reason"] = words.get("reason", "")
        made = [answers.correct_answer(one, **common, by=by, at=at) for one in others]
        for one in made:
            _take_files(answer, to=one)
        _tie([answer, *made], None)
    return answer


def published_with(question: Question) -> list[Answer]:
    """Return the published answers to other questions that were given as one with this one's."""
    answer = question.answers.filter(state=AnswerState.PUBLISHED).first()
    if answer is None or answer.shared is None:
        return []
    found = Answer.objects.filter(
        shared=answer.shared,
        state=AnswerState.PUBLISHED,
        question__committee=question.committee_id,
    )
    rows = found.exclude(pk=answer.pk).select_related("question__conference", "question__committee")
    return list(rows.order_by("question__number", "question"))


def _lock(questions: Sequence[Question]) -> None:
    Conference.objects.select_for_update(no_key=True).get(pk=questions[0].conference_id)
    for one in sorted(questions, key=lambda one: one.pk):
        one.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))


def _shared_by(question: Question) -> UUID | None:
    answer = answers.answer_in_work(question)
    return answer.shared if answer else None


def _may_join(question: Question, shared: UUID | None) -> bool:
    """Is it still to be answered, and nothing begun for it but what goes with the others?"""
    begun = answers.answer_in_work(question)
    is_free = begun is None or (
        begun.state == AnswerState.DRAFT and shared is not None and begun.shared == shared
    )
    return question.state in ANSWERABLE and is_free


def _copy(answer: Answer, *, to: Question) -> Answer:
    """Let the question have the same draft, with the same files."""
    draft = answers.answer_in_work(to)
    if draft is None:
        draft = Answer(question=to, number=answers.next_number(to), version=0)
    for name in ("text", "answered_by", "author", "written_at"):
        setattr(draft, name, getattr(answer, name))
    draft.version += 1
    draft.save()
    _take_files(answer, to=draft)
    citations.carry_on(answer, to=draft)
    return draft


def _take_files(answer: Answer, *, to: Answer) -> None:
    attachment_files.remove(to.attachments.all())
    attachments.copy(answer, to=to)


def _tie(every: Sequence[Answer], shared: UUID | None) -> None:
    """Note which answers are one; who has left them by now keeps the old mark alone."""
    tied = {one.pk for one in every}
    is_same = shared is not None and tied == set(
        Answer.objects.filter(shared=shared, state__in=answers.IN_WORK).values_list("pk", flat=True)
    )
    mark = (shared if is_same else uuid.uuid4()) if len(every) > 1 else None
    for one in every:
        one.shared = mark
        one.save(update_fields=["shared"])
