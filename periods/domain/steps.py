"""The dates that hang on a deadline: reminders, warnings, and when somebody else is told.

Arithmetic only. T is `due_before`, the first day that is too late: "T-1" is the last good day.
"""

import datetime as dt

from django.conf import settings

MISSING = "missing"  # the stage of whoever has let the deadline pass
A_WEEK = 7


def step_of(owed, *, on):
    """Return the newest step that the day `on` has reached, or None before the first.

    `owed` is a period or an obligation.
    """
    days = (owed.due_before - on).days
    if days <= 0:
        return f"T+{-days}"
    reached = [step for step in settings.REMINDER_DAYS if days <= step]
    return f"T-{min(reached)}" if reached else None


def reminder_dates(due_before):
    """Return {step: the day on which it is reached} before the deadline, the earliest first."""
    return {f"T-{days}": _before(due_before, days) for days in sorted(settings.REMINDER_DAYS)[::-1]}


def warning_dates(due_before):
    """Return {code of EARLY_WARNINGS: the first day on which it is warned of}."""
    return {code: _before(due_before, days) for days, code in settings.EARLY_WARNINGS}


def escalation_dates(due_before):
    """Return {stage: the day on which it is told to the person to turn to}."""
    begins = {**warning_dates(due_before), MISSING: due_before}
    return {
        stage: begins[stage] + dt.timedelta(days=days)
        for stage, days in settings.ESCALATE_AFTER.items()
    }


def is_due_step(due_on, *, days_before, since, today):
    """Does a day after `since`, up to `today`, call for a word about what is due on `due_on`?

    So many days before it, on the day after it and then once a week.
    """
    first = max(since, today - dt.timedelta(days=A_WEEK))
    for number in range(1, (today - first).days + 1):
        left = (due_on - first).days - number
        if left in days_before or (left < 0 and (-left - 1) % A_WEEK == 0):
            return True
    return False


def _before(day, days):
    return day - dt.timedelta(days=days)
