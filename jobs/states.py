"""What a file that is made or a mail that is sent may become."""

from django.utils.translation import gettext_lazy as _

from foundation.looks import Look, State


class JobState(State):
    """A rendering or a delivery: a row that is its own queue."""

    QUEUED = "queued", Look.WAITING, _("Waiting")
    RUNNING = "running", Look.NOW, _("In progress")
    DONE = "done", Look.DONE, _("Finished")
    FAILED = "failed", Look.LATE, _("Failed; a person must look at it")
    BOUNCED = "bounced", Look.LATE, _("The address does not take it")


JOB_MOVES = {
    JobState.QUEUED: {JobState.RUNNING},
    JobState.RUNNING: {JobState.QUEUED, JobState.DONE, JobState.FAILED, JobState.BOUNCED},
    JobState.FAILED: {JobState.QUEUED},
    JobState.BOUNCED: {JobState.QUEUED},
    JobState.DONE: {JobState.QUEUED, JobState.BOUNCED},  # a damaged file, a mail that came back
}
