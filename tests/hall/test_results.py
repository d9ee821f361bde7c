"""The results form stands open and saves itself while the hall and its door go on counting."""

import re

import pytest
from django.urls import reverse

from hall.domain import desk, door, guests
from sessions.domain import conferences
from sessions.models import Attendance
from tests.hall.floor import a_question, begun, called, fresh, keyed, said

pytestmark = pytest.mark.django_db
SEEN = re.compile(r'<input type="hidden" name="(version|\w+_seen)" value="([^"]*)"')


class Form:
    """The form as it stands in a browser: each save brings the hidden fields with which it goes on."""

    def __init__(self, client, world):
        client.force_login(world.clerk)
        self.client = client
        self.where = reverse("sessions:conference_results", args=[world.conference.pk])
        form = client.get(self.where).context["form"]
        shown = {name: form[name].value() for name in form.fields}
        self.typed = {name: "" if value is None else value for name, value in shown.items()}

    def saves_itself(self, **typed):
        self.typed |= typed
        note = self.client.post(self.where, self.typed, headers={"HX-Request": "true"})
        self.typed |= dict(SEEN.findall(note.content.decode()))
        return note


def present_in(world):
    return Attendance.objects.get(conference=world.conference).present


def test_the_door_goes_on_counting_however_often_the_form_saves_itself(client, world):
    guests.add_guests(world.conference, [{"full_name": name} for name in ("Hoa", "Nam", "Yến")])
    hoa, nam, yen = world.conference.guests.all()
    conferences.hold_conference(world.conference, by=world.clerk, at=begun(world))
    door.tick_guest(hoa, presence="present")
    form = Form(client, world)
    door.tick_guest(nam, presence="present")

    form.saves_itself(summary="Sôi")
    form.saves_itself(summary="Sôi nổi.")

    assert present_in(world) == 2
    door.tick_guest(yen, presence="present")
    assert present_in(world) == 3
    assert fresh(world.conference).summary == "Sôi nổi."


def test_the_turns_go_on_being_counted_as_well(client, world):
    turn = called(world, a_question(world))
    form = Form(client, world)
    desk.answer_turn(turn, **said(turn), **keyed(world))

    form.saves_itself(summary="Sôi")
    form.saves_itself(summary="Sôi nổi.")

    assert fresh(world.conference).turns == 1


def test_what_is_typed_is_taken_and_stays(client, world):
    turn = called(world, a_question(world))
    form = Form(client, world)

    form.saves_itself(turns="12")
    desk.answer_turn(turn, **said(turn), **keyed(world))
    form.saves_itself(summary="Sôi nổi.")

    assert fresh(world.conference).turns == 12
