"""What a hall keeps only as long as it goes on: places in the queue, and what undoing would need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.given import given
from foundation.moves import move
from hall.domain.desk import counting
from hall.models import DeskAct, Hall, Place, Speaker, Turn
from hall.states import TurnState
from sessions.domain.answers import discard_drafts
from sessions.states import ConferenceState

if TYPE_CHECKING:
    import datetime as dt


OVER = (ConferenceState.CLOSED, ConferenceState.CANCELLED)


def forget_desks(*, at: dt.datetime) -> int:
    """Forget queue, acts and half-typed promises of conferences that are over. Returns how many rows.

    The turns stay: the minutes tell of them; who still speaks has ended. One that nobody ended is one to be answered in writing,
    as its question is since the closing.
    """
    over = {"hall__conference__state__in": OVER}
    for turn in Turn.objects.filter(**over, state=TurnState.RUNNING).select_related("hall"):
        ended_at = max(turn.began_at, min(at, turn.hall.conference.ends_at))
        with transaction.atomic(), counting(turn.hall):
            move(turn, TurnState.IN_WRITING, by=None, at=at, ended_at=ended_at)
    for speaker in Speaker.objects.filter(**over, began_at__isnull=False, ended_at=None):
        ends_at = min(at, speaker.hall.conference.ends_at)
        speaker.ended_at = speaker.paused_at or max(given(speaker.began_at), ends_at)
        speaker.save(update_fields=["ended_at"])
    for hall in Hall.objects.filter(conference__state__in=OVER, acts__isnull=False).distinct():
        discard_drafts(hall.conference)
    Turn.objects.filter(**over).exclude(promised={}).update(promised={})
    return sum(model.objects.filter(**over).delete()[0] for model in (DeskAct, Place))
