"""What is left of a desk when its conference is over."""

import datetime as dt

import pytest

from hall.domain import desk
from hall.domain.closing import forget_desks
from hall.models import DeskAct, Place, Turn
from operations.domain import ticking
from sessions.domain import answers, conferences, triage
from tests.hall.floor import a_question, begun, called, fresh, keyed, opened, said, three
from tests.world import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked_at(world):
    first, second, _ = three(world)
    desk.star(opened(world), second, on=True, **keyed(world))
    turn = called(world, first)
    desk.save_gist(turn, version=1, text="Sẽ", answered_by="", promised={"promised": "Thay mái"})
    desk.answer_turn(turn, **said(turn), **keyed(world))
    return turn


def test_while_it_goes_on_nothing_is_forgotten(world, worked_at):
    assert forget_desks(at=begun(world)) == 0
    assert (DeskAct.objects.count(), Place.objects.count()) == (3, 3)


def test_afterwards_the_turns_are_left_and_nothing_else(world, worked_at):
    conferences.close_conference(fresh(world.conference), by=world.clerk, at=begun(world))

    assert forget_desks(at=begun(world)) == 6

    assert not DeskAct.objects.exists()
    assert not Place.objects.exists()
    assert (fresh(worked_at).gist, fresh(worked_at).promised) == ("Sẽ sửa trong quý III.", {})
    assert Turn.objects.count() == 1


def test_a_turn_that_nobody_ended_is_one_to_be_answered_in_writing(world, worked_at):
    question = a_question(world, "Chưa kịp trả lời?")
    turn = called(world, question)
    at = world.conference.ends_at + dt.timedelta(hours=3)
    conferences.close_conference(fresh(world.conference), by=world.clerk, at=at)

    forget_desks(at=at)

    turn = fresh(turn)
    assert (turn.state, turn.ended_at) == ("in_writing", world.conference.ends_at)
    assert fresh(question).state == "assigned"
    assert fresh(world.conference).turns == 2


def test_what_was_begun_in_writing_goes_where_the_answer_was_given_in_the_hall(world):
    question = a_question(world)
    by = {"by": world.clerk, "at": begun(world)}
    triage.assign_question(question, to=world.leader, due_on=day(20), **by)
    written = {"text": "Bản thảo.", "answered_by": "A", "version": 0, "by": world.leader}
    answers.draft_answer(fresh(question), **written, at=begun(world))
    turn = called(world, fresh(question))
    desk.answer_turn(turn, **said(turn), **keyed(world))
    conferences.close_conference(fresh(world.conference), **by)

    forget_desks(at=begun(world))

    assert [answer.text for answer in question.answers.all()] == ["Sẽ sửa trong quý III."]


def test_it_is_one_of_the_timers_steps():
    assert forget_desks in ticking.STEPS
