"""Which Board receives what a committee reports."""

from committees.models import Committee, Membership
from committees.permissions import BOARD


def receiving_board(committee, *, on):
    """Return the nearest Board above the committee in which somebody works, or None."""
    working = Membership.objects.active(on=on).with_role(*BOARD).values("committee")
    above = committee.parent
    while above is not None:
        boards = Committee.objects.active(on=on).filter(
            parent=above, kind=Committee.Kind.BOARD, pk__in=working
        )
        if board := boards.first():
            return board
        above = above.parent
    return None
