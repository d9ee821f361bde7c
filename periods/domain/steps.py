"""The dates that hang on a deadline: reminders, warnings, and when somebody else is told.

Arithmetic only. T is `due_before`, the first day that is too late: "T-1" is the last good day.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Collection


class HasDueDate(Protocol):
    @property
    def due_before(self) -> dt.date: ...


MISSING = "missing"  # the stage of whoever has let the deadline pass
A_WEEK = 7


def step_of(owed: HasDueDate, *, on: dt.date) -> str | None:
    """Return the newest step that the day `on` has reached, or None before the first.

    `owed` is a period or an obligation.
    """
    days = (owed.due_before - on).days
    if days <= 0:
        return f"T+{-days}"
    reached = [step for step in settings.REMINDER_DAYS if days <= step]
    return f"T-{min(reached)}" if reached else None


def reminder_dates(due_before: dt.date) -> dict[str, dt.date]:
    """Return {step: the day on which it is reached} before the deadline, the earliest first."""
    return {f"T-{days}": _before(due_before, days) for days in sorted(settings.REMINDER_DAYS)[::-1]}


def warning_dates(due_before: dt.date) -> dict[str, dt.date]:
    """Return {code of EARLY_WARNINGS: the first day on which it is warned of}."""
    return {code: _before(due_before, days) for days, code in settings.EARLY_WARNINGS}


def escalation_dates(due_before: dt.date) -> dict[str, dt.date]:
    """Return {stage: the day on which it is told to the person to turn to}."""
    begins = {**warning_dates(due_before), MISSING: due_before}
    return {
        stage: begins[stage] + dt.timedelta(days=days)
        for stage, days in settings.ESCALATE_AFTER.items()
    }


def is_due_step(
    due_on: dt.date, *, days_before: Collection[int], since: dt.date, today: dt.date
) -> bool:
    """Does a day after `since`, up to `today`, call for a word about what is due on `due_on`?

    So many days before it, on the day after it and then once a week.
    """
    first = max(since, today - dt.timedelta(days=A_WEEK))
    for number in range(1, (today - first).days + 1):
        left = (due_on - first).days - number
        if left in days_before or (left < 0 and (-left - 1) % A_WEEK == 0):
            return True
    return False


def _before(day: dt.date, days: int) -> dt.date:
    return day - dt.timedelta(days=days)
