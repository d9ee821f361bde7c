"""What must happen by itself: called each minute by the scheduler and by `deliver_due`."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from committees.domain.committees import apply_due_names
from committees.domain.recovering import finish_recoveries
from committees.domain.sending import send_everything_due
from committees.domain.signing_out import forget_what_is_over
from foundation.audit import note_head
from foundation.clock import day_of
from foundation.crashing import crash_point
from foundation.restoring import is_restoring
from hall.domain.closing import forget_desks
from jobs.domain import claiming, delivering
from jobs.domain.alarms import clear_alarm, raise_alarm, send_alarms
from jobs.domain.bouncing import read_bounces, settle_bounces
from jobs.domain.delivering import deliver
from jobs.domain.rendering import render
from jobs.domain.scrubbing import remove_half_written, scrub_if_due
from jobs.models import Heartbeat, Rendering
from operations.domain import rehearsing
from operations.domain.watching import look_for_alarms, send_bulletin
from periods.domain.periods import open_periods
from privacy.domain.personal_requests import forget_daily
from reports.domain.drafting import start_due_drafts
from reports.domain.inbox import check_inbox_if_due
from reports.domain.issuing import deposit_unissued
from reports.domain.reminding import remind
from reports.domain.telling import tell_of_openings, tell_offices
from sessions.askers.public import mix_if_due, open_due_rounds, retain_daily
from sessions.domain.conferences import close_due_conferences
from sessions.domain.handing_over import hand_over_due
from sessions.domain.pausing import run_clocks_on
from sessions.domain.undoing import forget_steps

log = logging.getLogger(__name__)
AT_ONCE = 200
WORKERS_FIRST = dt.timedelta(minutes=10)  # for which a rehearsal is left to them


def the_audit_head(*, at: dt.datetime) -> None:
    note_head(day=day_of(at))


STEPS = (
    open_periods,
    mix_if_due,
    open_due_rounds,
    close_due_conferences,
    hand_over_due,
    run_clocks_on,
    forget_steps,
    forget_desks,
    apply_due_names,
    forget_what_is_over,
    finish_recoveries,
    start_due_drafts,
    deposit_unissued,
    tell_offices,
    tell_of_openings,
    remind,
    retain_daily,
    forget_daily,
    the_audit_head,
    scrub_if_due,
    remove_half_written,
    check_inbox_if_due,
    read_bounces,
    settle_bounces,
    look_for_alarms,
    send_alarms,
    send_bulletin,
)


def beat(name: str, *, at: dt.datetime) -> None:
    """Note a sign of life."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def prepare(*, at: dt.datetime) -> list[Any] | list[Exception]:
    """Do everything that is due by the calendar. Returns the errors: one step that fails keeps
    no other from its turn, and raises an alarm. Nothing happens while a restore is not over."""
    if is_restoring():
        log.warning("The database is being put back; nothing is done")
        return []
    errors = []
    for step in STEPS:
        try:
            step(at=at)
        except Exception as error:
            log.exception("The step %s failed", step.__name__)
            errors.append(error)
            raise_alarm("step", step.__name__, str(error), at=at)
        else:
            clear_alarm("step", step.__name__, at=at)
    crash_point("after_trigger_commit")
    return errors


def due_jobs(*, at: dt.datetime) -> tuple[list[int], list[Any]]:
    """Return (ids of renderings, ids of deliveries) that are due at `at`, the oldest first."""
    renderings = Rendering.objects.filter(claiming.is_due(at)).order_by("next_at", "pk")
    deliveries = delivering.ready(at=at).order_by("next_at", "pk")
    return (
        list(renderings.values_list("pk", flat=True)[:AT_ONCE]),
        list(deliveries.values_list("pk", flat=True)[:AT_ONCE]),
    )


def do_everything_due(*, at: dt.datetime) -> tuple[int, int]:
    """Do all that is due here and now, without a broker. Returns (files made, mails sent).

    What others are doing at the same moment is passed over. An error in one step of the
    calendar is raised again after all the rest is done.
    """
    errors = prepare(at=at)
    made, sent = 0, send_everything_due(at=at)
    while True:
        renderings, deliveries = due_jobs(at=at)
        done = [render(pk) is not None for pk in renderings]
        made += sum(done)
        done += (posted := [deliver(pk) is not None for pk in deliveries])
        sent += sum(posted)
        if not any(done):
            break
    for pk in rehearsing.waiting(at=at - WORKERS_FIRST):
        rehearsing.play_rehearsal(pk)  # last of all: it takes minutes
    if errors:
        raise errors[0]
    return made, sent
