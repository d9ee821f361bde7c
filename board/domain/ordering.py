"""What a Board orders: its consolidated report as a file, and all reports of a period in one."""

from foundation.clock import day_of
from jobs.domain.ordering import order_file
from jobs.models import Rendering


def order_consolidated_pdf(consolidated, *, at):
    """Ask for the PDF of a consolidated report."""
    return order_file(
        kind=Rendering.Kind.CONSOLIDATED_PDF,
        consolidated=consolidated,
        at=at,
        file_name=f"bao-cao-tong-hop-{consolidated.period.code}-v{consolidated.version}.pdf",
    )


def order_period_zip(period, board, *, at):
    """Ask for one file with every report that `board` has received for `period`."""
    return order_file(
        kind=Rendering.Kind.PERIOD_ZIP,
        period=period,
        board=board,
        at=at,
        file_name=f"bao-cao-{period.code}-{day_of(at):%Y%m%d}.zip",
    )
