"""Invitations: a mail with an appointment, and a link by which one replies without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from hall.domain.guests import listing
from hall.models import Guest
from hall.queries import to_be_invited
from jobs.domain.queueing import queue_mails
from jobs.kinds import attaches, judges_mail, speaks_for_mail
from sessions.documents.appointment import appointment
from sessions.states import CONFERENCE_RUNNING

if TYPE_CHECKING:
    import datetime as dt

    from foundation.mail import Attachment
    from jobs.models import Delivery
    from sessions.models import Conference


TEMPLATE = "emails/hall/invitation"
LENGTH = 26  # hexadecimal digits: 104 bits
CALENDAR = "text/calendar; method=REQUEST"


def token_of(guest: Guest) -> str:
    """Return what opens the invitation of this person. It is kept nowhere, and made by the keys."""
    said = f"{guest.conference_id}:{guest.pk}"
    return salted_hmac("hall.invitation", said, algorithm="sha256").hexdigest()[:LENGTH]


def find_guest(pk: int, token: str) -> Guest | None:
    """Return whom this link invites, or None."""
    guest = Guest.objects.select_related("conference__committee").filter(pk=pk).first()
    return guest if guest and constant_time_compare(token, token_of(guest)) else None


def can_reply(guest: Guest, *, at: dt.datetime) -> bool:
    """May this still be said: does the conference lie ahead?"""
    conference = guest.conference
    return conference.state in CONFERENCE_RUNNING and at < conference.starts_at


def address_of(guest: Guest) -> str:
    """Return the address of the page on which this person replies."""
    page = reverse("hall:invitation", args=[guest.pk, token_of(guest)])
    return f"{settings.BASE_URL}{page}"


@transaction.atomic
def send_invitations(conference: Conference, *, at: dt.datetime) -> int:
    """Write to everybody on the list who has an address and has not been told of this beginning.

    What somebody replied for another beginning is asked anew. Returns how many mails.
    """
    with listing(conference) as locked:
        guests = list(to_be_invited(locked))
        wanted = [
            (guest.email, f"invited:{guest.pk}:{locked.starts_at.isoformat()}", {"guest": guest.pk})
            for guest in guests
        ]
        queue_mails(TEMPLATE, wanted, at=at)
        Guest.objects.filter(pk__in=[guest.pk for guest in guests]).exclude(
            invited_for=None
        ).update(reply="", reply_note="")
        Guest.objects.filter(pk__in=[guest.pk for guest in guests]).update(
            invited_for=locked.starts_at
        )
        return len(wanted)


# --- the mail -------------------------------------------------------------------------------


def _guest_of(delivery: Delivery) -> Guest | None:
    if delivery.template != TEMPLATE:
        return None
    guests = Guest.objects.select_related("conference__committee", "conference__chair")
    return guests.filter(pk=delivery.context["guest"]).first()


@judges_mail
def is_still_invited(delivery: Delivery) -> bool:
    """Nobody is invited who was taken off the list, or to what was called off."""
    if delivery.template != TEMPLATE:
        return True
    guest = _guest_of(delivery)
    return guest is not None and guest.conference.state in CONFERENCE_RUNNING


@speaks_for_mail
def words_of(delivery: Delivery) -> dict[str, Any]:
    """The conference as it stands when the mail is sent."""
    guest = _guest_of(delivery)
    if guest is None:
        return {}
    return {
        "name": guest.full_name,
        "guest": guest,
        "conference": guest.conference,
        "page": address_of(guest),
    }


@attaches
def appointment_for(delivery: Delivery) -> list[Attachment]:
    """The appointment, which the reader's calendar takes and answers."""
    guest = _guest_of(delivery)
    if guest is None:
        return []
    asked = (guest.full_name, guest.email)
    calendar = appointment(
        guest.conference, at=delivery.created_at, asked=asked, url=address_of(guest)
    )
    return [("giay-moi.ics", calendar.to_ical(), CALENDAR)]
