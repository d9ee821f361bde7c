"""Keeping the calendar of working days: what is a day off, what is worked in exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from committees.models import CalendarDay
from foundation import audit
from foundation.audit import Act
from foundation.clock import written_day
from foundation.versions import claim_version

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User


class DayTaken(Exception):
    """The calendar says something about this day already."""


@transaction.atomic
def add_day(
    *,
    day: dt.date,
    kind: str,
    name: str,
    source: str = "",
    is_confirmed: bool = False,
    by: User | None,
) -> CalendarDay:
    """Say what a day is. Raises DayTaken."""
    entry = CalendarDay(day=day, kind=kind, name=name, source=source, is_confirmed=is_confirmed)
    _save(entry)
    _record(entry, by, done="added")
    return entry


@transaction.atomic
def change_day(
    entry: CalendarDay,
    *,
    version: int,
    day: dt.date,
    kind: str,
    name: str,
    source: str,
    is_confirmed: bool,
    by: User | None,
) -> CalendarDay:
    """Say something else about a day. Raises DayTaken, OutdatedVersion."""
    claim_version(entry, version)
    entry.day, entry.kind, entry.name = day, kind, name
    entry.source, entry.is_confirmed = source, is_confirmed
    _save(entry)
    _record(entry, by, done="changed")
    return entry


@transaction.atomic
def remove_day(entry: CalendarDay, *, by: User | None) -> None:
    """Let the rule of the week hold for the day again."""
    entry.delete()
    _record(entry, by, done="removed")


@transaction.atomic
def confirm_year(year: int, *, by: User | None) -> int:
    """Note that the days of a year are as the State has decided them; return how many."""
    waiting = CalendarDay.objects.filter(day__year=year, is_confirmed=False)
    number = waiting.update(is_confirmed=True)
    if number:
        audit.record(Act.CALENDAR_CHANGED, by=by, subject=f"{year}", done="confirmed", days=number)
    return number


def _save(entry: CalendarDay) -> None:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise DayTaken(entry.day) from error


def _record(entry: CalendarDay, by: User | None, *, done: str) -> None:
    audit.record(
        Act.CALENDAR_CHANGED,
        by=by,
        subject=f"{written_day(entry.day)} {entry.name}",
        done=done,
        kind=entry.kind,
        is_confirmed=entry.is_confirmed,
    )
