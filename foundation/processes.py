"""Programs that are kept alive, and that end when we do."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from threading import Event


LONGEST_PAUSE = 30  # seconds before a program that keeps ending is started again
TIME_TO_END = 8  # seconds for all of them, once they are asked
STEADY = 60  # seconds after which a program counts as having started well
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None)


def end_with_parent() -> None:
    """Between fork and exec: have the kernel end this process should its parent be killed."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # pragma: no cover - counted by nobody: see above


class Program:
    """A program in a process group of its own; started again, ever more slowly, when it ends."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        pass_fds: Collection[int] = (),
    ) -> None:
        self.name, self.command, self.pass_fds = name, command, pass_fds
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = 1
        self.start_again_at = 0.0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            pass_fds=self.pass_fds,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def look_after(self) -> int | None:
        """Start the program if it is time to. Returns how it ended if it just did, else None."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.kill_group()  # what it left behind must not run beside its successor
        if now - self.started_at > STEADY:
            self.pause = 1
        self.process = None
        self.start_again_at = now + self.pause
        self.pause = min(LONGEST_PAUSE, self.pause * 2)
        return code

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def end(self, *, before: float) -> None:
        """Wait until the moment `before`, then end whatever of it still runs."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0, before - time.monotonic()))
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def keep_running(
    programs: Sequence[Program], *, until: Event, say: Callable[[str], object]
) -> None:
    """Keep `programs` running until the event `until`, then stop them all within ten seconds."""
    try:
        while not until.is_set():
            for program in programs:
                code = program.look_after()
                if code is not None:
                    say(f"{program.name} ended ({code}); starting it again")
            until.wait(0.2)
    finally:
        before = time.monotonic() + TIME_TO_END
        for program in programs:
            program.ask_to_end()
        for program in programs:
            program.end(before=before)
