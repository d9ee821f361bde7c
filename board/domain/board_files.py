"""The files that a Board has made: its consolidated report, and all reports of a period in one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from board.domain.packing import MISSING_NAME, missing_list, packed_and_missing
from foundation.clock import database_now
from foundation.given import given
from foundation.text import file_name
from jobs.domain.rendering import file_of
from jobs.kinds import makes
from jobs.models import Rendering
from reports.domain.report_files import write_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
    """Pack the PDFs of all that the Board has received, with a list of their hashes and one of
    every committee whose report is not among them, and why."""
    period, at = rendering.archive.period, database_now()
    reports, missing = packed_and_missing(period, rendering.archive.board, at=at)
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, report in enumerate(reports, 1):
            content = file_of(given(report.rendering))
            committee = report.obligation.committee
            name = f"{number:03d}-{file_name(committee.name)[:60]}-v{report.version}.pdf"
            archive.writestr(name, content)
            lines.append(f"{given(report.rendering).sha256}  {name}\n")
            show(100 * number // (len(reports) + 1))
        archive.writestr("SHA256SUMS", "".join(lines))
        archive.writestr(MISSING_NAME, missing_list(period, reports, missing, at=at))
    return len(reports)
