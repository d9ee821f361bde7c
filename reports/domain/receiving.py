"""The Board's side: open, acknowledge, return."""

from django.db import transaction

from dialogue_portal import audit
from dialogue_portal.audit import Act
from dialogue_portal.moves import move
from reports.models import InboxItem
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
def return_report(report, *, remarks, by, at):
    """Send the report back to be completed, with remarks that the office reads."""
    move(report, ReportState.RETURNED, by=by, at=at, reason=remarks)
    InboxItem.objects.filter(report=report).update(returned_at=at, handled_by=by, remarks=remarks)
    _record(Act.REPORT_RETURNED, report, by)


def _record(act, report, by):
    subject = f"{report.period.code} v{report.version}"
    audit.record(act, by=by, committee=report.committee, subject=subject, report=report.pk)
