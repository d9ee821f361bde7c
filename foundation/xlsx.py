"""Spreadsheets out, written so that nothing in them runs; `sheets` reads those that come in."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from foundation.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


# The full-width signs are taken for the plain ones by spreadsheets of the Far East.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FILLED_BY_HAND = 200
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}


def cell(value: object) -> int | float | str | None:
    """Return text that a spreadsheet shows as it is and never runs as a formula."""
    if value is None or isinstance(value, int | float):
        return value
    text = printable(str(value))
    is_more = text.startswith(FORMULA_STARTS) or text.strip().startswith(FORMULA_STARTS)
    return f"'{text}" if is_more or text.strip() in ERRORS else text


def workbook(
    header: Sequence[str],
    rows: Iterable[Iterable[object]],
    *,
    title: str,
    notes: Iterable[tuple[object, object]] = (),
    as_text: bool = False,
) -> bytes:
    """Return the bytes of an .xlsx with one sheet, and a second one that explains the columns.

    `as_text` types the columns as text, so that what is filled in stays as it was typed.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    sheet.append([cell(value) for value in header])
    for one in sheet[1]:
        one.font = Font(bold=True)
    for row in rows:
        sheet.append([cell(value) for value in row])
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header):
        sheet.column_dimensions[sheet.cell(1, number + 1).column_letter].width = max(
            14, len(name) + 4
        )
    if as_text:
        _type_as_text(sheet, len(header))
    if notes:
        explained = book.create_sheet("Hướng dẫn")
        for note in notes:
            explained.append([cell(part) for part in note])
        explained.column_dimensions["A"].width = 34
        explained.column_dimensions["B"].width = 90
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _type_as_text(sheet: Any, columns: int) -> None:
    """Let codes keep their zeros and days stay as typed: for whole columns and the first cells."""
    for number in range(1, columns + 1):
        first = sheet.cell(1, number)
        sheet.column_dimensions[first.column_letter].number_format = "@"
        for row in range(1, max(sheet.max_row, FILLED_BY_HAND) + 1):
            sheet.cell(row, number).number_format = "@"
