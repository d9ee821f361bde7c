"""Playing the rehearsals that Boards have ordered: one job, in a process with limits."""

from __future__ import annotations

import datetime as dt
import logging
from functools import partial

from foundation import tracing
from foundation.clock import database_now
from jobs.domain import claiming
from jobs.domain.alarms import raise_alarm, raise_or_clear
from jobs.states import JobState
from operations.rehearsal.stage import rehearse
from reports.models import Rehearsal

log = logging.getLogger(__name__)
SECONDS = 8 * 60  # that one may take
LEASE = dt.timedelta(minutes=9)
GIVE_UP_AFTER = 2  # attempts, a killed worker's included
GIVES_WAY = 10  # how nice it is to the portal's own work
BROKEN_OFF = "broken_off"


@tracing.works_on("rehearsal")
def play_rehearsal(rehearsal_id: int) -> Rehearsal | None:
    """Claim the rehearsal and play it; return it, or None if somebody else has it.

    A check that failed is an alarm: the administrators hear of it before a real deadline does.
    """
    rehearsal = claiming.claim(Rehearsal, rehearsal_id, lease=LEASE)
    if rehearsal is None:
        return None
    try:
        if rehearsal.attempt > GIVE_UP_AFTER:
            raise RuntimeError("its workers have died")
        findings = rehearse(
            committees=rehearsal.committees,
            seconds=SECONDS,
            nice=GIVES_WAY,
            tell=partial(_show, rehearsal),
        )
        claiming.finish(rehearsal, findings=findings, progress=100, step="")
        _say_how_it_ended(rehearsal)
    except claiming.LostTheJob:
        log.warning("Rehearsal %s was taken over", rehearsal.pk)
    except Exception as error:  # whatever it is, it must not stop the others
        _put_back(rehearsal, error)
    rehearsal.refresh_from_db()
    return rehearsal


def waiting(*, at: dt.datetime) -> list[int]:
    """Return the ids of the rehearsals that are due at `at`, the oldest first."""
    due = Rehearsal.objects.filter(claiming.is_due(at)).order_by("pk")
    return list(due.values_list("pk", flat=True))


def _show(rehearsal: Rehearsal, step: str, percent: int) -> None:
    """Say on its page how far it is. Raises LostTheJob when it is no longer ours to play."""
    if (step, percent) == (rehearsal.step, rehearsal.progress):
        return
    rehearsal.step, rehearsal.progress = step, percent
    ours = Rehearsal.objects.filter(
        pk=rehearsal.pk, state=JobState.RUNNING, lease_token=rehearsal.lease_token
    )
    if not ours.update(step=step, progress=percent):
        raise claiming.LostTheJob(str(rehearsal))


def _say_how_it_ended(rehearsal: Rehearsal) -> None:
    rehearsal.refresh_from_db()
    raise_or_clear(
        "rehearsal",
        rehearsal.board.code,
        ", ".join(rehearsal.failed),
        wrong=not rehearsal.has_passed,
        at=database_now(),
    )


def _put_back(rehearsal: Rehearsal, error: BaseException) -> None:
    log.warning("Rehearsal %s, attempt %s: %s", rehearsal.pk, rehearsal.attempt, error)
    over = rehearsal.attempt >= GIVE_UP_AFTER
    try:
        claiming.give_back(rehearsal, error, final=over, step="", progress=0)
    except claiming.LostTheJob:
        log.warning("Rehearsal %s had been taken over", rehearsal.pk)
        return
    if over:
        raise_alarm("rehearsal", rehearsal.board.code, BROKEN_OFF, at=database_now())
