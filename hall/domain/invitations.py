"""Invitations: a mail with an appointment, and a link by which one replies without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from foundation.moves import MoveNotAllowed
from hall.domain.guests import listing
from hall.models import Guest, what_is_told
from hall.queries import to_be_invited, to_be_told_off
from jobs.domain.queueing import queue_mails
from jobs.kinds import attaches, judges_mail, speaks_for_mail
from sessions.documents.appointment import CANCEL, REQUEST, appointment
from sessions.models import Conference
from sessions.states import CONFERENCE_RUNNING

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from foundation.mail import Attachment
    from jobs.models import Delivery


INVITED = "emails/hall/invitation"
CALLED_OFF = "emails/hall/called_off"
LENGTH = 26  # hexadecimal digits: 104 bits


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


def path_of(guest: Guest) -> str:
    """Return the path of the page on which this person replies."""
    return reverse("hall:invitation", args=[guest.pk, token_of(guest)])


def address_of(guest: Guest) -> str:
    """Return the address of that page, as a mail tells it."""
    return f"{settings.BASE_URL}{path_of(guest)}"


@transaction.atomic
def send_invitations(conference: Conference, *, at: dt.datetime) -> int:
    """Write to everybody on the list who has an address and does not know of day and place as they
    stand. What somebody replied for another beginning does not count any more.

    Returns how many mails. Raises MoveNotAllowed once it has begun.
    """
    with listing(conference) as locked:
        if not locked.lies_ahead(at=at):
            raise MoveNotAllowed(f"{locked}: {locked.starts_at}")
        return _write(INVITED, to_be_invited(locked), locked, at=at)


@transaction.atomic
def tell_called_off(conference: Conference, *, at: dt.datetime) -> int:
    """Write to everybody who was invited that the conference does not take place as planned, once.

    Returns how many mails. Raises MoveNotAllowed where it is not called off.
    """
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if not locked.is_called_off:
        raise MoveNotAllowed(f"{locked}: {locked.state}")
    return _write(CALLED_OFF, to_be_told_off(locked), locked, at=at)


def _write(
    template: str, guests: QuerySet[Guest], conference: Conference, *, at: dt.datetime
) -> int:
    """Queue a mail to each, and keep what it says: the running number makes each mail another."""
    people = list(guests.select_for_update(no_key=True))
    for guest in people:
        guest.mails += 1
        guest.told = what_is_told(conference)
    Guest.objects.bulk_update(people, ["mails", "told"], batch_size=500)
    wanted = [
        (guest.email, f"invited:{guest.pk}:{guest.mails}", {"guest": guest.pk, "mail": guest.mails})
        for guest in people
    ]
    return len(queue_mails(template, wanted, at=at))


# --- the mail -------------------------------------------------------------------------------


def _guest_of(delivery: Delivery) -> Guest | None:
    if delivery.template not in (INVITED, CALLED_OFF):
        return None
    guests = Guest.objects.select_related("conference__committee", "conference__chair")
    return guests.filter(pk=delivery.context["guest"]).first()


@judges_mail
def is_still_invited(delivery: Delivery) -> bool:
    """Nobody is written to who was taken off the list, at an address that was mended since, or of
    what a later mail says otherwise."""
    if delivery.template not in (INVITED, CALLED_OFF):
        return True
    guest = _guest_of(delivery)
    if guest is None or guest.email != delivery.to or guest.mails != delivery.context["mail"]:
        return False
    conference = guest.conference
    if delivery.template == CALLED_OFF:
        return conference.is_called_off
    return conference.state in CONFERENCE_RUNNING


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
    """The appointment, which the reader's calendar takes, or takes out again."""
    guest = _guest_of(delivery)
    if guest is None:
        return []
    is_off = delivery.template == CALLED_OFF
    calendar = appointment(
        guest.conference,
        at=delivery.created_at,
        asked=(guest.full_name, guest.email),
        url=address_of(guest),
        method=CANCEL if is_off else REQUEST,
    )
    name = "hoan-huy.ics" if is_off else "giay-moi.ics"
    return [(name, calendar.to_ical(), f"text/calendar; method={calendar['METHOD']}")]
