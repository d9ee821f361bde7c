"""The PDFs of issued reports: made from frozen snapshots, and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.given import given
from jobs.kinds import makes
from jobs.models import Rendering
from reports.documents.child import write_pdf_in_child
from reports.domain.snapshots import assert_intact

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reports.models import ConsolidatedReport, Report


SECONDS = 60


@makes(Rendering.Kind.REPORT_PDF)
def write_report(
    rendering: Rendering, path: Path, *, plain: bool, show: Callable[[int], None]
) -> int:
    return write_snapshot(given(rendering.report), path, plain=plain, show=show, seconds=SECONDS)


def write_snapshot(
    source: Report | ConsolidatedReport,
    path: Path,
    *,
    plain: bool,
    show: Callable[[int], None],
    seconds: float,
) -> int:
    """Write the PDF of whatever has a snapshot; return its number of pages. Raises DamagedSnapshot."""
    assert_intact(source)
    show(20)
    made = write_pdf_in_child(
        given(source.snapshot)["document"],
        path,
        figures=given(source.snapshot).get("figures"),
        plain=plain,
        seconds=seconds,
    )
    return made.pages
