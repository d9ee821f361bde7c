"""The acts of the desk: one question after the other is called up, and each turn is recorded.

Each act locks its hall, raises the hall's change and keeps what stood before it, so that it can
be undone (hall.domain.undoing). `key` is the form's own: sent twice, perhaps because the network
failed over the answer, it is done once.
"""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Q

from foundation.codes import new_code
from foundation.moves import MoveNotAllowed, move
from foundation.versions import claim_version
from hall.models import DeskAct, Hall, Place, Turn
from hall.queries import is_held_back, turns_taken, waiting_in
from hall.states import TurnState
from sessions.domain.answers import record_live_answer
from sessions.domain.commitments import make_commitment
from sessions.domain.conferences import hold_conference
from sessions.domain.questions import record_question
from sessions.domain.triage import assign_question
from sessions.domain.undoing import lock_for_sorting
from sessions.models import Answer, Conference, Question
from sessions.states import CONFERENCE_AHEAD, CONFERENCE_RUNNING, IN_PROGRESS, AnswerState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from committees.models import User
    from sessions.models import Theme


Kind = DeskAct.Kind
TYPED = ("gist", "answered_by", "promised")  # what a question that was put back brings along
CODE_LENGTH = 4  # and two characters that tell a mistyped one: read off a screen, good for one day


class DoneAlready(Exception):
    """The form with this key has been acted on before, by `act`."""

    def __init__(self, act: DeskAct) -> None:
        super().__init__(str(act.key))
        self.act = act


class TurnRunning(MoveNotAllowed):
    """Another question is on the floor."""


@transaction.atomic
def open_hall(conference: Conference, *, at: dt.datetime) -> Hall:
    """Return the hall of the conference, opened at `at` if nobody has done so before.

    What has come until then has its place in it; what comes later stands behind.
    """
    hall, is_new = Hall.objects.get_or_create(
        conference=conference, defaults={"opened_at": at, "code": _free_code()}
    )
    if is_new:
        place_all(hall)
    return hall


def _free_code() -> str:
    while Hall.objects.filter(code=(code := new_code(CODE_LENGTH))).exists():
        pass
    return code


@contextlib.contextmanager
def acting(
    hall: Hall, kind: DeskAct.Kind, *, key: uuid.UUID, by: User, at: dt.datetime
) -> Iterator[DeskAct]:
    """Lock the hall for one act, within the caller's transaction, and keep the act afterwards.

    Raises DoneAlready, and MoveNotAllowed where the conference is over or called off.
    """
    lock_hall(hall)
    if before := hall.acts.filter(key=key).first():
        raise DoneAlready(before)
    act = DeskAct(hall=hall, number=_next(hall.acts), key=key, kind=kind, by=by, at=at)
    yield act
    act.save(force_insert=True)
    note_change(hall)


def lock_hall(hall: Hall) -> None:
    """Lock the hall before anything of it, then its conference, and see that this still goes on."""
    hall.refresh_from_db(from_queryset=Hall.objects.select_for_update(no_key=True))
    state = Conference.objects.select_for_update(no_key=True).get(pk=hall.pk).state
    if state not in CONFERENCE_RUNNING:
        raise MoveNotAllowed(f"{hall}: {state}")


def note_change(hall: Hall) -> None:
    """Let every page of the hall see that something has changed."""
    hall.change += 1
    hall.save(update_fields=["change"])


def assert_waits(hall: Hall, question: Question) -> None:
    """Raise MoveNotAllowed unless the question belongs here and waits for its answer."""
    if question.conference_id != hall.pk or not question.waits_here:
        raise MoveNotAllowed(f"{question} is {question.state}")


def _next(rows: Any) -> int:
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


# --- the floor ------------------------------------------------------------------------


@transaction.atomic
def call_up(hall: Hall, question: Question, *, key: uuid.UUID, by: User, at: dt.datetime) -> Turn:
    """Put the question on the floor; its clock runs. Raises TurnRunning, NotBegun.

    With the first one the conference counts as held.
    """
    with acting(hall, Kind.CALL, key=key, by=by, at=at) as act:
        act.question = question
        act.turn = _begin(hall, question, by=by, at=at)
        return act.turn


def _begin(hall: Hall, question: Question, *, by: User, at: dt.datetime) -> Turn:
    if hall.turns.filter(state=TurnState.RUNNING).exists():
        raise TurnRunning(str(hall))
    conference = hall.conference
    conference.refresh_from_db()
    if conference.state in CONFERENCE_AHEAD:
        hold_conference(conference, by=by, at=at)
    lock_for_sorting(question)
    assert_waits(hall, question)
    again = hall.turns.filter(question=question, state=TurnState.PUT_BACK).last()
    typed = {name: getattr(again, name) for name in TYPED} if again else {}
    turn = Turn.objects.create(
        hall=hall, number=_next(hall.turns), question=question, began_at=at, **typed
    )
    turn.moves.create(actor=by, from_state="", to_state=TurnState.RUNNING, at=at)
    return turn


@transaction.atomic
def ask_from_the_floor(
    hall: Hall,
    *,
    text: str,
    name: str,
    unit: str,
    theme: Theme,
    key: uuid.UUID,
    by: User,
    at: dt.datetime,
) -> Question:
    """Write down what somebody asks in the hall, and call it up if nothing is on the floor.

    Without a name the question is one of those that name nobody.
    """
    with acting(hall, Kind.FLOOR, key=key, by=by, at=at) as act:
        level = Question.Level.NAMED if name else Question.Level.CONFIDENTIAL
        act.question = question = record_question(
            hall.conference,
            text=text,
            theme=theme,
            kind=Question.Kind.OPINION,
            channel=Question.Channel.ORAL,
            level=level,
            name=name,
            unit=unit,
            by=by,
            at=at,
        )
        is_free = not hall.turns.filter(state=TurnState.RUNNING).exists()
        if is_free and hall.conference.starts_at <= at:
            act.turn = _begin(hall, question, by=by, at=at)
            speaks = hall.speakers.filter(began_at__isnull=False, ended_at=None, turn=None)
            speaks.update(turn=act.turn)
        return question


@transaction.atomic
def answer_turn(
    turn: Turn,
    *,
    version: int,
    text: str,
    answered_by: str,
    key: uuid.UUID,
    by: User,
    at: dt.datetime,
    promise: dict[str, Any] | None = None,
) -> None:
    """Record what was answered, and what was promised with it, and end the turn.

    `promise` is {text, lead_unit, due_on}. Raises OutdatedVersion.
    """
    with acting(turn.hall, Kind.ANSWER, key=key, by=by, at=at) as act:
        _take(turn, version)
        question = turn.question
        answer = record_live_answer(
            question, text=text, answered_by=answered_by, by=by, at=at, keeps_drafts=True
        )
        kept: dict[str, Any] = {"gist": text, "answered_by": answered_by}
        made = []
        if promise:
            conference = turn.hall.conference
            known = set(conference.commitments.values_list("pk", flat=True))
            commitment = make_commitment(conference, **promise, question=question, by=by, at=at)
            kept["commitment"] = commitment
            made = [commitment.pk] if commitment.pk not in known else []
        _end(turn, TurnState.ANSWERED, by=by, at=at, **kept)
        act.turn, act.question = turn, question
        act.before = {"answer": answer.number, "promised": made}


@transaction.atomic
def answer_later(
    turn: Turn,
    *,
    version: int,
    due_on: dt.date,
    key: uuid.UUID,
    by: User,
    at: dt.datetime,
    **whom: Any,
) -> None:
    """End the turn with a written answer that is owed by `due_on`. Raises OutdatedVersion.

    `whom` are who answers and who contributes, as `assign_question` takes them.
    """
    with acting(turn.hall, Kind.LATER, key=key, by=by, at=at) as act:
        _take(turn, version)
        assign_question(turn.question, **whom, due_on=due_on, by=by, at=at, batch=key)
        _end(turn, TurnState.IN_WRITING, by=by, at=at)
        act.turn, act.question = turn, turn.question


@transaction.atomic
def put_back(turn: Turn, *, key: uuid.UUID, by: User, at: dt.datetime) -> None:
    """Take the question off the floor again; it stands in the queue as before.

    One that was answered elsewhere meanwhile was taken all the same, with the answer that stands.
    """
    with acting(turn.hall, Kind.PUT_BACK, key=key, by=by, at=at) as act:
        answered = Answer.objects.filter(question=turn.question, state=AnswerState.PUBLISHED)
        if answer := answered.first():
            said = {"gist": answer.text, "answered_by": answer.answered_by}
            _end(turn, TurnState.ANSWERED, by=by, at=at, **said)
        else:
            _end(turn, TurnState.PUT_BACK, by=by, at=at)
        act.turn, act.question = turn, turn.question


@transaction.atomic
def save_gist(
    turn: Turn, *, version: int, text: str, answered_by: str, promised: dict[str, str] | None = None
) -> Turn:
    """Keep what is typed while the answer is given. Raises OutdatedVersion, MoveNotAllowed."""
    lock_hall(turn.hall)
    _take(turn, version)
    turn.gist, turn.answered_by, turn.promised = text, answered_by, promised or {}
    turn.save(update_fields=["gist", "answered_by", "promised"])
    note_change(turn.hall)
    return turn


@transaction.atomic
def turn_clock(turn: Turn, *, key: uuid.UUID, by: User, at: dt.datetime) -> None:
    """Let the clock stand, or run again."""
    with acting(turn.hall, Kind.CLOCK, key=key, by=by, at=at) as act:
        turn.refresh_from_db()
        if turn.state != TurnState.RUNNING:
            raise MoveNotAllowed(f"{turn} is {turn.state}")
        act.turn, act.before = turn, {"paused": turn.paused, "paused_at": turn.paused_at}
        if turn.paused_at is None:
            turn.paused_at = at
        else:
            turn.paused += round((at - turn.paused_at).total_seconds())
            turn.paused_at = None
        turn.save(update_fields=["paused", "paused_at"])


@transaction.atomic
def limit_turns(hall: Hall, *, minutes: int | None) -> None:
    """Say for how many minutes a question may be on the floor before its clock says so."""
    lock_hall(hall)
    hall.turn_minutes = minutes
    hall.save(update_fields=["turn_minutes"])
    note_change(hall)


def _take(turn: Turn, version: int) -> None:
    """Take the turn as it was seen by whoever acts: two at one turn see each other's words."""
    turn.refresh_from_db()
    if turn.state != TurnState.RUNNING:
        raise MoveNotAllowed(f"{turn} is {turn.state}")
    claim_version(turn, version)


def _end(turn: Turn, to: TurnState, *, by: User, at: dt.datetime, **kept: Any) -> None:
    turn.refresh_from_db()
    stood = round((at - turn.paused_at).total_seconds()) if turn.paused_at else 0
    paused = turn.paused + stood
    hall = turn.hall
    with counting(hall):
        move(turn, to, by=by, at=at, ended_at=at, paused=paused, paused_at=None, **kept)
    if hall.shown_question_id == turn.question_id:  # the screen shows what is on the floor
        hall.shown, hall.shown_question = Hall.Shown.TITLE, None
        hall.save(update_fields=["shown", "shown_question"])


@contextlib.contextmanager
def counting(hall: Hall) -> Iterator[None]:
    """Keep the number of turns that the report counts, unless the office has typed another one."""
    before = turns_taken(hall).count()
    yield
    as_counted = Q(turns=None) | Q(turns=before)
    Conference.objects.filter(as_counted, pk=hall.pk).update(
        turns=turns_taken(hall).count() or None  # none is written 0 by a person alone
    )


# --- the queue ------------------------------------------------------------------------


@transaction.atomic
def star(
    hall: Hall, question: Question, *, on: bool, key: uuid.UUID, by: User, at: dt.datetime
) -> None:
    """Mark the question as one of those to be taken, or no longer."""
    with acting(hall, Kind.PLACE, key=key, by=by, at=at) as act:
        _mark(hall, act, question, is_starred=on)


@transaction.atomic
def hold_back(
    hall: Hall, question: Question, *, on: bool, key: uuid.UUID, by: User, at: dt.datetime
) -> None:
    """Put the question behind all others until further notice, or back among them."""
    with acting(hall, Kind.PLACE, key=key, by=by, at=at) as act:
        _mark(hall, act, question, is_held_back=on)


@transaction.atomic
def shift(
    hall: Hall, question: Question, *, up: bool, key: uuid.UUID, by: User, at: dt.datetime
) -> None:
    """Let the question change places with its neighbour above or below, if there is one."""
    with acting(hall, Kind.PLACE, key=key, by=by, at=at) as act:
        assert_waits(hall, question)
        place_all(hall)
        held = is_held_back(Question.objects.select_related("place").get(pk=question.pk))
        queue = [one for one in waiting_in(hall) if is_held_back(one) == held]
        here = next((n for n, one in enumerate(queue) if one.pk == question.pk), None)
        act.question, there = question, None if here is None else here + (-1 if up else 1)
        if here is None or there is None or not 0 <= there < len(queue):
            return
        place, other = queue[here].place, queue[there].place
        act.before = {str(one.pk): one.marks for one in (place, other)}
        place.position, other.position = other.position, place.position
        Place.objects.bulk_update([place, other], ["position"])


def _mark(hall: Hall, act: DeskAct, question: Question, **marks: bool) -> None:
    place = place_of(hall, question)
    act.question, act.before = question, {str(place.pk): place.marks}
    for name, value in marks.items():
        setattr(place, name, value)
    place.save(update_fields=list(marks))


def place_of(hall: Hall, question: Question) -> Place:
    """Return the place of a question that is open in this hall. Raises MoveNotAllowed."""
    assert_waits(hall, question)
    return Place.objects.get_or_create(question=question, defaults={"hall": hall})[0]


def place_all(hall: Hall) -> None:
    """Give those that came since a position behind the others, in an order that tells no arrival."""
    last = hall.places.aggregate(last=Max("position"))["last"] or 0
    new = Question.objects.filter(conference=hall.conference, state__in=IN_PROGRESS).filter(
        Q(place=None) | Q(place__position=None)
    )
    places = [
        Place(hall=hall, question_id=pk, position=position)
        for position, pk in enumerate(
            new.order_by("theme__number", "number", "pk").values_list("pk", flat=True), last + 1
        )
    ]
    Place.objects.bulk_create(
        places, update_conflicts=True, update_fields=["position"], unique_fields=["question"]
    )
