"""Jobs as rows: claimed by one worker, leased, fenced by a token, ended once, never forgotten.

All moments are the database's. A job that failed waits and comes again: soon while its
report can still be in time, at least hourly for a week after that.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from functools import partial
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Q

from foundation import tracing
from foundation.clock import database_now
from foundation.crashing import crash_point
from jobs.domain.sent import DROPPED, HELD
from jobs.models import Job, JobEvent
from jobs.states import JobState

Event = JobEvent.Event
log = logging.getLogger(__name__)
FIRST_PAUSE = dt.timedelta(seconds=10)
LONGEST_PAUSE = dt.timedelta(minutes=15)
LONGEST_PAUSE_AFTERWARDS = dt.timedelta(hours=1)
KEEP_TRYING = dt.timedelta(days=7)
TOLD_OF = ("rendering", "delivery")  # jobs that have JobEvents


J = TypeVar("J", bound=Job)


class LostTheJob(Exception):
    """Another worker has claimed the row since; what was made is thrown away."""


def is_due(at: dt.datetime) -> Q:
    """The condition of a job that waits to be done at `at`, or whose worker seems dead."""
    return Q(state=JobState.QUEUED, next_at__lte=at) | Q(state=JobState.RUNNING, lease_until__lt=at)


def claim(model: type[J], pk: int, *, lease: dt.timedelta) -> J | None:
    """Take the job for `lease`, a timedelta, and return it; None if it is not to be had.

    The row is locked without waiting where the database can do that, and the UPDATE repeats
    the condition, so that of any number of callers exactly one gets the job.
    """
    with transaction.atomic():
        at = database_now()
        due = model._default_manager.filter(is_due(at), pk=pk).order_by()
        if connection.features.has_select_for_update_skip_locked:
            due = due.filter(
                pk__in=list(
                    due.select_for_update(no_key=True, skip_locked=True, of=("self",)).values_list(
                        "pk", flat=True
                    )
                )
            )
        taken = due.update(
            state=JobState.RUNNING,
            attempt=F("attempt") + 1,
            lease_token=uuid.uuid4(),
            lease_until=at + lease,
        )
        if not taken:
            return None
        job = model._default_manager.get(pk=pk)
        note(job, Event.CLAIMED, at=at)
    crash_point("after_claim")
    return job


def finish(job: Job, *, detail: object = "", **values: Any) -> None:
    """Write the job's end if it is still ours. Raises LostTheJob."""
    at = database_now()
    _end(job, Event.DONE, at, detail, state=JobState.DONE, done_at=at, error="", **values)


def give_back(
    job: Job,
    error: object,
    *,
    final: bool = False,
    deadline: dt.datetime | None = None,
    **values: Any,
) -> None:
    """Put the job back for a later attempt; aside for a person when `final` or a week too late.

    `deadline`, an instant, is what it must be done before; without one it is never too late.
    """
    at = database_now()
    too_late = deadline and at >= max(job.created_at, deadline) + KEEP_TRYING
    over = final or bool(too_late)
    _end(
        job,
        Event.GIVEN_UP if over else Event.FAILED,
        at,
        error,
        state=JobState.FAILED if over else JobState.QUEUED,
        next_at=at + back_off(job.attempt, in_time=deadline is None or at < deadline),
        error=str(error)[:2000],
        **values,
    )


def hold(job: Job, error: object, *, until: dt.datetime, **values: Any) -> None:
    """Give the job back unharmed, to be taken again at `until`: the attempt does not count."""
    _end(
        job,
        Event.HELD,
        database_now(),
        error,
        state=JobState.QUEUED,
        attempt=max(0, job.attempt - 1),
        next_at=until,
        error=str(error)[:2000],
        **values,
    )


def bounce(job: Job, error: object, **values: Any) -> None:
    """Write that the address refused: nobody tries this one again by itself."""
    at = database_now()
    _end(
        job,
        Event.BOUNCED,
        at,
        error,
        state=JobState.BOUNCED,
        bounced_at=at,
        error=str(error)[:2000],
        **values,
    )


def order_again(job: Job, *, at: dt.datetime, detail: object = "") -> bool:
    """Put an ended job back in the queue, with its attempts counted anew. Is it queued now?"""
    with transaction.atomic():
        changed = (
            type(job)
            ._default_manager.filter(pk=job.pk)
            .exclude(state__in=(JobState.QUEUED, JobState.RUNNING))
            .update(state=JobState.QUEUED, attempt=0, next_at=at, lease_token=None)
        )
        if changed:
            note(job, Event.AGAIN, detail, at=at)
    return bool(changed)


def do_now(job: Job, *, at: dt.datetime) -> bool:
    """Have a job that waits or was given up tried at once. Is it queued for now?

    What is finished stays so: a mail that went out does not go twice.
    """
    with transaction.atomic():
        job.refresh_from_db(
            from_queryset=type(job)._default_manager.select_for_update(no_key=True, of=("self",))
        )
        if job.error in (HELD, DROPPED):
            return False  # decided elsewhere, with whoever restored
        if job.state in (JobState.FAILED, JobState.BOUNCED):
            return order_again(job, at=at)
        if job.state != JobState.QUEUED:
            return False
        type(job)._default_manager.filter(pk=job.pk).update(next_at=at)
        note(job, Event.AGAIN, at=at)
    return True


def back_off(attempt: int, *, in_time: bool = True) -> dt.timedelta:
    """Return how long to wait after the `attempt`-th failure.

    20 s, doubling, up to a quarter of an hour; up to an hour once the deadline has passed.
    """
    longest = LONGEST_PAUSE if in_time else LONGEST_PAUSE_AFTERWARDS
    pause: dt.timedelta = FIRST_PAUSE * 2 ** min(max(attempt, 0), 12)
    return min(pause, longest)


def note(
    job: Job, event: Event, detail: object = "", *, at: dt.datetime | None = None
) -> JobEvent | None:
    """Add a line to what is told of the job; lines are never changed. A rehearsal has none."""
    kind = str(job._meta.model_name)
    transaction.on_commit(partial(_write_down, kind, job.pk, event, job.attempt), robust=True)
    if kind not in TOLD_OF:
        return None
    return JobEvent.objects.create(
        **{kind: job},
        event=event,
        at=at or database_now(),
        attempt=job.attempt,
        detail=str(detail)[:500],
    )


def _write_down(kind: str, pk: int, event: Event, attempt: int) -> None:
    with tracing.working_on(kind, pk):
        log.info("Job %s, attempt %s", str(event), attempt)


def _end(job: Job, event: Event, at: dt.datetime, detail: object, **values: Any) -> None:
    with transaction.atomic():
        changed = (
            type(job)
            ._default_manager.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)
            .update(lease_until=None, lease_token=None, **values)
        )
        if not changed:
            raise LostTheJob(str(job))
        note(job, event, detail, at=at)
