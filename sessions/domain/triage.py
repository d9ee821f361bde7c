"""Sorting: classify, edit for display, assign, merge, return, refer, escalate.

Every act is one step that can be undone (sessions.domain.undoing). `batch` joins the steps of
one act on several questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from foundation.moves import MoveNotAllowed, move
from foundation.search import searchable
from foundation.text import clean
from foundation.versions import OutdatedVersion
from sessions.domain import assignments
from sessions.domain.pausing import clock_with
from sessions.domain.text_changes import note_change
from sessions.domain.undoing import lock_for_sorting, name_contributors, step
from sessions.models import Conference, Question, SortingStep
from sessions.states import IN_PROGRESS, QuestionState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection
    from uuid import UUID

    from committees.models import User
    from sessions.models import Theme


Act = SortingStep.Act
BESIDE = "phối hợp"  # history is Vietnamese in place


class CannotMerge(Exception):
    """The two questions cannot become one."""


def number_for(question: Question) -> dict[str, Any]:
    """Return the number to give a locked question, if it has none, in the order of sorting."""
    if question.number:
        return {}
    Conference.objects.filter(pk=question.conference_id).update(
        last_question_number=F("last_question_number") + 1
    )
    number = Conference.objects.values_list("last_question_number", flat=True).get(
        pk=question.conference_id
    )
    return {"number": number}


def _settle(
    question: Question,
    to: QuestionState,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    **changes: Any | None,
) -> None:
    if to not in question.MOVES[question.state]:
        raise MoveNotAllowed(f"{question}: {question.state} → {to}")
    move(question, to, by=by, at=at, reason=reason, **number_for(question), **changes)


# --- what each part of the form does, to a locked question ----------------------------


def _classify(question: Question, *, theme: Theme, kind: str, by: User, at: dt.datetime) -> None:
    if question.state in (QuestionState.WITHDRAWN, QuestionState.MERGED):
        raise MoveNotAllowed(f"{question} is {question.state}")
    if question.state == QuestionState.RECEIVED:
        _settle(question, QuestionState.CLASSIFIED, by=by, at=at, theme=theme, kind=kind)
    else:
        question.theme, question.kind = theme, kind
        question.save(update_fields=["theme", "kind"])


def _write_text(
    question: Question,
    *,
    display_text: str,
    edited_ok: bool,
    in_report: bool,
    times_raised: int,
    by: User | None,
    at: dt.datetime | None,
    reason: str = "",
) -> None:
    if question.state == QuestionState.WITHDRAWN:
        raise MoveNotAllowed(f"{question} has been withdrawn")
    if question.is_transferred:
        return  # its words are those that the committee has cleared where it was asked
    text, before = clean(display_text), question.text if question.edited_ok else None
    # The untouched original is no text of the office until it is cleared: then it is kept as such.
    untouched = not text or text == question.original_text
    question.display_text = "" if untouched and not edited_ok else text or question.original_text
    question.edited_ok, question.in_report = edited_ok, in_report
    question.times_raised = times_raised
    if before is not None and at is not None:
        note_change(question, before=before, reason=reason, by=by, at=at)
    # Not the original: what was taken out of a text must not be found by searching for it.
    question.folded = searchable(question.text)
    question.save(
        update_fields=["display_text", "edited_ok", "in_report", "times_raised", "folded"]
    )


def _assign(
    question: Question,
    *,
    to: User | None,
    unit: str,
    due_on: dt.date | None,
    by: User,
    at: dt.datetime,
    beside: Collection[User] | None = None,
) -> None:
    if question.state not in IN_PROGRESS:  # undoing alone leads back there from what is settled
        raise MoveNotAllowed(f"{question} is {question.state}")
    assignments.ask_anew(question, to=to)
    if beside is None:
        beside = [one.person for one in question.co_responders.select_related("person")]
    beside = [person for person in beside if person != to]
    name_contributors(question, [person.pk for person in beside], by=by, at=at)
    who = unit or (to.full_name if to else "")
    if beside:
        who += f"; {BESIDE}: {', '.join(person.full_name for person in beside)}"
    _settle(
        question,
        QuestionState.ASSIGNED,
        by=by,
        at=at,
        reason=who,
        assignee=to,
        assigned_unit=unit,
        due_on=due_on,
        clock_stopped_on=clock_with(question, due_on, at=at),
        settled_at=None,
    )


# --- the acts -------------------------------------------------------------------------


@transaction.atomic
def sort_question(
    question: Question,
    *,
    version: int,
    theme: Theme,
    kind: str,
    by: User,
    at: dt.datetime,
    to: User | None = None,
    unit: str = "",
    due_on: dt.date | None = None,
    beside: Collection[User] | None = None,
    **text: Any,
) -> None:
    """Save the sorting form as one act: theme and kind, the text for others, who answers by when.

    `text` is display_text, edited_ok, in_report and times_raised, and the reason why words that
    others have read are changed. Without `to` and `unit` nobody
    is assigned; the same assignment again changes nothing. Raises OutdatedVersion.
    """
    with step(question, Act.SORT, by=by, at=at):
        if question.version != version:
            raise OutdatedVersion(f"{question}: {version}")
        if (to or unit) and question.state in IN_PROGRESS:
            question.theme, question.kind = theme, kind
            question.save(update_fields=["theme", "kind"])
            same = (question.assignee, question.assigned_unit, question.due_on) == (
                to,
                unit,
                due_on,
            )
            if beside is not None:
                named = {person.pk for person in beside if person != to}
                same = same and named == set(question.contributors)
            if question.state != QuestionState.ASSIGNED or not same:
                _assign(question, to=to, unit=unit, due_on=due_on, beside=beside, by=by, at=at)
        else:
            _classify(question, theme=theme, kind=kind, by=by, at=at)
        _write_text(question, **text, by=by, at=at)


@transaction.atomic
def classify_question(
    question: Question,
    *,
    theme: Theme,
    kind: str,
    by: User,
    at: dt.datetime,
    batch: UUID | None = None,
) -> None:
    """Confirm what the question is about and give it its number."""
    with step(question, Act.SORT, by=by, at=at, batch=batch):
        if question.state not in IN_PROGRESS:
            raise MoveNotAllowed(f"{question} is {question.state}")
        _classify(question, theme=theme, kind=kind, by=by, at=at)


@transaction.atomic
def edit_question(
    question: Question,
    *,
    display_text: str,
    edited_ok: bool,
    in_report: bool,
    times_raised: int,
    version: int,
    by: User | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Set what others read, beside the untouched original, and whether the report quotes it.

    Raises OutdatedVersion.
    """
    lock_for_sorting(question)
    if question.version != version:
        raise OutdatedVersion(f"{question}: {version}")
    _write_text(
        question,
        display_text=display_text,
        edited_ok=edited_ok,
        in_report=in_report,
        times_raised=times_raised,
        by=by,
        at=at,
    )
    question.version += 1
    question.save(update_fields=["version"])


@transaction.atomic
def clear_text(question: Question, *, by: User, at: dt.datetime, batch: UUID | None = None) -> None:
    """Clear the text as it stands for others and for the report."""
    with step(question, Act.CLEAR, by=by, at=at, batch=batch):
        if question.state in (QuestionState.WITHDRAWN, QuestionState.MERGED):
            raise MoveNotAllowed(f"{question} is {question.state}")
        question.edited_ok, question.display_text = True, question.text
        question.save(update_fields=["edited_ok", "display_text"])


@transaction.atomic
def assign_question(
    question: Question,
    *,
    due_on: dt.date | None,
    by: User,
    at: dt.datetime,
    to: User | None = None,
    unit: str = "",
    beside: Collection[User] | None = None,
    batch: UUID | None = None,
) -> None:
    """Hand the question to a leader or a unit that answers it in writing by `due_on`.

    `beside` are the leaders who contribute to the answer; without it they stay as they are.
    """
    with step(question, Act.ASSIGN, by=by, at=at, batch=batch):
        _assign(question, to=to, unit=unit, due_on=due_on, beside=beside, by=by, at=at)


@transaction.atomic
def merge_questions(
    question: Question, *, into: Question, by: User, at: dt.datetime, batch: UUID | None = None
) -> None:
    """Let `question` live on in `into`: counted once, followed by everybody who asked.

    Raises CannotMerge for two conferences, for itself, for a chain, and for what another committee
    has handed over: each goes back by itself.
    """
    if question.pk == into.pk or question.conference_id != into.conference_id:
        raise CannotMerge
    with step(question, Act.MERGE, by=by, at=at, batch=batch):
        into.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
        if into.state not in IN_PROGRESS or question.merged_questions.exists():
            raise CannotMerge
        if question.is_transferred or into.is_transferred:
            raise CannotMerge
        if numbered := number_for(into):  # the other one is called by it from now on
            into.number = numbered["number"]
            into.save(update_fields=["number"])
        _settle(
            question,
            QuestionState.MERGED,
            by=by,
            at=at,
            reason=into.code,
            merged_into=into,
            settled_at=at,
        )


@transaction.atomic
def undo_merge(question: Question, *, by: User, at: dt.datetime) -> None:
    """Give the question back its own life, in the state it had."""
    lock_for_sorting(question)
    last = question.moves.filter(to_state=QuestionState.MERGED).last()
    if last is None:
        raise MoveNotAllowed(f"{question} was not merged")
    move(
        question,
        last.from_state,
        by=by,
        at=at,
        merged_into=None,
        settled_at=None,
        version=question.version + 1,
    )


@transaction.atomic
def decline_question(
    question: Question,
    *,
    code: str,
    text: str,
    by: User | None,
    at: dt.datetime,
    batch: UUID | None = None,
) -> None:
    """Return the question with a reason that the asker reads."""
    with step(question, Act.DECLINE, by=by, at=at, batch=batch):
        _settle(
            question,
            QuestionState.DECLINED,
            by=by,
            at=at,
            reason=code,
            return_code=code,
            return_text=text,
            settled_at=at,
        )


@transaction.atomic
def reconsider_question(question: Question, *, reason: str, by: User, at: dt.datetime) -> None:
    """Take a returned question up after all."""
    with step(question, Act.RECONSIDER, by=by, at=at):
        if question.state != QuestionState.DECLINED:
            raise MoveNotAllowed(f"{question} is {question.state}")
        move(
            question,
            QuestionState.CLASSIFIED,
            by=by,
            at=at,
            reason=reason,
            return_code="",
            return_text="",
            settled_at=None,
        )


@transaction.atomic
def refer_question(question: Question, *, to: str, reason: str, by: User, at: dt.datetime) -> None:
    """Pass the question to the body that is competent for it."""
    with step(question, Act.REFER, by=by, at=at):
        _settle(
            question,
            QuestionState.REFERRED,
            by=by,
            at=at,
            reason=to,
            passed_to=to,
            passed_reason=reason,
            settled_at=at,
        )


@transaction.atomic
def escalate_question(
    question: Question, *, to: str, reason: str, by: User, at: dt.datetime
) -> None:
    """Put to a higher level what is beyond the committee's authority."""
    with step(question, Act.ESCALATE, by=by, at=at):
        _settle(
            question,
            QuestionState.ESCALATED,
            by=by,
            at=at,
            reason=to,
            passed_to=to,
            passed_reason=reason,
            settled_at=at,
        )


def supporters(question: Question) -> int:
    """Return how many askers stand behind the question: its own and the merged ones."""
    return 1 + question.merged_questions.count()
