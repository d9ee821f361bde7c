"""A committee's results report: a draft whose figures are live, then a frozen snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Term
from committees.permissions import BOARD, OFFICE
from foundation.looks import Stateful
from foundation.moves import Move
from jobs.models import Delivery, Rendering
from periods.models import Obligation
from reports.states import ISSUED_ONCE, REPLACED, REPORT_MOVES, ReportState

if TYPE_CHECKING:
    from committees.models import User
    from periods.models import ReportingPeriod


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        """The own office's; for the Board everything issued by those who report to it."""
        boards = user.committees_as(*BOARD)
        return self.filter(
            models.Q(obligation__committee_id__in=user.committees_as(*OFFICE))
            | models.Q(obligation__board_id__in=boards, state__in=ISSUED_ONCE)
        )

    def issued(self) -> Self:
        return self.filter(state__in=ISSUED_ONCE)

    def current(self) -> Self:
        """Each obligation's newest issued version, unless it was withdrawn."""
        return self.issued().exclude(state__in=REPLACED)

    def received(self) -> Self:
        """What the Board counts as sent: not what it returned because required data was missing,
        nor what was deposited without approval."""
        return self.current().exclude(
            models.Q(is_automatic=True) | models.Q(inbox_item__data_missing=True)
        )


class Report(Stateful, models.Model):
    """One version of one committee's report. Issued, it is `snapshot` and never changes."""

    MOVES = REPORT_MOVES
    STATES = ReportState

    class Capacity(models.TextChoices):
        COMMITTEE = "T/M ĐẢNG ỦY", "T/M ĐẢNG ỦY"
        STANDING = "T/M BAN THƯỜNG VỤ", "T/M BAN THƯỜNG VỤ"

    class Post(models.TextChoices):
        SECRETARY = "BÍ THƯ", "BÍ THƯ"
        DEPUTY = "PHÓ BÍ THƯ", "PHÓ BÍ THƯ"

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=ReportState, default=ReportState.DRAFT)
    draft_number = models.PositiveSmallIntegerField(default=1)
    sign_capacity = models.CharField(
        _("signing capacity"), max_length=30, choices=Capacity, default=Capacity.COMMITTEE
    )
    sign_post = models.CharField(
        _("post of the signer"), max_length=30, choices=Post, default=Post.SECRETARY
    )
    signer = models.CharField(_("signer"), max_length=120, blank=True)
    not_held_reason = models.TextField(_("why no conference was held"), blank=True)
    not_held_until = models.DateField(_("new date"), null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    number = models.PositiveIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="issued_reports"
    )
    snapshot = models.JSONField(null=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    verification_code = models.CharField(max_length=40, blank=True)
    is_automatic = models.BooleanField(_("deposited without approval"), default=False)
    rendering = models.OneToOneField(Rendering, models.PROTECT, null=True, related_name="report")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("obligation", "version")
        constraints = [
            models.UniqueConstraint(fields=["obligation", "version"], name="report_version_once"),
            models.UniqueConstraint(
                fields=["verification_code"],
                condition=~models.Q(verification_code=""),
                name="verification_code_once",
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=models.Q(state="draft"),
                name="one_report_draft",
            ),
            models.CheckConstraint(
                name="an_issued_report_is_whole",
                condition=models.Q(state="draft", issued_at=None, snapshot=None)
                | (
                    ~models.Q(state="draft")
                    & models.Q(issued_at__isnull=False, snapshot__isnull=False)
                    & (models.Q(number__isnull=False) | models.Q(is_automatic=True))
                    & ~models.Q(snapshot_sha256="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} · {self.version}"

    @property
    def deliveries(self) -> models.QuerySet[Delivery]:
        """The mails that carry it: those that wait for its file."""
        return Delivery.objects.filter(waits_for__report=self)

    @property
    def committee(self) -> Committee:
        return self.obligation.committee

    @property
    def period(self) -> ReportingPeriod:
        return self.obligation.period

    @property
    def was_touched(self) -> bool:
        """Has somebody worked on it since it was made, perhaps by itself?"""
        return self.is_issued or self.changed_at > self.created_at

    @property
    def is_issued(self) -> bool:
        return self.state in ISSUED_ONCE

    @property
    def is_draft(self) -> bool:
        return self.state == ReportState.DRAFT

    @property
    def awaits_receipt(self) -> bool:
        """Does it lie in the inbox, and has the Board not said anything yet?"""
        return self.state == ReportState.ISSUED

    @property
    def is_returned(self) -> bool:
        return self.state == ReportState.RETURNED

    @property
    def is_superseded(self) -> bool:
        return self.state == ReportState.SUPERSEDED

    @property
    def is_withdrawn(self) -> bool:
        return self.state == ReportState.WITHDRAWN


class ReportMove(Move):
    report = models.ForeignKey(Report, models.CASCADE, related_name="moves")


class Narrative(models.Model):
    """The free text of one place in a draft, once somebody has changed what was proposed."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="narratives")
    key = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="narrative_once")]

    def __str__(self) -> str:
        return self.key


class DocumentCounter(models.Model):
    """The last number given, for each issuer, type and term; locked while one is taken."""

    issuer = models.ForeignKey(Committee, models.PROTECT, related_name="+")
    doc_type = models.CharField(max_length=4)
    term = models.ForeignKey(Term, models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "doc_type", "term"], name="counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.doc_type} {self.last}"


class SignedCopy(models.Model):
    """The report's PDF as the office signed it in its own system, checked when it came in."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="signed_copies")
    file = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    signer = models.CharField(_("signer"), max_length=300)
    issuer = models.CharField(_("issuer of the certificate"), max_length=300)
    serial = models.CharField(max_length=80)
    signed_at = models.DateTimeField(_("signed at"), null=True)
    is_trusted = models.BooleanField(null=True)
    facts = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("uploaded_at",)
        verbose_name_plural = "signed copies"
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="signed_copy_once")
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.signer}"
