"""What has become of a period's reports since its figures were taken or its files packed."""

from django.db.models import Max

from reports.models import ReportMove
from reports.states import ReportState


def last_changes(period, board):
    """Return {obligation id: when its report was last issued, returned or withdrawn}. One query."""
    moves = ReportMove.objects.filter(
        report__obligation__period=period,
        report__obligation__board=board,
        to_state__in=(ReportState.ISSUED, ReportState.RETURNED, ReportState.WITHDRAWN),
    )
    found = moves.order_by().values_list("report__obligation").annotate(last=Max("at"))
    return dict(found)


def changed_after(moment, changes):
    """Return of how many committees last_changes() tells something newer than `moment`."""
    return sum(last > moment for last in changes.values())
