"""Claiming a job's row: by a conditional update, so that exactly one worker has it."""

import datetime as dt

from django.db.models import F, Q

from dialogue_portal.clock import database_now
from reports.states import JobState

GIVE_UP_AFTER = 8


class LostTheJob(Exception):
    """Another worker has claimed the row since; what was made is thrown away."""


def is_due(at):
    """The condition of a job that waits to be done at `at`, or whose worker seems dead."""
    return Q(state=JobState.QUEUED, next_at__lte=at) | Q(state=JobState.RUNNING, lease_until__lt=at)


def claim(model, pk, *, lease):
    """Take the job for `lease`, a timedelta. Is it ours? Only one caller hears yes.

    The condition stands in the UPDATE itself and joins nothing, so that a database that
    waited for another worker's lock looks at the row again.
    """
    at = database_now()
    taken = (
        model.objects.filter(is_due(at), pk=pk)
        .order_by()
        .update(state=JobState.RUNNING, attempt=F("attempt") + 1, lease_until=at + lease)
    )
    return bool(taken)


def finish(job, **values):
    """Write the job's end if it is still ours. Raises LostTheJob."""
    _end(job, state=JobState.DONE, done_at=database_now(), error="", **values)


def give_back(job, error, *, final=False):
    """Put the job back for a later attempt, or aside for a person when it was the last."""
    over = final or job.attempt >= GIVE_UP_AFTER
    _end(
        job,
        state=JobState.FAILED if over else JobState.QUEUED,
        next_at=database_now() + back_off(job.attempt),
        error=str(error)[:2000],
    )


def back_off(attempt):
    """Return how long to wait after the `attempt`-th failure: 30 s, doubling, up to an hour."""
    return min(dt.timedelta(seconds=30 * 2 ** (attempt - 1)), dt.timedelta(hours=1))


def _end(job, **values):
    changed = (
        type(job)
        .objects.filter(pk=job.pk, state=JobState.RUNNING, attempt=job.attempt)
        .update(lease_until=None, **values)
    )
    if not changed:
        raise LostTheJob(str(job))
