"""Which Board receives what a committee reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from committees.models import Committee, Membership
from committees.permissions import BOARD

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import CommitteeQuerySet


def receiving_board(committee: Committee, *, on: dt.date) -> Committee | None:
    """Return the nearest Board above the committee in which somebody works, or None."""
    working = Membership.objects.active(on=on).with_role(*BOARD).values("committee")
    above = committee.parent
    while above is not None:
        boards: CommitteeQuerySet = Committee.objects.active(on=on).filter(
            parent=above, kind=Committee.Kind.BOARD, pk__in=working
        )
        if board := boards.first():
            return board
        above = above.parent
    return None
