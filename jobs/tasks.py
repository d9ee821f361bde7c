"""Doorbells: an id in, one call out, safe to ring twice. The rows are the queue."""

from __future__ import annotations

from celery import shared_task

from jobs.domain.delivering import deliver
from jobs.domain.rendering import render


@shared_task
def render_file(rendering_id: int) -> None:
    render(rendering_id)


@shared_task
def send_delivery(delivery_id: int) -> None:
    deliver(delivery_id)
