"""The number check: every figure in a sentence of a report must be one that the data gives.

Two kinds of places. Those that tell the figures of one table may use the figures of that
place alone; every other sentence, what was typed at the conference included, may use any
figure of the report. Questions and answers that are quoted are the words of others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reports.documents.formatting import cell_text
from reports.domain import main_answers, proposals
from reports.domain.drafting import narrative_texts
from reports.domain.report_tables import (
    table_attendance,
    table_commitments,
    table_escalated,
    table_previous,
    table_themes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.models import Report


TABLES = (table_attendance, table_previous, table_themes, table_commitments, table_escalated)
# Dates, and numbers of laws and documents, are no figures: they need not match a table.
NOT_A_FIGURE = re.compile(
    r"\S*\d\S*[/-]\S*|(?:năm|ngày|tháng|điều|khoản|phụ lục|bảng|số|giờ|khóa)\s+\d+|\d+\s+(?:giờ|tháng)",
    re.IGNORECASE,
)
FIGURE = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")


def figures_in(text: str) -> set[str]:
    """Return the set of figures written in `text`, without dates and document numbers."""
    return set(FIGURE.findall(NOT_A_FIGURE.sub(" ", text)))


def mismatched_figures(report: Report, figures: Mapping[str, Any]) -> dict[Any, list[Any]]:
    """Return {key: [figures]} of the places with a number that the data does not bear out."""
    computed = proposals.texts(report, _without_what_was_typed(figures))
    anywhere = {number for text in computed.values() for number in bare(text)}
    for make in TABLES:
        table = make(figures)
        for row in [*table["rows"], table["total"] or []]:
            anywhere |= {one for cell in row if is_number(cell) for one in bare(cell_text(cell))}
    quoted = main_answers.proposed(figures)  # a summary may say what the answer said
    found = {}
    for key, text in narrative_texts(report, figures).items():
        borne_out = bare(computed[key]) if key in proposals.WITH_FIGURES else anywhere
        borne_out = borne_out | bare(quoted.get(key, ""))
        wrong = {one for one in figures_in(text) if one.replace(".", "") not in borne_out}
        if wrong:
            found[key] = sorted(wrong)
    return found


def bare(text: str) -> set[str]:
    """Return the figures written in `text`, without the points between thousands."""
    return {one.replace(".", "") for one in figures_in(text)}


def is_number(cell: object | None) -> bool:
    """Is the cell of a table a figure?"""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _without_what_was_typed(
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        **figures,
        "conferences": [{**one, "summary": "", "conclusion": ""} for one in figures["conferences"]],
    }
