"""Which committees the desk of a period lists: searched, narrowed, put in order, a page at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from foundation.clock import day_of
from foundation.text import begin_with, fold
from foundation.xlsx import workbook
from reports.domain.wording import short_date
from reports.duties.looks import is_to_warn
from reports.states import ReportState, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django_stubs_ext import StrOrPromise

    from duties.look import Look
    from reports.desk_row import DeskRow


PAGE = 50
WARNINGS = {code for _days, code in settings.EARLY_WARNINGS}
# What a person comes for, as links of other pages and the choices here say it.
NARROWED: dict[str, tuple[StrOrPromise, Callable[[DeskRow, Look], bool]]] = {
    "arrived": (_("To be received"), lambda row, look: awaits_receipt(row)),
    "overdue": (_("Overdue"), lambda row, look: row.is_overdue),
    "warned": (_("Warned"), lambda row, look: is_to_warn(look, row)),
    "open": (_("Not in yet"), lambda row, look: row.is_open),
    "returned": (
        _("Returned"),
        lambda row, look: row.report is not None and row.report.state == ReportState.RETURNED,
    ),
}
STATES: list[tuple[Standing, StrOrPromise]] = [
    (Standing.AUTOMATIC, Standing.AUTOMATIC.label),
    (Standing.INCOMPLETE, Standing.INCOMPLETE.label),
    (Standing.NONE, Standing.NONE.label),
    (Standing.SCHEDULED, Standing.SCHEDULED.label),
    (Standing.HELD, Standing.HELD.label),
    (Standing.DRAFT, Standing.DRAFT.label),
    (Standing.ISSUED, Standing.ISSUED.label),
    (Standing.LATE, _("Issued late")),
    (Standing.EXEMPT, Standing.EXEMPT.label),
]
FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)
ORDERS: dict[str, tuple[StrOrPromise, Callable[[DeskRow], tuple[object, ...]]]] = {
    "urgent": (_("Most urgent first"), lambda row: ()),
    "name": (_("By name"), lambda row: (fold(row.obligation.committee.name),)),
    "issued": (_("By the day of issue"), lambda row: (row.first_issued_at or FOREVER,)),
    "due": (_("By their date"), lambda row: (row.obligation.due_before,)),
}


def awaits_receipt(row: DeskRow) -> bool:
    """Does its report lie in the inbox, and has nobody said anything of it?"""
    return row.report is not None and row.report.awaits_receipt


@dataclass(frozen=True)
class Asked:
    """What the query of the address asks for; what cannot be read asks for nothing."""

    words: str = ""
    show: str = ""  # of NARROWED, or a Standing
    kind: str = ""  # of Committee.Kind
    warning: str = ""  # of EARLY_WARNINGS
    order: str = "urgent"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        def one_of(name: str, choices: object, otherwise: str = "") -> str:
            value = query.get(name, "")
            return value if value in choices else otherwise  # type: ignore[operator]  # a container

        return cls(
            words=query.get("q", "")[:200],
            show=one_of("show", {*NARROWED, *Standing.values}),
            kind=one_of("kind", set(Committee.Kind.values)),
            warning=one_of("warning", WARNINGS),
            order=one_of("order", ORDERS, "urgent"),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.show or self.kind or self.warning)

    def of_rows(self, rows: Sequence[DeskRow], look: Look) -> list[DeskRow]:
        """Return those of `rows` that are asked for, in the order that is."""
        wanted = fold(self.words).split()
        named = [row for row in rows if wanted == [fold(row.obligation.committee.code)]]
        narrow = NARROWED[self.show][1] if self.show in NARROWED else None
        found = [
            row
            for row in named or rows  # a whole code names one, also where others begin like it
            if (not self.kind or row.obligation.committee.kind == self.kind)
            and (not self.warning or self.warning in row.warnings)
            and (narrow is None or narrow(row, look))
            and (narrow is not None or not self.show or row.status == self.show)
            and begin_with(_texts_of(row), wanted)
        ]
        return sorted(found, key=ORDERS[self.order][1]) if self.order != "urgent" else found


def _texts_of(row: DeskRow) -> tuple[str, ...]:
    committee = row.obligation.committee
    return committee.name, committee.code, row.contact["name"]


HEADER = (
    *("TT", "Mã", "Đảng ủy", "Tình trạng", "Hạn (trước ngày)", "Hội nghị", "Phát hành"),
    *("Số ngày chậm", "Ban Dân vận", "Người liên hệ", "Điện thoại", "Thư điện tử"),
)


def sheet_of(rows: Sequence[DeskRow], *, title: str) -> bytes:
    """Return the list as .xlsx, one committee a row."""

    def line(number: int, row: DeskRow) -> tuple[object, ...]:
        committee = row.obligation.committee
        held, issued = row.conference, row.first_issued_at
        return (
            number,
            committee.code,
            committee.name,
            str(row.words),
            short_date(row.obligation.due_before),
            short_date(held.held_on) if held else "",
            short_date(day_of(issued)) if issued else "",
            row.days_late,
            row.report.get_state_display() if row.report and row.report.is_issued else "",
            *row.contact.values(),
        )

    lines = [line(number, row) for number, row in enumerate(rows, 1)]
    return workbook(HEADER, lines, title=title)
