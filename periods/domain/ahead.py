"""The periods to come: by the rule of the dates, or as somebody has set them already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from foundation.clock import day_of
from periods.domain.periods import default_due_before, following, open_periods
from periods.models import ReportingPeriod, half_in_words

if TYPE_CHECKING:
    import datetime as dt

AHEAD = 4  # half-years that are shown, and whose date can be set, before they begin


class NotAhead(Exception):
    """The half-year is not one of those to come that can be prepared."""


@dataclass(frozen=True)
class Coming:
    """A half-year to come: `period` is None as long as it follows the rule alone."""

    year: int
    half: int
    starts_on: dt.date
    due_before: dt.date
    period: ReportingPeriod | None = None

    @property
    def code(self) -> str:
        return f"{self.year}-H{self.half}"

    @property
    def name(self) -> str:
        return half_in_words(self.year, self.half)


def coming(*, at: dt.datetime) -> list[Coming]:
    """Return the next AHEAD half-years after the running one, the nearest first."""
    today = day_of(at)
    running = ReportingPeriod.objects.filter(starts_on__lte=today, due_before__gt=today).first()
    last = running or open_periods(at=at)
    known = {
        (one.year, one.half): one
        for one in ReportingPeriod.objects.filter(starts_on__gte=last.due_before)
    }
    year, half, starts_on = last.year, last.half, last.due_before
    found = []
    for _number in range(AHEAD):
        year, half = following(year, half)
        period = known.get((year, half))
        due_before = period.due_before if period else default_due_before(year, half)
        found.append(Coming(year, half, starts_on, due_before, period))
        starts_on = due_before
    return found


@transaction.atomic
def prepare(code: str, *, at: dt.datetime) -> ReportingPeriod:
    """Return the period of this code, made now with those before it, so that its date can be set.

    Nobody owes anything in it before it begins. Raises NotAhead.
    """
    ahead = coming(at=at)
    codes = [one.code for one in ahead]
    if code not in codes:
        raise NotAhead
    for one in ahead[: codes.index(code) + 1]:
        made, _ = ReportingPeriod.objects.get_or_create(
            year=one.year,
            half=one.half,
            defaults={"starts_on": one.starts_on, "due_before": one.due_before},
        )
    return made
