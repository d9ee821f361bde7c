"""Making files. Doing it twice changes nothing."""

from __future__ import annotations

import datetime as dt
import logging
from functools import partial

from foundation import files, tracing
from foundation.clock import database_now
from foundation.crashing import crash_point
from jobs import kinds
from jobs.domain import claiming
from jobs.domain.alarms import clear_alarm, raise_alarm
from jobs.domain.claiming import Event
from jobs.kinds import DamagedSource, NotMade
from jobs.models import Rendering
from jobs.states import JobState

log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=4)  # longer than any attempt may take
PLAIN_AFTER = 5  # attempts at the proper form, a killed worker's included
GIVE_UP_AFTER = 8
WHILE_MENDED = dt.timedelta(minutes=1)


@tracing.works_on("rendering")
def render(rendering_id: int) -> Rendering | None:
    """Claim the rendering and make its file; return it, or None if somebody else has it.

    A report whose proper form fails again and again gets a plain one, so that it keeps nobody
    else waiting. What no attempt can help, a full disk or a missing font, does not count.
    """
    rendering = claiming.claim(Rendering, rendering_id, lease=LEASE)
    if rendering is None:
        return None
    suffix = ".zip" if rendering.kind == Rendering.Kind.PERIOD_ZIP else ".pdf"
    path = None
    try:
        path = files.temporary_path(suffix)
        plain = rendering.attempt > PLAIN_AFTER
        make = kinds.FILES[rendering.kind]
        pages = make(rendering, path, plain=plain, show=partial(_show_progress, rendering))
        place, digest, size = files.keep(path, suffix)
        crash_point("before_ready_commit")
        claiming.finish(
            rendering,
            detail=digest,
            file=place,
            sha256=digest,
            size=size,
            pages=pages,
            progress=100,
            is_plain=plain,
        )
        _say_how_it_ended(rendering, plain)
    except claiming.LostTheJob:
        log.warning("Rendering %s was finished by another worker", rendering.pk)
    except Exception as error:  # whatever it is, it must not stop the others
        _put_back(rendering, error)
    finally:
        if path:
            path.unlink(missing_ok=True)
    rendering.refresh_from_db()
    return rendering


def _say_how_it_ended(rendering: Rendering, plain: bool) -> None:
    at = database_now()
    for code in ("disk", "fonts"):
        clear_alarm(code, at=at)
    clear_alarm("render", rendering.file_name, at=at)
    if plain:
        claiming.note(rendering, Event.PLAIN, at=at)
        raise_alarm("plain", rendering.file_name, rendering.error, at=at)
    else:
        clear_alarm("plain", rendering.file_name, at=at)


def _put_back(rendering: Rendering, error: object) -> None:
    """Decide what an error means for the job, and whether a person must hear of it."""
    log.warning(
        "Rendering %s, attempt %s: %s",
        rendering.pk,
        rendering.attempt,
        getattr(error, "kind", type(error).__name__),  # its words may quote the document
        exc_info=not isinstance(error, NotMade | OSError | DamagedSource),
    )
    at = database_now()
    try:
        if isinstance(error, DamagedSource):
            claiming.give_back(rendering, error, final=True)
            raise_alarm("snapshot", rendering.file_name, str(error), at=at)
        elif isinstance(error, files.DamagedFile):
            claiming.hold(rendering, error, until=at + WHILE_MENDED)
        elif isinstance(error, OSError):
            claiming.hold(rendering, error, until=at + WHILE_MENDED)
            raise_alarm("disk", detail=str(error), at=at)
        elif getattr(error, "kind", "") == "fonts":
            claiming.hold(rendering, error, until=at + WHILE_MENDED)
            raise_alarm("fonts", detail=str(error), at=at)
        else:
            over = rendering.attempt >= GIVE_UP_AFTER
            claiming.give_back(rendering, error, final=over)
            if over:
                raise_alarm("render", rendering.file_name, str(error), at=at)
    except claiming.LostTheJob:
        log.warning("Rendering %s had been taken over", rendering.pk)


def _show_progress(rendering: Rendering, percent: int) -> None:
    Rendering.objects.filter(pk=rendering.pk, attempt=rendering.attempt).update(progress=percent)


def file_of(rendering: Rendering) -> bytes:
    """Return the bytes of a finished rendering; a damaged file is ordered again.

    Raises files.DamagedFile.
    """
    try:
        return files.read(rendering.file, rendering.sha256)
    except files.DamagedFile:
        mend(rendering, at=database_now())
        raise


def mend(rendering: Rendering, *, at: dt.datetime) -> None:
    """Have a damaged or missing file made again from its snapshot."""
    if claiming.order_again(rendering, at=at, detail=rendering.sha256):
        claiming.note(rendering, Event.DAMAGED, rendering.sha256, at=at)


def try_again(rendering: Rendering, *, at: dt.datetime) -> None:
    """Put a rendering that failed, or that is only plain, back in the queue."""
    if rendering.state == JobState.FAILED or rendering.is_plain:
        claiming.order_again(rendering, at=at)
    rendering.refresh_from_db()
