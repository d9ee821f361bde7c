"""Rows that are the queue: files to be made, mails to be sent; what went wrong; signs of life."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.looks import Stateful
from jobs.states import JobState

TABLES = "reports"  # the label that the tables bear: they were born there


class Job(Stateful, models.Model):
    """A row that is its own queue: claimed by a conditional update, leased, finished once.

    `lease_until` frees it when a worker dies; `lease_token` is the fencing token: whoever
    finishes must still hold the one it claimed with. `attempt` counts the claims.
    """

    STATES = JobState

    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.BOUNCED)

    @property
    def is_queued(self) -> bool:
        return self.state == JobState.QUEUED

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == JobState.FAILED


class Rendering(Job):
    """A file to be made. What of, says the row above that bears this one's key, by its kind."""

    class Kind(models.TextChoices):
        REPORT_PDF = "report_pdf", _("PDF of the report")
        CONSOLIDATED_PDF = "consolidated_pdf", _("PDF of the consolidated report")
        PERIOD_ZIP = "period_zip", _("All reports of a period")

    kind = models.CharField(max_length=20, choices=Kind)
    progress = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    is_plain = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = TABLES
        indexes = [models.Index(fields=["state", "next_at"], name="rendering_due")]
        constraints = [
            models.CheckConstraint(
                name="a_finished_rendering_has_a_file",
                condition=~models.Q(state="done") | (~models.Q(file="") & ~models.Q(sha256="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.state}"


class Delivery(Job):
    """One mail to one address. `template` and `context` say what; nothing is sent inline.

    The file it waits for goes with it.
    """

    to = models.EmailField()
    template = models.CharField(max_length=80)
    context = models.JSONField(default=dict)
    waits_for = models.ForeignKey(Rendering, models.PROTECT, null=True, related_name="mails")
    message_id = models.CharField(max_length=120, unique=True)
    once = models.CharField(max_length=120, unique=True)
    smtp_phase = models.CharField(max_length=12, blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    smtp_text = models.CharField(max_length=300, blank=True)
    as_link = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True)
    stands_in_for = models.ForeignKey("self", models.CASCADE, null=True, related_name="stand_ins")

    class Meta:
        app_label = TABLES
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.template} → {self.to}"


class JobEvent(models.Model):
    """What happened to a rendering or a delivery, in order. The database refuses changes."""

    class Event(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        CLAIMED = "claimed", _("Begun")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Did not succeed; will be tried again")
        GIVEN_UP = "given_up", _("Given up; a person must look at it")
        PLAIN = "plain", _("Made in plain form")
        DAMAGED = "damaged", _("The file was found damaged")
        AGAIN = "again", _("Ordered again")
        BOUNCED = "bounced", _("Refused by the address")
        HELD = "held", _("Waiting for the mail server")
        AS_LINK = "as_link", _("Sent without attachment")

    rendering = models.ForeignKey(Rendering, models.CASCADE, null=True, related_name="events")
    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, related_name="events")
    event = models.CharField(max_length=10, choices=Event)
    at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        app_label = TABLES
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="an_event_is_of_one_job",
                condition=models.Q(rendering=None, delivery__isnull=False)
                | models.Q(delivery=None, rendering__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rendering or self.delivery}: {self.event}"


class Alarm(models.Model):
    """Something that a person must see to: raised once, cleared when it is over."""

    code = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    raised_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        app_label = TABLES
        ordering = ("-raised_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"],
                condition=models.Q(cleared_at=None),
                name="one_open_alarm",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}".strip()


class Heartbeat(models.Model):
    """When a part of the machinery last gave a sign of life, by the database's clock."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        app_label = TABLES

    def __str__(self) -> str:
        return self.name
