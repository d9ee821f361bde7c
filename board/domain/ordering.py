"""What a Board orders: its consolidated report as a file, and all reports of a period in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.clock import day_of
from jobs.domain.ordering import order_file
from jobs.models import Rendering

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import Committee
    from periods.models import ReportingPeriod
    from reports.models import ConsolidatedReport


def order_consolidated_pdf(consolidated: ConsolidatedReport, *, at: dt.datetime) -> Rendering:
    """Ask for the PDF of a consolidated report."""
    return order_file(
        kind=Rendering.Kind.CONSOLIDATED_PDF,
        consolidated=consolidated,
        at=at,
        file_name=f"bao-cao-tong-hop-{consolidated.period.code}-v{consolidated.version}.pdf",
    )


def order_period_zip(period: ReportingPeriod, board: Committee, *, at: dt.datetime) -> Rendering:
    """Ask for one file with every report that `board` has received for `period`."""
    return order_file(
        kind=Rendering.Kind.PERIOD_ZIP,
        period=period,
        board=board,
        at=at,
        file_name=f"bao-cao-{period.code}-{day_of(at):%Y%m%d}.zip",
    )
