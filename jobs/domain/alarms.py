"""Alarms: what a person must see to, raised once and cleared when it is over."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import translation

from committees.models import Committee, User
from foundation.clock import written_day, written_hour
from jobs import kinds
from jobs.alarm_words import OF_THE_BOARD, about, words_of
from jobs.domain.queueing import queue_mail
from jobs.models import Alarm, Delivery, Rendering

if TYPE_CHECKING:
    import datetime as dt


log = logging.getLogger(__name__)


def raise_alarm(
    code: str, subject: object = "", detail: object = "", *, at: dt.datetime
) -> tuple[Alarm, bool]:
    """Raise the alarm, or bring the detail of the one that stands up to date.

    Returns (alarm, is_new). Of any number of callers at once exactly one raises it.
    """
    detail = str(detail)[:500]
    alarm, is_new = Alarm.objects.get_or_create(
        code=code,
        subject=str(subject)[:120],
        cleared_at=None,
        defaults={"detail": detail, "raised_at": at},
    )
    if is_new:
        log.critical("Alarm: %s", code)
    elif detail and alarm.detail != detail:
        alarm.detail = detail
        Alarm.objects.filter(pk=alarm.pk).update(detail=detail)
    return alarm, is_new


def clear_alarm(code: str, subject: object = "", *, at: dt.datetime) -> None:
    """Note that the matter is over."""
    Alarm.objects.filter(code=code, subject=str(subject)[:120], cleared_at=None).update(
        cleared_at=at
    )


def raise_or_clear(
    code: str, subject: object = "", detail: object = "", *, wrong: bool, at: dt.datetime
) -> None:
    """Raise the alarm while `wrong`, clear it otherwise."""
    if wrong:
        raise_alarm(code, subject, detail, at=at)
    else:
        clear_alarm(code, subject, at=at)


def count_open_alarms() -> int:
    """Return how many alarms stand."""
    return Alarm.objects.filter(cleared_at=None).count()


def send_alarms(*, at: dt.datetime) -> int:
    """Queue one mail to everybody concerned when an alarm is raised and one when it is over.

    Returns how many mails were queued. `mailed_at` is when the last one was.
    """
    begun = Alarm.objects.filter(cleared_at=None, mailed_at=None)
    over = Alarm.objects.filter(mailed_at__lt=F("cleared_at"))
    queued = 0
    for alarm in [*begun, *over]:
        queued += sum(_tell(alarm, address, at=at) for address in addresses_of(alarm))
        Alarm.objects.filter(pk=alarm.pk).update(mailed_at=at)
    return queued


def _tell(alarm: Alarm, address: str, *, at: dt.datetime) -> bool:
    moment = alarm.cleared_at or alarm.raised_at
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "is_over": alarm.cleared_at is not None,
            "words": str(words_of(alarm)),
            "about": about(alarm),
            "moment": f"{written_hour(moment)} ngày {written_day(moment)}",
        }
    once = f"alarm:{alarm.pk}:{'over' if alarm.cleared_at else 'on'}:{address}"
    _, is_new = queue_mail("emails/reports/alarm", to=address, once=once, at=at, context=context)
    return is_new


def administrators() -> list[str]:
    """Return the addresses of those who run the portal."""
    people = User.objects.filter(is_superuser=True, is_active=True).exclude(email="")
    return sorted({*people.values_list("email", flat=True), *settings.ALARM_ADDRESSES})


def addresses_of(alarm: Alarm) -> list[str]:
    """Return who hears of the alarm: administrators, and the officer in charge at the Board."""
    boards = Committee.objects.filter(
        pk__in=boards_concerned(alarm), watch_officer__is_active=True
    ).exclude(watch_officer__email="")
    return sorted({*administrators(), *boards.values_list("watch_officer__email", flat=True)})


def boards_concerned(alarm: Alarm) -> list[int]:
    """Return the ids of the Boards whose reports or inbox the alarm is about."""
    if alarm.code not in OF_THE_BOARD:
        return []
    if alarm.code == "inbox_damaged":
        return list(
            Committee.objects.filter(kind=Committee.Kind.BOARD).values_list("pk", flat=True)
        )
    if alarm.code == "bounced":
        return _named(Delivery.objects.filter(to=alarm.subject))
    return _named(Rendering.objects.filter(file_name=alarm.subject))


def _named(jobs: QuerySet[Delivery] | QuerySet[Rendering]) -> list[int]:
    return sorted({board for boards_of in kinds.BOARDS for board in boards_of(jobs)})
