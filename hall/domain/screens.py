"""The screen of the hall: one thing at a time, put there by the desk, and a link that needs no account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall.domain.desk import acting, lock_hall, note_change
from hall.models import DeskAct, Hall
from sessions.domain.triage import clear_text

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from committees.models import User
    from sessions.models import Conference, Question


Shown = Hall.Shown
LENGTH = 26  # hexadecimal digits: 104 bits


class NotCleared(MoveNotAllowed):
    """The text has not been cleared for others, and so is not put on the screen."""


def token_of(hall: Hall) -> str:
    """Return what opens the screen of this hall. It is kept nowhere, and made anew by the keys."""
    said = f"{hall.pk}:{hall.screen_round}"
    return salted_hmac("hall.screen", said, algorithm="sha256").hexdigest()[:LENGTH]


def opens(hall: Hall, token: str, *, at: dt.datetime) -> bool:
    """Is this the link of the screen, and the day before the conference, or its own?"""
    return constant_time_compare(token, token_of(hall)) and is_open(hall.conference, at=at)


def is_open(conference: Conference, *, at: dt.datetime) -> bool:
    return conference.goes_on(at=at, days_before=1)


@transaction.atomic
def show(
    hall: Hall,
    what: str,
    *,
    key: uuid.UUID,
    by: User,
    at: dt.datetime,
    question: Question | None = None,
    version: int | None = None,
    clears: bool = False,
) -> None:
    """Put the question on the screen, or the title, or nothing at all.

    A text must have been cleared for others; `clears` does so first. `version` is that of the text
    which was looked at. Raises NotCleared, OutdatedVersion.
    """
    with acting(hall, DeskAct.Kind.SCREEN, key=key, by=by, at=at) as act:
        if question is not None:
            question.refresh_from_db()
            if question.conference_id != hall.pk:
                raise MoveNotAllowed(f"{question} is of another conference")
            if version not in (None, question.version):
                raise OutdatedVersion(f"{question}: {version}")
            if clears and not question.edited_ok:
                clear_text(question, by=by, at=at, batch=key)
            if not question.edited_ok:
                raise NotCleared(str(question))
        act.question = question
        act.before = {"shown": hall.shown, "shown_question_id": hall.shown_question_id}
        hall.shown, hall.shown_question = Shown(what), question
        hall.save(update_fields=["shown", "shown_question"])


@transaction.atomic
def renew_link(hall: Hall) -> None:
    """Let the link that was given out so far open nothing any more."""
    lock_hall(hall)
    hall.screen_round += 1
    hall.save(update_fields=["screen_round"])
    note_change(hall)
