"""The lead-time line of a conference. Arithmetic only: nothing here is stored or looked up.

What we propose ourselves and what falls on a day off moves to the working day before, so that
no step comes later than the rule says; a date that somebody has set never moves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from foundation.clock import day_of

if TYPE_CHECKING:
    from committees.calendar import WorkingCalendar


@dataclass(frozen=True)
class LeadTime:
    """One date of the line and how it came about."""

    name: str  # the field of Conference
    days: int  # from the day of the conference; negative: before it
    counted: dt.date  # by the rule alone
    skipped: list[Any]  # [(day off, its name), …] between that and what it became
    day: dt.date
    value: dt.date | dt.datetime


def lead_time_line(starts_at: dt.datetime, *, calendar: WorkingCalendar) -> list[LeadTime]:
    """Return a LeadTime for each step of a conference that begins at `starts_at`."""
    day = day_of(starts_at)
    return [_lead_time(name, lead, day, calendar) for name, lead in settings.LEAD_TIMES.items()]


def lead_times(starts_at: dt.datetime, *, calendar: WorkingCalendar) -> dict[str, Any]:
    """Return {field of Conference: date or instant} for a conference that begins at `starts_at`."""
    return {lead.name: lead.value for lead in lead_time_line(starts_at, calendar=calendar)}


def proposed_lead_times(
    starts_at: dt.datetime, *, calendar: WorkingCalendar, at: dt.datetime
) -> dict[str, Any]:
    """Return the lead times, with a window that can still be used if there is little time left."""
    times = lead_times(starts_at, calendar=calendar)
    if times["asks_close_at"] <= at < starts_at:
        eve = timezone.localtime(starts_at) - dt.timedelta(days=1)
        eve = eve.replace(hour=17, minute=0, second=0, microsecond=0)
        times["asks_open_at"] = at.replace(minute=0, second=0, microsecond=0)
        times["asks_close_at"] = eve if eve > at else starts_at
        times["notice_due_on"] = max(times["notice_due_on"], day_of(at))
    return times


def _lead_time(name: str, lead: Any, day: dt.date, calendar: WorkingCalendar) -> LeadTime:
    days, hour = (lead, None) if isinstance(lead, int) else lead
    counted = day + dt.timedelta(days=days)
    found = calendar.previous_working_day(counted)
    if found < day < counted:
        found = day  # what comes after the conference never moves before it
    return LeadTime(
        name=name,
        days=days,
        counted=counted,
        skipped=calendar.skipped(counted, found),
        day=found,
        value=_at(found, hour) if hour else found,
    )


def _at(day: dt.date, hour: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.fromisoformat(hour)))
