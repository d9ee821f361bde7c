"""What a reviewer found: each of these should pass and does not."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from hall import queries
from hall.domain import desk, door, guest_list, guests, joining, speakers
from hall.models import Place
from sessions.domain import conferences, triage
from sessions.models import Attendance
from tests.hall.floor import a_question, begun, called, fresh, keyed, opened, undo_last

pytestmark = pytest.mark.django_db


def listed(
    world, text="Trần Thị Hoa;CV;Phòng A;hoa@vien.vn\nLê Nam;CV;Phòng B\nPhạm Ý;;Phòng C;y@vien.vn"
):
    rows, wrong, _notes = guest_list.read_guests(text)
    assert wrong == []
    guests.add_guests(world.conference, rows)
    return list(world.conference.guests.all())


def hidden_in(page):
    text = page.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(version|\w+_seen)" value="([^"]*)"', text))


def add(client, world, names):
    client.force_login(world.clerk)
    return client.post(reverse("hall:guests_add", args=[world.conference.pk]), {"names": names})


def test_the_form_that_saves_itself_twice_does_not_freeze_the_door(client, world):
    hoa, nam, y = listed(world)
    conferences.hold_conference(world.conference, by=world.clerk, at=begun(world))
    door.tick_guest(hoa, presence="present")
    client.force_login(world.clerk)
    where = reverse("sessions:conference_results", args=[world.conference.pk])
    form = client.get(where).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    door.tick_guest(nam, presence="present")

    note = client.post(where, {**typed, "summary": "Sôi"}, headers={"HX-Request": "true"})
    again = {**typed, **hidden_in(note), "summary": "Sôi nổi."}
    client.post(where, again, headers={"HX-Request": "true"})

    assert Attendance.objects.get(conference=world.conference).present == 2
    door.tick_guest(y, presence="present")
    assert Attendance.objects.get(conference=world.conference).present == 3


def test_turns_likewise(client, world):
    turn = called(world)
    client.force_login(world.clerk)
    where = reverse("sessions:conference_results", args=[world.conference.pk])
    form = client.get(where).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    hall = fresh(turn.hall)
    from tests.hall.floor import said

    desk.answer_turn(turn, **said(turn), promise=None, **keyed(world))
    before = fresh(world.conference).turns
    note = client.post(where, {**typed, "summary": "Sôi"}, headers={"HX-Request": "true"})
    client.post(
        where, {**typed, **hidden_in(note), "summary": "Sôi nổi."}, headers={"HX-Request": "true"}
    )
    assert fresh(world.conference).turns == before


def test_the_same_key_of_polled_part_is_taken(world, at):
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    question = a_question(world)
    triage.clear_text(question, by=world.clerk, at=begun(world))
    at.now = begun(world)
    phone = Client(enforce_csrf_checks=True)
    where = reverse("hall:join_hall", args=[hall.code])
    first = phone.get(where)
    polled = Client(enforce_csrf_checks=True).get(where + "state/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', polled)[1]
    same = reverse("hall:join_same", args=[hall.code, question.pk])
    answer = phone.post(
        same, {"phone": uuid.uuid4(), "csrfmiddlewaretoken": token}, headers={"X-Sent-By": "script"}
    )
    assert answer.status_code == 204


def test_speaker_after_close(world):
    hall = opened(world)
    called(world)
    one = speakers.add_speaker(hall, name="A", unit="B", kind="question", **keyed(world))
    speakers.begin_speaker(one, **keyed(world))
    conferences.close_conference(fresh(world.conference), by=world.clerk, at=begun(world))
    a = queries.spoken_by_unit(list(hall.speakers.all()), at=begun(world) + dt.timedelta(hours=1))
    b = queries.spoken_by_unit(list(hall.speakers.all()), at=begun(world) + dt.timedelta(hours=30))
    assert a == b


def test_undo_end_of_a_speaker_is_a_pause(world):
    hall = opened(world)
    called(world)
    t = begun(world)
    one = speakers.add_speaker(hall, name="A", unit="B", kind="question", **keyed(world))
    speakers.begin_speaker(one, **keyed(world, at=t))
    speakers.end_speaker(fresh(one), **keyed(world, at=t + dt.timedelta(minutes=2)))
    undo_last(world, at=t + dt.timedelta(minutes=30))
    assert fresh(one).lasted(at=t + dt.timedelta(minutes=31)) < dt.timedelta(minutes=5)


def test_a_page_without_scripts_does_not_count_twice(world, at):
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    question = a_question(world)
    triage.clear_text(question, by=world.clerk, at=begun(world))
    at.now = begun(world)
    phone = Client()
    where = reverse("hall:join_hall", args=[hall.code])
    for _n in range(3):
        page = phone.get(where).content.decode()
        number = re.search(r'name="phone" value="([^"]+)"', page)[1]
        phone.post(reverse("hall:join_same", args=[hall.code, question.pk]), {"phone": number})
    assert Place.objects.get(question=question).also == 1


def test_one_program_presses_a_few_times(world, at):
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    question = a_question(world)
    triage.clear_text(question, by=world.clerk, at=begun(world))
    at.now = begun(world)
    where = reverse("hall:join_same", args=[hall.code, question.pk])
    for _n in range(300):
        Client().post(where, {"phone": uuid.uuid4()})
    assert Place.objects.get(question=question).also < 50


def test_the_link_of_an_invitation_is_in_no_log(settings):
    import re as regex

    nginx = (settings.BASE_DIR / "deploy/nginx.conf").read_text()
    assert any(regex.search(path, "/invitations/1/abc/") for path in settings.SILENT_PATHS)
    assert "^/invitations/" in nginx
