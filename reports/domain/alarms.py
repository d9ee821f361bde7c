"""Alarms: what a person must see to, raised once and cleared when it is over."""

from reports.models import Alarm


def raise_alarm(code, subject="", detail="", *, at):
    """Raise the alarm, or leave the one that stands. Returns (alarm, is_new)."""
    return Alarm.objects.get_or_create(
        code=code,
        subject=subject[:120],
        cleared_at=None,
        defaults={"detail": detail[:500], "raised_at": at},
    )


def clear_alarm(code, subject="", *, at):
    """Note that the matter is over."""
    Alarm.objects.filter(code=code, subject=subject[:120], cleared_at=None).update(cleared_at=at)
