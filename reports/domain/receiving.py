"""What becomes of an issued report: opened, acknowledged, returned, or withdrawn by its own office."""

from django.db import transaction

from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.moves import move
from reports.domain.ordering import order_delivery
from reports.models import InboxItem
from reports.queries import board_addresses
from reports.states import ReportState


def note_opened(report, *, at):
    """Note when the Board first opened the report."""
    InboxItem.objects.filter(report=report, opened_at=None).update(opened_at=at)


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


@transaction.atomic
def withdraw_report(report, *, reason, by, at):
    """Take back an issued report that the Board has not acknowledged, and tell the Board.

    The inbox keeps its row; the committee owes its report again.
    """
    move(report, ReportState.WITHDRAWN, by=by, at=at, reason=reason)
    for address in board_addresses(report.obligation.board):
        order_delivery(
            "emails/reports/report_withdrawn",
            to=address,
            once=f"withdrawn:{report.pk}:{address}",
            at=at,
            context={
                "committee": report.committee.name,
                "period": report.period.label,
                "version": report.version,
                "arrival": report.inbox_item.number,
                "withdrawn_on": f"{day_of(at):%d/%m/%Y}",
                "page": f"/reports/{report.pk}/",
            },
        )
    _record(Act.REPORT_WITHDRAWN, report, by, reason=reason)


def _record(act, report, by, **facts):
    subject = f"{report.period.code} v{report.version}"
    audit.record(act, by=by, committee=report.committee, subject=subject, report=report.pk, **facts)
