"""What a reviewer found: each of these should pass and does not."""

import datetime as dt
import re
import time
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from hall import queries
from hall.domain import desk, guest_list, guests, invitations, joining, speakers
from hall.models import Guest, Place
from jobs.domain.delivering import deliver
from jobs.models import Delivery
from sessions.domain import conferences, triage
from sessions.models import Attendance, Conference
from tests.hall.floor import a_question, begun, called, fresh, keyed, opened, undo_last

pytestmark = pytest.mark.django_db


def listed(
    world, text="Trần Thị Hoa;CV;Phòng A;hoa@vien.vn\nLê Nam;CV;Phòng B\nPhạm Ý;;Phòng C;y@vien.vn"
):
    rows, wrong = guest_list.read_guests(text)
    assert wrong == []
    guests.add_guests(world.conference, rows)
    return list(world.conference.guests.all())


def hidden_in(page):
    text = page.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(version|\w+_seen)" value="([^"]*)"', text))


def add(client, world, names):
    client.force_login(world.clerk)
    return client.post(reverse("hall:guests_add", args=[world.conference.pk]), {"names": names})


@pytest.mark.parametrize("names", [";", ";;;\n;", "\t;\n"])
def test_a_paste_of_nothing_but_marks_is_refused(client, world, names):
    client.raise_request_exception = False
    assert add(client, world, names).status_code == 422


def test_two_whose_names_differ_in_marks_alone_are_two(world):
    filled = guests.add_guests(
        world.conference,
        guest_list.read_guests("Nguyễn Văn Hùng\nNguyễn Văn Hưng\nTrần Minh Thu\nTrần Minh Thư")[0],
    )
    assert filled.added == 4


def test_a_person_whose_post_is_a_heading_is_no_heading(world):
    rows, wrong = guest_list.read_guests(
        "Nguyễn Văn A; Chuyên viên; Phòng X\nTrần Thị B; Đại biểu; Phòng Y\nLê Văn C; Trưởng phòng; Phòng Z"
    )
    assert [row["full_name"] for row in rows] == ["Nguyễn Văn A", "Trần Thị B", "Lê Văn C"]


def test_the_form_that_saves_itself_twice_does_not_freeze_the_door(client, world):
    hoa, nam, y = listed(world)
    conferences.hold_conference(world.conference, by=world.clerk, at=begun(world))
    guests.tick_guest(hoa, presence="present")
    client.force_login(world.clerk)
    where = reverse("sessions:conference_results", args=[world.conference.pk])
    form = client.get(where).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    guests.tick_guest(nam, presence="present")

    note = client.post(where, {**typed, "summary": "Sôi"}, headers={"HX-Request": "true"})
    again = {**typed, **hidden_in(note), "summary": "Sôi nổi."}
    client.post(where, again, headers={"HX-Request": "true"})

    assert Attendance.objects.get(conference=world.conference).present == 2
    guests.tick_guest(y, presence="present")
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


@pytest.mark.parametrize("act", ["tick", "edit", "reply"])
def test_taken_off_the_list_meanwhile(client, world, at, monkeypatch, act):
    hoa, *_ = listed(world)
    client.force_login(world.clerk)
    client.raise_request_exception = False
    at.now = begun(world)
    real = guests.listing
    import contextlib

    @contextlib.contextmanager
    def slow(conference):
        Guest.objects.filter(pk=hoa.pk).delete()
        with real(conference) as locked:
            yield locked

    monkeypatch.setattr(guests, "listing", slow)
    if act == "tick":
        answer = client.post(reverse("hall:guest_tick", args=[hoa.pk]), {"presence": "present"})
    elif act == "edit":
        answer = client.post(
            reverse("hall:guest_edit", args=[hoa.pk]), {"version": 1, "full_name": "H"}
        )
    else:
        at.now = world.conference.starts_at - dt.timedelta(days=1)
        answer = client.post(
            reverse("hall:invitation_reply", args=[hoa.pk, invitations.token_of(hoa)]),
            {"reply": "comes"},
        )
    assert answer.status_code < 500


def test_a_mended_address_is_written_to(world):
    hoa, *_ = listed(world)
    invitations.send_invitations(world.conference, at=begun(world))
    guests.change_guest(fresh(hoa), version=fresh(hoa).version, email="tran.hoa@vien.vn")

    assert invitations.send_invitations(world.conference, at=begun(world)) == 1
    assert Delivery.objects.filter(to="tran.hoa@vien.vn").exists()


def test_a_mended_address_before_the_mail_leaves(world, smtp_server):
    hoa, *_ = listed(world)
    invitations.send_invitations(world.conference, at=begun(world))
    guests.change_guest(fresh(hoa), version=fresh(hoa).version, email="tran.hoa@vien.vn")
    for delivery in Delivery.objects.filter(template=invitations.TEMPLATE):
        deliver(delivery.pk)
    assert ["hoa@vien.vn"] not in [m.sent_to for m in smtp_server.messages]


def test_put_off_and_back_to_the_first_day_is_told(world):
    listed(world)
    first = world.conference.starts_at

    def move(by):
        Conference.objects.filter(pk=world.conference.pk).update(
            starts_at=first + by, ends_at=first + by + dt.timedelta(hours=3)
        )

    invitations.send_invitations(world.conference, at=begun(world))
    move(dt.timedelta(days=3))
    invitations.send_invitations(fresh(world.conference), at=begun(world))
    move(dt.timedelta())
    said = invitations.send_invitations(fresh(world.conference), at=begun(world))
    assert said == 2
    assert Delivery.objects.filter(template=invitations.TEMPLATE).count() == 6


def test_another_place_is_told(world):
    listed(world)
    invitations.send_invitations(world.conference, at=begun(world))
    Conference.objects.filter(pk=world.conference.pk).update(place="Hội trường B")
    assert invitations.send_invitations(fresh(world.conference), at=begun(world)) == 2


def test_nobody_is_invited_to_what_is_over(client, world, at):
    listed(world)
    conferences.hold_conference(world.conference, by=world.clerk, at=begun(world))
    at.now = world.conference.ends_at + dt.timedelta(days=1)
    client.force_login(world.clerk)
    page = client.get(reverse("hall:guest_list", args=[world.conference.pk])).content.decode()
    assert reverse("hall:invitations_send", args=[world.conference.pk]) not in page


def test_the_page_says_that_others_were_typed(client, world, at):
    hoa, *_ = listed(world)
    at.now = begun(world)
    guests.tick_guest(hoa, presence="present")
    figures = queries.attendance_of(world.conference)
    conferences.record_attendance(
        world.conference, by=world.clerk, at=begun(world), **{**figures, "women": 1}
    )
    client.force_login(world.clerk)
    page = client.get(reverse("hall:guest_list", args=[world.conference.pk])).content.decode()
    assert "cho đến khi có người" not in page, re.findall(r'<p class="quiet">.*?</p>', page)


def test_a_reply_for_another_day_does_not_count(world):
    nam = listed(world)[1]  # without an address: replied by the code on paper
    guests.note_reply(nam, reply="comes")
    later = world.conference.starts_at + dt.timedelta(days=3)
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=later, ends_at=later + dt.timedelta(hours=3)
    )
    invitations.send_invitations(fresh(world.conference), at=begun(world))
    assert queries.guest_counts(world.conference)["comes"] == 0


def test_a_tick_does_not_refuse_who_mends_the_line(client, world, at):
    hoa, *_ = listed(world)
    at.now = begun(world)
    guests.tick_guest(fresh(hoa), presence="present")
    client.force_login(world.clerk)
    page = client.post(
        reverse("hall:guest_edit", args=[hoa.pk]),
        {
            "version": 1,
            "full_name": "Trần Thị Hoa",
            "post": "TP",
            "unit": "Phòng A",
            "email": "hoa@vien.vn",
        },
    )
    assert page.status_code == 302


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


def test_called_off_is_told(world):
    listed(world)
    invitations.send_invitations(world.conference, at=begun(world))
    before = Delivery.objects.count()
    conferences.cancel_conference(
        world.conference, reason="Bão", by=world.secretary, at=world.conference.asks_open_at
    )
    assert Delivery.objects.filter(to="hoa@vien.vn").count() == 2


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


def test_a_big_paste_is_judged_quickly(client, world):
    began = time.perf_counter()
    answer = add(client, world, ";" * 190_000 + "a")
    assert answer.status_code == 422
    assert time.perf_counter() - began < 1.5


def test_a_reply_to_a_day_that_was_moved_meanwhile(world, at):
    hoa = listed(world)[0]
    at.now = world.conference.starts_at - dt.timedelta(days=2)
    where = reverse("hall:invitation", args=[hoa.pk, invitations.token_of(hoa)])
    page = Client().get(where).content.decode()
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    later = world.conference.starts_at + dt.timedelta(days=9)
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=later, ends_at=later + dt.timedelta(hours=3)
    )
    Client().post(where + "reply/", {**sent, "reply": "comes"})
    assert fresh(hoa).reply == ""


def test_same_person_by_account_and_by_paste(world):
    name = world.leader.full_name
    guests.add_guests(world.conference, [{"full_name": name, "unit": "Phòng khác"}])
    guests.add_people(world.conference)
    assert world.conference.guests.filter(full_name=name).count() == 1


def test_corrected_line_pasted_again_updates_or_says_so(world):
    listed(world, "Lê Nam;CV;Phòng B")
    filled = guests.add_guests(
        world.conference, guest_list.read_guests("Lê Nam;CV;Phòng B;nam@vien.vn;công chức")[0]
    )
    assert world.conference.guests.get().email == "nam@vien.vn"


def test_one_address_gets_one_invitation(world):
    guests.add_guests(
        world.conference,
        [{"full_name": world.leader.full_name, "unit": "Phòng khác", "email": world.leader.email}],
    )
    guests.add_people(world.conference)
    invitations.send_invitations(world.conference, at=begun(world))
    assert Delivery.objects.filter(to=world.leader.email).count() == 1


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


def test_a_note_that_comes_too_late_is_not_lost(world, at):
    hoa = listed(world)[0]
    at.now = begun(world)
    where = reverse("hall:invitation_reply", args=[hoa.pk, invitations.token_of(hoa)])
    page = Client().post(where, {"reply": "cannot", "note": "Con tôi ốm, xin vắng"})
    assert "Con tôi ốm" in page.content.decode()


def test_nobody_is_ticked_absent_before_it_begins(client, world, at):
    listed(world)
    at.now = world.conference.starts_at - dt.timedelta(hours=1)
    client.force_login(world.clerk)
    page = client.get(reverse("hall:guest_list", args=[world.conference.pk])).content.decode()
    assert reverse("hall:guests_settle", args=[world.conference.pk]) not in page


def test_the_link_of_an_invitation_is_in_no_log(settings):
    import re as regex

    nginx = (settings.BASE_DIR / "deploy/nginx.conf").read_text()
    assert any(regex.search(path, "/invitations/1/abc/") for path in settings.SILENT_PATHS)
    assert "^/invitations/" in nginx
