"""Doorbells of running the portal: the tick that finds every row which is due, and the rehearsal."""

from __future__ import annotations

from celery import shared_task

from committees.domain import sending
from committees.tasks import send_invitation, send_letter, send_reset
from foundation import tracing
from foundation.clock import database_now
from jobs.tasks import render_file, send_delivery
from operations.domain import rehearsing
from operations.domain.ticking import beat, due_jobs, prepare


@shared_task
def play(rehearsal_id: int) -> None:
    rehearsing.play_rehearsal(rehearsal_id)


@shared_task
@tracing.a_run()
def tick() -> None:
    """Once a minute: open what opens, remind whom to remind, ring for every row that is due."""
    at = database_now()
    beat("scheduler", at=at)
    beat("worker", at=at)
    errors = prepare(at=at)
    invitations, resets, letters = sending.waiting(at=at)
    for pk in invitations:
        send_invitation.delay(pk)
    for pk in resets:
        send_reset.delay(pk)
    for pk in letters:
        send_letter.delay(pk)
    renderings, deliveries = due_jobs(at=at)
    for pk in renderings:
        render_file.delay(pk)
    for pk in deliveries:
        send_delivery.delay(pk)
    for pk in rehearsing.waiting(at=at):
        play.delay(pk)
    if errors:
        raise errors[0]  # the broker's log shall have it too
