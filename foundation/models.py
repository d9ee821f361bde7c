"""Rows of the ground: the record of acts, the mail channel, what people are typing."""

from django.conf import settings
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
        DEPUTY_NAMED = "deputy_named", _("Named a deputy of a leader")
        DEPUTY_ENDED = "deputy_ended", _("Ended a deputyship")
        ACCOUNT_CHANGED = "account_changed", _("Changed an account")
        COMMITTEE_CREATED = "committee_created", _("Added a committee")
        COMMITTEE_CHANGED = "committee_changed", _("Changed a committee")
        HANDED_OVER = "handed_over", _("Handed what was open to the successor")
        QUESTION_TRANSFERRED = "question_transferred", _("Handed a question to another committee")
        QUESTION_RETURNED = "question_returned", _("Gave or took a transferred question back")
        IMPORTED = "imported", _("Applied a list from a file")
        IMPORT_UNDONE = "import_undone", _("Took back a list from a file")
        CALENDAR_CHANGED = "calendar_changed", _("Changed the calendar of working days")
        CONFERENCE_POSTPONED = "conference_postponed", _("Postponed a conference")
        CONFERENCE_RESCHEDULED = "conference_rescheduled", _("Gave a conference a new date")
        CONFERENCE_CANCELLED = "conference_cancelled", _("Cancelled a conference")
        DATE_EXTENDED = "date_extended", _("Gave a committee more time")
        DATE_SHORTENED = "date_shortened", _("Shortened or took back a committee's extra time")
        EXEMPTED = "exempted", _("Exempted a committee from a period")
        EXEMPTION_ENDED = "exemption_ended", _("Ended the exemption of a committee")
        AUTO_ISSUE_SET = "auto_issue_set", _("Changed what happens to drafts at the deadline")
        AUTO_ISSUED = "auto_issued", _("Deposited an unapproved draft at the deadline")
        REPORT_WITHDRAWN = "report_withdrawn", _("Withdrew a report")
        MINUTES_APPROVED = "minutes_approved", _("Approved minutes")
        SIGNED_COPY_ADDED = "signed_copy_added", _("Added a signed copy")
        CHANNEL_RESUMED = "channel_resumed", _("Let mail be sent again")
        REHEARSED = "rehearsed", _("Rehearsed a deadline day")
        PERIOD_MOVED = "period_moved", _("Moved the date of a period")
        REPORT_ISSUED = "report_issued", _("Issued a report")
        PAPER_ISSUED = "paper_issued", _("Issued a paper of a conference")
        NOTICE_PUBLISHED = "notice_published", _("Published the notice of a conference")
        REPORT_CORRECTED = "report_corrected", _("Opened a new version of a report")
        REPORT_ACKNOWLEDGED = "report_acknowledged", _("Acknowledged a report")
        OFFICE_REMINDED = "office_reminded", _("Reminded an office of its report")
        REPORT_RETURNED = "report_returned", _("Returned a report")
        CONSOLIDATED = "consolidated", _("Made a consolidated report")
        PACKED = "packed", _("Packed the reports of a period")
        DOWNLOADED = "downloaded", _("Downloaded a file")
        OPENING_ASKED = "opening_asked", _("Asked to open a sealed name")
        OPENING_AGREED = "opening_agreed", _("Agreed that a sealed name is opened")
        OPENING_REFUSED = "opening_refused", _("Refused to let a sealed name be opened")
        OPENING_WITHDRAWN = "opening_withdrawn", _("Took back the request to open a sealed name")
        NAME_UNSEALED = "name_unsealed", _("Opened a sealed name")
        SLIPS_PRINTED = "slips_printed", _("Printed slips for anonymous questions")
        PERSONAL_DECIDED = "personal_decided", _("Decided a request about personal data")
        PURGE_ASKED = "purge_asked", _("Asked for a text to be taken out")
        PURGE_REFUSED = "purge_refused", _("Refused or gave up taking a text out")
        PURGED = "purged", _("Agreed to take a text out")
        RETENTION_APPLIED = "retention_applied", _("Removed what was kept long enough")
        BACKED_UP = "backed_up", _("Made a backup")
        RESTORED = "restored", _("Put the database back to a backup")

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

    def __str__(self) -> str:
        return f"{self.number} {self.act}"


class AuditHead(models.Model):
    """The end of the chain. Its one row is locked by whoever writes the next entry."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return str(self.number)


class MailChannel(models.Model):
    """How matters stand with one mail server: pausing by itself, or stopped for a person.

    `paused_until` comes from a 421 or 452; `stopped_at` from refused credentials, and only a
    person or a mail that goes through ends it.
    """

    host = models.CharField(max_length=255, primary_key=True)
    paused_until = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    code = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.host


class Draft(models.Model):
    """What one person has typed into one form and not sent yet.

    Once the form is sent, `body` is empty and `sent_as` names the try that went through: the
    same try a second time is led to where the first one went. Of its moment no more than the
    day is kept, or it would tell when a question without a name was written down.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=40)
    thing = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    version = models.CharField(max_length=20, blank=True)
    saved_at = models.DateTimeField(auto_now_add=True)
    sent_as = models.CharField(max_length=36, blank=True)
    sent_digest = models.CharField(max_length=64, blank=True)
    went_to = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "form", "thing"], name="draft_once_a_form")
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return f"{self.form}:{self.thing}"


class SpentKey(models.Model):
    """A form that was sent, so that the same one does nothing a second time (`once.py`).

    It names neither person nor page: only who sends the same again finds the row.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    went_to = models.CharField(max_length=500, blank=True)
    spent_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
