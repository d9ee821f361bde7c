"""Workers as copies of the test's process: quick to start, killed without mercy.

Each runs the very code of `manage.py deliver_due`, on a connection of its own.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time

from django.db import connections

from foundation import crashing
from foundation.clock import database_now
from operations.domain.ticking import do_everything_due


def fork(function):
    """Run `function` in a copy of this process and return its process id; see `ended`."""
    close_connections()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        function()
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def close_connections():
    """Close every connection of this thread: a copy of the process must not share one.

    While a browser is open there are two: one seen where its loop runs, and one that the
    copy would see, in which it does not run.
    """
    connections.close_all()
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        connections.close_all()
    finally:
        asyncio._set_running_loop(loop)


def ended(pid, *, seconds=120):
    """Wait for the copy and return its exit code, negative for a signal."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("The copy did not end")


def kill(pid):
    """Kill the copy at once; what it renders with ends because its pipe closes."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


@contextlib.contextmanager
def workers(number):
    """Keep so many workers for a while; yield the list of their process ids."""
    pids = [fork(work_for_ever) for _ in range(number)]
    try:
        yield pids
    finally:
        for pid in pids:
            kill(pid)


def work_for_ever():
    """Be a worker: everything due, again and again."""
    while True:
        do_everything_due(at=database_now())
        time.sleep(0.05)


def crashing_at(point, function):
    """Return `function`, to be run in a copy, with the process dying at the named point."""

    def run():
        assert point in crashing.POINTS
        crashing.CRASH_AT = point
        function()

    return run
