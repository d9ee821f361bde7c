"""The conference as an appointment for any calendar."""

import datetime as dt
from email.utils import parseaddr
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.text import file_name
from sessions import queries
from sessions.states import ConferenceState

STATUS = {
    ConferenceState.POSTPONED: "TENTATIVE",
    ConferenceState.CANCELLED: "CANCELLED",
}


@require_GET
def conference_ics(request, pk):
    """Download the appointment; a newer copy replaces the older one in the calendar."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    response = HttpResponse(
        appointment(conference, at=request.at).to_ical(),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
    )
    name = file_name(conference.title) or f"conference-{conference.pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def appointment(conference, *, at):
    """Return the calendar with one event, whose UID never changes and whose SEQUENCE grows.

    Moments are in UTC: every program reads them, and no table of time zones goes along.
    """
    page = reverse("sessions:conference_detail", args=[conference.pk])
    event = icalendar.Event()
    event.add("uid", f"conference-{conference.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", conference.version)
    event.add("dtstamp", at)
    event.add("dtstart", conference.starts_at.astimezone(dt.UTC))
    event.add("dtend", conference.ends_at.astimezone(dt.UTC))
    event.add("organizer", _office(conference.committee))
    event.add("summary", conference.title)
    event.add("location", conference.place)
    event.add("url", f"{settings.BASE_URL}{page}")
    event.add("description", f"{conference.committee.name}\n{settings.BASE_URL}{page}")
    event.add("status", STATUS.get(conference.state, "CONFIRMED"))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Dialogue portal//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar


def _office(committee):
    """The office that invites, by the portal's own sender where it has no address."""
    address = committee.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    office = icalendar.vCalAddress(f"mailto:{address}")
    office.params["CN"] = icalendar.vText(committee.name)
    return office
