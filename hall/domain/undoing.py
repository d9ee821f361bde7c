"""Undoing acts of the desk, the newest first; a turn that is over can be reopened out of order."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.given import given
from foundation.moves import MoveNotAllowed, move
from hall.domain.desk import TurnRunning, counting, lock_hall, note_change
from hall.domain.merging import add_also
from hall.models import DeskAct, Hall, Place, Speaker, Turn
from hall.queries import last_act
from hall.states import TurnState
from sessions.domain.answers import take_back_live_answer
from sessions.domain.commitments import cancel_commitment
from sessions.domain.undoing import UNDONE, CannotUndo, undo_step
from sessions.models import Commitment, Question
from sessions.states import CommitmentState, QuestionState

if TYPE_CHECKING:
    from committees.models import User


Kind = DeskAct.Kind
CLOSES = (Kind.ANSWER, Kind.LATER, Kind.PUT_BACK)


class NothingToUndo(MoveNotAllowed):
    """The act is not the newest one any more, or has been undone."""


@transaction.atomic
def undo(hall: Hall, *, number: int, by: User, at: dt.datetime) -> DeskAct:
    """Undo the newest act, if it is the one that was seen. Raises NothingToUndo, TurnRunning.

    One after which something else has happened stays, becomes final and makes way for the act
    before it.
    """
    lock_hall(hall)
    act = last_act(hall)
    if act is None or act.number != number:
        raise NothingToUndo(f"{hall}: {number}")
    try:
        with transaction.atomic():
            return _undo(act, by=by, at=at)
    except TurnRunning:
        raise
    except MoveNotAllowed:
        act.refresh_from_db()
        act.is_final = True
        act.save(update_fields=["is_final"])
        hall.refresh_from_db()
        note_change(hall)
        return act


@transaction.atomic
def reopen(turn: Turn, *, by: User, at: dt.datetime) -> DeskAct:
    """Put a turn that is over back on the floor. Raises TurnRunning, NothingToUndo, CannotUndo."""
    lock_hall(turn.hall)
    if turn.hall.turns.filter(state=TurnState.RUNNING).exists():
        raise TurnRunning(str(turn.hall))
    act = turn.acts.filter(kind__in=CLOSES, undone_at=None).order_by("-number").first()
    if act is None:
        raise NothingToUndo(str(turn))
    # The clock has another past from here on.
    turn.acts.filter(kind=Kind.CLOCK, undone_at=None).update(is_final=True)
    return _undo(act, by=by, at=at)


def _undo(act: DeskAct, *, by: User, at: dt.datetime) -> DeskAct:
    with counting(act.hall):
        UNDOES[Kind(act.kind)](act, by, at)
    act.undone_at = at
    act.save(update_fields=["undone_at"])
    act.hall.refresh_from_db()
    note_change(act.hall)
    return act


# --- what undoes each kind of act -------------------------------------------------------


def _uncall(act: DeskAct, by: User, at: dt.datetime) -> None:
    move(given(act.turn), TurnState.PUT_BACK, by=by, at=at, reason=UNDONE, ended_at=at)


def _unanswer(act: DeskAct, by: User, at: dt.datetime) -> None:
    turn = given(act.turn)
    take_back_live_answer(turn.question, number=act.before["answer"], by=by, at=at)
    made = Commitment.objects.filter(pk__in=act.before["promised"], state=CommitmentState.OPEN)
    for commitment in made:
        cancel_commitment(commitment, reason=UNDONE, by=by, at=at)
    _run_again(turn, by=by, at=at, commitment=None)


def _unassign(act: DeskAct, by: User, at: dt.datetime) -> None:
    undo_step(given(act.turn).question, batch=act.key, by=by, at=at)
    _take_again(act, by, at)


def _take_again(act: DeskAct, by: User, at: dt.datetime) -> None:
    turn = given(act.turn)
    if not turn.question.waits_here:
        raise MoveNotAllowed(f"{turn.question} is {turn.question.state}")
    _run_again(turn, by=by, at=at)


def _unask(act: DeskAct, by: User, at: dt.datetime) -> None:
    """The question goes as if its asker had taken it back: it is kept, and counted nowhere."""
    if act.turn is not None:
        _uncall(act, by, at)
    question = given(act.question)
    question.refresh_from_db()
    move(question, QuestionState.WITHDRAWN, by=by, at=at, reason=UNDONE, settled_at=at)


def _unplace(act: DeskAct, by: User, at: dt.datetime) -> None:
    for pk, marks in act.before.items():
        Place.objects.filter(pk=pk).update(
            position=marks["position"],
            is_starred=marks["is_starred"],
            is_held_back=marks["is_held_back"],
        )


def _speak_as_before(act: DeskAct, by: User, at: dt.datetime) -> None:
    """The list of speakers as it was; whoever speaks again comes last, since one alone does."""

    def speaks(row: tuple[str, dict[str, Any]]) -> bool:
        return bool(row[1]["began_at"]) and not row[1]["ended_at"]

    for pk, marks in sorted(act.before.items(), key=speaks):
        moments = {
            name: value and dt.datetime.fromisoformat(value)
            for name, value in marks.items()
            if name.endswith("_at")
        }
        speaker = Speaker.objects.get(pk=pk)
        if speaker.ended_at and speaks((pk, marks)) and not marks["paused_at"]:
            passed = round((at - speaker.ended_at).total_seconds())  # a pause, as with a turn
            marks = {**marks, "paused": speaker.paused + max(passed, 0)}
        for name, value in {**marks, **moments}.items():
            setattr(speaker, name, value)
        speaker.save(update_fields=list(Speaker.MARKS))


def _unmerge(act: DeskAct, by: User, at: dt.datetime) -> None:
    for pk in reversed(act.before["merged"]):
        undo_step(Question.objects.get(pk=pk), batch=act.key, by=by, at=at)
    if also := act.before["also"]:
        add_also(Place.objects.get(question=given(act.question)), -also)


def _turn_clock_back(act: DeskAct, by: User, at: dt.datetime) -> None:
    since = act.before["paused_at"]
    Turn.objects.filter(pk=given(act.turn).pk, state=TurnState.RUNNING).update(
        paused=act.before["paused"], paused_at=since and dt.datetime.fromisoformat(since)
    )


def _show_again(act: DeskAct, by: User, at: dt.datetime) -> None:
    """A text that was cleared for it is not cleared any more, unless it was worked at since."""
    if act.question is not None:
        with contextlib.suppress(CannotUndo):
            undo_step(act.question, batch=act.key, by=by, at=at)
    Hall.objects.filter(pk=act.hall_id).update(
        shown=act.before["shown"], shown_question_id=act.before["shown_question_id"]
    )


def _run_again(turn: Turn, *, by: User, at: dt.datetime, **changes: None) -> None:
    """What has passed since the end was a pause."""
    turn.refresh_from_db()
    if turn.hall.turns.filter(state=TurnState.RUNNING).exists():
        raise TurnRunning(str(turn.hall))
    passed = round((at - given(turn.ended_at)).total_seconds())
    paused = turn.paused + max(passed, 0)
    move(
        turn, TurnState.RUNNING, by=by, at=at, reason=UNDONE,
        ended_at=None, paused=paused, version=turn.version + 1, **changes,
    )  # fmt: skip


UNDOES = {
    Kind.CALL: _uncall,
    Kind.ANSWER: _unanswer,
    Kind.LATER: _unassign,
    Kind.PUT_BACK: _take_again,
    Kind.FLOOR: _unask,
    Kind.PLACE: _unplace,
    Kind.CLOCK: _turn_clock_back,
    Kind.SCREEN: _show_again,
    Kind.SPEAKER: _speak_as_before,
    Kind.MERGE: _unmerge,
}
