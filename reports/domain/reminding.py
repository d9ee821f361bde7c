"""Reminders: a ladder of steps before the deadline and one each day after it.

Only while still needed, once per step, and after a pause only the newest step.
"""

from django.conf import settings
from django.db import transaction

from dialogue_portal.clock import database_now, day_of
from reports.domain.queueing import queue_mail
from reports.models import Obligation, ReminderSent, ReportingPeriod
from reports.queries import board_addresses, desk_rows, secretaries_of

WEEKS_OF_SUMMARY = 6


def step_of(owed, *, on):
    """Return the newest step that the day `on` has reached, or None before the first.

    `owed` is a period or an obligation; T is `due_before`, the first day that is too late: "T-1" is the last good day.
    """
    days = (owed.due_before - on).days
    if days <= 0:
        return f"T+{-days}"
    reached = [step for step in settings.REMINDER_DAYS if days <= step]
    return f"T-{min(reached)}" if reached else None


def remind(*, at):
    """Write the reminders that are due at `at`; return how many mails were queued."""
    today = day_of(at)
    queued = 0
    for period in _periods_to_watch(today):
        obligations = list(
            Obligation.objects.filter(period=period).select_related("committee", "board", "period")
        )
        rows = desk_rows(obligations, at=at)
        taken = set(
            ReminderSent.objects.filter(obligation__period=period).values_list(
                "obligation_id", "step"
            )
        )
        for row in rows:
            step = step_of(row.obligation, on=today)
            if step and not row.is_settled and (row.obligation.pk, step) not in taken:
                queued += _remind(row, step, at=at)
        queued += _summarise(period, rows, at=at)
    return queued


def _periods_to_watch(today):
    """The running period, and the one before it while anybody still owes a report."""
    return ReportingPeriod.objects.filter(starts_on__lte=today).order_by("-year", "-half")[:2]


@transaction.atomic
def _remind(row, step, *, at):
    obligation = row.obligation
    _, is_new = ReminderSent.objects.get_or_create(
        obligation=obligation, step=step, defaults={"period": obligation.period, "at": at}
    )
    if not is_new:
        return 0
    people = secretaries_of(obligation.committee, on=day_of(at))
    for person in people:
        queue_mail(
            "emails/reports/reminder",
            to=person.email,
            once=f"reminder:{obligation.pk}:{step}:{person.pk}",
            at=at,
            context={
                "name": person.full_name,
                "committee": obligation.committee.name,
                "period": obligation.period.label,
                "due_before": f"{obligation.due_before:%d/%m/%Y}",
                "days_left": row.days_left,
                "days_over": -row.days_left,
                "status": row.status,
                "obligation": obligation.pk,
            },
        )
    return len(people)


@transaction.atomic
def _summarise(period, rows, *, at):
    """Once a week in the last six weeks, tell each Board how matters stand."""
    today = day_of(at)
    if not 0 < (period.due_before - today).days <= 7 * WEEKS_OF_SUMMARY:
        return 0
    year, week, _ = today.isocalendar()
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
        own = [row for row in rows if row.obligation.board_id == board.pk]
        for address in board_addresses(board):
            queue_mail(
                "emails/reports/board_summary",
                to=address,
                once=f"summary:{period.pk}:{board.pk}:{year}-{week}:{address}",
                at=at,
                context=_summary(period, own),
            )
            queued += 1
    return queued


def _summary(period, rows):
    count = {}
    for row in rows:
        count[row.status] = count.get(row.status, 0) + 1
    return {
        "period": period.label,
        "due_before": f"{period.due_before:%d/%m/%Y}",
        "days_left": rows[0].days_left,
        "total": len(rows),
        "issued": count.get("issued", 0) + count.get("late", 0),
        "draft": count.get("draft", 0),
        "held": count.get("held", 0),
        "scheduled": count.get("scheduled", 0),
        "none": [row.obligation.committee.name for row in rows if row.status == "none"],
    }


def is_still_needed(delivery):
    """Is what a queued reminder asks for still open? Asked at the moment of sending."""
    pk = delivery.context.get("obligation")
    if pk is None:
        return True
    obligations = Obligation.objects.filter(pk=pk).select_related("committee", "board", "period")
    return any(not row.is_settled for row in desk_rows(list(obligations), at=database_now()))
