"""How the portal stands, what has become of a report's mails: in words for an office."""

import datetime as dt
import re
from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from duties.lists import brings
from foundation import mail_channel
from foundation.clock import written_moment
from foundation.looks import Look
from foundation.models import AuditEntry
from jobs.domain.alarms import count_open_alarms
from jobs.domain.sent import DROPPED, HELD
from jobs.models import Delivery
from jobs.states import JobState

REMEMBERED = dt.timedelta(days=3)  # after a restore, while people look whether something is gone
KNOWN_FOR = 30  # seconds


@dataclass(frozen=True)
class Standing:
    """What frames of pages tell of the portal itself."""

    open_alarms: int
    mail_down_since: dt.datetime | None
    restored: dict  # as restored_lately() returns it
    held: dict  # {primary key of a Board: how many mails about reports to it are held back}


def of_the_portal(request):
    """Return the Standing, as of half a minute ago at most: every page asks for some of it."""
    if not hasattr(request, "standing"):
        request.standing = caches["local"].get_or_set("standing", _look, KNOWN_FOR)
    return request.standing


def _look():
    return Standing(
        open_alarms=count_open_alarms(),
        mail_down_since=mail_down_since(),
        restored=restored_lately(at=timezone.now()),
        held=held_by_board(),
    )


@dataclass(frozen=True)
class Mail:
    """One copy by mail: to whom, how it stands as a look and a word, and why."""

    to: str
    look: Look
    word: str
    why: str = ""


def mail_down_since():
    """Return since when the mail server has taken nothing, or None while it does."""
    channel = mail_channel.channel()
    return channel.failing_since or channel.stopped_at


def mails_of(report):
    """Return a Mail for each copy of the report that was ordered."""
    return [_mail(delivery) for delivery in report.deliveries.order_by("pk")]


def _mail(delivery):
    if delivery.state == JobState.DONE:
        sent = timezone.localtime(delivery.done_at)
        return Mail(delivery.to, Look.DONE, _("sent %s") % written_moment(sent))
    if delivery.state == JobState.BOUNCED:
        return Mail(delivery.to, Look.LATE, _("comes back"), delivery.smtp_text)
    if delivery.state == JobState.FAILED:
        if delivery.error == HELD:
            return Mail(delivery.to, Look.WAITING, _("held back after the restore"))
        if delivery.error == DROPPED:
            return Mail(delivery.to, Look.OFF, _("not sent; the administrator decided so"))
        return Mail(delivery.to, Look.LATE, _("not sent; the administrator has to look"))
    return Mail(delivery.to, Look.WAITING, _("waits to be sent"))


def matter_with_mail(report, *, since):
    """Return "held", "down" or "": what keeps the report's mails from going out.

    `since` is when the mail server went down, or None.
    """
    waiting = report.deliveries.filter(state__in=(JobState.QUEUED, JobState.RUNNING))
    if report.deliveries.filter(state=JobState.FAILED, error=HELD).exists():
        return "held"
    return "down" if since and waiting.exists() else ""


def held_by_board():
    """Return {primary key of a Board: how many mails about reports to it are held back}."""
    held = Delivery.objects.filter(
        state=JobState.FAILED, error=HELD, waits_for__report__obligation__board__isnull=False
    )
    boards = held.order_by().values_list("waits_for__report__obligation__board")
    return dict(boards.annotate(number=Count("pk")))


def restored_lately(*, at):
    """Return {"at", "as_of"} of a restore in the last days, or {}; `as_of` may be unknown."""
    entry = (
        AuditEntry.objects.filter(act=AuditEntry.Act.RESTORED, at__gt=at - REMEMBERED)
        .order_by("-number")
        .first()
    )
    if entry is None:
        return {}
    named = re.search(r"(\d{8}-\d{6})Z", entry.subject)
    as_of = dt.datetime.strptime(f"{named[1]}+0000", "%Y%m%d-%H%M%S%z") if named else None
    return {"at": entry.at, "as_of": as_of}


@brings("open_alarms")
def open_alarms_of(request):
    return of_the_portal(request).open_alarms
