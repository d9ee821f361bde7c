"""The portal's day: Vietnamese dates for instants that are stored in UTC."""

import datetime as dt

from django.conf import settings
from django.db import connection
from django.utils import timezone


def day_of(at):
    """Return the date that `at`, an aware datetime, falls on in the portal's time zone."""
    return timezone.localtime(at).date()


def start_of(day):
    """Return the instant at which `day` begins in the portal's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


_standing = {}  # where a rehearsal's clock stands; empty anywhere else


def database_now():
    """Return the database's own clock, so that no worker's clock decides what is due."""
    if settings.VIRTUAL_NOW:
        return _standing.get("at", settings.VIRTUAL_NOW)
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def set_virtual_now(at):
    """Let the clock of a rehearsal stand at `at`. Nowhere else can it be set."""
    if not settings.VIRTUAL_NOW:
        raise RuntimeError("Only a rehearsal, which VIRTUAL_NOW makes one, may set the clock.")
    _standing["at"] = at


def week_of(at):
    """Return the ISO week of `at` in the portal's time zone, as ``2026-W27``."""
    year, week, _ = day_of(at).isocalendar()
    return f"{year}-W{week:02d}"


def start_of_week(at):
    """Return the instant at which the ISO week of `at` begins in the portal's time zone."""
    day = day_of(at)
    return start_of(day - dt.timedelta(days=day.weekday()))
