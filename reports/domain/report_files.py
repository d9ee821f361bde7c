"""The PDFs of issued reports: made from frozen snapshots, and from nothing else."""

from jobs.kinds import makes
from jobs.models import Rendering
from reports.documents.child import write_pdf_in_child
from reports.domain.snapshots import assert_intact

SECONDS = 60


@makes(Rendering.Kind.REPORT_PDF)
def write_report(rendering, path, *, plain, show):
    return write_snapshot(rendering.report, path, plain=plain, show=show, seconds=SECONDS)


def write_snapshot(source, path, *, plain, show, seconds):
    """Write the PDF of whatever has a snapshot; return its number of pages. Raises DamagedSnapshot."""
    assert_intact(source)
    show(20)
    made = write_pdf_in_child(
        source.snapshot["document"],
        path,
        figures=source.snapshot.get("figures"),
        plain=plain,
        seconds=seconds,
    )
    return made.pages
