"""The conference as an appointment, which any calendar takes."""

from __future__ import annotations

import datetime as dt
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.urls import reverse

from sessions.states import ConferenceState

if TYPE_CHECKING:
    from committees.models import Committee
    from sessions.models import Conference


STATUS = {
    ConferenceState.POSTPONED: "TENTATIVE",
    ConferenceState.CANCELLED: "CANCELLED",
}
PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
REPLY_THERE = "Xin trả lời có dự được không tại đường dẫn này, không trả lời bằng lịch:"


def appointment(
    conference: Conference,
    *,
    at: dt.datetime,
    asked: tuple[str, str] | None = None,
    url: str = "",
    method: str = PUBLISH,
) -> icalendar.Calendar:
    """Return the calendar with one event, whose UID never changes and whose SEQUENCE grows.

    With `asked`, the (name, address) of somebody who is invited, it leads to `url`, where one replies:
    what a calendar would answer by mail is read by nobody. `method` is what becomes of it in their
    calendar (RFC 5546): REQUEST, or CANCEL where it was called off. Moments are in UTC: every program
    reads them, and no table of time zones goes along.
    """
    page = url or settings.BASE_URL + reverse("sessions:conference_detail", args=[conference.pk])
    event = icalendar.Event()
    event.add("uid", f"conference-{conference.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", conference.version)
    event.add("dtstamp", at)
    event.add("dtstart", conference.starts_at.astimezone(dt.UTC))
    event.add("dtend", conference.ends_at.astimezone(dt.UTC))
    event.add("organizer", _office(conference.committee))
    if asked:
        event.add("attendee", _guest(*asked))
    event.add("summary", conference.title)
    event.add("location", conference.place)
    event.add("url", page)
    lead = f"{REPLY_THERE}\n" if asked and method == REQUEST else ""
    event.add("description", f"{conference.committee.name}\n{lead}{page}")
    status = STATUS.get(ConferenceState(conference.state), "CONFIRMED")
    event.add("status", "CANCELLED" if method == CANCEL else status)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Dialogue portal//VI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar


def _office(committee: Committee) -> icalendar.vCalAddress:
    """The office that invites, by the portal's own sender where it has no address."""
    address = committee.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    office = icalendar.vCalAddress(f"mailto:{address}")
    office.params["CN"] = icalendar.vText(committee.name)
    return office


def _guest(name: str, address: str) -> icalendar.vCalAddress:
    guest = icalendar.vCalAddress(f"mailto:{address}")
    guest.params["CN"] = icalendar.vText(name)
    guest.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
    guest.params["RSVP"] = icalendar.vText("FALSE")
    return guest
