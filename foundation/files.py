"""Private files, kept under the hash of their content, outside every public path."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from foundation.crashing import crash_point

UNFINISHED = ".new-"  # before the name of what is still being written


class DamagedFile(Exception):
    """What lies on the disk is not what was stored."""


def temporary_path(suffix: str = "") -> Path:
    """Return a path of its own on the disk where files are kept, for somebody to write to."""
    settings.FILES_DIR.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=suffix, prefix=UNFINISHED, dir=settings.FILES_DIR)
    os.close(handle)
    return Path(name)


def keep(path: Path, suffix: str) -> tuple[str, str, int]:
    """Move the file at `path` to its place and return (place, sha256, size).

    Written, synced and renamed: a reader sees the whole file or none.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    place = f"{digest[:2]}/{digest}{suffix}"
    target = settings.FILES_DIR / place
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(path, target)
    crash_point("after_rename")
    sync(target.parent)
    return place, digest, len(content)


def path_of(place: str) -> Path:
    """Return the path of what is kept at `place`."""
    path: Path = settings.FILES_DIR / place
    return path


def read(place: str, digest: str) -> bytes:
    """Return the bytes kept at `place`; raises DamagedFile if they are not those of `digest`."""
    try:
        content = path_of(place).read_bytes()
    except OSError as error:
        raise DamagedFile(place) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedFile(place)
    return content


def sync(folder: Path) -> None:
    """Have what a folder or file names on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
