"""Taking out a text that must not be here, by two people of two bodies; and what stands in its place."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from committees.permissions import BOARD, OFFICE
from foundation import looks
from foundation.clock import written_day
from foundation.looks import Look, Stateful
from hall.models import Submission
from reports.models.consolidated import ConsolidatedReport
from reports.models.paper import Paper
from reports.models.report import Report
from sessions.models import Question

if TYPE_CHECKING:
    from committees.models import User


class PurgeQuerySet(models.QuerySet["Purge"]):
    def visible_to(self, user: User) -> Self:
        """The office's own, and those that the Board of `user` agrees to."""
        whose = Q(committee_id__in=user.committees_as(*OFFICE)) | Q(
            board_id__in=user.committees_as(*BOARD)
        )
        if user.is_superuser:
            whose |= Q(board=None)
        return self.filter(whose)

    def waiting(self, *, at: dt.datetime) -> Self:
        """Those that somebody of the other body may still agree to."""
        return self.filter(state=Purge.State.ASKED, asked_at__gt=at - Purge.lasts())


class Purge(Stateful, models.Model):
    """A secretary's request to take out a question with all that was written to it.

    Nothing of the text stands here. Without a `board` an administrator agrees. What was asked for
    lapses by itself after PURGE_HOURS.
    """

    class State(looks.State):
        ASKED = "asked", Look.NOW, _("waits for the second body")
        DONE = "done", Look.DONE, _("taken out")
        REFUSED = "refused", Look.OFF, _("refused")
        WITHDRAWN = "withdrawn", Look.OFF, _("taken back")

    STATES = State

    class Why(models.TextChoices):
        SECRET = "secret", _("It may contain a state secret")
        DENUNCIATION = "denunciation", _("It is a denunciation or a complaint")
        PERSONAL = "personal", _("It exposes somebody's private life")

    question = models.ForeignKey(Question, models.PROTECT, related_name="purges")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="purges")
    board = models.ForeignKey(Committee, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    why = models.CharField(_("why"), max_length=12, choices=Why)
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)
    with_reasons = models.BooleanField(default=False)  # of earlier requests about the question
    removed = models.JSONField(default=dict)  # how many rows, and who has the same words

    objects = PurgeQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=Q(state="asked"), name="one_purge_waits"
            ),
            models.CheckConstraint(
                name="a_purge_is_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="a_purge_was_agreed_to",
                condition=~Q(state__in=("done", "refused"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    def __str__(self) -> str:
        return f"{self.question} · {written_day(self.asked_at)}"

    @staticmethod
    def lasts() -> dt.timedelta:
        return dt.timedelta(hours=settings.PURGE_HOURS)

    @property
    def until(self) -> dt.datetime:
        """The moment from which nobody can agree any more."""
        return self.asked_at + self.lasts()

    def has_lapsed(self, *, at: dt.datetime) -> bool:
        return self.state == self.State.ASKED and self.until <= at


class Redaction(models.Model):
    """A frozen snapshot out of which a text was taken: what it is now, and by which order.

    The hash that was issued, printed and chained stays with the report; this one tells that
    nothing but that text has gone since.
    """

    purge = models.ForeignKey(Purge, models.PROTECT, related_name="redactions")
    report = models.OneToOneField(Report, models.PROTECT, null=True, related_name="redaction")
    consolidated = models.OneToOneField(
        ConsolidatedReport, models.PROTECT, null=True, related_name="redaction"
    )
    minutes = models.OneToOneField(Submission, models.PROTECT, null=True, related_name="redaction")
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="redaction")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_redaction_is_of_one_document",
                condition=Q(report__isnull=False, consolidated=None, minutes=None, paper=None)
                | Q(report=None, consolidated__isnull=False, minutes=None, paper=None)
                | Q(report=None, consolidated=None, minutes__isnull=False, paper=None)
                | Q(report=None, consolidated=None, minutes=None, paper__isnull=False),
            )
        ]

    def __str__(self) -> str:
        if self.minutes_id:
            return f"minutes {self.minutes_id}"
        if self.paper_id:
            return f"paper {self.paper_id}"
        return (
            f"report {self.report_id}" if self.report_id else f"consolidated {self.consolidated_id}"
        )
