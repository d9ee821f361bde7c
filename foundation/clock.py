"""The portal's day: Vietnamese dates for instants that are stored in UTC."""

import datetime as dt

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

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


def weekday_date(value: dt.date | None) -> str:
    """Return "Thứ Năm, 18/06/2026"."""
    day = day_in(value)
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}" if day else ""


def short_weekday_date(value: dt.date | None) -> str:
    """Return "T5 18/06"."""
    day = day_in(value)
    return f"{SHORT_WEEKDAYS[day.weekday()]} {day:%d/%m}" if day else ""
