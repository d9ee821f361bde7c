"""Undoing at the desk, the newest act first, and reopening turns that are over."""

import datetime as dt

import pytest
from django.db import transaction

from hall import queries
from hall.domain import desk, undoing
from hall.models import Place, Turn
from sessions.domain import answers, follow_up, triage
from sessions.domain.commitments import make_commitment
from sessions.models import Commitment, Question
from tests.hall.floor import (
    PROMISE,
    a_question,
    begun,
    called,
    fresh,
    from_the_floor,
    keyed,
    opened,
    running,
    said,
    three,
    undo_last,
)
from tests.world import day

pytestmark = pytest.mark.django_db


# --- undoing ------------------------------------------------------------------------------------


def test_an_answer_that_is_undone_leaves_the_question_as_it_was(world):
    question = a_question(world)
    turn = called(world, question)
    desk.save_gist(turn, version=1, text="Sẽ sửa.", answered_by="A")
    desk.answer_turn(turn, **said(turn), promise=PROMISE, **keyed(world))

    undo_last(world)

    turn, question = fresh(turn), fresh(question)
    assert (turn.state, turn.ended_at, turn.commitment) == ("running", None, None)
    assert turn.gist == "Sẽ sửa trong quý III."  # the words are there to go on with
    assert (question.state, question.settled_at) == ("received", None)
    assert not question.answers.filter(state="published").exists()
    assert Commitment.objects.get().state == "cancelled"


def test_after_it_another_answer_is_recorded_beside_the_first(world):
    turn = called(world)
    desk.answer_turn(turn, **said(turn, "Nhầm."), **keyed(world))
    undo_last(world)

    desk.answer_turn(turn, **said(turn, "Đúng."), promise=PROMISE, **keyed(world))

    found = [(one.text, one.state) for one in turn.question.answers.order_by("number")]
    assert found == [("Nhầm.", "superseded"), ("Đúng.", "published")]


def test_a_promise_that_stood_before_stays_when_the_answer_is_undone(world):
    turn = called(world)
    by = {"by": world.clerk, "at": begun(world)}
    stood = make_commitment(fresh(world.conference), **PROMISE, **by)
    desk.answer_turn(turn, **said(turn), promise=PROMISE, **keyed(world))

    undo_last(world)

    assert Commitment.objects.get() == stood
    assert fresh(stood).state == "open"


def test_the_time_between_the_end_and_the_undoing_is_no_time_on_the_floor(world):
    turn, at = called(world), begun(world)
    desk.answer_turn(turn, **said(turn), **keyed(world, at=at + dt.timedelta(seconds=60)))

    undo_last(world, at=at + dt.timedelta(seconds=100))

    assert fresh(turn).lasted(at=at + dt.timedelta(seconds=110)) == dt.timedelta(seconds=70)


def test_who_was_to_answer_before_is_so_again(world):
    question = a_question(world)
    triage.assign_question(
        question, to=world.other_leader, due_on=day(20), by=world.clerk, at=begun(world)
    )
    turn = called(world, question)
    desk.answer_later(turn, version=1, unit="Văn phòng", due_on=day(30), **keyed(world))

    undo_last(world)

    question = fresh(question)
    assert (question.assignee, question.assigned_unit, question.due_on) == (
        world.other_leader, "", day(20),
    )  # fmt: skip
    assert fresh(turn).state == "running"


@pytest.mark.parametrize("act", ["star", "hold", "shift", "clock", "put back", "call", "floor"])
def test_each_act_is_undone_to_what_stood_before(world, act):
    hall, (first, second, _) = opened(world), three(world)
    turn = None if act in ("call", "floor") else called(world, a_question(world, "Trên sàn"))
    acts = {
        "star": lambda: desk.star(hall, second, on=True, **keyed(world)),
        "hold": lambda: desk.hold_back(hall, second, on=True, **keyed(world)),
        "shift": lambda: desk.shift(hall, second, up=True, **keyed(world)),
        "clock": lambda: desk.turn_clock(turn, **keyed(world)),
        "put back": lambda: desk.put_back(turn, **keyed(world)),
        "call": lambda: desk.call_up(hall, first, **keyed(world)),
        "floor": lambda: from_the_floor(world),
    }
    desk.place_all(hall)

    def stands():
        shown = queries.desk(hall)
        places = list(Place.objects.order_by("pk").values_list("pk", "position", "is_starred"))
        now = shown.now and (shown.now.pk, shown.now.paused_at, shown.now.paused)
        return shown.waiting, shown.held_back, now, shown.done, places

    before = stands()
    acts[act]()
    assert stands() != before

    undo_last(world)

    assert stands() == before


def test_what_was_asked_by_mistake_is_kept_and_counted_nowhere(world):
    question = from_the_floor(world)

    undo_last(world)

    assert fresh(question).state == "withdrawn"
    assert question not in Question.objects.counted()


def test_acts_are_undone_one_after_the_other_the_newest_first(world):
    hall, (first, second, _) = opened(world), three(world)
    turn = called(world, first)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    called(world, second)

    for _ in range(3):
        undo_last(world)

    assert queries.last_act(hall) is None
    assert queries.desk(hall).waiting[:2] == [first, second]


@pytest.mark.parametrize("number", [1, 3])
def test_whoever_saw_another_act_as_the_newest_undoes_nothing(world, number):
    hall, (first, second, _) = opened(world), three(world)
    desk.star(hall, first, on=True, **keyed(world))
    desk.star(hall, second, on=True, **keyed(world))

    with pytest.raises(undoing.NothingToUndo), transaction.atomic():
        undoing.undo(hall, number=number, by=world.clerk, at=begun(world))

    assert Place.objects.filter(is_starred=True).count() == 2


def test_in_a_hall_without_acts_there_is_nothing_to_undo(world):
    with pytest.raises(undoing.NothingToUndo), transaction.atomic():
        undoing.undo(opened(world), number=1, by=world.clerk, at=begun(world))


@pytest.mark.parametrize("since", ["objected", "corrected"])
def test_what_has_gone_on_since_stays_and_makes_way_for_the_act_before(world, since):
    hall, other = opened(world), a_question(world, "Khác", theme=0)
    desk.star(hall, other, on=True, **keyed(world))
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    question = fresh(turn.question)
    if since == "objected":
        follow_up.appeal(question, text="Chưa trả lời vào việc.", at=begun(world))
    else:
        again = {"text": "Khác.", "answered_by": "A", "by": world.clerk, "at": begun(world)}
        answers.correct_answer(question, **again)

    stays = undo_last(world)

    assert (stays.is_final, stays.undone_at) == (True, None)
    assert fresh(turn).state == "answered"
    assert fresh(question).state == "answered_live"
    assert queries.last_act(hall).kind == "call"


def test_a_question_from_the_floor_that_was_sorted_since_stays(world):
    question = from_the_floor(world)
    desk.put_back(running(world), **keyed(world))
    by = {"by": world.clerk, "at": begun(world)}
    triage.classify_question(question, theme=world.themes[1], kind="opinion", **by)

    undo_last(world)
    stays = undo_last(world)

    assert stays.is_final
    assert fresh(question).state == "classified"
    assert running(world).question == question  # its turn was not ended halfway


def test_an_act_is_not_undone_over_a_turn_that_runs(world):
    first, second, _ = three(world)
    for question in (first, second):
        turn = called(world, question)
        desk.answer_turn(turn, **said(turn), **keyed(world))
    undoing.reopen(Turn.objects.get(question=first), by=world.clerk, at=begun(world))

    with pytest.raises(desk.TurnRunning), transaction.atomic():
        undo_last(world)

    assert running(world).question == first
    assert fresh(second).state == "answered_live"


def test_what_a_leader_has_begun_to_write_is_there_again(world):
    question = a_question(world)
    by = {"by": world.clerk, "at": begun(world)}
    triage.assign_question(question, to=world.leader, due_on=day(20), **by)
    written = {"text": "Bản thảo của lãnh đạo.", "answered_by": "A", "version": 0}
    answers.draft_answer(fresh(question), **written, by=world.leader, at=begun(world))
    turn = called(world, fresh(question))
    desk.answer_turn(turn, **said(turn), **keyed(world))

    undo_last(world)

    assert answers.answer_in_work(fresh(question)).text == "Bản thảo của lãnh đạo."


def test_after_a_turn_was_reopened_its_clock_has_another_past(world):
    turn, at = called(world), begun(world)

    def after(minutes):
        return at + dt.timedelta(minutes=minutes)

    desk.turn_clock(turn, **keyed(world, at=after(1)))
    desk.answer_turn(turn, **said(turn), **keyed(world, at=after(2)))
    undoing.reopen(turn, by=world.clerk, at=after(32))

    assert queries.last_act(opened(world)).kind == "call"
    assert fresh(turn).lasted(at=after(33)) == dt.timedelta(minutes=2)


# --- reopening -----------------------------------------------------------------------------------


def test_a_turn_is_reopened_though_others_came_after_it(world):
    first, second, _ = three(world)
    for question in (first, second):
        turn = called(world, question)
        desk.answer_turn(turn, **said(turn), **keyed(world))
    earlier = Turn.objects.get(question=first)

    undoing.reopen(earlier, by=world.clerk, at=begun(world))

    assert running(world) == earlier
    assert fresh(second).state == "answered_live"


def test_nothing_is_reopened_beside_a_running_turn(world):
    first, second, _ = three(world)
    turn = called(world, first)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    called(world, second)

    with pytest.raises(desk.TurnRunning), transaction.atomic():
        undoing.reopen(turn, by=world.clerk, at=begun(world))

    assert fresh(first).state == "answered_live"


def test_a_turn_that_was_undone_is_reopened_by_nobody(world):
    turn = called(world)
    undo_last(world)

    with pytest.raises(undoing.NothingToUndo), transaction.atomic():
        undoing.reopen(turn, by=world.clerk, at=begun(world))
