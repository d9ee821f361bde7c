"""The mark that the database is being put back: while it stands, nothing is sent."""

import os
from pathlib import Path

from django.conf import settings

from foundation.files import sync

RESTORING = "restoring"  # in DATA_DIR while a restore is not over: nothing is sent


def is_restoring() -> bool:
    """Is the database being put back, or was that broken off half way?"""
    return Path(settings.DATA_DIR, RESTORING).exists()


def begin_restoring(name: str) -> None:
    """From now on nothing is sent, whatever happens, until `end_restoring`."""
    mark = Path(settings.DATA_DIR, RESTORING)
    with mark.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    sync(mark.parent)


def end_restoring() -> None:
    Path(settings.DATA_DIR, RESTORING).unlink(missing_ok=True)
    sync(Path(settings.DATA_DIR))
