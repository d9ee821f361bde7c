"""Two at the same moment: one has acted and not committed yet when the other begins."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

PATIENCE = 20  # seconds
BLOCKED_BY_ME = (
    "SELECT count(*) FROM pg_locks"
    " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
)


@contextlib.contextmanager
def somebody_faster(act):
    """Do `act()` on a connection of its own; commit it once what is done inside has to wait for it.

    The test fails if nobody waits: then the two did not meet.
    """
    acted = threading.Event()

    def run():
        try:
            with transaction.atomic():
                act()
                acted.set()
                _wait_until_somebody_waits()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        done = another.submit(run)
        while not acted.wait(0.02) and not done.done():
            pass
        if not done.done():
            yield
        done.result()


def _wait_until_somebody_waits():
    give_up_at = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < give_up_at:
            cursor.execute(BLOCKED_BY_ME)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody had to wait")
