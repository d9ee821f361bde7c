"""The chain bar: seven steps, their dates and how each stands on a day."""

import pytest
import time_machine
from django.template import Context, Template

from reports.models import Report
from reports.templatetags.chain import position_of, seven_steps
from sessions.models import Conference, Question
from sessions.queries import chain_steps
from tests.world import NOON, day, moment


def steps(conference, at):
    return [(step.key, step.state) for step in seven_steps(conference, at=at)]


def test_the_steps_and_their_days(world):
    found = seven_steps(world.conference, at=NOON)

    assert [(step.key, step.on) for step in found] == [
        ("plan", day(-20)),
        ("open", day(-11)),
        ("close", day(3)),
        ("conference", day(10)),
        ("conclusion", day(20)),
        ("answers", day(30)),
        ("report", world.period.due_before),
    ]


def test_a_plan_that_was_not_entered_is_late_and_the_close_comes_next(world):
    assert steps(world.conference, NOON) == [
        ("plan", "late"),
        ("open", "done"),
        ("close", "current"),
        ("conference", "ahead"),
        ("conclusion", "ahead"),
        ("answers", "ahead"),
        ("report", "ahead"),
    ]


def test_the_current_step_says_how_many_days_are_left(world):
    with time_machine.travel(NOON, tick=False):
        current = next(
            step for step in chain_steps(world.conference, NOON) if step.state == "current"
        )

    assert current.note == "còn 3 ngày"


def test_a_plan_that_was_entered_is_done(world):
    world.conference.plan_number = "12-KH/ĐU"

    step = chain_steps(world.conference, NOON)[0]

    assert (step.state, step.note) == ("done", "12-KH/ĐU")


def test_a_conference_that_is_over_and_not_recorded_is_late(world):
    assert dict(steps(world.conference, moment(11)))["conference"] == "late"


def test_while_it_goes_on_the_conference_is_current(world):
    found = steps(world.conference, moment(10, 1))

    assert dict(found)["conference"] == "current"
    assert [state for _key, state in found].count("current") == 1


def closed(world):
    Conference.objects.filter(pk=world.conference.pk).update(
        state="closed", plan_number="1", conclusion_number="2"
    )
    world.conference.refresh_from_db()
    return world.conference


def owed(world, due_on):
    return Question.objects.create(
        conference=world.conference,
        committee=world.host,
        theme=world.themes[0],
        kind="opinion",
        state="assigned",
        due_on=due_on,
        original_text="Khi nào sửa?",
        received_at=NOON,
    )


def test_after_closing_the_written_answers_are_current_while_one_is_owed(world):
    owed(world, day(30))

    found = seven_steps(closed(world), at=moment(12))

    assert [step.state for step in found] == [*["done"] * 5, "current", "ahead"]
    assert found[5].note == "còn 1 câu hỏi"


def test_written_answers_are_late_after_their_day(world):
    owed(world, day(30))

    assert dict(steps(closed(world), moment(31)))["answers"] == "late"


def test_the_report_is_the_last_step(world):
    assert dict(steps(closed(world), moment(12)))["report"] == "current"
    assert dict(steps(closed(world), moment(24)))["report"] == "late"


def test_an_issued_report_ends_the_chain(world):
    Report.objects.create(
        obligation=world.obligation,
        state="issued",
        number=1,
        issued_at=NOON,
        snapshot={},
        snapshot_sha256="x",
        created_at=NOON,
        changed_at=NOON,
    )

    found = seven_steps(closed(world), at=moment(30))

    assert [step.state for step in found] == ["done"] * 7
    assert position_of(found) == (7, found[6])


def test_a_day_without_a_period_has_no_report_step(world):
    world.obligation.delete()

    assert dict(steps(world.conference, NOON))["report"] == "none"


@pytest.mark.parametrize("state", ["postponed", "cancelled"])
def test_a_conference_that_is_off_has_no_current_step(world, state):
    world.conference.state = state

    found = dict(steps(world.conference, NOON))

    assert "current" not in found.values()
    assert (found["open"], found["conference"]) == ("done", "none")


def test_the_tag_draws_seven_items(world):
    page = Template("{% load chain %}{% chain_bar conference at %}")

    html = page.render(Context({"conference": world.conference, "at": NOON}))

    assert html.count("<li") == 7
