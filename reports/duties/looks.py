"""What the kinds of reports look up: for one person or for everybody, each query once."""

from django.db.models import Q

from committees.permissions import BOARD, OFFICE
from duties.look import looked_up
from periods.models import Obligation, ReportingPeriod
from periods.windows import with_window
from reports.domain import escalating
from reports.queries import desk_rows
from sessions.duties.looks import all_conferences

PERIODS = 4  # the newest ones, of which a report may still be owed


@looked_up
def desk_rows_of(look):
    """The DeskRows of the newest periods: what offices owe and what Boards are owed."""
    offices, boards = look.committees(*OFFICE), look.committees(*BOARD)
    mine = Q(committee_id__in=offices) | Q(board_id__in=boards)
    if look.person is not None and not (offices or boards):
        return []
    periods = ReportingPeriod.objects.filter(starts_on__lte=look.today)
    newest = periods.order_by("-year", "-half").values("pk")[:PERIODS]
    obligations = (
        with_window(Obligation.objects.filter(mine, period__in=newest))
        .select_related("committee__watch_officer", "board", "period")
        .order_by("-period__year", "-period__half", "committee__position", "committee__name")
    )
    known = all_conferences(look) if look.person is not None and not boards else None
    return desk_rows(list(obligations), at=look.at, known=known)


@looked_up
def to_tell(look):
    """{obligation id: [people]} who are told by name of what is not in."""
    boards = set(look.committees(*BOARD))
    owed = [row.obligation for row in desk_rows_of(look) if row.obligation.board_id in boards]
    return escalating.people_to_tell(owed, on=look.today)


def is_to_warn(look, row):
    """Is this person told by name that the committee of `row` is about to miss a date?"""
    stages = escalating.stages_to_tell(row, on=look.today)
    named = escalating.people_to_tell([row.obligation], on=look.today)
    return bool(stages) and not row.is_overdue and look.person in named[row.obligation.pk]


def board_rows(look, period):
    """Return the DeskRows of `period` that the Boards of the person are owed."""
    boards = set(look.committees(*BOARD))
    owed = [row for row in desk_rows_of(look) if row.obligation.board_id in boards]
    return [row for row in owed if period and row.obligation.period_id == period.pk]


def is_running(look, period):
    return period.starts_on <= look.today < period.due_before
