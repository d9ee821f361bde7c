"""Reminding offices at once of the report that they owe, beside the mails of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse

from committees.models import Membership
from committees.permissions import OFFICE
from foundation import audit
from foundation.audit import Act
from foundation.clock import database_now, day_of, written_day
from jobs.domain.queueing import queue_mail
from jobs.kinds import judges_mail
from periods.models import Obligation
from reports.models import OfficeReminder, Report
from reports.queries import exempt_among

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from committees.models import Committee, User
    from jobs.models import Delivery
    from reports.desk_row import DeskRow


TEMPLATE = "emails/reports/reminded"


def remind_offices(
    rows: Iterable[DeskRow], *, by: User, at: dt.datetime
) -> tuple[int, list[Committee], list[Committee]]:
    """Write to the offices that have not reported. Returns how many were written to, those that
    have been today already, and those to which nobody's address is known.

    What is settled or exempt meanwhile is passed over.
    """
    reminded, already, unreachable = 0, [], []
    for row in rows:
        if not row.is_open:
            continue
        addresses = addresses_of(row.obligation.committee, on=day_of(at))
        if not addresses:
            unreachable.append(row.obligation.committee)
            continue
        try:
            with transaction.atomic():
                _remind(row, addresses, by=by, at=at)
            reminded += 1
        except IntegrityError:
            already.append(row.obligation.committee)
    return reminded, already, unreachable


def _remind(row: DeskRow, addresses: list[str], *, by: User, at: dt.datetime) -> None:
    obligation, day = row.obligation, day_of(at)
    OfficeReminder.objects.create(
        obligation=obligation, by=by, at=at, day=day, mails=len(addresses)
    )
    for address in addresses:
        queue_mail(
            TEMPLATE,
            to=address,
            once=f"reminded:{obligation.pk}:{day}:{address}",
            at=at,
            context={
                "obligation": obligation.pk,
                "committee": obligation.committee.name,
                "board": obligation.board.name,
                "period": obligation.period.label,
                "due_before": written_day(obligation.due_before),
                "days_left": row.days_left,
                "days_over": row.days_over,
                "stands": str(row.words),
                "page": reverse("reports:report_list"),
            },
        )
    audit.record(
        Act.OFFICE_REMINDED,
        by=by,
        committee=obligation.committee,
        subject=obligation.period.code,
        mails=len(addresses),
    )


def addresses_of(committee: Committee, *, on: dt.date) -> list[str]:
    """Return where an office is reached: its own addresses and those of its secretary and clerks."""
    people = (
        Membership.objects.active(on=on)
        .filter(committee=committee, role__in=OFFICE, user__is_active=True)
        .exclude(user__email="")
        .order_by("pk")
        .values_list("user__email", flat=True)
    )
    found = [committee.email, committee.second_email, *people]
    return list(dict.fromkeys(address for address in found if address))


@judges_mail
def is_still_owed(delivery: Delivery) -> bool:
    """Is the report that a queued reminder asks for still owed?"""
    if delivery.template != TEMPLATE:
        return True
    owed = Obligation.objects.filter(pk=delivery.context["obligation"])
    owed = owed.exclude(pk__in=Report.objects.received().values("obligation"))
    return bool(set(owed.values_list("pk", flat=True)) - exempt_among(owed, at=database_now()))
