"""Sorting is taken back: the last act, by whoever did it."""

import datetime as dt

import pytest

from operations.domain import ticking
from sessions.domain import answers, triage, undoing
from sessions.models import SortingStep
from tests.sessions.at_the_desk import ACTS, BEFORE, LATER, a_question, form_of, standing, url
from tests.world import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("later")]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_taken_back_whole_and_the_history_tells_both(world, act, before):
    question = a_question(world)
    BEFORE[before](world, question)
    stood, told = standing(question), question.moves.count()
    ACTS[act](world, question)
    assert standing(question) != stood
    moved = question.moves.count() > told

    undoing.undo_step(question, batch=question.last_step.batch, by=world.clerk, at=LATER)

    assert standing(question) == stood
    assert (
        question.moves.last() is not None and question.moves.last().reason == "Hoàn tác"
    ) == moved
    assert not SortingStep.objects.filter(question=question).exists()


def test_a_question_taken_up_again_can_be_returned_by_undoing(world):
    question = a_question(world)
    ACTS["decline"](world, question)
    stood = standing(question)
    triage.reconsider_question(question, reason="Đã rõ", by=world.clerk, at=NOON)

    undoing.undo_step(question, batch=question.last_step.batch, by=world.clerk, at=LATER)

    assert standing(question) == stood


SINCE = {
    "sorted again": lambda world, question: ACTS["classify"](world, question),
    "answered": lambda world, question: answers.draft_answer(
        question, text="Sẽ sửa.", answered_by="A", version=0, by=world.leader, at=NOON
    ),
    "joined": lambda world, question: triage.merge_questions(
        a_question(world, "Cũng vậy"), into=question, by=world.clerk, at=NOON
    ),
}


@pytest.mark.parametrize("since", SINCE)
def test_what_something_has_followed_is_not_undone(client, world, since):
    question = a_question(world)
    BEFORE["assigned"](world, question)
    batch = question.last_step.batch
    client.force_login(world.clerk)
    address, undo = (
        url("triage", world.conference.pk),
        url("sorting_undo", world.conference.pk, batch),
    )
    assert undo in client.get(address, {"done": batch}).content.decode()
    SINCE[since](world, question)
    stood = standing(question)

    assert undo not in client.get(address, {"done": batch}).content.decode()
    answer = client.post(undo, follow=True)

    assert answer.status_code == 200
    assert standing(question) == stood
    page = answer.content.decode()
    assert "không hoàn tác được" in page


def test_after_a_week_nothing_is_undone(world):
    question = a_question(world)
    BEFORE["assigned"](world, question)

    with pytest.raises(undoing.CannotUndo):
        undoing.undo_step(
            question, batch=question.last_step.batch, by=world.clerk, at=NOON + undoing.KEPT
        )


def test_what_can_no_longer_be_undone_is_forgotten_day_by_day(world):
    old, young = a_question(world), a_question(world)
    ACTS["decline"](world, old)
    triage.clear_text(young, by=world.clerk, at=NOON + dt.timedelta(minutes=1))

    assert ticking.prepare(at=NOON + undoing.KEPT) == []

    assert SortingStep.objects.get().question == young
    old.refresh_from_db()
    assert old.state == "declined"  # the act itself stays


def test_undoing_twice_does_nothing_the_second_time(client, world):
    question = a_question(world)
    BEFORE["assigned"](world, question)
    undo = url("sorting_undo", world.conference.pk, question.last_step.batch)
    client.force_login(world.clerk)
    assert (
        client.post(undo).url
        == url("triage_question", world.conference.pk, question.pk) + "#question"
    )
    stood, told = standing(question), question.moves.count()

    answer = client.post(undo, follow=True)

    assert answer.status_code == 200
    assert (standing(question), question.moves.count()) == (stood, told)


def test_the_office_of_another_committee_undoes_nothing(client, world):
    question = a_question(world)
    BEFORE["assigned"](world, question)
    client.force_login(world.other_secretary)

    answer = client.post(url("sorting_undo", world.conference.pk, question.last_step.batch))

    assert answer.status_code == 404
    question.refresh_from_db()
    assert question.state == "assigned"


def test_what_was_done_is_said_above_the_question_or_above_the_queue(client, world):
    one, other = a_question(world), a_question(world, "Ý khác")
    client.force_login(world.clerk)

    sorted_one = client.post(
        url("question_sort", one.pk), form_of(world, one, **{"next": other.pk}), follow=True
    )
    several_done = client.post(
        url("questions_sort", world.conference.pk),
        {"act": "clear", "questions": [one.pk, other.pk]},
        follow=True,
    )

    assert sorted_one.redirect_chain[-1][0].endswith("#question")
    assert_in_order(
        sorted_one, 'class="pane-queue"', 'id="question"', "notice-success done", "<h2>"
    )
    assert several_done.redirect_chain[-1][0].endswith("#done")
    assert_in_order(several_done, 'id="done"', "notice-success done", 'class="pane-queue"')


def assert_in_order(answer, *parts):
    page = answer.content.decode()
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
