"""A reporting period, and what each committee owes in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from committees.permissions import BOARD, OFFICE
from foundation.clock import start_of

if TYPE_CHECKING:
    from committees.models import User


TABLES = "reports"  # the label that the tables bear: they were born there


def half_in_words(year: int, half: int) -> str:
    """Return a half-year in the reader's language: first half of 2026."""
    words = gettext("first half of %(year)s") if half == 1 else gettext("second half of %(year)s")
    return words % {"year": year}


class ReportingPeriod(models.Model):
    """Half a year. It runs from the previous period's `due_before` up to its own."""

    year = models.PositiveSmallIntegerField(_("year"))
    half = models.PositiveSmallIntegerField(_("half"), choices=[(1, "1"), (2, "2")])
    starts_on = models.DateField(_("starts on"))
    due_before = models.DateField(_("due before"))
    auto_issue = models.BooleanField(
        _("deposit complete drafts at the deadline"),
        default=False,
        help_text=_("Marked as compiled automatically and not approved."),
    )
    is_training = models.BooleanField(_("for training"), default=False)

    class Meta:
        app_label = TABLES
        ordering = ("-year", "-half")
        constraints = [
            models.UniqueConstraint(fields=["year", "half"], name="period_once"),
            models.CheckConstraint(name="period_half", condition=models.Q(half__in=(1, 2))),
            models.CheckConstraint(
                name="period_ends_after_it_begins",
                condition=models.Q(due_before__gt=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"{self.year}-H{self.half}"

    @property
    def label(self) -> str:
        """As documents write it: 6 tháng đầu năm 2026."""
        return f"6 tháng {'đầu' if self.half == 1 else 'cuối'} năm {self.year}"

    @property
    def name(self) -> str:
        """As pages write it, in the reader's language: first half of 2026."""
        return half_in_words(self.year, self.half)

    @property
    def last_day(self) -> dt.date:
        """The last day that is in time: the one before `due_before`."""
        return self.due_before - dt.timedelta(days=1)

    @property
    def deadline(self) -> dt.datetime:
        """The first instant that is too late."""
        return start_of(self.due_before)


class PeriodChange(models.Model):
    """How a period's date came about: who moved it, from what to what, and why."""

    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="changes")
    due_from = models.DateField()
    due_to = models.DateField()
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = TABLES
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.due_from} → {self.due_to}"


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def visible_to(self, user: User) -> Self:
        """The own office's, and for the Board those of every committee that reports to it."""
        boards = Committee.objects.filter(pk__in=user.committees_as(*BOARD))
        return self.filter(
            models.Q(committee_id__in=user.committees_as(*OFFICE)) | models.Q(board__in=boards)
        )


class Obligation(models.Model):
    """One committee owes one Board at least one conference and one report in one period."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="obligations")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="obligations")
    board = models.ForeignKey(Committee, models.PROTECT, related_name="received_obligations")

    extended_to = models.DateField(_("due before, by extension"), null=True, blank=True)
    # Said by the Board: it counts only while there is neither a conference nor a report.
    is_exempt = models.BooleanField(_("exempt"), default=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        app_label = TABLES
        ordering = ("period", "committee")
        constraints = [
            models.UniqueConstraint(fields=["period", "committee"], name="obligation_once")
        ]

    def __str__(self) -> str:
        return f"{self.committee} · {self.period}"

    @property
    def due_before(self) -> dt.date:
        """The first day that is too late for this committee."""
        return max(self.period.due_before, self.extended_to or dt.date.min)

    @property
    def last_day(self) -> dt.date:
        """The last day that is in time for this committee."""
        return self.due_before - dt.timedelta(days=1)

    @property
    def deadline(self) -> dt.datetime:
        """The first instant that is too late for this committee."""
        return start_of(self.due_before)


class Extension(models.Model):
    """More time for one committee: until when, why and who gave it. Never changed."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="extensions")
    due_from = models.DateField()
    due_to = models.DateField(_("due before"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = TABLES
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.obligation}: {self.due_from} → {self.due_to}"


class Exemption(models.Model):
    """That a committee was exempted from a period, or no longer: why and by whom. Never changed."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="exemptions")
    is_on = models.BooleanField()  # False: from now on it owes again
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = TABLES
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.obligation}: {'exempt' if self.is_on else 'owed again'}"


class ReminderSent(models.Model):
    """A step of the ladder that has been taken, so that it is taken once for each date."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="reminders", null=True)
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="reminders")
    board = models.ForeignKey(Committee, models.CASCADE, related_name="+", null=True)
    step = models.CharField(max_length=20)  # "T-7", a code of EARLY_WARNINGS, or a week
    due_before = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        app_label = TABLES
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "step", "due_before"],
                condition=models.Q(obligation__isnull=False),
                name="reminder_once",
            ),
            models.UniqueConstraint(
                fields=["period", "board", "step"],
                condition=models.Q(obligation__isnull=True),
                name="summary_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation or self.board} · {self.step}"
