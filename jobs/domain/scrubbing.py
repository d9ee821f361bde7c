"""Every night each kept file is read and compared with its hash; what nobody names is removed."""

from __future__ import annotations

import datetime as dt
import logging
import time
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from foundation import files
from jobs import kinds
from jobs.domain.alarms import clear_alarm, raise_alarm
from jobs.domain.rendering import mend
from jobs.models import Heartbeat, Rendering
from jobs.states import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


log = logging.getLogger(__name__)
HOURS = range(1, 5)  # of the night
EVERY = dt.timedelta(hours=20)
AT_LATEST = dt.timedelta(hours=30)
FORGOTTEN = 3600  # seconds after which a file without a row, or half written, is removed


def scrub_if_due(*, at: dt.datetime) -> None:
    """Scrub once in the night, or as soon as possible when a night was missed."""
    last = Heartbeat.objects.filter(name="scrub").values_list("at", flat=True).first()
    in_the_night = timezone.localtime(at).hour in HOURS
    age = at - last if last else None
    if age is None:  # a new installation has nothing to scrub; the first night is the first time
        Heartbeat.objects.get_or_create(name="scrub", defaults={"at": at})
    elif (in_the_night and age >= EVERY) or age >= AT_LATEST:
        Heartbeat.objects.filter(name="scrub").update(at=at)
        scrub(at=at)


def scrub(*, at: dt.datetime) -> dict[str, Any]:
    """Check every file. Returns {"checked": …, "mended": …, "lost": […], "removed": …}.

    A rendering that is damaged or gone is ordered again from its snapshot. What cannot be made
    again, a signed copy or an attachment, raises an alarm that names its place.
    """
    checked = mended = 0
    for rendering in Rendering.objects.filter(state=JobState.DONE).iterator():
        checked += 1
        try:
            files.read(rendering.file, rendering.sha256)
            Rendering.objects.filter(pk=rendering.pk).update(checked_at=at)
        except files.DamagedFile:
            mend(rendering, at=at)
            mended += 1
    lost = []
    for place, digest in _kept():
        checked += 1
        try:
            files.read(place, digest)
        except files.DamagedFile:
            lost.append(place)
    if lost:
        raise_alarm("lost_file", detail=", ".join(lost), at=at)
    else:
        clear_alarm("lost_file", at=at)
    removed = remove_what_nobody_names()
    log.info("Scrubbed %s files: %s mended, %s lost", checked, mended, len(lost))
    return {"checked": checked, "mended": mended, "lost": lost, "removed": removed}


def _kept() -> Iterable[tuple[str, str]]:
    """Yield (place, SHA-256) of every file that cannot be made again."""
    return chain.from_iterable(names() for names in kinds.KEPT)


def remove_half_written(*, at: dt.datetime) -> None:
    """Remove what killed workers had begun to write an hour ago or earlier; asked each minute.

    `at` is not used: the age of a file is a matter between the disk and this machine's clock.
    """
    for path in settings.FILES_DIR.glob(f"{files.UNFINISHED}*"):
        with suppress(FileNotFoundError):  # finished or removed meanwhile
            if _is_forgotten(path):
                path.unlink()


def _is_forgotten(path: Path) -> bool:
    return time.time() - last_touched(path) > FORGOTTEN


def last_touched(path: Path) -> float:
    """Return when a file last changed in any way, in seconds of this machine's clock.

    Not st_mtime: an attachment is given that of its week, long before its row is committed.
    """
    return path.stat().st_ctime


def remove_what_nobody_names() -> int:
    """Remove files half written or without a row, once they are an hour old. Returns how many.

    A file is written before its row; an hour is longer than any job holds its lease.
    """
    if not settings.FILES_DIR.exists():
        return 0
    # The files first, the rows after: whatever gets its row in between is named.
    old = [path for path in settings.FILES_DIR.rglob("*") if path.is_file() and _is_forgotten(path)]
    named = set(Rendering.objects.exclude(Q(file="")).values_list("file", flat=True)) | {
        place for place, _ in _kept()
    }
    removed = 0
    for path in old:
        place = path.relative_to(settings.FILES_DIR).as_posix()
        if place not in named:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
