"""What was transferred waits for whoever has it: on the page, in the menu and in the mail alike."""

import pytest
from django.urls import reverse
from django.utils import timezone

from duties.lists import duties_in
from duties.look import Look
from sessions.domain import notes, transfers, triage
from tests.sessions.transferred import cleared, given_back, hand, handed, taken_on
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db
HERE = "do Đảng ủy Viện Minh Hòa chuyển đến: cần phân công hoặc chuyển trả."
BACK = "đã chuyển đảng ủy khác nay được chuyển trả: xem lý do và phân công."


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch, time_machine):
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)
    time_machine.move_to(moment(0, 3), tick=False)


def told(who, kind, *, at=None):
    """Return the duty of this kind of one person, or None, if mail and page say the same."""
    at = at or timezone.now()
    one = [duty for duty in duties_in(Look(person=who, at=at)) if duty.kind == kind]
    mail = [duty for duty in duties_in(Look(at=at)) if (duty.kind, duty.who) == (kind, who)]
    assert [(duty.what, duty.number, duty.on) for duty in one] == [
        (duty.what, duty.number, duty.on) for duty in mail
    ]
    return one[0] if one else None


@pytest.mark.parametrize("number", [1, 3])
def test_what_came_waits_until_it_is_assigned(client, world, number):
    questions = [handed(world) for _ in range(number)]
    client.force_login(world.other_secretary)

    duty = told(world.other_secretary, "transferred")
    page = client.get(duty.url)
    home = client.get(reverse("reports:home"))

    assert (duty.number, duty.what) == (number, f"{number} câu hỏi {HERE}")
    assert {one.pk for one in page.context["queue"].questions} == {one.pk for one in questions}
    assert page.context["chips"][0][2] == number
    menu = {entry["url"]: entry["count"] for entry in home.context["nav"]}
    assert menu[reverse("sessions:triage_index")] == number
    assert duty.what in home.text
    for question in questions:
        taken_on(world, question)
    assert told(world.other_secretary, "transferred") is None


def test_or_given_back_and_then_waits_at_home_until_somebody_has_looked(client, world):
    question = handed(world)
    given_back(world, question)
    client.force_login(world.clerk)

    assert told(world.other_secretary, "transferred") is None
    for who in (world.clerk, world.secretary):
        duty = told(who, "came_back")
        assert (duty.number, duty.what) == (1, f"1 câu hỏi {BACK}")
    page = client.get(duty.url)
    assert [one.pk for one in page.context["questions"]] == [question.pk]
    menu = {entry["url"]: entry["count"] for entry in page.context["nav"]}
    assert menu[reverse("sessions:answer_list")] == 1
    triage.assign_question(
        question, to=world.leader, due_on=day(9), by=world.clerk, at=moment(0, 2)
    )
    assert told(world.clerk, "came_back") is None


def test_a_note_is_no_work_at_it(world):
    question = handed(world)
    given_back(world, question)

    notes.write_note(question, text="Xem lại.", by=world.clerk, at=moment(0, 2))

    assert told(world.clerk, "came_back") is not None


def test_what_was_taken_back_is_no_news_to_whoever_took_it(world):
    question = handed(world)

    transfers.take_back(question, reason="Nhầm.", by=world.clerk, at=moment(0, 2))

    assert told(world.clerk, "came_back") is None
    assert told(world.other_secretary, "transferred") is None


def test_its_date_goes_along(world):
    question = cleared(world)
    triage.assign_question(question, to=world.leader, due_on=day(4), by=world.clerk, at=NOON)

    hand(world, question)

    assert told(world.other_secretary, "transferred").on == day(4)
    assert told(world.leader, "to_answer") is None


def test_nobody_else_is_told(world):
    handed(world)

    told_to = {
        duty.who for duty in duties_in(Look(at=timezone.now())) if duty.kind == "transferred"
    }

    assert told_to == {world.other_secretary}


def test_once_it_is_assigned_its_leader_is_told_as_of_any_other(world):
    question = handed(world)
    taken_on(world, question)

    duty = told(world.other_secretary, "to_answer")

    assert duty.url == reverse("sessions:answer_write", args=[question.pk])
    assert "chờ đồng chí trả lời" in duty.what


def test_the_named_asker_is_told_on_the_page_and_by_the_mail_of_the_day(world):
    handed(world, level="named")

    duty = told(world.staff, "news")

    assert "đã chuyển đảng ủy khác" in duty.what


def test_of_who_asked_without_a_name_no_mail_speaks(world):
    handed(world, level="confidential")
    at = timezone.now()

    own = [duty for duty in duties_in(Look(person=world.staff, at=at)) if duty.kind == "news"]
    mail = [duty for duty in duties_in(Look(at=at)) if duty.kind == "news"]
    to_the_person = duties_in(Look(person=world.staff, at=at, is_mail=True))

    assert len(own) == 1
    assert mail == []
    assert not [duty for duty in to_the_person if duty.kind == "news"]
