"""The demo with a hall that goes on: somebody can sit down at its desk."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from committees.models import User
from hall import queries
from hall.models import Hall, Minutes
from reports.domain.inbox import verify_inbox
from sessions.models import AssignmentReply, HoldingReply, Transfer

pytestmark = pytest.mark.django_db


def test_a_hall_of_the_demo_goes_on(client, settings):
    settings.DEMO = True
    call_command("seed_demo", stage="running", committees=1)

    hall = Hall.objects.get()
    shown = queries.desk(hall)
    assert (len(shown.done), shown.now is not None, len(shown.waiting) > 2) == (3, True, True)
    assert hall.shown_question == shown.now.question
    figures = queries.guest_counts(hall.conference)
    assert [figures[name] > 5 for name in ("comes", "present", "unknown", "cannot")] == [True] * 4
    assert hall.conference.attendance.present == figures["present"]
    client.force_login(User.objects.get(username="vanthu"))
    assert client.get(reverse("hall:hall_desk", args=[hall.pk])).status_code == 200


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        ("held", {(0, "submitted"), (0, "approved")}),
        ("reported", {(0, "submitted"), (0, "approved"), (1, "approved")}),
    ],
)
def test_minutes_of_the_demo_are_at_every_step(client, settings, stage, told):
    settings.DEMO = True
    call_command("seed_demo", stage=stage, committees=2)

    steps = set(Minutes.objects.values_list("number", "state"))
    assert steps == told
    assert verify_inbox() == []
    client.force_login(User.objects.get(username="bithu"))
    waiting = Minutes.objects.get(state="submitted")
    page = client.get(reverse("reports:minutes_detail", args=[waiting.conference_id]))
    assert "Duyệt: Biên bản" in page.text


def test_the_demo_tells_of_the_work_around_an_answer(client, settings):
    settings.DEMO = True
    call_command("seed_demo", stage="reported", committees=1)

    held, ahead = (
        HoldingReply.objects.get().question,
        AssignmentReply.objects.get(verdict="refused"),
    )
    assert [one.verdict for one in held.assignment_replies.all()] == ["accepted"]
    assert (held.contributions.count(), held.notes.count()) == (1, 1)
    assert ahead.question.conference != held.conference
    client.force_login(User.objects.get(username="vanthu"))
    home = client.get(reverse("reports:home"))
    kinds = {duty.kind for _about, duties in home.context["groups"] for duty in duties}
    assert "given_back" in kinds


def test_the_demo_tells_of_a_question_that_another_committee_answers(client, settings):
    settings.DEMO = True
    call_command("seed_demo", stage="reported", committees=2)

    moved = Transfer.objects.get()
    client.force_login(office_of(moved.to_committee))
    home = client.get(reverse("reports:home"))
    kinds = {duty.kind for _about, duties in home.context["groups"] for duty in duties}
    assert "transferred" in kinds
    assert moved.question.conference.committee == moved.from_committee


def office_of(committee):
    return User.objects.get(memberships__committee=committee, memberships__role="clerk")
