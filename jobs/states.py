"""What a file that is made or a mail that is sent may become."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """A rendering or a delivery: a row that is its own queue."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("In progress")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Failed; a person must look at it")
    BOUNCED = "bounced", _("The address does not take it")


JOB_MOVES = {
    JobState.QUEUED: {JobState.RUNNING},
    JobState.RUNNING: {JobState.QUEUED, JobState.DONE, JobState.FAILED, JobState.BOUNCED},
    JobState.FAILED: {JobState.QUEUED},
    JobState.BOUNCED: {JobState.QUEUED},
    JobState.DONE: {JobState.QUEUED, JobState.BOUNCED},  # a damaged file, a mail that came back
}
