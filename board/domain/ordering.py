"""What a Board orders: its consolidated report as a file, and all reports of a period in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.clock import day_of
from jobs.domain.ordering import order_file
from jobs.models import Rendering
from reports.models import PeriodArchive

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import Committee
    from periods.models import ReportingPeriod
    from reports.models import ConsolidatedReport


@transaction.atomic
def order_consolidated_pdf(consolidated: ConsolidatedReport, *, at: dt.datetime) -> Rendering:
    """Ask for the PDF of a consolidated report."""
    consolidated.rendering = order_file(
        kind=Rendering.Kind.CONSOLIDATED_PDF,
        at=at,
        file_name=f"bao-cao-tong-hop-{consolidated.period.code}-v{consolidated.version}.pdf",
    )
    consolidated.save(update_fields=["rendering"])
    return consolidated.rendering


@transaction.atomic
def order_period_zip(period: ReportingPeriod, board: Committee, *, at: dt.datetime) -> Rendering:
    """Ask for one file with every report that `board` has received for `period`."""
    rendering = order_file(
        kind=Rendering.Kind.PERIOD_ZIP,
        at=at,
        file_name=f"bao-cao-{period.code}-{day_of(at):%Y%m%d}.zip",
    )
    PeriodArchive.objects.create(board=board, period=period, rendering=rendering)
    return rendering
