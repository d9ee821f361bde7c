"""The minutes of a conference and their addenda: what the office adds, and what the chair has read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.looks import Stateful
from foundation.moves import Move
from hall.models.turn import Turn
from hall.states import MINUTES_MOVES, MinutesState
from sessions.models import Conference


class Minutes(Stateful, models.Model):
    """Number 0 are the minutes of a conference, 1, 2 … their addenda: one way from desk to chair.

    Here stands only what is written nowhere else: who was there, and the words of an addendum. All
    the rest is drawn from the conference until the chair has it (Submission). `remarks` say why it
    came back.
    """

    MOVES = MINUTES_MOVES
    STATES = MinutesState
    MOVES_RAISE_VERSION = True

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=MinutesState, default=MinutesState.DRAFTED)
    present = models.TextField(_("who was present"), blank=True)
    absent = models.TextField(_("who was absent"), blank=True)
    text = models.TextField(_("what is added"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    remarks = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("conference", "number")
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="minutes_number_once"),
            models.UniqueConstraint(
                fields=["conference"],
                condition=Q(number__gt=0) & ~Q(state="approved"),
                name="one_addendum_at_a_time",
            ),
            models.CheckConstraint(
                name="approved_minutes_have_who_and_when",
                condition=Q(state="approved", approved_at__isnull=False, approved_by__isnull=False)
                | (~Q(state="approved") & Q(approved_at=None, approved_by=None)),
            ),
            models.CheckConstraint(
                name="an_addendum_says_what_and_why",
                condition=Q(number=0) | (~Q(text="") & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conference_id} · {self.number}"

    @property
    def name(self) -> str:
        if self.is_addendum:
            return gettext("Addendum no. %(number)s") % {"number": self.number}
        return gettext("Minutes")

    @property
    def is_addendum(self) -> bool:
        return self.number > 0

    @property
    def is_drafted(self) -> bool:
        return self.state == MinutesState.DRAFTED

    @property
    def is_submitted(self) -> bool:
        return self.state == MinutesState.SUBMITTED

    @property
    def is_approved(self) -> bool:
        return self.state == MinutesState.APPROVED


class MinutesMove(Move):
    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="moves")


class Submission(models.Model):
    """What was laid before the chair: the document as it was at that moment, and its hash.

    `version` is the one that the chair reads. Approved, it is the document, and the earlier ones go.
    """

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="submissions")
    version = models.PositiveIntegerField()
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("minutes", "version")
        constraints = [
            models.UniqueConstraint(fields=["minutes", "version"], name="submission_once")
        ]

    def __str__(self) -> str:
        return f"{self.minutes_id} · {self.version}"


class TurnNote(models.Model):
    """What the minutes say of a turn in words of their own, beside the answer that askers read."""

    turn = models.OneToOneField(Turn, models.CASCADE, primary_key=True, related_name="note")
    text = models.TextField(_("what was said"), blank=True)
    answered_by = models.CharField(_("answered by"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.turn_id)
