"""Working days: the week's rule, and the days that differ from it. Nothing here asks the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

SATURDAY = 5
LONGEST_BREAK = 60  # days; a calendar that knows of no working day for longer says nothing


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday, but for the days off and the week-end days worked in exchange.

    Both are {date: its name}. Without any of them the week's rule alone holds.
    """

    days_off: Mapping[dt.date, str] = field(default_factory=dict)
    worked: Mapping[dt.date, str] = field(default_factory=dict)

    def is_working_day(self, day: dt.date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    def previous_working_day(self, day: dt.date) -> dt.date:
        """Return `day` itself, or the last working day before it."""
        return self._nearest(day, step=-1)

    def next_working_day(self, day: dt.date) -> dt.date:
        """Return `day` itself, or the first working day after it."""
        return self._nearest(day, step=1)

    def add_working_days(self, start: dt.date, days: int) -> dt.date:
        """Return the date that lies `days` working days after `start`, before it if negative."""
        day, step = start, 1 if days > 0 else -1
        for _ in range(abs(days)):
            day = self._nearest(day + dt.timedelta(days=step), step=step)
        return day

    def working_days_between(self, first: dt.date, before: dt.date) -> int:
        """Return how many working days lie from `first` up to, not including, `before`."""
        return sum(
            self.is_working_day(first + dt.timedelta(days=number))
            for number in range((before - first).days)
        )

    def skipped(self, counted: dt.date, result: dt.date) -> list[tuple[dt.date, str]]:
        """Return the days off between the day that was counted and the one it became.

        As [(day, its name or "" for a day of the week-end), …], in order, `counted` included.
        """
        step = 1 if result > counted else -1
        days = [
            counted + dt.timedelta(days=step * number)
            for number in range(abs((result - counted).days))
        ]
        return sorted((day, self.days_off.get(day, "")) for day in days)

    def _nearest(self, day: dt.date, *, step: int) -> dt.date:
        for number in range(LONGEST_BREAK):
            found = day + dt.timedelta(days=step * number)
            if self.is_working_day(found):
                return found
        return day
