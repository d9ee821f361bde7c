"""The process that makes a PDF: started with limits, watched, and gone when we are.

It gets no database, no secrets, no network, and no more memory and time than is granted.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from dialogue_portal.crashing import crash_point
from dialogue_portal.processes import end_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60


class RenderFailed(Exception):
    """No PDF came out. `kind` is one of crash, timeout, memory, fonts, snapshot."""

    def __init__(self, kind, message):
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Rendered(NamedTuple):
    pages: int
    sha256: str
    size: int


def write_pdf_in_child(
    document, path, *, figures=None, plain=False, seconds=SECONDS, memory_mb=2048
):
    """Render the document in a process with limits and write it to `path`, whole or not at all.

    `figures` go into the file for machines; `plain` asks for the form without any layout that
    could fail. `seconds` limits wall and CPU time, `memory_mb` the address space. Returns
    Rendered. Raises RenderFailed, or OSError when the disk does not take the file.
    """
    temporary = Path(f"{path}.part")
    order = json.dumps({"document": document, "figures": figures, "plain": plain}).encode()
    crash_point("before_child")
    try:
        pages = _run(order, temporary, seconds, memory_mb)
        with temporary.open("rb") as file:
            content = file.read()
            crash_point("after_temp_write")
            os.fsync(file.fileno())
        crash_point("after_fsync")
        os.replace(temporary, path)
        return Rendered(pages, hashlib.sha256(content).hexdigest(), len(content))
    finally:
        temporary.unlink(missing_ok=True)


def _run(order, temporary, seconds, memory_mb):
    """Start the child, feed it and wait; return the number of pages it tells."""
    child = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "reports.documents.pdf_child",
            str(temporary),
            str(seconds),
            str(memory_mb),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": os.environ.get("HOME", "/nonexistent"),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        preexec_fn=end_with_parent,
    )
    crash_point("mid_render")
    try:
        answer, complaint = child.communicate(order, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise RenderFailed("timeout", f"longer than {seconds} s") from error
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode:
        _raise_why(child.returncode, complaint)
    return int(answer)


def _raise_why(code, complaint):
    message = complaint.decode(errors="replace").strip().rpartition("\n")[2][:500]
    if "No space left" in message or "Disk quota" in message or "Read-only file" in message:
        raise OSError(message)
    if "MemoryError" in message or "Cannot allocate memory" in message:
        raise RenderFailed("memory", message)
    if code in (-24, -9):  # SIGXCPU, SIGKILL
        raise RenderFailed("timeout", f"stopped by signal {-code}")
    if message.startswith("MissingFont"):
        raise RenderFailed("fonts", message)
    raise RenderFailed("crash", message or f"exit code {code}")
