"""The mixer: questions are handed on in turns, out of order."""

import datetime as dt

import pytest

from foundation.search import searchable
from sessions.askers import anonymous, mixing
from sessions.domain.conferences import cancel_conference
from sessions.models import (
    Conference,
    MixerTurn,
    Question,
    SpentVoucher,
    StagedQuestion,
)
from tests.faster import somebody_faster
from tests.sessions.anonymously import WEEK
from tests.world import HALF, HANOI, NOON, make_conference, moment

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 30) if HALF == 2 else dt.date(2026, 6, 1)


# --- the mixer ----------------------------------------------------------------------


def stage(world, number, first=0, **fields):
    return [
        StagedQuestion.objects.create(
            conference=world.conference,
            theme=world.themes[n % 5],
            kind="opinion",
            text=f"Câu hỏi số {n}",
            receipt=f"receipt-{n}",
            week=WEEK,
            **fields,
        )
        for n in range(first, first + number)
    ]


def at_hour(hour, day=0):
    return NOON.replace(hour=int(hour[:2]), minute=int(hour[3:])) + dt.timedelta(days=day)


def test_three_are_handed_on_at_the_fixed_hour(world):
    stage(world, 3)
    assert mixing.mix_if_due(at=at_hour("16:31")) == 3
    assert not StagedQuestion.objects.exists()
    question = Question.objects.get(receipt="receipt-1")
    assert (question.level, question.state, question.author, question.asker_key) == (
        "anonymous",
        "received",
        None,
        "",
    )
    assert question.original_text == "Câu hỏi số 1"
    assert question.folded == searchable("Câu hỏi số 1")
    assert question.received_at == dt.datetime.combine(MONDAY, dt.time(), HANOI)
    assert not question.moves.exists()


def test_two_wait_for_a_third_as_long_as_one_can_come(world):
    stage(world, 2)
    for days in range(3):
        for hour in ("11:31", "16:31"):
            assert mixing.mix_if_due(at=at_hour(hour, days)) == 0
    assert mixing.mix_if_due(at=moment(3) - dt.timedelta(minutes=1)) == 0
    assert mixing.mix_if_due(at=moment(3)) == 2  # the window has closed: its moment tells nothing


def test_one_that_comes_at_the_conference_waits_until_its_end(world):
    stage(world, 1)
    begins, ends = world.conference.starts_at, world.conference.ends_at
    assert mixing.mix_if_due(at=begins) == 0
    assert mixing.mix_if_due(at=ends - dt.timedelta(minutes=1)) == 0
    assert mixing.mix_if_due(at=ends) == 1


def test_while_a_conference_is_postponed_a_lone_one_waits_for_the_new_date(world):
    stage(world, 1)
    Conference.objects.filter(pk=world.conference.pk).update(state="postponed")
    assert mixing.mix_if_due(at=moment(20)) == 0


def test_each_conference_waits_for_its_own(world):
    """Whoever watches the queue of one committee would see a lone question of its own arrive."""
    theirs = make_conference(world.neighbour, world.other_secretary)
    stage(world, 2)
    stage(world, 3, first=2)
    StagedQuestion.objects.filter(receipt__in=["receipt-2", "receipt-3"]).update(conference=theirs)
    assert mixing.mix_if_due(at=at_hour("11:30")) == 3
    assert StagedQuestion.objects.filter(conference=theirs).count() == 2
    assert not Question.objects.filter(conference=theirs).exists()
    assert mixing.mix_if_due(at=at_hour("16:30", 2)) == 0
    assert mixing.mix_if_due(at=moment(3)) == 2


def test_a_turn_is_taken_once(world):
    stage(world, 3)
    assert mixing.mix_if_due(at=at_hour("11:30")) == 3
    stage(world, 4, first=3)
    assert mixing.mix_if_due(at=at_hour("11:35")) == 0
    assert mixing.mix_if_due(at=at_hour("16:29")) == 0
    assert mixing.mix_if_due(at=at_hour("16:30")) == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_at_the_fixed_hour_one_takes_the_turn(world):
    stage(world, 3)
    at = at_hour("11:30")

    with somebody_faster(lambda: mixing.mix_if_due(at=at)):
        assert mixing.mix_if_due(at=at) == 0

    assert Question.objects.count() == 3
    assert MixerTurn.objects.get().due_at == at


def test_a_code_used_twice_holds_nobody_up(world, slips):
    stage(world, 3)
    assert mixing.mix_if_due(at=at_hour("11:30")) == 3
    stage(world, 4)
    assert mixing.mix_if_due(at=at_hour("16:30")) == 4
    assert Question.objects.filter(receipt=None).count() == 3
    with pytest.raises(anonymous.Refused):
        anonymous.submit_anonymously(
            voucher=slips[0], text="?", theme=world.themes[0], kind="opinion",
            receipt="receipt-1", at=NOON,
        )  # fmt: skip
    assert not SpentVoucher.objects.exists()


@pytest.mark.parametrize(
    ("at", "turn"),
    [(at_hour("11:29"), at_hour("16:30", -1)), (at_hour("11:30"), at_hour("11:30")),
     (at_hour("16:29"), at_hour("11:30")), (at_hour("23:59"), at_hour("16:30"))],
)  # fmt: skip
def test_the_last_turn(at, turn):
    assert mixing.last_turn(at) == turn


def test_cancelling_and_closing_hand_on_what_still_waits(world):
    stage(world, 1)
    cancel_conference(world.conference, reason="Bão", by=world.clerk, at=NOON)
    question = Question.objects.get()
    assert question.level == "anonymous"
    assert question.state == "assigned"
