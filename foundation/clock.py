"""The portal's day: Vietnamese dates for instants that are stored in UTC."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
SHORT_WEEKDAYS = (
    pgettext_lazy("short", "Mon"),
    pgettext_lazy("short", "Tue"),
    pgettext_lazy("short", "Wed"),
    pgettext_lazy("short", "Thu"),
    pgettext_lazy("short", "Fri"),
    pgettext_lazy("short", "Sat"),
    pgettext_lazy("short", "Sun"),
)


def day_of(at: dt.datetime) -> dt.date:
    """Return the date that `at`, an aware datetime, falls on in the portal's time zone."""
    return timezone.localtime(at).date()


def start_of(day: dt.date) -> dt.datetime:
    """Return the instant at which `day` begins in the portal's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


_standing: dict[str, dt.datetime] = {}  # where a rehearsal's clock stands; empty anywhere else


def database_now() -> dt.datetime:
    """Return the database's own clock, so that no worker's clock decides what is due."""
    if settings.VIRTUAL_NOW:
        return _standing.get("at", settings.VIRTUAL_NOW)
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
        return now


class MomentOfRequest:
    """`request.at`: one moment for all that a request does, by the database's clock.

    It is asked for when something of the request first needs it.
    """

    def __get__(self, request: Any, kind: type | None = None) -> Any:
        if request is None:
            return self
        return request.__dict__.setdefault("at", database_now())


def set_virtual_now(at: dt.datetime) -> None:
    """Let the clock of a rehearsal stand at `at`. Nowhere else can it be set."""
    if not settings.VIRTUAL_NOW:
        raise RuntimeError("Only a rehearsal, which VIRTUAL_NOW makes one, may set the clock.")
    _standing["at"] = at


def week_of(at: dt.datetime) -> str:
    """Return the ISO week of `at` in the portal's time zone, as ``2026-W27``."""
    year, week, _ = day_of(at).isocalendar()
    return f"{year}-W{week:02d}"


def start_of_week(at: dt.datetime) -> dt.datetime:
    """Return the instant at which the ISO week of `at` begins in the portal's time zone."""
    day = day_of(at)
    return start_of(day - dt.timedelta(days=day.weekday()))


def day_in(value: dt.date | None) -> dt.date | None:
    """Return the portal's day of a moment, a day as it is, and nothing for nothing."""
    if isinstance(value, dt.datetime):
        return day_of(value) if timezone.is_aware(value) else value.date()
    return value


def written_day(value: dt.date | None) -> str:
    """Return "18/06/2026": the one form of a day. A moment gives the day it falls on here."""
    day = day_in(value)
    return f"{day:%d/%m/%Y}" if day else ""


def day_and_month(value: dt.date | None) -> str:
    """Return "18/06", where the year is understood."""
    day = day_in(value)
    return f"{day:%d/%m}" if day else ""


def written_month(value: dt.date | None) -> str:
    """Return "06/2026"."""
    day = day_in(value)
    return f"{day:%m/%Y}" if day else ""


def written_hour(value: dt.datetime | dt.time | None) -> str:
    """Return "23:59": the one form of a time of day."""
    return f"{_here(value):%H:%M}" if value else ""


def hour_to_the_second(value: dt.datetime | dt.time | None) -> str:
    """Return "23:59:58", where two things of one minute must be told apart."""
    return f"{_here(value):%H:%M:%S}" if value else ""


def written_moment(value: dt.datetime | None) -> str:
    """Return "23:59 18/06/2026": the one form of a moment."""
    return f"{written_hour(value)} {written_day(value)}" if value else ""


def moment_to_the_second(value: dt.datetime | None) -> str:
    """Return "23:59:58 18/06/2026"."""
    return f"{hour_to_the_second(value)} {written_day(value)}" if value else ""


def _here(value: dt.datetime | dt.time) -> dt.datetime | dt.time:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def weekday_date(value: dt.date | None) -> str:
    """Return "Thứ Năm, 18/06/2026"."""
    day = day_in(value)
    return f"{WEEKDAYS[day.weekday()]}, {written_day(day)}" if day else ""


def short_weekday_date(value: dt.date | None) -> str:
    """Return "T5 18/06"."""
    day = day_in(value)
    return f"{SHORT_WEEKDAYS[day.weekday()]} {day_and_month(day)}" if day else ""


def days_left(value: dt.date | None, today: dt.date) -> str:
    """Return "3 days left", "today" or "2 days overdue", as seen on `today`."""
    day = day_in(value)
    if not day:
        return ""
    days = (day - today).days
    if days == 0:
        return gettext("today")
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
