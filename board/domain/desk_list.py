"""The desk's list on paper: where each committee stands, and whom to turn to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from foundation.clock import day_of
from reports.documents.blocks import paragraph, table
from reports.documents.formatting import moment_in_words
from reports.documents.profile import profile_on
from reports.documents.tables import columns_of
from reports.domain.wording import SCHEMA, short_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from committees.models import Committee
    from periods.models import ReportingPeriod
    from reports.desk_row import DeskRow


def desk_list(
    board: Committee,
    period: ReportingPeriod,
    rows: Sequence[DeskRow],
    *,
    is_narrowed: bool,
    at: dt.datetime,
) -> dict[str, Any]:
    """Return the document for PDF: one committee a line, as the list is narrowed and ordered."""
    today = day_of(at)
    naming = board.naming(on=today)
    superior = board.parent.naming(on=today) if board.parent else None
    narrowed = " Danh sách đã lọc, không gồm tất cả các đảng ủy." if is_narrowed else ""
    lead = f"Số liệu lúc {moment_in_words(localtime(at))}: {len(rows)} đảng ủy.{narrowed}"
    cells = [_line(number, row) for number, row in enumerate(rows, 1)]
    return {
        "schema": SCHEMA,
        "kind": "handout",
        "profile": profile_on(today),
        "draft_no": None,
        "note": "Lưu hành trong cơ quan.",
        "superior": superior.header_name if superior else "",
        "issuer": naming.header_name,
        "number": None,
        "symbol": "",
        "place": naming.place,
        "issued_on": today.isoformat(),
        "year": today.year,
        "type": "DANH SÁCH",
        "abstract": f"theo dõi việc gửi báo cáo {period.label}",
        "body": [
            paragraph(lead),
            table("desk", columns_of("desk"), cells, empty="Không có đảng ủy nào."),
        ],
        "sign": {"capacity": "", "post": "", "person": ""},
        "recipients": [],
        "annexes": [],
    }


def _line(number: int, row: DeskRow) -> list[Any]:
    held, issued = row.conference, row.first_issued_at
    return [
        number,
        row.obligation.committee.name,
        str(row.words),
        short_date(row.obligation.due_before.isoformat()),
        short_date(held.held_on.isoformat()) if held else "",
        short_date(day_of(issued).isoformat()) if issued else "",
        _contact(row.contact),
    ]


def _contact(known: Mapping[str, str]) -> str:
    """Whom to call; by mail where no number is known."""
    return ", ".join(filter(None, [known["name"], known["phone"] or known["email"]]))
