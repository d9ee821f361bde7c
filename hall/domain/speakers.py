"""The list of speakers: who asked for the floor, begins, pauses and ends."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from foundation.moves import MoveNotAllowed
from hall.domain.desk import acting
from hall.models import DeskAct, Speaker
from hall.queries import speaking_in
from hall.states import TurnState

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Iterator

    from committees.models import User
    from hall.models import Hall


Kind = DeskAct.Kind.SPEAKER


@transaction.atomic
def add_speaker(
    hall: Hall, *, name: str, unit: str, kind: str, key: uuid.UUID, by: User, at: dt.datetime
) -> Speaker:
    """Put somebody at the end of those who wait for the floor."""
    with acting(hall, Kind, key=key, by=by, at=at) as act:
        last = hall.speakers.aggregate(last=Max("number"))["last"] or 0
        speaker = Speaker.objects.create(
            hall=hall, number=last + 1, name=name, unit=unit, kind=kind
        )
        act.before = {str(speaker.pk): {**speaker.marks, "is_gone": True}}
        return speaker


@transaction.atomic
def begin_speaker(speaker: Speaker, *, key: uuid.UUID, by: User, at: dt.datetime) -> None:
    """Let somebody who waits speak; whoever spoke so far has ended."""
    with acting(speaker.hall, Kind, key=key, by=by, at=at) as act:
        _fresh(speaker)
        if not speaker.waits:
            raise MoveNotAllowed(f"{speaker} does not wait")
        now = speaker.hall.turns.filter(state=TurnState.RUNNING).first()
        if other := speaking_in(speaker.hall):
            with _kept(act, other):
                _end(other, at)
        with _kept(act, speaker):
            speaker.began_at, speaker.turn = at, now


@transaction.atomic
def pause_speaker(speaker: Speaker, *, key: uuid.UUID, by: User, at: dt.datetime) -> None:
    """Let the clock of whoever speaks stand, or run again."""
    with acting(speaker.hall, Kind, key=key, by=by, at=at) as act:
        _fresh(speaker)
        _assert_speaks(speaker)
        with _kept(act, speaker):
            if speaker.paused_at is None:
                speaker.paused_at = at
            else:
                speaker.paused += _seconds_since(speaker.paused_at, at)
                speaker.paused_at = None


@transaction.atomic
def end_speaker(speaker: Speaker, *, key: uuid.UUID, by: User, at: dt.datetime) -> None:
    with acting(speaker.hall, Kind, key=key, by=by, at=at) as act:
        _fresh(speaker)
        _assert_speaks(speaker)
        with _kept(act, speaker):
            _end(speaker, at)


@transaction.atomic
def remove_speaker(speaker: Speaker, *, key: uuid.UUID, by: User, at: dt.datetime) -> None:
    """Take somebody off the list who has not spoken."""
    with acting(speaker.hall, Kind, key=key, by=by, at=at) as act:
        _fresh(speaker)
        if not speaker.waits:
            raise MoveNotAllowed(f"{speaker} does not wait")
        with _kept(act, speaker):
            speaker.is_gone = True


@contextlib.contextmanager
def _kept(act: DeskAct, speaker: Speaker) -> Iterator[None]:
    """Note in the act what stood before, and save what the block has changed."""
    act.before = {**act.before, str(speaker.pk): speaker.marks}
    yield
    speaker.save(update_fields=list(Speaker.MARKS))


def _end(speaker: Speaker, at: dt.datetime) -> None:
    if speaker.paused_at is not None:
        speaker.paused += _seconds_since(speaker.paused_at, at)
    speaker.paused_at, speaker.ended_at = None, at


def _seconds_since(since: dt.datetime, at: dt.datetime) -> int:
    return max(round((at - since).total_seconds()), 0)


def _fresh(speaker: Speaker) -> None:
    hall = speaker.hall
    speaker.refresh_from_db()
    speaker.hall = hall


def _assert_speaks(speaker: Speaker) -> None:
    if not speaker.speaks:
        raise MoveNotAllowed(f"{speaker} does not speak")
