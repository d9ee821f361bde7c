"""Ordering: write the row that is the queue, then ring the doorbell."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation import tracing
from foundation.bells import ring
from jobs.domain.queueing import queue_mail
from jobs.models import Rendering

if TYPE_CHECKING:
    import datetime as dt

    from jobs.models import Delivery


TASKS = {
    "rendering": "jobs.tasks.render_file",
    "delivery": "jobs.tasks.send_delivery",
}
log = logging.getLogger(__name__)


def order_file(*, kind: str, file_name: str, at: dt.datetime) -> Rendering:
    """Ask for a file of this kind. Returns the Rendering, for the row that it is made of."""
    rendering = Rendering.objects.create(kind=kind, file_name=file_name, created_at=at, next_at=at)
    ring_for("rendering", rendering.pk, TASKS["rendering"])
    return rendering


def order_delivery(
    template: str,
    *,
    to: str,
    once: str,
    at: dt.datetime,
    waits_for: Rendering | None = None,
    frozen: str = "",
    context: dict[str, Any] | None = None,
) -> Delivery:
    """Ask for one mail to one address; a second order with the same `once` changes nothing."""
    delivery, is_new = queue_mail(
        template, to=to, once=once, at=at, waits_for=waits_for, frozen=frozen, context=context
    )
    if is_new:
        ring_for("delivery", delivery.pk, TASKS["delivery"])
    return delivery


def ring_for(kind: str, pk: int, task: str) -> None:
    """Once the row is there, say so in the log and ring for its task."""
    transaction.on_commit(lambda: _write_down(kind, pk), robust=True)
    ring(task, pk)


def _write_down(kind: str, pk: int) -> None:
    """Say in a line, which bears the name of the request, what it has ordered."""
    with tracing.working_on(kind, pk):
        log.info("Job ordered")
