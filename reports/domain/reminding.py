"""Reminders: once a day what waits for each person, once a week how matters stand for the Board.

Only while still needed, once per step, and after a pause only the newest step.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from foundation.clock import database_now, day_of, written_day
from jobs.domain.queueing import queue_mail
from jobs.kinds import judges_mail
from jobs.models import Heartbeat
from periods.models import Obligation, ReminderSent, ReportingPeriod
from reports.domain import daily_mails
from reports.queries import board_addresses, desk_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.models import Delivery
    from reports.desk_row import DeskRow


BEAT = "daily_mail"
WEEKS_OF_SUMMARY = 6


def remind(*, at: dt.datetime) -> int:
    """Once a day, from DAILY_MAIL_AT on, queue the mails of the day; return how many.

    All of them or none: whoever comes second, or after a crash, finds the day done or whole.
    """
    if timezone.localtime(at).time() < settings.DAILY_MAIL_AT:
        return 0
    last = Heartbeat.objects.filter(name=BEAT).values_list("at", flat=True).first()
    if last and day_of(last) >= day_of(at):
        return 0
    with transaction.atomic():
        since = _claim_day(at=at)
        if since is None:
            return 0
        return daily_mails.queue_daily_mails(since=since, at=at) + _summarise_all(at=at)


def _claim_day(*, at: dt.datetime) -> dt.date | None:
    """Take the day of `at` for the caller; return the day before it, None if it was taken."""
    yesterday = at - dt.timedelta(days=1)
    Heartbeat.objects.get_or_create(name=BEAT, defaults={"at": yesterday})
    # Who holds the row is at it: nobody waits for it with a transaction open.
    beat = (
        Heartbeat.objects.select_for_update(no_key=True, skip_locked=True).filter(name=BEAT).first()
    )
    if beat is None or day_of(beat.at) >= day_of(at):
        return None
    Heartbeat.objects.filter(name=BEAT).update(at=at)
    return day_of(beat.at)


# --- the Board's weekly summary -------------------------------------------------------


def _summarise_all(*, at: dt.datetime) -> int:
    today = day_of(at)
    queued = 0
    for period in ReportingPeriod.objects.filter(starts_on__lte=today, due_before__gt=today):
        if (period.due_before - today).days <= 7 * WEEKS_OF_SUMMARY:
            obligations = Obligation.objects.filter(period=period).select_related(
                "committee", "board", "period"
            )
            queued += _summarise(period, desk_rows(list(obligations), at=at), at=at)
    return queued


def _summarise(period: ReportingPeriod, rows: Sequence[DeskRow], *, at: dt.datetime) -> int:
    """Once a week in the last six weeks, tell each Board how matters stand."""
    year, week, _ = day_of(at).isocalendar()
    queued = 0
    for board in {row.obligation.board for row in rows}:
        _, is_new = ReminderSent.objects.get_or_create(
            obligation=None,
            period=period,
            board=board,
            step=f"week-{year}-{week:02d}",
            defaults={"at": at},
        )
        if not is_new:
            continue
        own = [row for row in rows if row.obligation.board_id == board.pk and not row.is_exempt]
        for address in board_addresses(board):
            queue_mail(
                "emails/reports/board_summary",
                to=address,
                once=f"summary:{period.pk}:{board.pk}:{year}-{week}:{address}",
                at=at,
                context=_summary(period, own, at=at),
            )
            queued += 1
    return queued


def _summary(
    period: ReportingPeriod, rows: Sequence[DeskRow], *, at: dt.datetime
) -> dict[str, Any]:
    count: dict[str, Any] = {}
    for row in rows:
        count[row.status] = count.get(row.status, 0) + 1
    return {
        "period": period.label,
        "page": reverse("board:board_desk_of", args=[period.code]),
        "due_before": written_day(period.due_before),
        "days_left": (period.last_day - day_of(at)).days,
        "total": len(rows),
        "issued": count.get("issued", 0) + count.get("late", 0),
        "draft": count.get("draft", 0),
        "held": count.get("held", 0),
        "scheduled": count.get("scheduled", 0),
        "none": [row.obligation.committee.name for row in rows if row.status == "none"],
    }


# --- at the moment of sending ---------------------------------------------------------


@judges_mail
def is_still_needed(delivery: Delivery) -> bool:
    """Is what a queued mail asks for still open? Its words are brought up to date."""
    if "person" not in delivery.context:
        return True
    return daily_mails.bring_up_to_date(delivery, at=database_now())
