"""Having PDFs made in a process of its own: fed, watched, ended when it takes too long.

Each process of ours keeps one such helper, see `reports.documents.pdf_child`; whoever finds
it busy gets another.
"""

import hashlib
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from foundation.crashing import crash_point
from foundation.given import given
from jobs.kinds import NotMade

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60


class Rendered(NamedTuple):
    pages: int
    sha256: str
    size: int


def write_pdf_in_child(
    document: Mapping[str, Any],
    path: Path,
    *,
    figures: Mapping[str, Any] | None = None,
    plain: bool = False,
    seconds: float = SECONDS,
    memory_mb: int = 2048,
) -> Rendered:
    """Render the document in a process with limits and write it to `path`, whole or not at all.

    `figures` go into the file for machines; `plain` asks for the form without any layout that
    could fail. `seconds` limits wall and CPU time, `memory_mb` the address space. Returns
    Rendered. Raises NotMade, or OSError when the disk does not take the file.
    """
    temporary = Path(f"{path}.part")
    order = {
        "document": document,
        "figures": figures,
        "plain": plain,
        "path": str(temporary.absolute()),
        "seconds": seconds,
        "memory_mb": memory_mb,
    }
    crash_point("before_child")
    try:
        with _helper() as helper:
            answer = helper.ask(order, seconds=seconds)
        if "pages" not in answer:
            if answer["kind"] == "disk":
                raise OSError(answer["message"])
            raise NotMade(answer["kind"], answer["message"])
        with temporary.open("rb") as file:
            content = file.read()
            crash_point("after_temp_write")
            os.fsync(file.fileno())
        crash_point("after_fsync")
        os.replace(temporary, path)
        return Rendered(answer["pages"], hashlib.sha256(content).hexdigest(), len(content))
    finally:
        temporary.unlink(missing_ok=True)


_kept: dict[str, Any] = {"pid": None, "helper": None, "lock": threading.Lock()}


@contextmanager
def _helper():
    """Lend the helper that this process keeps, or one for this time only while it is busy."""
    if _kept["pid"] != os.getpid():  # the first time, and after a fork
        _kept.update(pid=os.getpid(), helper=None, lock=threading.Lock())
    if not _kept["lock"].acquire(blocking=False):
        helper = Helper()
        try:
            yield helper
        finally:
            helper.end()
        return
    try:
        if _kept["helper"] is None or not _kept["helper"].is_alive():
            _kept["helper"] = Helper()
        yield _kept["helper"]
    finally:
        _kept["lock"].release()


class Helper:
    """The process that renders, in a process group of its own; it ends when our pipe closes."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reports.documents.pdf_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={
                "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                "HOME": os.environ.get("HOME", "/nonexistent"),
                "LANG": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            start_new_session=True,
        )
        self.input, self.output = given(self.process.stdin), given(self.process.stdout)
        os.set_blocking(self.output.fileno(), False)

    def is_alive(self):
        return self.process.poll() is None

    def ask(self, order, *, seconds):
        """Send an order and return the answer. Raises NotMade if none comes in time."""
        content = json.dumps(order).encode()
        until = time.monotonic() + seconds
        try:
            self.input.write(struct.pack(">Q", len(content)) + content)
            self.input.flush()
            crash_point("mid_render")
            return json.loads(self._line(until, seconds))
        except BrokenPipeError as error:
            self.end()
            raise NotMade("crash", "the process that renders has ended") from error
        except BaseException:
            self.end()
            raise

    def _line(self, until, seconds):
        line, output = b"", self.output
        while not line.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                raise NotMade("timeout", f"longer than {seconds} s")
            piece = os.read(output.fileno(), 65_536)
            if not piece:
                raise NotMade("crash", "the process that renders has ended")
            line += piece
        return line

    def end(self):
        """End it and whatever it began."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.input, self.output):
            with suppress(OSError):
                pipe.close()
        self.process.wait()
