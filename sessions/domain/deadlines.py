"""The lead-time line of a conference. Arithmetic only: nothing here is stored."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from dialogue_portal.clock import day_of


def lead_times(starts_at):
    """Return {field of Conference: date or instant} for a conference that begins at `starts_at`."""
    day = day_of(starts_at)
    return {name: _shifted(day, lead) for name, lead in settings.LEAD_TIMES.items()}


def proposed_lead_times(starts_at, *, at):
    """Return the lead times, with a window that can still be used if there is little time left."""
    times = lead_times(starts_at)
    if times["asks_close_at"] <= at < starts_at:
        eve = timezone.localtime(starts_at) - dt.timedelta(days=1)
        eve = eve.replace(hour=17, minute=0, second=0, microsecond=0)
        times["asks_open_at"] = at.replace(minute=0, second=0, microsecond=0)
        times["asks_close_at"] = eve if eve > at else starts_at
        times["notice_due_on"] = max(times["notice_due_on"], day_of(at))
    return times


def working_days_after(start, days, *, holidays=frozenset()):
    """Return the date that lies `days` working days after `start`."""
    day = start
    while days:
        day += dt.timedelta(days=1)
        days -= day.weekday() < 5 and day not in holidays
    return day


def _shifted(day, lead):
    if isinstance(lead, int):
        return day + dt.timedelta(days=lead)
    days, hour = lead
    moment = dt.datetime.combine(day + dt.timedelta(days=days), dt.time.fromisoformat(hour))
    return timezone.make_aware(moment)
