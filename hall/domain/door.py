"""Replies, and the door: who says that they come, and who is here.

Neither raises the version of a line: whoever mends the line meanwhile is not refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.conflicts import Conflict
from foundation.moves import MoveNotAllowed
from hall.domain.guests import listing, read_anew
from hall.models import Guest
from hall.queries import guests_of

if TYPE_CHECKING:
    import datetime as dt

    from sessions.models import Conference


Presence = Guest.Presence


class OtherDay(Conflict):
    """The conference begins at another moment than the one that was seen."""


class TickedMeanwhile(Conflict):
    """Somebody else has ticked this person since the line was drawn."""


@transaction.atomic
def note_reply(
    guest: Guest, *, reply: str, note: str = "", beginning: dt.datetime | None = None
) -> Guest:
    """Write down whether somebody will come; the newest reply stands, for the beginning it names.

    Raises OtherDay, NotListed, MoveNotAllowed.
    """
    with listing(guest.conference) as locked:
        if beginning not in (None, locked.starts_at):
            raise OtherDay(str(locked))
        found = read_anew(guest, locked)
        found.reply, found.reply_note, found.reply_for = reply, note, locked.starts_at
        found.save(update_fields=["reply", "reply_note", "reply_for"])
        return found


@transaction.atomic
def tick_guest(guest: Guest, *, presence: str, seen: str | None = None) -> Guest:
    """Say who is here, excused or absent, or nothing of it; said twice is said once.

    `seen` is what stood in the line. Raises TickedMeanwhile, NotListed, MoveNotAllowed.
    """
    with listing(guest.conference) as locked:
        found = read_anew(guest, locked)
        if seen is not None and found.presence not in (seen, presence):
            raise TickedMeanwhile(str(found))
        found.presence, found.was_settled = presence, False
        found.save(update_fields=["presence", "was_settled"])
        return found


@transaction.atomic
def settle_guests(conference: Conference, *, at: dt.datetime) -> int:
    """Let everybody who was not ticked be absent, those who had said so excused.

    Returns how many. Raises MoveNotAllowed before the conference ends.
    """
    with listing(conference) as locked:
        if at < locked.ends_at:
            raise MoveNotAllowed(f"{locked}: {locked.ends_at}")
        left = guests_of(locked).filter(presence=Presence.UNKNOWN)
        excused = left.filter(reply=Guest.Reply.CANNOT, reply_for=locked.starts_at)
        number = excused.update(presence=Presence.EXCUSED, was_settled=True)
        return number + left.update(presence=Presence.ABSENT, was_settled=True)


@transaction.atomic
def unsettle_guests(conference: Conference) -> int:
    """Take back what `settle_guests` set. Returns of how many. Raises MoveNotAllowed."""
    with listing(conference) as locked:
        settled = guests_of(locked).filter(was_settled=True)
        return settled.update(presence=Presence.UNKNOWN, was_settled=False)
