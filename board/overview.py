"""Committees by periods: where each of them stood in the last six, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from committees.models import Committee
from foundation.text import begin_with, fold
from periods.models import Obligation, ReportingPeriod
from periods.windows import with_window
from reports.queries import desk_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from reports.desk_row import DeskRow

PERIODS = 6
PAGE = 50


@dataclass(frozen=True)
class Line:
    """One committee: (period, its DeskRow or None where nothing was owed), the earliest first."""

    committee: Committee
    cells: list[tuple[ReportingPeriod, DeskRow | None]]


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what cannot be read asks for nothing."""

    words: str = ""
    kind: str = ""  # of Committee.Kind

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        kind = query.get("kind", "")
        return cls(
            words=query.get("q", "")[:200], kind=kind if kind in Committee.Kind.values else ""
        )


def periods_until(day: dt.date) -> list[ReportingPeriod]:
    """Return the last six periods that have begun, the earliest first."""
    begun = ReportingPeriod.objects.filter(starts_on__lte=day).order_by("-year", "-half")
    return list(begun[:PERIODS])[::-1]


def committees_of(
    board: Committee, periods: Sequence[ReportingPeriod], asked: Asked
) -> QuerySet[Committee]:
    """Return those that owed `board` a report in one of the periods, as the desk lists them.

    One that was merged or moved away since stays where it was; a new one begins in its period.
    """
    owed = Obligation.objects.filter(board=board, period__in=periods)
    found = Committee.objects.filter(pk__in=owed.values("committee"))
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if wanted := fold(asked.words).split():
        named = found.order_by().values_list("pk", "name", "code")
        found = found.filter(pk__in=[pk for pk, *texts in named if begin_with(texts, wanted)])
    return found.order_by("position", "name", "pk")


def lines_of(
    committees: Sequence[Committee],
    periods: Sequence[ReportingPeriod],
    board: Committee,
    *,
    at: dt.datetime,
) -> list[Line]:
    """Return a Line for each of `committees`: a fixed number of queries, however many there are."""
    owed = Obligation.objects.filter(board=board, period__in=periods, committee__in=committees)
    rows = desk_rows(list(with_window(owed).select_related("committee", "period", "board")), at=at)
    known = {(row.obligation.committee_id, row.obligation.period_id): row for row in rows}
    return [
        Line(one, [(period, known.get((one.pk, period.pk))) for period in periods])
        for one in committees
    ]
