"""The tables of moves: what a report, a delivery and a rendering may become."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("report", "Draft")
    ISSUED = "issued", _("Issued")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged by the Board")
    RETURNED = "returned", _("Returned for completion")
    SUPERSEDED = "superseded", _("Superseded")


REPORT_MOVES = {
    ReportState.DRAFT: {ReportState.ISSUED},
    ReportState.ISSUED: {
        ReportState.ACKNOWLEDGED,
        ReportState.RETURNED,
        ReportState.SUPERSEDED,
    },
    ReportState.ACKNOWLEDGED: {ReportState.RETURNED, ReportState.SUPERSEDED},
    ReportState.RETURNED: {ReportState.SUPERSEDED},
    ReportState.SUPERSEDED: set(),
}
ISSUED_ONCE = (
    ReportState.ISSUED,
    ReportState.ACKNOWLEDGED,
    ReportState.RETURNED,
    ReportState.SUPERSEDED,
)


class JobState(models.TextChoices):
    """A rendering or a delivery: a row that is its own queue."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("In progress")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Failed; a person must look at it")


JOB_MOVES = {
    JobState.QUEUED: {JobState.RUNNING},
    JobState.RUNNING: {JobState.QUEUED, JobState.DONE, JobState.FAILED},
    JobState.FAILED: {JobState.QUEUED},
    JobState.DONE: {JobState.QUEUED},  # a damaged file is made again
}
