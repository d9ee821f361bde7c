"""Internal notes on a question: written, corrected with a trace, taken back on their day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.clock import day_of
from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from sessions.domain.transfers import standing_transfer
from sessions.models import InternalNote, Question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from committees.models import User


def write_note(question: Question, *, text: str, by: User, at: dt.datetime) -> InternalNote:
    """Keep a note for whoever handles the question."""
    return InternalNote.objects.create(
        question=question,
        text=text,
        author=by,
        written_on=day_of(at),
        transfer=standing_transfer(question),
    )


@transaction.atomic
def correct_note(
    note: InternalNote, *, text: str, version: int, by: User, at: dt.datetime
) -> InternalNote:
    """Replace the note by other words; the earlier ones stay beside them.

    `version` is the id of the wording that was looked at. Raises OutdatedVersion.
    """
    last = as_it_reads(InternalNote.objects.select_for_update(no_key=True).get(pk=note.pk))
    if last.pk != version:
        raise OutdatedVersion(f"{last}: {version}")
    return InternalNote.objects.create(
        question=last.question,
        text=text,
        author=by,
        written_on=day_of(at),
        replaces=last,
        transfer_id=last.transfer_id,
    )


@transaction.atomic
def remove_note(note: InternalNote, *, by: User, at: dt.datetime) -> None:
    """Take back what was written today; what it replaced stands again. Raises MoveNotAllowed."""
    note = InternalNote.objects.select_for_update(no_key=True).get(pk=note.pk)
    if note.written_on != day_of(at) or is_replaced(note):
        raise MoveNotAllowed(f"{note} is of {note.written_on}, or was replaced")
    note.delete()


def as_it_reads(note: InternalNote) -> InternalNote:
    """Return the last wording of the note."""
    while is_replaced(note):
        note = note.replacement
    return note


def is_replaced(note: InternalNote) -> bool:
    return InternalNote.objects.filter(replaces=note).exists()


def notes_of(question: Question) -> list[InternalNote]:
    """Return the notes as they read, each with its `earlier` wordings, the latest first.

    Those of the committee that works at the question: an office that it was handed to and the one
    that has handed it on do not read each other's.
    """
    found = list(
        question.notes.filter(transfer=standing_transfer(question)).select_related("author")
    )
    by_pk = {one.pk: one for one in found}
    replaced = {one.replaces_id for one in found}
    standing = [one for one in found if one.pk not in replaced]
    for one in standing:
        one.earlier = list(_before(one, by_pk))  # type: ignore[attr-defined]  # for the page
    return standing


def _before(note: InternalNote, by_pk: dict[int, InternalNote]) -> Iterable[InternalNote]:
    while note.replaces_id is not None:
        note = by_pk[note.replaces_id]
        yield note
