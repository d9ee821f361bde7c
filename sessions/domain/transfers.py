"""A question goes to another committee of the portal, which answers it, and may come back.

The row stays: conference, code, receipt and whoever asked, and so the report that counts it. Who
works at it now is its `committee`; who asked, the words as they were written and the notes stay
with the committee where it was asked (`Question.keeper`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from committees.models import Committee, Membership
from committees.permissions import OFFICE
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.conflicts import Conflict
from foundation.given import given
from foundation.moves import MoveNotAllowed, move
from foundation.search import Search
from foundation.text import clean, fold
from foundation.versions import OutdatedVersion
from sessions.domain.answers import IN_WORK, answer_in_work, discard
from sessions.domain.triage import number_for
from sessions.domain.undoing import lock_for_sorting
from sessions.models import Answer, Appeal, InternalNote, Question, SortingStep, Transfer
from sessions.states import IN_PROGRESS, AnswerState, QuestionState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from committees.models import CommitteeQuerySet, User

Says = TypeVar("Says", bound="Callable[[Question], bool]")

MOST = 8  # committees that a search offers
HANDED = "chuyển {}"  # history is Vietnamese in place
RETURNED = "chuyển trả {}"
TAKEN_BACK = "lấy lại từ {}"
MERGED_BACK = "đã hợp nhất với {}"
LIES_OUTSIDE = (AnswerState.SUBMITTED, AnswerState.PUBLISHED)  # with the secretary, with the asker
BEGUN = "Dự thảo trả lời đã soạn trước khi chuyển:"

# What rooms above know of a question that must not go now: it is on the floor of a hall.
ON_THE_FLOOR: list[Callable[[Question], bool]] = []


class CannotTransfer(Conflict):
    """The question cannot be handed to another committee as it stands."""


class NotCleared(CannotTransfer):
    """Its text has not been cleared: the other committee would have nothing to read."""


class NobodyThere(CannotTransfer):
    """The committee has nobody in its office, or is not in use."""


class BeingAsked(CannotTransfer):
    """Its asker is being asked back, and would answer somebody else."""


class Objected(CannotTransfer):
    """Its asker has objected here: the one objection belongs to this committee."""


class AnswerWaits(CannotTransfer):
    """An answer lies before the secretary, or is published."""


class OnTheFloor(CannotTransfer):
    """It is on the floor of a hall at this moment."""


def says_on_the_floor(function: Says) -> Says:
    """Register what tells of a question whether it is on the floor of a running hall."""
    ON_THE_FLOOR.append(function)
    return function


# --- to whom ----------------------------------------------------------------------------


def receivers(question: Question, *, on: dt.date) -> CommitteeQuerySet:
    """Return the committees in use, but its own, in whose office somebody works."""
    staffed = Membership.objects.active(on=on).filter(role__in=OFFICE, user__is_active=True)
    others: CommitteeQuerySet = Committee.objects.active(on=on).exclude(pk=question.committee_id)
    return others.filter(pk__in=staffed.values("committee"))


def found_by(typed: str, *, question: Question, on: dt.date) -> tuple[Committee | None, list[Any]]:
    """Return (the committee that `typed` names by its code or its whole name, or None, what else
    it may mean: a few that can receive the question)."""
    others = Committee.objects.active(on=on).exclude(pk=question.committee_id)
    wanted = Search.of(typed, beginnings=True).found_in("folded")
    alike = Q(code__iexact=typed.strip()) | Q(name__iexact=typed.strip())
    named = [
        one
        for one in others.filter(alike | wanted).order_by("name", "pk")
        if fold(typed) in (fold(one.code), fold(one.name))
    ]
    if len(named) == 1:
        return named[0], []
    known = receivers(question, on=on).filter(wanted).order_by("name", "pk")
    return None, list(known[:MOST])


# --- there ------------------------------------------------------------------------------


@transaction.atomic
def transfer_question(
    question: Question, *, to: Committee, reason: str, version: int, by: User, at: dt.datetime
) -> Transfer:
    """Let `to` answer the question; it is counted and kept where it was asked.

    Raises OutdatedVersion, MoveNotAllowed, CannotTransfer.
    """
    lock_for_sorting(question)
    if question.version != version:
        raise OutdatedVersion(f"{question}: {version}")
    _assert_can_go(question, to, on=day_of(at))
    was = question.committee
    _keep_what_was_begun(question, by=by, at=at)
    made = Transfer.objects.create(
        question=question, from_committee=was, to_committee=to, reason=clean(reason), by=by, at=at,
        version=version,
    )  # fmt: skip
    _hand(question, to, HANDED.format(to.name), transferred_from=was, by=by, at=at)
    _note_version(made, question)
    for committee in (was, to):
        audit.record(
            Act.QUESTION_TRANSFERRED, by=by, committee=committee, subject=question.code,
            was=was.code, to=to.code,
        )  # fmt: skip
    return made


def _assert_can_go(question: Question, to: Committee, *, on: dt.date) -> None:
    if question.is_transferred or question.state not in IN_PROGRESS:
        raise MoveNotAllowed(f"{question} is {question.state}, or was handed on")
    unfit: tuple[tuple[type[CannotTransfer], bool], ...] = (
        (NotCleared, not question.edited_ok),
        (NobodyThere, not receivers(question, on=on).filter(pk=to.pk).exists()),
        (BeingAsked, question.clarifications.open().exists()),
        (Objected, Appeal.objects.filter(question=question).exists()),
        (AnswerWaits, question.answers.filter(state__in=LIES_OUTSIDE).exists()),
        (OnTheFloor, any(is_there(question) for is_there in ON_THE_FLOOR)),
    )
    for reason, stands in unfit:
        if stands:
            raise reason(f"{question} to {to}")


def _keep_what_was_begun(question: Question, *, by: User, at: dt.datetime) -> None:
    """A draft becomes a note, which is read here again should the question come back."""
    draft = answer_in_work(question)
    if draft is not None:
        InternalNote.objects.create(
            question=question,
            text=f"{BEGUN}\n\n{draft.text}",
            author=draft.author or by,
            written_on=day_of(at),
        )
        discard(Answer.objects.filter(pk=draft.pk))


def _hand(
    question: Question,
    to: Committee,
    said: str,
    *,
    transferred_from: Committee | None,
    by: User,
    at: dt.datetime,
) -> None:
    """Move a locked question to another committee: sorted, assigned to nobody, due as it was."""
    question.co_responders.all().delete()
    question.__dict__.pop("contributors", None)
    SortingStep.objects.filter(question=question).delete()  # nobody undoes it over the border
    own = question.theme.committee_id is not None
    move(
        question,
        QuestionState.CLASSIFIED,
        by=by,
        at=at,
        reason=said,
        committee=to,
        transferred_from=transferred_from,
        theme=question.theme.group if own else question.theme,
        assignee=None,
        assigned_unit="",
        **number_for(question),
    )


def _note_version(transfer: Transfer, question: Question) -> None:
    transfer.version = question.version
    transfer.save(update_fields=["version"])


# --- and back ---------------------------------------------------------------------------


def standing_transfer(question: Question) -> Transfer | None:
    """Return the transfer by which its committee has the question, or None."""
    if not question.is_transferred:
        return None
    standing = question.transfers.filter(returned_at=None)
    return standing.select_related("from_committee", "to_committee", "by").first()


def last_return(question: Question) -> Transfer | None:
    """Return the transfer from which a question of the own committee came back last, or None."""
    if question.is_transferred:
        return None
    ended = question.transfers.filter(returned_at__isnull=False).order_by("-returned_at", "-pk")
    return ended.select_related("from_committee", "to_committee", "returned_by").first()


def worked_here(question: Question) -> Q:
    """The condition of what was done in the committee that has the question, by its `at`.

    An office that it was handed to does not read what was done before, nor the one that has it
    again what was done there.
    """
    since = Transfer.objects.filter(question=question.pk, at__lte=OuterRef("at"))
    if question.is_transferred:
        return Q(Exists(since.filter(returned_at=None)))
    return ~Q(Exists(since.filter(returned_at__gt=OuterRef("at"))))


def is_untouched(question: Question, transfer: Transfer | None) -> bool:
    """Has nobody worked at the question since it was handed over?"""
    is_new = transfer is not None and question.state == QuestionState.CLASSIFIED
    return is_new and given(transfer).version == question.version


@transaction.atomic
def give_back(
    question: Question, *, reason: str, version: int, by: User, at: dt.datetime
) -> Transfer:
    """Let the question be the committee's again where it was asked, before it is answered.

    What was begun here goes. Raises OutdatedVersion, MoveNotAllowed.
    """
    lock_for_sorting(question)
    if question.version != version:
        raise OutdatedVersion(f"{question}: {version}")
    transfer = _end(question, reason=reason, said=RETURNED, by=by, at=at)
    _note_version(transfer, question)  # until somebody works at it there it is a duty
    return transfer


@transaction.atomic
def take_back(question: Question, *, reason: str, by: User, at: dt.datetime) -> Transfer:
    """Let the committee that has handed it on have it again, if nobody there has begun.

    Raises MoveNotAllowed.
    """
    lock_for_sorting(question)
    if not is_untouched(question, standing_transfer(question)):
        raise MoveNotAllowed(f"{question} is being worked at")
    return _end(question, reason=reason, said=TAKEN_BACK, by=by, at=at)


def _end(question: Question, *, reason: str, said: str, by: User, at: dt.datetime) -> Transfer:
    transfer = standing_transfer(question)
    is_answered = question.answers.filter(state=AnswerState.PUBLISHED).exists()
    if transfer is None or question.state not in IN_PROGRESS or is_answered:
        raise MoveNotAllowed(f"{question} is {question.state}, or nobody handed it on")
    was, to = question.committee, question.keeper.heir(on=day_of(at))
    discard(question.answers.filter(state__in=IN_WORK))
    other = was if said == TAKEN_BACK else to
    _hand(question, to, said.format(other.name), transferred_from=None, by=by, at=at)
    transfer.returned_at, transfer.returned_by = at, by
    transfer.return_reason = clean(reason)
    transfer.save(update_fields=["returned_at", "returned_by", "return_reason"])
    for committee in (was, to):
        audit.record(
            Act.QUESTION_RETURNED, by=by, committee=committee, subject=question.code,
            was=was.code, to=to.code,
        )  # fmt: skip
    return transfer


def end_by_merger(committee: Committee, *, at: dt.datetime) -> None:
    """Of what the committee had handed on, or was handed, nothing is foreign any more where both
    sides have become one committee."""
    one = Question.objects.filter(committee=committee, transferred_from=committee)
    found = Transfer.objects.filter(question__in=one, returned_at=None)
    found.update(returned_at=at, return_reason=MERGED_BACK.format(committee.name))
    one.update(transferred_from=None)
