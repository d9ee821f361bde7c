"""What the Board does with an issued report: acknowledges it, or returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation import audit
from foundation.audit import Act
from foundation.moves import MoveNotAllowed, move
from reports.models import InboxItem, Report
from reports.states import ReportState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from committees.models import User


@transaction.atomic
def acknowledge_report(report: Report, *, by: User, at: dt.datetime) -> None:
    """Confirm to the committee that the Board has received the report."""
    move(report, ReportState.ACKNOWLEDGED, by=by, at=at)
    InboxItem.objects.filter(report=report).update(acknowledged_at=at, handled_by=by)
    _record(Act.REPORT_ACKNOWLEDGED, report, by)


def acknowledge_several(
    reports: Iterable[Report], *, by: User, at: dt.datetime
) -> tuple[int, list[Report]]:
    """Confirm each report that still waits. Returns how many, and those that do not wait any more.

    Each in a transaction of its own: one that its office has just withdrawn hinders no other.
    """
    received, left = 0, []
    for report in reports:
        try:
            acknowledge_report(report, by=by, at=at)
            received += 1
        except MoveNotAllowed:
            left.append(report)
    return received, left


def waiting_beside(report: Report) -> QuerySet[Report]:
    """Return what waits in the same inbox for the same period, the longest first."""
    return Report.objects.filter(
        state=ReportState.ISSUED,
        obligation__board=report.obligation.board_id,
        obligation__period=report.obligation.period_id,
    ).order_by("issued_at", "pk")


@transaction.atomic
def return_report(
    report: Report, *, remarks: str, data_missing: bool = False, by: User, at: dt.datetime
) -> None:
    """Send the report back to be completed, with remarks that the office reads.

    With `data_missing` this version no longer counts as issued: the completed one must come
    before the deadline.
    """
    move(report, ReportState.RETURNED, by=by, at=at, reason=remarks)
    InboxItem.objects.filter(report=report).update(
        returned_at=at, handled_by=by, remarks=remarks, data_missing=data_missing
    )
    _record(Act.REPORT_RETURNED, report, by, data_missing=data_missing)


def _record(act: Act, report: Report, by: User, **facts: Any) -> None:
    subject = f"{report.period.code} v{report.version}"
    audit.record(act, by=by, committee=report.committee, subject=subject, report=report.pk, **facts)
