"""Doorbells: telling a worker at once that a row waits. Losing a ring loses nothing."""

import logging
import time

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)
SILENCE = 30  # seconds in which a broker that did not answer is not asked again
_silent_until = 0.0


def ring(task: str, pk: object) -> None:
    """Ring the doorbell of the task of this name once the row is committed. A dead broker is only written down:
    the row is the queue, and the next tick finds it."""
    transaction.on_commit(lambda: ring_now(task, pk), robust=True)


def ring_now(task: str, *arguments: object) -> None:
    """Ring, unless the broker did not answer a moment ago: nobody shall wait for it again."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task(task, arguments)
    except Exception as error:  # each kind of broker has errors of its own
        _silent_until = time.monotonic() + SILENCE
        log.warning("The broker does not answer; the next tick finds the row: %s", error)


def listen_again() -> None:
    """Forget that the broker was silent."""
    global _silent_until
    _silent_until = 0.0
