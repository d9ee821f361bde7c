"""Making files from frozen snapshots. Doing it twice changes nothing."""

import datetime as dt
import logging
import zipfile

from dialogue_portal import files
from dialogue_portal.text import file_name
from reports.documents.pdf import RenderFailed, write_pdf_in_child
from reports.domain import claiming
from reports.models import Rendering, Report
from reports.states import JobState

log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=4)
SECONDS = 180


def render(rendering_id):
    """Claim the rendering and make its file; return it, or None if somebody else has it."""
    if not claiming.claim(Rendering, rendering_id, lease=LEASE):
        return None
    rendering = Rendering.objects.select_related("report", "consolidated").get(pk=rendering_id)
    suffix = ".zip" if rendering.kind == Rendering.Kind.PERIOD_ZIP else ".pdf"
    path = files.temporary_path(suffix)
    try:
        pages = _make(rendering, path)
        place, digest, size = files.keep(path, suffix)
        claiming.finish(
            rendering,
            file=place,
            sha256=digest,
            size=size,
            pages=pages,
            progress=100,
        )
    except (RenderFailed, OSError, files.DamagedFile) as error:
        log.warning("Rendering %s, attempt %s: %s", rendering.pk, rendering.attempt, error)
        claiming.give_back(rendering, error)
    except claiming.LostTheJob:
        log.warning("Rendering %s was finished by another worker", rendering.pk)
    finally:
        path.unlink(missing_ok=True)
    rendering.refresh_from_db()
    return rendering


def _make(rendering, path):
    if rendering.kind == Rendering.Kind.PERIOD_ZIP:
        return _write_zip(rendering, path)
    source = rendering.report or rendering.consolidated
    _show_progress(rendering, 20)
    made = write_pdf_in_child(source.snapshot["document"], path, seconds=SECONDS)
    return made.pages


def _show_progress(rendering, percent):
    Rendering.objects.filter(pk=rendering.pk, attempt=rendering.attempt).update(progress=percent)


def _write_zip(rendering, path):
    """Pack the current PDFs of all the Board's reports, with a list of their hashes."""
    reports = list(
        Report.objects.current()
        .filter(
            obligation__period=rendering.period,
            obligation__board=rendering.board,
            rendering__state=JobState.DONE,
        )
        .select_related("obligation__committee", "rendering")
        .defer("snapshot")
        .order_by("obligation__committee__position", "obligation__committee__name")
    )
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, report in enumerate(reports, 1):
            content = files.read(report.rendering.file, report.rendering.sha256)
            committee = report.obligation.committee
            name = f"{number:03d}-{file_name(committee.name)[:60]}-v{report.version}.pdf"
            archive.writestr(name, content)
            lines.append(f"{report.rendering.sha256}  {name}\n")
            _show_progress(rendering, 100 * number // (len(reports) + 1))
        archive.writestr("SHA256SUMS", "".join(lines))
    return len(reports)


def file_of(rendering):
    """Return the bytes of a finished rendering; a damaged file is ordered again.

    Raises files.DamagedFile.
    """
    try:
        return files.read(rendering.file, rendering.sha256)
    except files.DamagedFile:
        Rendering.objects.filter(pk=rendering.pk, state=JobState.DONE).update(
            state=JobState.QUEUED, attempt=0, progress=0
        )
        raise


def try_again(rendering, *, at):
    """Put a failed rendering back in the queue; the next tick takes it."""
    Rendering.objects.filter(pk=rendering.pk, state=JobState.FAILED).update(
        state=JobState.QUEUED, attempt=0, next_at=at, progress=0
    )
    rendering.refresh_from_db()
