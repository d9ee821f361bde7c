"""What another date would change, said before it is set: reports, conferences, and whoever is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from foundation.clock import day_of, start_of
from reports.queries import desk_rows
from sessions.models import Conference
from sessions.states import ConferenceState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    from periods.models import Obligation, ReportingPeriod


@dataclass(frozen=True)
class Effect:
    """The consequences of one date for the obligations that it holds for."""

    to: date
    is_past: bool
    late: tuple[Any, ...] = ()  # names of committees whose report was in time and would be late
    in_time: tuple[Any, ...] = ()  # the other way round
    overdue: tuple[Any, ...] = ()  # whose report is not in and would be overdue at once
    leaving: tuple[Any, ...] = ()  # conferences that this period counts and then would not
    joining: tuple[Any, ...] = ()  # the other way round

    @property
    def is_harmful(self) -> bool:
        """Does it need a second, explicit yes?"""
        return bool(self.is_past or self.late or self.leaving)

    @property
    def is_harmless(self) -> bool:
        return not any((self.is_past, *self._parts))

    @property
    def _parts(self) -> tuple[tuple[Any, ...], ...]:
        return self.late, self.in_time, self.overdue, self.leaving, self.joining

    @property
    def token(self) -> str:
        """Names exactly what was said yes to; it says another thing as soon as this changes."""
        return "-".join([f"{self.to:%Y%m%d}", *(str(len(part)) for part in self._parts)])


def effect_of(
    obligations: Iterable[Obligation],
    *,
    to: dt.date,
    due_of: Callable[[Obligation], dt.date],
    at: dt.datetime,
) -> Effect:
    """Return the Effect of `to`, where `due_of` gives an obligation's date as it would be."""
    late: list[str] = []
    in_time: list[str] = []
    overdue: list[str] = []
    leaving: list[Conference] = []
    joining: list[Conference] = []
    for row in desk_rows(list(obligations), at=at):
        owed, due = row.obligation, due_of(row.obligation)
        name = owed.committee.name
        if row.first_issued_at:
            was, will = (row.first_issued_at < start_of(day) for day in (owed.due_before, due))
            if was and not will:
                late.append(name)
            elif will and not was:
                in_time.append(name)
        elif due < owed.due_before and not at < start_of(due) and not row.is_overdue:
            overdue.append(name)
        if due != owed.due_before:
            moved = leaving if due < owed.due_before else joining
            moved += _held_between(owed, *sorted((due, owed.due_before)))
    return Effect(
        to=to,
        is_past=to <= day_of(at),
        late=tuple(late),
        in_time=tuple(in_time),
        overdue=tuple(overdue),
        leaving=tuple(leaving),
        joining=tuple(joining),
    )


def _held_between(obligation: Obligation, first: dt.date, before: dt.date) -> QuerySet[Conference]:
    return (
        Conference.objects.filter(committee=obligation.committee_id)
        .between(first, before)
        .exclude(state=ConferenceState.CANCELLED)
        .select_related("committee")
        .order_by("starts_at")
    )


def effect_of_extension(
    obligations: Iterable[Obligation], *, to: dt.date, at: dt.datetime
) -> Effect:
    """What giving these committees until `to` would change."""
    return effect_of(obligations, to=to, due_of=lambda owed: max(owed.period.due_before, to), at=at)


def effect_of_period(period: ReportingPeriod, *, to: dt.date, at: dt.datetime) -> Effect:
    """What moving the date of everybody would change; an extension given stands."""
    owed = period.obligations.select_related("committee", "period", "board")
    return effect_of(owed, to=to, due_of=lambda one: max(to, one.extended_to or date.min), at=at)
