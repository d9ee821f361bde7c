"""The files that a Board has made: its consolidated report, and all reports of a period in one."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

from django.utils.timezone import localtime

from board.domain.packing import MISSING_NAME, manifest, missing_list, packed_and_missing
from foundation.clock import database_now
from foundation.given import given
from foundation.text import file_name
from jobs.domain.rendering import file_of
from jobs.kinds import makes
from jobs.models import Rendering
from reports.domain.report_files import write_snapshot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from reports.models import Report


SECONDS = 180


@makes(Rendering.Kind.CONSOLIDATED_PDF)
def write_consolidated(
    rendering: Rendering, path: Path, *, plain: bool, show: Callable[[int], None]
) -> int:
    return write_snapshot(
        given(rendering.consolidated), path, plain=plain, show=show, seconds=SECONDS
    )


@makes(Rendering.Kind.PERIOD_ZIP)
def write_zip(rendering: Rendering, path: Path, *, plain: bool, show: Callable[[int], None]) -> int:
    """Pack the PDFs of all that the Board has received, with a list of what they are, their hashes,
    and a list of every committee whose report is not among them, and why; who is exempt apart."""
    period, at = rendering.archive.period, database_now()
    reports, missing, exempt = packed_and_missing(period, rendering.archive.board, at=at)
    packed: list[tuple[str, Report]] = []
    lines: list[str] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, report in enumerate(reports, 1):
            content = file_of(given(report.rendering))
            committee = report.obligation.committee
            name = f"{number:03d}-{file_name(committee.name)[:60]}-v{report.version}.pdf"
            archive.writestr(_entry(name, given(report.issued_at)), content)
            packed.append((name, report))
            show(100 * number // (len(reports) + 1))
        for name, text in (
            ("MANIFEST.csv", manifest(packed)),
            (MISSING_NAME, missing_list(period, reports, missing, exempt, at=at)),
        ):
            archive.writestr(_entry(name, at), text)
            lines.append(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n")
        sums = [f"{given(report.rendering).sha256}  {name}\n" for name, report in packed]
        archive.writestr(_entry("SHA256SUMS", at), "".join(sums + lines))
    return len(reports)


def _entry(name: str, moment: dt.datetime) -> zipfile.ZipInfo:
    """A place in the archive that is as old as what lies in it, not as the packing."""
    made = localtime(moment)
    entry = zipfile.ZipInfo(name, (made.year, *made.timetuple()[1:6]))
    entry.external_attr = 0o644 << 16
    return entry
