"""The record of every act with consequences: what `dialogue_portal.audit` writes and reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act. The database refuses to change or remove it; the chain of digests shows it if
    somebody did so behind the database's back.

    Plain numbers and words in place of foreign keys: an entry outlives what it speaks of.
    """

    class Act(models.TextChoices):
        ROLE_GIVEN = "role_given", _("Gave a role")
        ROLE_CHANGED = "role_changed", _("Changed a role")
        ROLE_ENDED = "role_ended", _("Ended a role")
        ACCOUNT_CHANGED = "account_changed", _("Changed an account")
        COMMITTEE_CREATED = "committee_created", _("Added a committee")
        COMMITTEE_CHANGED = "committee_changed", _("Changed a committee")
        IMPORTED = "imported", _("Applied a list from a file")
        PERIOD_MOVED = "period_moved", _("Moved the date of a period")
        REPORT_ISSUED = "report_issued", _("Issued a report")
        REPORT_CORRECTED = "report_corrected", _("Opened a new version of a report")
        REPORT_ACKNOWLEDGED = "report_acknowledged", _("Acknowledged a report")
        REPORT_RETURNED = "report_returned", _("Returned a report")
        CONSOLIDATED = "consolidated", _("Made a consolidated report")
        PACKED = "packed", _("Packed the reports of a period")
        DOWNLOADED = "downloaded", _("Downloaded a file")
        NAME_UNSEALED = "name_unsealed", _("Opened a sealed name")
        SLIPS_PRINTED = "slips_printed", _("Printed slips for anonymous questions")
        RETENTION_APPLIED = "retention_applied", _("Removed what was kept long enough")

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=24, choices=Act)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    committee_id = models.BigIntegerField(null=True, db_index=True)
    committee_code = models.CharField(max_length=30, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-number",)
        indexes = [models.Index(fields=["committee_id", "-number"], name="audit_by_committee")]

    def __str__(self):
        return f"{self.number} {self.act}"


class AuditHead(models.Model):
    """The end of the chain. Its one row is locked by whoever writes the next entry."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    def __str__(self):
        return str(self.number)
