"""What the Board does with an issued report: acknowledges it, or returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation import audit
from foundation.audit import Act
from foundation.moves import move
from reports.models import InboxItem
from reports.states import ReportState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User
    from reports.models import Report


@transaction.atomic
def acknowledge_report(report: Report, *, by: User, at: dt.datetime) -> None:
    """Confirm to the committee that the Board has received the report."""
    move(report, ReportState.ACKNOWLEDGED, by=by, at=at)
    InboxItem.objects.filter(report=report).update(acknowledged_at=at, handled_by=by)
    _record(Act.REPORT_ACKNOWLEDGED, report, by)


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
