"""What waits for the people of a Board: what arrived, what is missing, whom to chase."""

from typing import Any

from django.db.models import Count, Min
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.permissions import BOARD
from duties.duty import Duty, kind, link
from foundation.clock import day_of, written_day
from periods.models import ReportingPeriod
from reports.domain import escalating
from reports.duties import looks
from reports.models import Report
from reports.states import ReportState

DESK = "board:board_desk"


@kind
def arrived(look):
    """Reports that nobody of the Board has acknowledged, period by period."""
    boards = look.committees(*BOARD)
    if not boards:
        return
    found = (
        Report.objects.filter(obligation__board__in=boards, state=ReportState.ISSUED)
        .order_by("obligation__period__starts_on")
        .values("obligation__board", "obligation__period")
        .annotate(number=Count("pk"), first=Min("issued_at"))
    )
    counted = list(found)
    periods = ReportingPeriod.objects.in_bulk({one["obligation__period"] for one in counted})
    for one in counted:
        period, number = periods[one["obligation__period"]], one["number"]
        what = ngettext(
            "%(count)d report waits to be acknowledged; it came on %(day)s.",
            "%(count)d reports wait to be acknowledged; the first came on %(day)s.",
            number,
        ) % {"count": number, "day": written_day(one["first"])}
        for who in look.people(one["obligation__board"], *BOARD):
            yield Duty(
                who=who,
                about=capfirst(period.name),
                what=what,
                since=day_of(one["first"]),  # never overdue: no rule says by when
                url=link("board:board_desk_of", period.code, show="arrived"),
                label=_("Open the desk"),
                place=DESK,
                number=number,
            )


@kind
def missing(look):
    """Reports that are not in although the date has passed."""
    for (board_id, period), rows in _rows_of_boards(look).items():
        late = [row for row in rows if row.is_overdue]
        if not late:
            continue
        what = ngettext(
            "%(count)d report is overdue and not in.",
            "%(count)d reports are overdue and not in.",
            len(late),
        ) % {"count": len(late)}
        for who in look.people(board_id, *BOARD):
            yield Duty(
                who=who,
                about=capfirst(period.name),
                what=what,
                on=min(row.obligation.last_day for row in late),
                url=link("board:board_desk_of", period.code, show="overdue"),
                label=_("Open the desk"),
                place=DESK,
                number=len(late),
                rows=[(row, _told(look, row, who)) for row in late],
            )


@kind
def to_warn(look):
    """Committees about to miss a date, for whoever is to be told of them by name."""
    for (board_id, period), rows in _rows_of_boards(look).items():
        for who in look.people(board_id, *BOARD):
            warned = [
                (row, stages)
                for row in rows
                if not row.is_overdue and (stages := _told(look, row, who))
            ]
            if not warned:
                continue
            what = ngettext(
                "%(count)d committee is about to miss the date: have a word with it.",
                "%(count)d committees are about to miss the date: have a word with them.",
                len(warned),
            ) % {"count": len(warned)}
            yield Duty(
                who=who,
                about=capfirst(period.name),
                what=what,
                on=min(row.obligation.last_day for row, _stages in warned),
                url=link("board:board_desk_of", period.code, show="warned"),
                label=_("See which"),
                place=DESK,
                number=len(warned),
                rows=warned,
            )


def _rows_of_boards(look):
    """{(board id, period): [DeskRow, …]} of what the Boards here are owed."""
    boards = set(look.committees(*BOARD))
    found: dict[tuple[int, ReportingPeriod], list[Any]] = {}
    for row in looks.desk_rows_of(look):
        if row.obligation.board_id in boards:
            found.setdefault((row.obligation.board_id, row.obligation.period), []).append(row)
    return found


def _told(look, row, who):
    """Return the stages of `row` that `who` is told by name."""
    stages = escalating.stages_to_tell(row, on=look.today)
    return stages if stages and who in looks.to_tell(look)[row.obligation.pk] else []
