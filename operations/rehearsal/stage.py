"""The place of a rehearsal, and the process that plays in it.

The process knows nothing of the portal: it has an environment of its own, its database, files
and keys lie in a folder that is removed afterwards, and its mail goes to its own loopback.
"""

import datetime as dt
import json
import os
import resource
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from foundation.given import given
from foundation.processes import end_with_parent
from operations.rehearsal import FIRST_DAY
from periods.domain.periods import default_due_before, half_year_of

PROGRAM = (sys.executable, "-m", "operations.rehearsal")
PREFIX = "portal-rehearsal-"
LEFT_BEHIND = 24 * 3600  # seconds after which what a killed rehearsal left is removed
MEMORY = 3 * 2**30
BEGINS_AT = dt.time(9)
DEAD_BROKER = "redis://127.0.0.1:1/0"  # nobody answers there: the broker is absent throughout


class RehearsalFailed(Exception):
    """There are no findings: the play was broken off, or took too long."""


def rehearse(
    *, committees, seconds, questions=None, keep=None, nice=0, tell=lambda step, percent: None
):
    """Play a deadline day in a process of its own and return the findings of its checks.

    `tell(step, percent)` hears how far it is, `keep` is a folder for what the play leaves
    behind, `nice` how far it gives way to others. Raises RehearsalFailed, after `seconds` at
    the latest.
    """
    _remove_what_was_left()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        findings = _run(folder, committees, questions, seconds, nice, tell)
    finally:
        if keep:
            shutil.copytree(folder, keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    return findings


def environment(folder):
    """Return everything that the process knows: nothing of it is the portal's own."""
    due_before = default_due_before(*half_year_of(timezone.localdate()))
    begins_on = due_before - dt.timedelta(days=FIRST_DAY)
    begins_at = timezone.make_aware(dt.datetime.combine(begins_on, BEGINS_AT))
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "dialogue_portal.settings",
        "DEMO": "1",
        "VIRTUAL_NOW": begins_at.isoformat(),
        "DATA_DIR": str(folder / "data"),
        "KEYS_DIR": str(folder / "keys"),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "IDENTITY_KEY": secrets.token_urlsafe(50),
        "REDIS_URL": DEAD_BROKER,
        "EMAIL_TIMEOUT": "10",
        "LOG_LEVEL": "ERROR",
    }


def _run(folder, committees, questions, seconds, nice, tell):
    with (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(
            [*PROGRAM, str(folder), str(committees), str(questions or 0)],
            cwd=settings.BASE_DIR,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            preexec_fn=lambda: _limit(seconds, nice),
        )
    last = {}
    try:
        for line in _lines(process.stdout, until=time.monotonic() + seconds):
            last = json.loads(line)
            if "step" in last:
                tell(last["step"], last["percent"])
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        given(process.stdout).close()
        process.wait()
    if "findings" not in last:
        raise RehearsalFailed(_last_words(folder) or "it ended without a word")
    return last["findings"]


def _limit(seconds, nice):
    """Between fork and exec: end with the parent, give way, and take no more memory and time
    than is meant."""
    end_with_parent()
    os.nice(nice)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))


def _lines(pipe, *, until):
    """Yield the lines of `pipe` as they come. Raises RehearsalFailed when the time is over."""
    os.set_blocking(pipe.fileno(), False)
    rest = b""
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            raise RehearsalFailed("it took too long")
        piece = os.read(pipe.fileno(), 65_536)
        if not piece:
            return
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines


def _last_words(folder):
    """Return the last line of what went wrong."""
    with (folder / "errors").open(encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in deque(file, 40)]
    return next((line for line in reversed(lines) if line), "")[:500]


def _remove_what_was_left():
    """A rehearsal whose worker was killed could not tidy up."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(folder, ignore_errors=True)
