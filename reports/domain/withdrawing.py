"""An issued report that its own office takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation import audit
from foundation.audit import Act
from foundation.clock import written_day
from foundation.moves import move
from jobs.domain.ordering import order_delivery
from reports.queries import board_addresses
from reports.states import ReportState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User
    from reports.models import Report


@transaction.atomic
def withdraw_report(report: Report, *, reason: str, by: User, at: dt.datetime) -> None:
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
                "withdrawn_on": written_day(at),
                "page": f"/reports/{report.pk}/",
            },
        )
    audit.record(
        Act.REPORT_WITHDRAWN,
        by=by,
        committee=report.committee,
        subject=f"{report.period.code} v{report.version}",
        report=report.pk,
        reason=reason,
    )
