"""The Board's report on all reports of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from committees.models import Committee
from committees.permissions import BOARD
from jobs.models import Rendering
from periods.models import ReportingPeriod

if TYPE_CHECKING:
    from committees.models import User


class ConsolidatedReportQuerySet(models.QuerySet["ConsolidatedReport"]):
    def visible_to(self, user: User) -> Self:
        """The Board's own."""
        return self.filter(board_id__in=user.committees_as(*BOARD))


class ConsolidatedReport(models.Model):
    """One consolidation: what every committee had issued at `cutoff_at`, frozen."""

    board = models.ForeignKey(Committee, models.PROTECT, related_name="consolidated_reports")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="consolidated_reports")
    version = models.PositiveSmallIntegerField()
    cutoff_at = models.DateTimeField()
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    verification_code = models.CharField(max_length=40, blank=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rendering = models.OneToOneField(
        Rendering, models.PROTECT, null=True, related_name="consolidated"
    )
    number = models.PositiveIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    issued_from = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="issued_as"
    )  # the version whose figures it has

    objects = ConsolidatedReportQuerySet.as_manager()

    class Meta:
        ordering = ("-cutoff_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["board", "period", "version"], name="consolidated_version_once"
            ),
            models.UniqueConstraint(
                fields=["verification_code"],
                condition=~models.Q(verification_code=""),
                name="consolidated_code_once",
            ),
            models.CheckConstraint(
                name="an_issued_consolidated_report_is_whole",
                condition=models.Q(number=None, issued_at=None, issued_by=None, issued_from=None)
                | models.Q(
                    number__isnull=False,
                    issued_at__isnull=False,
                    issued_by__isnull=False,
                    issued_from__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.version}"


class ConsolidatedText(models.Model):
    """The Board's words in one place of its consolidated report, once it has changed what is proposed."""

    board = models.ForeignKey(Committee, models.PROTECT, related_name="+")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["board", "period", "key"], name="consolidated_text_once"
            )
        ]

    def __str__(self) -> str:
        return self.key


class PeriodArchive(models.Model):
    """One file with every report that a Board has received for a period."""

    board = models.ForeignKey(Committee, models.CASCADE, related_name="archives")
    period = models.ForeignKey(ReportingPeriod, models.CASCADE, related_name="archives")
    rendering = models.OneToOneField(Rendering, models.CASCADE, related_name="archive")

    def __str__(self):
        return f"{self.board} · {self.period}"
