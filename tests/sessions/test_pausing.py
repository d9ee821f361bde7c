"""While the asker is asked back the due date stands still, and moves by what was waited."""

import pytest
from django.core import serializers
from django.db import IntegrityError, transaction
from django.urls import reverse

from duties.lists import duties_in
from duties.look import Look
from foundation.clock import day_of
from foundation.moves import MoveNotAllowed
from operations.domain import ticking
from reports.figures import committee_figures
from sessions import queries, waiting
from sessions.domain import answers, conferences, follow_up, pausing, triage, undoing
from sessions.models import Clarification, Question, SortingStep
from tests.sessions.test_answer_pages import a_question
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db

NEXT_MONDAY = 7 - NOON.weekday()  # days from NOON
LIMIT = 14


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def assign(question, world, *, due=2, at=NOON, **who):
    who = who or {"to": world.leader}
    triage.assign_question(question, due_on=day(due), by=world.clerk, at=at, **who)
    return question


@pytest.fixture
def asked_back(world):
    """Assigned, due in two days, and asked back about at NOON."""
    question = assign(a_question(world), world)
    follow_up.ask_back(question, text="Mái nào?", by=world.clerk, at=NOON)
    return question


def due(question):
    question.refresh_from_db()
    return question.due_on, question.clock_stopped_on


def one(user, kind, at):
    return [d for d in duties_in(Look(at=at, person=user)) if d.kind == kind]


# --- it stands, and runs on -----------------------------------------------------------------


def test_asking_back_lets_the_date_stand_still(asked_back):
    assert due(asked_back) == (day(2), day())


def test_a_reply_moves_the_date_to_what_was_waited_until_its_week_was_over(asked_back):
    follow_up.reply(asked_back, text="Mái nhà xe.", at=moment(1))

    assert due(asked_back) == (day(2 + NEXT_MONDAY), None)
    request = Clarification.objects.get()
    assert (request.clock_stopped_on, request.clock_ran_on) == (day(), day(NEXT_MONDAY))


def test_nothing_that_is_kept_tells_on_which_day_of_the_week_the_reply_came(world):
    """The crown jewel: a date that moved by the very days would say when somebody was here."""

    def kept_after(days):
        with transaction.atomic():
            question = assign(a_question(world), world, due=20)
            follow_up.ask_back(question, text="Mái nào?", by=world.clerk, at=NOON)
            follow_up.reply(question, text="Mái nhà xe.", at=moment(days))
            rows = [
                Question.objects.get(pk=question.pk), Clarification.objects.get(question=question),
                *question.moves.all(),
            ]  # fmt: skip
            kept = serializers.serialize("python", rows)
            transaction.set_rollback(True)
        for row in kept:
            row.pop("pk")
            for name in ("question", "form_print", "receipt", "asker_key"):
                row["fields"].pop(name, None)
        return kept

    week = [kept_after(days) for days in range(NEXT_MONDAY)]

    assert len(week) > 1
    assert all(one == week[0] for one in week)
    assert kept_after(NEXT_MONDAY) != week[0]


def test_the_office_that_withdraws_ends_the_wait_on_the_day(client, world, asked_back, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: moment(1))
    client.force_login(world.clerk)

    first, second = (client.post(url("question_stop_asking", asked_back.pk)) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert due(asked_back) == (day(3), None)
    with pytest.raises(MoveNotAllowed):
        follow_up.reply(asked_back, text="Mái nhà xe.", at=moment(2))
    client.force_login(world.staff)
    page = client.get(url("question_detail", asked_back.pk)).text
    assert "Văn phòng đã rút" in page
    assert 'value="reply"' not in page
    follow_up.ask_back(asked_back, text="Mái nào nữa?", by=world.clerk, at=moment(2))


def test_an_answer_all_the_same_ends_it_too(world, asked_back):
    words = {"text": "Có.", "answered_by": "Văn phòng", "version": 0}
    draft = answers.draft_answer(asked_back, **words, by=world.leader, at=moment(1))

    answers.publish_answer(draft, by=world.secretary, at=moment(1))

    assert due(asked_back) == (day(3), None)


@pytest.mark.parametrize(("days", "expected"), [(LIMIT - 1, (2, 0)), (LIMIT, (2 + LIMIT, None))])
def test_after_the_limit_the_clock_runs_on_alone(asked_back, days, expected):
    pausing.run_clocks_on(at=moment(days))
    pausing.run_clocks_on(at=moment(days))

    moved, stands = expected
    assert due(asked_back) == (day(moved), None if stands is None else day(stands))


def test_the_tick_lets_it_run_on(asked_back):
    assert pausing.run_clocks_on in ticking.STEPS


def test_a_late_reply_moves_nothing_any_more(asked_back):
    pausing.run_clocks_on(at=moment(LIMIT + 3))

    follow_up.reply(asked_back, text="Mái nhà xe.", at=moment(LIMIT + 4))

    assert due(asked_back) == (day(2 + LIMIT), None)


def test_a_reply_past_the_limit_that_nobody_noticed_moves_it_by_the_limit(asked_back):
    follow_up.reply(asked_back, text="Mái nhà xe.", at=moment(LIMIT + 20))

    assert due(asked_back) == (day(2 + LIMIT), None)


def test_what_was_late_before_stays_late(world):
    question = assign(a_question(world), world, due=-1)

    follow_up.ask_back(question, text="Mái nào?", by=world.clerk, at=NOON)

    assert due(question) == (day(-1), None)
    assert Question.objects.overdue(on=day()).filter(pk=question.pk).exists()


# --- a date that is set meanwhile ----------------------------------------------------------------


def test_without_a_date_there_is_no_clock_until_one_is_set(world):
    question = a_question(world)
    follow_up.ask_back(question, text="Mái nào?", by=world.clerk, at=NOON)
    assert due(question) == (None, None)

    assign(question, world, due=9, at=moment(3))

    assert due(question) == (day(9), day(3))


def test_another_date_stands_still_from_the_day_it_was_set(world, asked_back):
    assign(asked_back, world, due=2, at=moment(1), to=world.other_leader)
    assert due(asked_back) == (day(2), day())

    assign(asked_back, world, due=9, at=moment(2))

    assert due(asked_back) == (day(9), day(2))


def test_past_the_limit_a_new_date_does_not_stand_still(world, asked_back):
    assign(asked_back, world, due=40, at=moment(LIMIT))

    assert due(asked_back) == (day(40), None)


def test_nothing_from_before_the_asking_back_is_undone_over_it(world, asked_back):
    last = SortingStep.objects.get(question=asked_back)

    with pytest.raises(undoing.CannotUndo):
        undoing.undo_step(asked_back, batch=last.batch, by=world.clerk, at=NOON)


def test_undoing_gives_the_standing_date_back(world, asked_back):
    assign(asked_back, world, due=9, at=moment(1))
    last = SortingStep.objects.get(question=asked_back)

    undoing.undo_step(asked_back, batch=last.batch, by=world.clerk, at=moment(1))

    assert due(asked_back) == (day(2), day())


def test_the_close_of_the_conference_lets_the_date_stand(world):
    conference = make_conference(
        world.host, world.secretary, starts_at=moment(-1), ends_at=moment(-1, 3),
        asks_open_at=moment(-20), asks_close_at=moment(-2), answers_due_on=day(9),
    )  # fmt: skip
    question = a_question(world)
    Question.objects.filter(pk=question.pk).update(conference=conference)
    question.refresh_from_db()
    follow_up.ask_back(question, text="Mái nào?", by=world.clerk, at=NOON)
    conferences.hold_conference(conference, by=world.clerk, at=NOON)

    conferences.close_conference(conference, by=world.clerk, at=NOON)

    assert due(question) == (day(9), day())


# --- nothing is overdue meanwhile -----------------------------------------------------------------


def test_nowhere_is_it_overdue_while_it_stands(world, asked_back):
    late = moment(10)
    today = day_of(late)

    assert not Question.objects.overdue(on=today).exists()
    assert not waiting.questions_waiting(world.clerk, "due", today=today).exists()
    assert not one(world.clerk, "to_chase", late)
    [duty] = one(world.leader, "to_answer", late)
    assert duty.on is None
    pausing.run_clocks_on(at=moment(LIMIT + 20))
    late = moment(LIMIT + 20)
    assert Question.objects.overdue(on=day_of(late)).exists()
    assert one(world.clerk, "to_chase", late)
    [duty] = one(world.leader, "to_answer", late)
    assert duty.on == day(2 + LIMIT)


def test_a_unit_that_waits_for_an_asker_has_no_date(world):
    question = assign(a_question(world), world, unit="Ban Quản trị", due=2)
    follow_up.ask_back(question, text="Mái nào?", by=world.clerk, at=NOON)

    [duty] = one(world.clerk, "to_write", moment(10))

    assert (duty.number, duty.on) == (1, None)


def test_a_report_counts_it_in_progress_and_not_overdue(world, asked_back):
    conference = make_conference(
        world.host, world.secretary, starts_at=moment(-9), ends_at=moment(-9, 3), state="held"
    )
    Question.objects.filter(pk=asked_back.pk).update(
        conference=conference, due_on=day(-3), clock_stopped_on=day(-4)
    )

    figures = committee_figures(world.obligation, at=moment(5))

    assert (figures["totals"]["in_progress"], figures["totals"]["overdue"]) == (1, 0)
    assert figures["open_items"][0]["days_overdue"] == 0


def test_the_step_of_written_answers_is_not_late_for_what_waits(world):
    conference = make_conference(
        world.host, world.secretary, starts_at=moment(-40), ends_at=moment(-40, 3), state="closed",
        answers_due_on=day(-1),
    )  # fmt: skip
    question = assign(a_question(world), world)
    Question.objects.filter(pk=question.pk).update(
        conference=conference, due_on=day(-1), clock_stopped_on=day(-2)
    )

    def step():
        return {s.key: s.state for s in queries.chain_steps(conference, NOON)}["answers"]

    assert step() != "late"
    Question.objects.update(clock_stopped_on=None)
    assert step() == "late"


# --- shown -----------------------------------------------------------------------------------------


def test_office_leader_and_asker_read_that_it_stands(client, world, asked_back):
    pages = {
        "clerk": url("triage_question", asked_back.conference_id, asked_back.pk) + "?state=all",
        "leader": url("answer_write", asked_back.pk),
        "staff": url("question_detail", asked_back.pk),
    }
    for who, place in pages.items():
        client.force_login(world.people[who])
        assert "tạm dừng tính hạn" in client.get(place).text, who
    client.force_login(world.leader)
    assert "tạm dừng tính hạn" in client.get(url("answer_list")).text

    follow_up.reply(asked_back, text="Mái nhà xe.", at=NOON)

    for who, place in pages.items():
        client.force_login(world.people[who])
        page = client.get(place).text
        assert "tạm dừng tính hạn từ" not in page, who


def test_the_database_holds_that_what_stands_has_a_date_to_come(world, asked_back):
    for wrong in ({"due_on": day(-1)}, {"due_on": None, "state": "received"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.filter(pk=asked_back.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clarification.objects.update(withdrawn_on=day(), reply="Mái nhà xe.")
