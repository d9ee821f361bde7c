"""The acts of the desk: what each does, and that it is done once."""

import datetime as dt
import uuid

import pytest
from django.db import transaction

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall import queries
from hall.domain import desk, undoing
from hall.models import DeskAct, Hall, Place, Turn
from sessions.domain import answers, conferences, questions, triage
from sessions.domain.conferences import NotBegun
from sessions.models import Answer, Commitment
from tests.hall.floor import (
    PROMISE,
    a_question,
    another,
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


def texts(asked):
    return [question.text for question in asked]


# --- calling up -----------------------------------------------------------------------


def test_a_question_that_is_called_up_is_on_the_floor_and_not_in_the_queue(world):
    first, second, third = three(world)

    turn = called(world, second)

    shown = queries.desk(opened(world))
    assert shown.now == turn
    assert shown.waiting == [first, third]
    assert (turn.number, turn.state, turn.began_at) == (1, "running", begun(world))


def test_with_the_first_one_the_conference_counts_as_held(world):
    called(world)

    world.conference.refresh_from_db()
    assert world.conference.state == "held"


def test_before_the_conference_nothing_is_called_up_but_the_queue_is_put_in_order(world):
    first, second, _ = three(world)
    hall, before = opened(world), world.conference.starts_at - dt.timedelta(hours=1)

    desk.shift(hall, second, up=True, **keyed(world, at=before))
    with pytest.raises(NotBegun), transaction.atomic():
        desk.call_up(hall, first, **keyed(world, at=before))

    assert texts(queries.desk(hall).waiting)[:2] == [second.text, first.text]
    assert not Turn.objects.exists()


def test_one_question_at_a_time_is_on_the_floor(world):
    first, second, _ = three(world)
    turn = called(world, first)

    with pytest.raises(desk.TurnRunning), transaction.atomic():
        called(world, second)

    assert list(Turn.objects.all()) == [turn]


@pytest.mark.parametrize("settled", ["answered", "declined", "of another conference"])
def test_what_is_not_open_here_is_not_called_up(world, settled):
    question = a_question(world)
    by = {"by": world.clerk, "at": begun(world)}
    if settled == "answered":
        answers.record_live_answer(question, text="Có.", answered_by="A", **by)
    elif settled == "declined":
        triage.decline_question(question, code="unclear", text="Chưa rõ.", **by)
    else:
        question.conference = another(world.conference).conference
        question.save(update_fields=["conference"])

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        called(world, question)

    assert not Turn.objects.exists()


@pytest.mark.parametrize("over", ["closed", "cancelled", "postponed"])
def test_a_conference_that_is_over_or_called_off_has_no_floor(world, over):
    question, by = a_question(world), {"by": world.clerk, "at": begun(world)}
    if over == "closed":
        conferences.hold_conference(world.conference, **by)
        conferences.close_conference(world.conference, **by)
    elif over == "cancelled":
        conferences.cancel_conference(world.conference, reason="Bão", **by)
    else:
        conferences.postpone_conference(world.conference, reason="Bão", **by)

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        called(world, question)


# --- answering ------------------------------------------------------------------------


def test_one_act_writes_the_answer_the_promise_and_the_end_of_the_turn(world):
    turn, at = called(world), begun(world) + dt.timedelta(seconds=200)

    desk.answer_turn(turn, **said(turn), promise=PROMISE, **keyed(world, at=at))

    turn = fresh(turn)
    assert (turn.state, turn.ended_at, turn.gist) == ("answered", at, "Sẽ sửa trong quý III.")
    assert turn.lasted(at=at + dt.timedelta(hours=1)) == dt.timedelta(seconds=200)
    assert turn.question.state == "answered_live"
    answer = turn.question.answers.get()
    assert (answer.text, answer.answered_by, answer.live) == (turn.gist, "Lê Quốc Cường", True)
    assert turn.commitment.text == PROMISE["text"]
    assert (turn.commitment.question, turn.commitment.due_on) == (turn.question, day(60))


def test_without_a_promise_there_is_no_commitment(world):
    turn = called(world)

    desk.answer_turn(turn, **said(turn), **keyed(world))

    assert fresh(turn).commitment is None
    assert not Commitment.objects.exists()


def test_in_writing_is_an_assignment_with_a_date(world):
    turn = called(world)

    desk.answer_later(turn, version=1, to=world.leader, due_on=day(30), **keyed(world))

    turn = fresh(turn)
    question = turn.question
    assert turn.state == "in_writing"
    assert (question.state, question.assignee, question.due_on) == (
        "assigned", world.leader, day(30),
    )  # fmt: skip


def test_what_is_put_back_stands_in_the_queue_as_before(world):
    first, second, third = three(world)
    turn = called(world, second)

    desk.put_back(turn, **keyed(world))

    assert queries.desk(opened(world)).waiting == [first, second, third]
    assert queries.desk(opened(world)).done == []
    assert called(world, second).number == 2  # its second time on the floor


def test_whoever_saw_an_older_text_is_told_and_nothing_is_written(world):
    turn = called(world)
    desk.save_gist(turn, version=1, text="Người khác gõ.", answered_by="A")

    for act in (desk.answer_turn, desk.answer_later):
        more = {"due_on": day(9)} if act is desk.answer_later else {"text": "", "answered_by": ""}
        with pytest.raises(OutdatedVersion), transaction.atomic():
            act(turn, version=1, **more, **keyed(world))

    assert fresh(turn).gist == "Người khác gõ."
    assert fresh(turn).state == "running"
    assert not Answer.objects.exists()


@pytest.mark.parametrize("act", ["answer", "later", "put back", "gist", "clock"])
def test_a_turn_that_is_over_is_not_acted_on(world, act):
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    version = fresh(turn).version
    acts = {
        "answer": lambda: desk.answer_turn(turn, **said(turn), **keyed(world)),
        "later": lambda: desk.answer_later(
            turn, version=version, due_on=day(9), unit="Văn phòng", **keyed(world)
        ),
        "put back": lambda: desk.put_back(turn, **keyed(world)),
        "gist": lambda: desk.save_gist(turn, version=version, text="x", answered_by=""),
        "clock": lambda: desk.turn_clock(turn, **keyed(world)),
    }

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        acts[act]()

    assert fresh(turn).state == "answered"


# --- once ------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_is_done_once(world):
    hall, question = opened(world), a_question(world)
    key = {**keyed(world), "key": uuid.uuid4()}
    desk.star(hall, question, on=True, **key)

    with pytest.raises(desk.DoneAlready), transaction.atomic():
        desk.star(hall, question, on=False, **key)

    assert fresh(question.place).is_starred
    assert hall.acts.count() == 1


def test_a_key_of_another_hall_is_none_of_this_one(world):
    hall, question, key = opened(world), a_question(world), keyed(world)
    elsewhere = another(world.conference)
    act = {"kind": "place", "by": world.clerk, "at": begun(world)}
    DeskAct.objects.create(hall=elsewhere, number=1, key=key["key"], **act)

    desk.star(hall, question, on=True, **key)

    assert fresh(question.place).is_starred


def test_each_act_raises_the_change_of_the_hall_by_one(world):
    hall, question = opened(world), a_question(world)

    desk.star(hall, question, on=True, **keyed(world))
    turn = desk.call_up(hall, question, **keyed(world))
    desk.save_gist(turn, version=1, text="Sẽ", answered_by="")
    desk.answer_turn(turn, **said(turn), **keyed(world))
    undoing.undo(hall, number=3, by=world.clerk, at=begun(world))

    assert Hall.objects.get().change == 5


# --- the clock --------------------------------------------------------------------------


def test_the_clock_stands_and_runs_again(world):
    turn, at = called(world), begun(world)

    def after(seconds):
        return at + dt.timedelta(seconds=seconds)

    desk.turn_clock(turn, **keyed(world, at=after(30)))
    assert fresh(turn).lasted(at=after(90)) == dt.timedelta(seconds=30)
    desk.turn_clock(turn, **keyed(world, at=after(100)))
    assert fresh(turn).lasted(at=after(110)) == dt.timedelta(seconds=40)
    desk.turn_clock(turn, **keyed(world, at=after(120)))
    desk.answer_turn(turn, **said(turn), **keyed(world, at=after(500)))
    assert fresh(turn).lasted(at=after(900)) == dt.timedelta(seconds=50)


# --- the floor ------------------------------------------------------------------------------


def test_what_is_asked_in_the_hall_is_on_the_floor_at_once_if_nothing_is(world):
    question = from_the_floor(world, name="Đỗ Minh Đức", unit="Phòng Tổ chức")

    assert running(world).question == question
    assert (question.channel, question.level, question.raised_live) == ("oral", "named", True)
    assert (question.asker_name, question.asker_unit) == ("Đỗ Minh Đức", "Phòng Tổ chức")


def test_beside_a_running_turn_it_waits(world):
    called(world)

    question = from_the_floor(world)

    assert running(world).question != question
    assert queries.desk(opened(world)).waiting == [question]


def test_without_a_name_nobody_is_named(world):
    question = from_the_floor(world, unit="Phòng Tổ chức")

    assert (question.level, question.asker_name, question.asker_unit) == ("confidential", "", "")


# --- the queue -------------------------------------------------------------------------------


def test_questions_change_places_with_their_neighbours(world):
    hall, (first, second, third) = opened(world), three(world)

    desk.shift(hall, third, up=True, **keyed(world))
    assert queries.desk(hall).waiting == [first, third, second]
    desk.shift(hall, first, up=False, **keyed(world))
    assert queries.desk(hall).waiting == [third, first, second]
    desk.shift(hall, third, up=True, **keyed(world))  # it is the first
    desk.shift(hall, second, up=False, **keyed(world))  # and this one the last
    assert queries.desk(hall).waiting == [third, first, second]


def test_what_is_held_back_is_passed_over(world):
    hall, (first, second, third) = opened(world), three(world)
    desk.hold_back(hall, second, on=True, **keyed(world))

    desk.shift(hall, third, up=True, **keyed(world))

    shown = queries.desk(hall)
    assert (shown.waiting, shown.held_back) == ([third, first], [second])
    desk.hold_back(hall, second, on=False, **keyed(world))
    assert second in queries.desk(hall).waiting


def test_a_star_is_a_mark_and_moves_nothing(world):
    hall, (first, second, third) = opened(world), three(world)

    desk.star(hall, third, on=True, **keyed(world))

    assert queries.desk(hall).waiting == [first, second, third]
    assert fresh(third.place).is_starred
    assert Place.objects.filter(is_starred=True).count() == 1


def test_what_comes_later_stands_behind_in_an_order_that_tells_no_arrival(world):
    hall, (first, second, third) = opened(world), three(world)
    desk.shift(hall, second, up=True, **keyed(world))
    late = sorted((a_question(world, f"Muộn {n}", theme=0) for n in range(6)), key=lambda q: q.pk)

    assert queries.desk(hall).waiting == [second, first, third, *late]
    desk.shift(hall, first, up=True, **keyed(world))

    placed = Place.objects.filter(question__in=late).order_by("position")
    assert [place.question for place in placed] == late
    assert queries.desk(hall).waiting == [first, second, third, *late]


def test_a_star_each_day_tells_nothing_of_who_came_first(world):
    hall, (first, *_) = opened(world), three(world)
    for n in range(4):
        a_question(world, f"Ngày {n}")
        desk.star(hall, first, on=not n % 2, **keyed(world))

    assert Place.objects.exclude(position=None).count() == 0
    assert Place.objects.count() == 1


def test_a_question_passes_the_one_that_is_on_the_floor(world):
    hall, (first, second, third) = opened(world), three(world)
    desk.place_all(hall)
    called(world, second)

    desk.shift(hall, third, up=True, **keyed(world))

    assert queries.desk(hall).waiting == [third, first]


@pytest.mark.parametrize("act", ["star", "shift"])
def test_a_question_of_another_conference_has_no_place_here(world, act):
    elsewhere, question = another(world.conference), a_question(world)
    how = {"on": True} if act == "star" else {"up": True}

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        getattr(desk, act)(elsewhere, question, **how, **keyed(world))

    assert not Place.objects.exists()


def test_what_is_settled_elsewhere_leaves_the_queue(world):
    hall, (first, second, third) = opened(world), three(world)

    triage.merge_questions(second, into=first, by=world.clerk, at=begun(world))

    assert queries.desk(hall).waiting == [first, third]
    with pytest.raises(MoveNotAllowed), transaction.atomic():
        desk.star(hall, fresh(second), on=True, **keyed(world))


# --- what happens elsewhere meanwhile --------------------------------------------------------------


def test_what_is_owed_in_writing_does_not_come_up_again(world):
    first, *_ = three(world)
    turn = called(world, first)

    desk.answer_later(turn, version=1, to=world.leader, due_on=day(30), **keyed(world))

    assert first not in queries.desk(opened(world)).waiting
    undoing.reopen(turn, by=world.clerk, at=begun(world))
    assert running(world).question == first


def test_what_was_typed_comes_along_when_a_question_is_called_up_again(world):
    question = a_question(world)
    turn = called(world, question)
    desk.save_gist(turn, version=1, text="Sẽ", answered_by="A", promised={"promised": "Thay"})
    desk.put_back(turn, **keyed(world))

    again = called(world, question)

    assert (again.gist, again.answered_by, again.promised) == ("Sẽ", "A", {"promised": "Thay"})


@pytest.mark.parametrize("elsewhere", ["answered", "withdrawn"])
def test_a_turn_whose_question_was_settled_elsewhere_is_ended(world, elsewhere):
    question = a_question(world)
    turn = called(world, question)
    if elsewhere == "answered":
        by = {"by": world.clerk, "at": begun(world)}
        answers.record_live_answer(fresh(question), text="Đã xong.", answered_by="B", **by)
    else:
        questions.withdraw_question(fresh(question), at=begun(world))
    assert not queries.desk(opened(world)).is_open

    desk.put_back(turn, **keyed(world))

    turn = fresh(turn)
    assert (turn.state, turn.gist) == {
        "answered": ("answered", "Đã xong."), "withdrawn": ("put_back", ""),
    }[elsewhere]  # fmt: skip
    with pytest.raises(MoveNotAllowed), transaction.atomic():
        undoing.reopen(turn, by=world.clerk, at=begun(world))


# --- what the report counts -----------------------------------------------------------------------


def counted(world):
    return fresh(world.conference).turns


def test_the_turns_that_the_report_counts_are_those_that_were_taken(world):
    first, second, third = three(world)
    assert counted(world) is None

    for question in (first, second):
        turn = called(world, question)
        desk.answer_turn(turn, **said(turn), **keyed(world))
    desk.put_back(called(world, third), **keyed(world))
    assert counted(world) == 2

    for _ in range(3):  # putting back, calling the third up, answering the second
        undo_last(world)
    assert counted(world) == 1
    for _ in range(2):
        undo_last(world)
    assert counted(world) is None  # that there was none is for a person to say


def test_a_number_that_the_office_typed_stays(world):
    turn = called(world)
    type(world.conference).objects.filter(pk=world.conference.pk).update(turns=7)

    desk.answer_turn(turn, **said(turn), **keyed(world))

    assert counted(world) == 7
