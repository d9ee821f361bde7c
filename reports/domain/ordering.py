"""What is ordered for a report, and how its files are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.text import file_name
from jobs.domain.ordering import order_file
from jobs.models import Rendering

if TYPE_CHECKING:
    import datetime as dt

    from reports.models import Report


def order_report_pdf(report: Report, *, at: dt.datetime) -> Rendering:
    """Ask for the PDF of an issued report."""
    return order_file(
        kind=Rendering.Kind.REPORT_PDF,
        report=report,
        at=at,
        file_name=report_file_name(report) + ".pdf",
    )


def report_file_name(report: Report) -> str:
    """Return the ASCII stem of the report's files: bao-cao-2026-H1-a01-v1."""
    committee = report.obligation.committee
    return f"bao-cao-{report.period.code}-{file_name(committee.code)}-v{report.version}"
