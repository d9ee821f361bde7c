"""Invitations: replies without an account, mails that say what stands, and the link at the door."""

import datetime as dt
import re

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from hall import queries
from hall.domain import door, guests, invitations
from jobs.domain.delivering import deliver
from jobs.models import Delivery
from sessions.domain import conferences
from sessions.models import Conference
from tests.hall.floor import begun, fresh
from tests.hall.invited import listed, page_of, put_off, replied, sent, soon

pytestmark = pytest.mark.django_db


def mails():
    return Delivery.objects.filter(template=invitations.INVITED)


def delivered():
    for delivery in Delivery.objects.order_by("pk"):
        deliver(delivery.pk)


def opened(guest, token=None):
    token = token or invitations.token_of(guest)
    return Client().get(reverse("hall:invitation", args=[guest.pk, token]))


def test_one_replies_by_the_link_without_an_account(world, at):
    hoa = listed(world)[0]
    at.now = soon(world)

    page = opened(hoa)
    done = replied(hoa, reply="cannot", note="Đi công tác")

    assert page.status_code == 200
    assert world.conference.title in page.content.decode()
    assert done.status_code == 302
    assert (fresh(hoa).reply, fresh(hoa).reply_note) == ("cannot", "Đi công tác")
    replied(hoa, reply="comes")
    assert (fresh(hoa).reply, fresh(hoa).reply_note) == ("comes", "")


def test_opening_the_link_replies_nothing(world, at):
    hoa = listed(world)[0]

    opened(hoa)

    assert fresh(hoa).reply == ""


def test_the_link_of_one_opens_nobody_elses(world):
    hoa, nam, _y = listed(world)

    assert opened(nam, invitations.token_of(hoa)).status_code == 404
    assert opened(hoa, "0" * 26).status_code == 404


def test_once_it_has_begun_nothing_is_replied(world, at):
    hoa = listed(world)[0]
    at.now = begun(world)

    late = replied(hoa, reply="comes")

    assert late.status_code == 409
    assert fresh(hoa).reply == ""


def test_what_is_no_reply_is_refused(world, at):
    hoa = listed(world)[0]
    at.now = soon(world)

    assert replied(hoa, reply="perhaps").status_code == 422
    assert replied(hoa, reply="comes", note="x" * 301).status_code == 422


def test_at_the_door_the_office_ticks_on_the_invitation(client, world, at):
    hoa = listed(world)[0]
    at.now = begun(world)
    where = reverse("hall:invitation", args=[hoa.pk, invitations.token_of(hoa)])
    client.force_login(world.clerk)

    for_the_office = client.get(where).content.decode()
    client.force_login(world.staff)
    for_staff = client.get(where).content.decode()

    tick = reverse("hall:guest_tick", args=[hoa.pk])
    assert tick in for_the_office
    assert tick not in for_staff


def test_the_mail_brings_an_appointment_that_leads_to_the_reply(world, smtp_server):
    hoa, _nam, y = listed(world)

    assert sent(world) == 2
    delivered()

    mail = next(one for one in smtp_server.messages if one.sent_to == ["hoa@vien.vn"])
    (appended,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(appended.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert appended.get_param("method") == "REQUEST"
    assert calendar["METHOD"] == "REQUEST"
    assert str(event["ATTENDEE"]) == "mailto:hoa@vien.vn"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"  # nobody reads what a calendar answers
    assert invitations.address_of(hoa) in event["DESCRIPTION"]
    assert event.decoded("DTSTART") == world.conference.starts_at
    body = mail.get_body(("plain",)).get_content()
    assert invitations.address_of(hoa) in body
    assert invitations.address_of(y) not in body
    assert "trân trọng kính mời đồng chí dự" in body


def test_nobody_is_written_to_twice_for_the_same_beginning(world):
    listed(world)
    first = sent(world)

    again = sent(world)

    assert (first, again) == (2, 0)
    assert Delivery.objects.filter(template=invitations.INVITED).count() == 2


def test_another_day_is_told_and_asked_anew(world):
    hoa, nam, _y = listed(world)
    sent(world)
    for guest in (hoa, nam):  # nam has no address and replied by the code on paper
        door.note_reply(guest, reply="comes")
    assert queries.guest_counts(world.conference)["comes"] == 2

    assert "Sẽ dự" in opened(hoa).content.decode()

    put_off(world, days=3)

    assert "Sẽ dự" not in opened(hoa).content.decode()
    assert queries.guest_counts(world.conference)["comes"] == 0
    assert sent(world) == 2
    assert mails().count() == 4


def test_put_off_and_back_to_the_first_day_is_told_each_time(world):
    listed(world)
    told = [sent(world)]
    for days in (3, 0):
        put_off(world, days=days)
        told.append(sent(world))

    assert told == [2, 2, 2]
    assert mails().count() == 6


@pytest.mark.parametrize(
    "change",
    [{"place": "Hội trường B"}, {"ends_at": dt.datetime(2026, 6, 11, 10, tzinfo=dt.UTC)}],
    ids=["place", "end"],
)
def test_another_place_or_end_is_told(world, change):
    listed(world)
    sent(world)

    Conference.objects.filter(pk=world.conference.pk).update(**change)

    assert (sent(world), sent(world)) == (2, 0)


def test_a_mended_address_is_written_to_and_the_old_one_no_more(world, smtp_server):
    hoa = listed(world)[0]
    sent(world)
    guests.change_guest(hoa, version=1, email="tran.hoa@vien.vn")

    assert sent(world) == 1
    delivered()

    addresses = [one.sent_to for one in smtp_server.messages]
    assert sorted(addresses) == [["tran.hoa@vien.vn"], ["y@vien.vn"]]


def test_what_waits_for_an_address_that_was_mended_does_not_leave(world, smtp_server):
    hoa = listed(world)[0]
    sent(world)
    guests.change_guest(hoa, version=1, email="tran.hoa@vien.vn")

    delivered()

    assert [one.sent_to for one in smtp_server.messages] == [["y@vien.vn"]]


def test_of_two_mails_that_wait_only_the_newest_goes_out(world, smtp_server):
    listed(world)
    sent(world)
    put_off(world, days=3)
    sent(world)

    delivered()

    assert sorted(one.sent_to[0] for one in smtp_server.messages) == ["hoa@vien.vn", "y@vien.vn"]


def test_nobody_is_invited_to_what_has_begun(client, world, at):
    listed(world)
    at.now = begun(world)
    client.force_login(world.clerk)
    act = reverse("hall:invitations_send", args=[world.conference.pk])

    page = client.get(reverse("hall:guest_list", args=[world.conference.pk]))
    refused = client.post(act)

    assert act not in page.content.decode()
    assert refused.status_code == 409
    assert not mails().exists()


# --- called off -------------------------------------------------------------------------------


def called_off(world, how="cancel"):
    act = getattr(conferences, f"{how}_conference")
    act(world.conference, reason="Bão", by=world.secretary, at=world.conference.asks_open_at)


@pytest.mark.parametrize(
    ("how", "words"), [("cancel", "không tổ chức nữa"), ("postpone", "hoãn, chưa định ngày mới")]
)
def test_whoever_was_invited_is_told_once_that_it_is_off(
    client, world, at, smtp_server, how, words
):
    hoa = listed(world)[0]
    sent(world)
    guests.add_guests(world.conference, [{"full_name": "Mai", "email": "mai@vien.vn"}])
    called_off(world, how)
    client.force_login(world.clerk)
    act = reverse("hall:invitations_cancel", args=[world.conference.pk])

    page = client.get(reverse("hall:guest_list", args=[world.conference.pk])).content.decode()
    answers = [client.post(act), client.post(act)]
    delivered()

    assert "Báo hoãn/hủy cho 2 người đã mời" in page
    assert [one.status_code for one in answers] == [302, 302]
    assert sorted(one.sent_to[0] for one in smtp_server.messages) == ["hoa@vien.vn", "y@vien.vn"]
    mail = next(one for one in smtp_server.messages if one.sent_to == ["hoa@vien.vn"])
    (appended,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(appended.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert (appended.get_param("method"), calendar["METHOD"]) == ("CANCEL", "CANCEL")
    assert event["STATUS"] == "CANCELLED"
    assert words in mail.get_body(("plain",)).get_content()
    assert fresh(hoa).mails == 2


def test_only_what_is_off_is_told_to_be_off(client, world, at):
    listed(world)
    client.force_login(world.clerk)

    refused = client.post(reverse("hall:invitations_cancel", args=[world.conference.pk]))

    assert refused.status_code == 403
    with pytest.raises(MoveNotAllowed):
        invitations.tell_called_off(world.conference, at=soon(world))


def test_taken_up_again_everybody_is_invited_again_and_told_nothing_else(world, smtp_server):
    listed(world)
    sent(world)
    called_off(world, "postpone")
    invitations.tell_called_off(world.conference, at=soon(world))

    Conference.objects.filter(pk=world.conference.pk).update(state="scheduled")
    delivered()

    assert smtp_server.messages == []
    assert sent(world) == 2


def test_who_was_taken_off_the_list_is_not_written_to(world, smtp_server):
    hoa = listed(world)[0]
    sent(world)
    gone = reverse("hall:invitation", args=[hoa.pk, invitations.token_of(hoa)])
    guests.remove_guest(hoa)

    delivered()

    assert [one.sent_to for one in smtp_server.messages] == [["y@vien.vn"]]
    assert Client().get(gone).status_code == 404


# --- replies that come late -------------------------------------------------------------------


def test_a_reply_to_a_day_that_was_moved_meanwhile_is_asked_again(world, at):
    hoa = listed(world)[0]
    at.now = soon(world)
    first = world.conference.starts_at.isoformat()
    put_off(world, days=9)

    page = replied(hoa, beginning=first, reply="cannot", note="Con tôi ốm")

    assert page.status_code == 409
    assert "Hội nghị vừa đổi ngày" in page.content.decode()
    assert "Con tôi ốm" in page.content.decode()
    assert fresh(hoa).reply == ""


def test_a_note_that_comes_too_late_is_not_lost(world, at):
    hoa = listed(world)[0]
    at.now = begun(world)

    page = replied(hoa, reply="cannot", note="Con tôi ốm, xin vắng")

    assert page.status_code == 409
    assert "Con tôi ốm, xin vắng" in page.content.decode()


def test_the_form_of_the_page_is_a_reply_to_the_day_that_it_shows(world, at):
    hoa = listed(world)[0]
    at.now = soon(world)

    page = Client().get(page_of(hoa)).content.decode()
    beginning = re.search(r'name="beginning" value="([^"]+)"', page)[1]

    assert replied(hoa, beginning=beginning, reply="comes").status_code == 302
    assert f"Đơn vị mời</dt><dd>{world.host.name}" in page
    assert queries.guest_counts(world.conference)["comes"] == 1


def test_a_reply_of_somebody_who_was_taken_off_meanwhile(world, at, monkeypatch):
    hoa = listed(world)[0]
    at.now = soon(world)
    guests.remove_guest(hoa)
    monkeypatch.setattr(invitations, "find_guest", lambda pk, token: hoa)

    assert replied(hoa, reply="comes").status_code == 404


@pytest.mark.parametrize("beginning", ["", "hôm nay", "2026-13-40T00:00", "\0"])
def test_a_reply_to_no_day_is_refused(world, at, beginning):
    hoa = listed(world)[0]
    at.now = soon(world)

    assert replied(hoa, beginning=beginning, reply="comes").status_code == 422
    assert fresh(hoa).reply == ""
