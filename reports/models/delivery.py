"""What happens to an issued report: it lies in the inbox, is rendered and is mailed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from jobs.models import Delivery
from periods.models import Obligation
from reports.models.report import Report


class InboxItem(models.Model):
    """The delivery of record: written in the same transaction as the frozen report."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="inbox_item")
    board = models.ForeignKey(Committee, models.PROTECT, related_name="inbox")
    number = models.PositiveIntegerField(_("number of arrival"))
    deposited_at = models.DateTimeField(_("deposited"))
    previous = models.CharField(max_length=64, default="0" * 64)
    digest = models.CharField(max_length=64, default="")
    opened_at = models.DateTimeField(_("opened"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    returned_at = models.DateTimeField(_("returned"), null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    remarks = models.TextField(_("remarks"), blank=True)
    data_missing = models.BooleanField(_("required data was missing"), default=False)

    class Meta:
        ordering = ("-deposited_at",)
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="arrival_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Escalation(models.Model):
    """Somebody was told by name that a committee is about to miss a date, or has missed it.

    Told, that is, once the mail has been sent: what was mended before takes its row along.
    """

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="escalations")
    stage = models.CharField(max_length=20)  # a code of EARLY_WARNINGS, or "missing"
    due_before = models.DateField()  # more time begins the ladder anew
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="escalations")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "stage", "due_before", "person"], name="escalation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.obligation} · {self.stage} → {self.person}"


class OfficeReminder(models.Model):
    """A Board has reminded an office of what it owes: once a day, whoever presses."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="office_reminders")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    mails = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["obligation", "day"], name="reminded_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.obligation} · {self.day}"


class Told(models.Model):
    """What somebody has heard of by mail and still waits, so that it is said once.

    All rows are made anew each day, in no order, and none has a moment: nothing tells when what
    came back from an asker came back. Without a person: what was said to a whole committee.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    kind = models.CharField(max_length=30)  # of the duty
    key = models.CharField(max_length=150)

    class Meta:
        verbose_name_plural = "told"
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
