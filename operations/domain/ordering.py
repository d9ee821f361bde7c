"""Ordering a rehearsal: the row that is the queue, and the doorbell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from foundation import audit
from foundation.audit import Act
from jobs.domain.ordering import ring_for
from reports.models import Rehearsal

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import Committee, User


REHEARSED_WITH = 61  # made-up committees, as many as a real Board has
TASK = "operations.tasks.play"


def order_rehearsal(
    board: Committee, *, by: User, at: dt.datetime
) -> tuple[Rehearsal | None, bool]:
    """Ask for a rehearsal of a deadline day; return (rehearsal, is_new).

    While one of the Board's is being played, it is that one.
    """
    try:
        with transaction.atomic():
            rehearsal = Rehearsal.objects.create(
                board=board, ordered_by=by, committees=REHEARSED_WITH, created_at=at, next_at=at
            )
            ring_for("rehearsal", rehearsal.pk, TASK)
            audit.record(Act.REHEARSED, by=by, committee=board, rehearsal=rehearsal.pk)
    except IntegrityError:
        return Rehearsal.objects.filter(board=board).first(), False  # ended meanwhile or not
    return rehearsal, True
