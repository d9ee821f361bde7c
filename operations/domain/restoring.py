"""What becomes of mail, and of all else, after the database was put back to an earlier moment.

Nobody knows any more what went out after the backup. What the log of sent mails names is
marked as sent; the rest that was waiting is held until an administrator decides, and keeps
its Message-ID, by which mail programs recognise a letter that they have already.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from committees.domain import sending
from foundation import audit, presence
from foundation.audit import Act
from foundation.restoring import end_restoring
from jobs.domain import claiming
from jobs.domain.alarms import clear_alarm, raise_alarm
from jobs.domain.claiming import Event
from jobs.domain.sent import DROPPED, HELD, UNDONE_LOG, sent_and_forgotten, sent_before
from jobs.models import Delivery
from jobs.states import JobState
from privacy.domain import purging
from reports.domain.inbox import check_inbox
from sessions.askers.public import apply_retention

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User
    from jobs.models import JobEvent


log = logging.getLogger(__name__)
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class Damaged(Exception):
    """What was put back is not whole: the first thing that is not as it was written."""


def settle_restore(name: str, *, at: dt.datetime) -> dict[str, Any]:
    """Make the portal fit to run after the database was put back. Returns {what: how many}.

    Mail first: whatever happens afterwards, none that waited is sent by itself. Raises Damaged;
    until this has ended well once, nothing is sent at all. Safe to call again.
    """
    marked, held = settle_mail(at=at)
    found: dict[str, Any] = {
        "mails_sent_before": marked,
        "mails_held": held,
        "mails_undone": _note_undone(),
        "letters_dropped": sending.drop_waiting(),
        "sign_ins_ended": presence.end_all(),
        "acts_lost": audit.set_aside_lost_heads(),
    }
    try:
        found["acts"], _ = audit.verify()
    except audit.ChainBroken as broken:
        raise Damaged(f"the record of acts is broken at {broken}") from broken
    if damages := check_inbox(at=at):
        raise Damaged(f"the inbox is damaged, {damages[0]}")
    found["retention"] = sum(apply_retention(at=at).values())
    found["texts_taken_out"] = purging.repeat(at=at)
    audit.record(Act.RESTORED, subject=name, **found)
    end_restoring()
    return found


def _note_undone() -> int:
    """Note the mails that went out and are unknown to the database: asked for again, they are
    not sent again. Returns how many."""
    there = set(Delivery.objects.values_list("message_id", flat=True))
    undone = sorted(sent_before() - there - sent_and_forgotten())
    with Path(settings.DATA_DIR, UNDONE_LOG).open("a", encoding="ascii") as file:
        file.writelines(f"{message_id}\n" for message_id in undone)
        file.flush()
        os.fsync(file.fileno())
    return len(undone)


@transaction.atomic
def settle_mail(*, at: dt.datetime) -> tuple[int, int]:
    """Mark as sent what surely was, hold the rest that waits. Returns (marked, held).

    Called once, right after a restore and before anything runs.
    """
    known, marked, held = sent_before(), 0, 0
    for delivery in Delivery.objects.filter(state__in=UNFINISHED):
        was_sent = delivery.message_id in known
        Delivery.objects.filter(pk=delivery.pk).update(
            state=JobState.DONE if was_sent else JobState.FAILED,
            done_at=at if was_sent else None,
            error="" if was_sent else HELD,
            lease_until=None,
            lease_token=None,
        )
        claiming.note(delivery, Event.DONE if was_sent else Event.HELD, HELD, at=at)
        marked, held = marked + was_sent, held + (not was_sent)
    if held:
        raise_alarm("restored", detail=str(held), at=at)
    return marked, held


def release_held(*, by: User, at: dt.datetime) -> int:
    """Send the mails that were held, under the Message-IDs they always had. Returns how many."""
    return _decide(by=by, at=at, event=Event.AGAIN, state=JobState.QUEUED, attempt=0, next_at=at)


def drop_held(*, by: User, at: dt.datetime) -> int:
    """Do not send the mails that were held. Returns how many."""
    return _decide(by=by, at=at, event=Event.GIVEN_UP, error=DROPPED)


@transaction.atomic
def _decide(*, by: User, at: dt.datetime, event: JobEvent.Event, **values: Any) -> int:
    held = Delivery.objects.filter(state=JobState.FAILED, error=HELD).select_for_update(no_key=True)
    deliveries = list(held)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
        **{"error": "", **values}
    )
    for delivery in deliveries:
        claiming.note(delivery, event, HELD, at=at)
    clear_alarm("restored", at=at)
    if deliveries:
        audit.record(Act.CHANNEL_RESUMED, by=by, mails=len(deliveries), event=str(event))
    return len(deliveries)
