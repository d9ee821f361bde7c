"""How matters stand with the mail server, for all that want to send: open, pausing, stopped."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from foundation.models import MailChannel
from foundation.restoring import is_restoring
from foundation.smtp import Verdict

if TYPE_CHECKING:
    from foundation.smtp import MailFailed


SHORTEST_PAUSE = dt.timedelta(seconds=20)
LONGEST_PAUSE = dt.timedelta(minutes=15)
PROBE_EVERY = dt.timedelta(minutes=15)  # one message is tried while the channel is stopped
NOTE_EVERY = dt.timedelta(minutes=1)


def channel() -> MailChannel:
    """Return the row of the server that mail goes to now; it need not be stored yet."""
    host = settings.EMAIL_HOST
    return MailChannel.objects.filter(pk=host).first() or MailChannel(host=host)


def is_open(*, at: dt.datetime) -> bool:
    """May a message be tried at `at`? Says yes to one message each time a pause is over, and
    no while the database is being put back."""
    if is_restoring():
        return False
    now = channel()
    return now.paused_until is None or now.paused_until <= at


def opens_at(*, at: dt.datetime) -> dt.datetime:
    """Return when the next message may be tried, `at` itself if at once."""
    return max(at, channel().paused_until or at)


def note_failure(verdict: Verdict, failed: MailFailed, *, at: dt.datetime) -> MailChannel:
    """Let a failure that concerns the whole server pause or stop it; return the row.

    A pause grows with the time for which nothing has gone through.
    """
    if verdict not in (Verdict.PAUSE, Verdict.STOP):
        return channel()
    now, _ = MailChannel.objects.get_or_create(pk=settings.EMAIL_HOST)
    since = now.failing_since or at
    pause = min(max(at - since, SHORTEST_PAUSE), LONGEST_PAUSE)
    stopped = verdict == Verdict.STOP
    MailChannel.objects.filter(pk=now.pk).update(
        failing_since=Coalesce(F("failing_since"), at),
        stopped_at=Coalesce(F("stopped_at"), at) if stopped else F("stopped_at"),
        paused_until=at + (PROBE_EVERY if stopped else pause),
        code=failed.code,
        text=f"{failed.phase}: {failed.text}"[:300],
    )
    now.refresh_from_db()
    return now


def note_success(*, at: dt.datetime) -> bool:
    """A message went through: whatever was wrong is over. Returns whether something was."""
    now, is_new = MailChannel.objects.get_or_create(
        pk=settings.EMAIL_HOST, defaults={"last_success_at": at}
    )
    was_failing = MailChannel.objects.filter(
        ~Q(failing_since=None) | ~Q(stopped_at=None) | ~Q(paused_until=None), pk=now.pk
    ).update(
        failing_since=None, stopped_at=None, paused_until=None, code=None, text="",
        last_success_at=at,
    )  # fmt: skip
    seen = now.last_success_at
    if not was_failing and not is_new and (seen is None or seen < at - NOTE_EVERY):
        MailChannel.objects.filter(pk=now.pk).update(last_success_at=at)
    return bool(was_failing)


def resume() -> None:
    """Let the next message be tried at once: a person says that it is mended."""
    MailChannel.objects.filter(pk=settings.EMAIL_HOST).update(paused_until=None, stopped_at=None)
