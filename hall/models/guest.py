"""Who is invited to a conference, what each replied, and who came."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions.models import Conference


class Guest(models.Model):
    """One person on the list. No moment stands here of when somebody replied or came.

    The list is the office's: people of the committee, or names typed and pasted.
    """

    class Group(models.TextChoices):
        OTHER = "", pgettext_lazy("group of people", "Other")
        CIVIL_SERVANT = "civil_servant", _("Civil servant")
        PUBLIC_EMPLOYEE = "public_employee", _("Public employee")
        WORKER = "worker", _("Contract worker")

    class Reply(models.TextChoices):
        NONE = "", _("No reply")
        COMES = "comes", _("Will come")
        CANNOT = "cannot", _("Cannot come")

    class Presence(models.TextChoices):
        UNKNOWN = "", _("Not ticked")
        PRESENT = "present", _("Present")
        EXCUSED = "excused", _("Excused")
        ABSENT = "absent", _("Absent")

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="guests")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="invited_to"
    )
    full_name = models.CharField(_("full name"), max_length=150)
    post = models.CharField(_("post"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    group = models.CharField(_("group"), max_length=16, choices=Group, blank=True)
    is_party_member = models.BooleanField(_("Party member"), default=False)
    is_woman = models.BooleanField(_("woman"), default=False)
    is_online = models.BooleanField(_("takes part online"), default=False)
    reply = models.CharField(max_length=8, choices=Reply, blank=True)
    reply_note = models.CharField(_("note to the reply"), max_length=300, blank=True)
    reply_for = models.DateTimeField(null=True)  # the beginning that the reply was given for
    presence = models.CharField(max_length=8, choices=Presence, blank=True)
    was_settled = models.BooleanField(default=False)  # the presence of those whom nobody ticked
    told = models.CharField(max_length=12, blank=True)  # what the last mail said: `what_is_told`
    mails = models.PositiveIntegerField(default=0)  # how many were written to this person
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="guest_number_once"),
            models.UniqueConstraint(
                fields=["conference", "person"],
                condition=Q(person__isnull=False),
                name="guest_invited_once",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_present(self) -> bool:
        return self.presence == self.Presence.PRESENT

    @property
    def is_excused(self) -> bool:
        return self.presence == self.Presence.EXCUSED

    @property
    def has_replied(self) -> bool:
        """Does the reply count: was it given for the beginning that stands?"""
        return bool(self.reply) and self.reply_for == self.conference.starts_at

    @property
    def is_told(self) -> bool:
        """Was the last mail written to this address of the conference as it stands?"""
        return self.told == what_is_told(self.conference)


def what_is_told(conference: Conference) -> str:
    """Return what tells one invitation from another: day, end, place, and whether it is called off."""
    moments = [
        moment.astimezone(dt.UTC).isoformat()
        for moment in (conference.starts_at, conference.ends_at)
    ]
    said = "\n".join([*moments, conference.place, "off" if conference.is_called_off else ""])
    return hashlib.sha256(said.encode()).hexdigest()[:12]
