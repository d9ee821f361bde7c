"""Sorting: classify, edit for display, merge, assign, return, refer, escalate."""

from django.db import transaction
from django.db.models import F

from dialogue_portal.moves import MoveNotAllowed, move
from dialogue_portal.search import searchable
from dialogue_portal.text import clean
from dialogue_portal.versions import claim_version
from sessions.models import Conference, Question
from sessions.states import IN_PROGRESS, QuestionState


class CannotMerge(Exception):
    """The two questions cannot become one."""


def lock_for_sorting(question):
    """Lock the conference, then the question, and bring the question up to date.

    Always in this order: closing a conference locks them so too, and of two people at one
    question the second sees what the first has done.
    """
    Conference.objects.select_for_update(no_key=True).get(pk=question.conference_id)
    question.refresh_from_db(from_queryset=Question.objects.select_for_update())


def number_for(question):
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


def _settle(question, to, *, by, at, reason="", **changes):
    lock_for_sorting(question)
    if to not in question.MOVES[question.state]:
        raise MoveNotAllowed(f"{question}: {question.state} → {to}")
    move(question, to, by=by, at=at, reason=reason, **number_for(question), **changes)


@transaction.atomic
def classify_question(question, *, theme, kind, by, at):
    """Confirm what the question is about and give it its number."""
    lock_for_sorting(question)
    if question.state not in IN_PROGRESS:
        raise MoveNotAllowed(f"{question} is {question.state}")
    if question.state == QuestionState.RECEIVED:
        _settle(question, QuestionState.CLASSIFIED, by=by, at=at, theme=theme, kind=kind)
    else:
        question.theme, question.kind = theme, kind
        question.save(update_fields=["theme", "kind"])


@transaction.atomic
def edit_question(question, *, display_text, edited_ok, in_report, times_raised, version):
    """Set what others read, beside the untouched original, and whether the report quotes it.

    Raises OutdatedVersion.
    """
    if question.state == QuestionState.WITHDRAWN:
        raise MoveNotAllowed(f"{question} has been withdrawn")
    claim_version(question, version)
    question.display_text = clean(display_text)
    question.edited_ok, question.in_report = edited_ok, in_report
    question.times_raised = times_raised
    # Not the original: what was taken out of a text must not be found by searching for it.
    question.folded = searchable(question.text)
    question.save(
        update_fields=["display_text", "edited_ok", "in_report", "times_raised", "folded"]
    )


@transaction.atomic
def assign_question(question, *, due_on, by, at, to=None, unit=""):
    """Hand the question to a leader or a unit that answers it in writing by `due_on`."""
    _settle(
        question,
        QuestionState.ASSIGNED,
        by=by,
        at=at,
        reason=unit or (to.full_name if to else ""),
        assignee=to,
        assigned_unit=unit,
        due_on=due_on,
        settled_at=None,
    )


@transaction.atomic
def merge_questions(question, *, into, by, at):
    """Let `question` live on in `into`: counted once, followed by everybody who asked.

    Raises CannotMerge for two conferences, for itself and for a chain.
    """
    if question.pk == into.pk or question.conference_id != into.conference_id:
        raise CannotMerge
    lock_for_sorting(question)
    into.refresh_from_db(from_queryset=Question.objects.select_for_update())
    if into.state not in IN_PROGRESS or question.merged_questions.exists():
        raise CannotMerge
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
def undo_merge(question, *, by, at):
    """Give the question back its own life, in the state it had."""
    lock_for_sorting(question)
    last = question.moves.filter(to_state=QuestionState.MERGED).last()
    if last is None:
        raise MoveNotAllowed(f"{question} was not merged")
    move(question, last.from_state, by=by, at=at, merged_into=None, settled_at=None)


@transaction.atomic
def decline_question(question, *, code, text, by, at):
    """Return the question with a reason that the asker reads."""
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
def reconsider_question(question, *, reason, by, at):
    """Take a returned question up after all."""
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
def refer_question(question, *, to, reason, by, at):
    """Pass the question to the body that is competent for it."""
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
def escalate_question(question, *, to, reason, by, at):
    """Put to a higher level what is beyond the committee's authority."""
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


def supporters(question):
    """Return how many askers stand behind the question: its own and the merged ones."""
    return 1 + question.merged_questions.count()
