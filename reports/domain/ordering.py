"""What is ordered for a report, and how its files are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.text import file_name
from jobs.domain.ordering import order_delivery, order_file
from jobs.models import Rendering

if TYPE_CHECKING:
    import datetime as dt

    from jobs.models import Delivery
    from reports.models import Report


@transaction.atomic
def order_report_pdf(report: Report, *, at: dt.datetime) -> Rendering:
    """Ask for the PDF of an issued report."""
    report.rendering = order_file(
        kind=Rendering.Kind.REPORT_PDF, at=at, file_name=report_file_name(report) + ".pdf"
    )
    report.save(update_fields=["rendering"])
    return report.rendering


def order_report_mail(
    template: str, report: Report, *, to: str, once: str, at: dt.datetime
) -> Delivery:
    """Ask for a mail about the report, which carries its PDF."""
    return order_delivery(
        template,
        to=to,
        once=once,
        at=at,
        waits_for=report.rendering,
        frozen=report.snapshot_sha256,
    )


def report_file_name(report: Report) -> str:
    """Return the ASCII stem of the report's files: bao-cao-2026-H1-a01-v1."""
    committee = report.obligation.committee
    return f"bao-cao-{report.period.code}-{file_name(committee.code)}-v{report.version}"
