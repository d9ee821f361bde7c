"""The appointment that people put into their own calendars."""

import datetime as dt

import icalendar
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from sessions.domain import conferences
from tests.world import NOON


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)  # the same for requests
    with time_machine.travel(NOON, tick=False):
        yield


def download(client, world):
    client.force_login(world.staff)
    return client.get(reverse("sessions:conference_ics", args=[world.conference.pk]))


def event_of(response):
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")[0]


def test_the_appointment_says_when_and_where(client, world):
    response = download(client, world)

    calendar = icalendar.Calendar.from_ical(response.content)
    event = event_of(response)
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response["Content-Disposition"].endswith(
        'filename="hoi-nghi-doi-thoai-6-thang-dau-nam-2026.ics"'
    )
    assert calendar["METHOD"] == "PUBLISH"
    assert event["SUMMARY"] == world.conference.title
    assert b"DTSTART:20260611T050000Z" in response.content  # noon in Hanoi
    assert event["DTSTART"].dt == dt.datetime(2026, 6, 11, 5, tzinfo=dt.UTC)
    assert calendar.walk("VTIMEZONE") == []
    assert b"COMMENT" not in response.content
    assert event["ORGANIZER"].params["CN"] == world.host.name
    assert event["ORGANIZER"].startswith("mailto:")
    assert "@" in event["ORGANIZER"]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 1)


def test_a_change_keeps_the_uid_and_raises_the_sequence(client, world):
    before = event_of(download(client, world))
    conferences.change_conference(
        world.conference, version=1, place="Phòng 301", by=world.clerk, at=NOON
    )

    after = event_of(download(client, world))

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LOCATION"] == "Phòng 301"


def test_a_cancelled_conference_is_cancelled_in_the_calendar(client, world):
    conferences.cancel_conference(world.conference, reason="Bận", by=world.clerk, at=NOON)

    event = event_of(download(client, world))

    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)


def test_a_title_cannot_break_out_of_its_line(client, world):
    conferences.change_conference(
        world.conference,
        version=1,
        title="Đối thoại;,\\ BEGIN:VALARM",
        place="a\nATTENDEE:x",
        by=world.clerk,
        at=NOON,
    )

    event = event_of(download(client, world))

    assert event["SUMMARY"] == "Đối thoại;,\\ BEGIN:VALARM"
    assert "ATTENDEE" not in event


def test_a_stranger_gets_nothing(client, world):
    client.force_login(world.other_staff)
    where = reverse("sessions:conference_ics", args=[world.conference.pk])

    assert client.get(where).status_code == 404
