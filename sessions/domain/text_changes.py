"""Keeping what words said that others could read, and why they were changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.models import TextChange

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User
    from sessions.models import Commitment, Question


def note_change(
    question: Question, *, before: str, by: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Keep what the cleared text said, if it says something else by now."""
    if question.text != before:
        TextChange.objects.create(
            question=question, before=before, after=question.text, reason=reason, by=by, at=at
        )


def note_commitment_change(
    commitment: Commitment, *, before: str, by: User, at: dt.datetime, reason: str = ""
) -> None:
    """Keep what was promised before, if something else is by now."""
    if commitment.text != before:
        TextChange.objects.create(
            commitment=commitment, before=before, after=commitment.text, reason=reason, by=by, at=at
        )
