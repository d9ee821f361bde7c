"""What the Board does with an issued report: acknowledges it, or returns it."""

from django.db import transaction

from foundation import audit
from foundation.audit import Act
from foundation.moves import move
from reports.models import InboxItem
from reports.states import ReportState


@transaction.atomic
def acknowledge_report(report, *, by, at):
    """Confirm to the committee that the Board has received the report."""
    move(report, ReportState.ACKNOWLEDGED, by=by, at=at)
    InboxItem.objects.filter(report=report).update(acknowledged_at=at, handled_by=by)
    _record(Act.REPORT_ACKNOWLEDGED, report, by)


@transaction.atomic
def return_report(report, *, remarks, data_missing=False, by, at):
    """Send the report back to be completed, with remarks that the office reads.

    With `data_missing` this version no longer counts as issued: the completed one must come
    before the deadline.
    """
    move(report, ReportState.RETURNED, by=by, at=at, reason=remarks)
    InboxItem.objects.filter(report=report).update(
        returned_at=at, handled_by=by, remarks=remarks, data_missing=data_missing
    )
    _record(Act.REPORT_RETURNED, report, by, data_missing=data_missing)


def _record(act, report, by, **facts):
    subject = f"{report.period.code} v{report.version}"
    audit.record(act, by=by, committee=report.committee, subject=subject, report=report.pk, **facts)
