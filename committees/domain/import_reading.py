"""From the sheets of a file to rows: which sheet, which line is the header, what is no row."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from committees.domain.import_rows import Row
from committees.domain.import_values import value_in
from foundation.clock import written_day
from foundation.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from committees.domain.import_rows import Column
    from foundation.sheets import Sheet


HEADER_WITHIN = 30
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
NUMBERS_OF_ROWS = {"stt", "tt", "so tt", "so thu tu", "no", "#"}
NUMBERS_OF_COLUMNS = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")
NOTES_KEPT = 20


class WrongColumns(Exception):
    """Columns that are needed are missing; `missing` are their headers."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def rows_of(sheets: Sequence[Sheet], columns: Sequence[Column]) -> tuple[list[Row], dict[str, Any]]:
    """Return (Rows, notes): the list found by its header in one of the sheets.

    `notes` say what of the file was not read as a row, or read though it is hidden. Raises
    WrongColumns if no sheet has all the columns that are needed.
    """
    sheet, at, places = _find_list(sheets, columns)
    lines, below = _without_notes(sheet.rows[at + 1 :], places, columns)
    rows, skipped = [], []
    for position, (number, line) in enumerate(lines):
        if _is_header_again(line, places, columns) or (not position and _counts_columns(line)):
            skipped.append([number, _said(line)])
            continue
        rows.append(_row(number, line, places, columns))
    notes: dict[str, Any] = {
        "sheet": sheet.name if len(sheets) > 1 else "",
        "other_sheets": [one.name for one in sheets if one is not sheet and one.rows],
        "unread_columns": _unread(sheet.rows[at][1], lines, places),
        "below": (skipped + below)[:NOTES_KEPT],
        "hidden_rows": [row.number for row in rows if row.number in sheet.hidden_rows],
    }
    return rows, {name: what for name, what in notes.items() if what}


def _row(
    number: int, line: Sequence[Any], places: Mapping[str, int], columns: Sequence[Column]
) -> Row:
    row = Row(number, {})
    for column in columns:
        place = places.get(column.name)
        raw = line[place] if place is not None and place < len(line) else None
        row.values[column.name], typed = value_in(raw, column.kind)
        if typed:
            row.read_as.append([column.header, typed, row.values[column.name]])
    return row


def _find_list(
    sheets: Sequence[Sheet], columns: Sequence[Column]
) -> tuple[Sheet, int, dict[str, int]]:
    found = []
    for order, sheet in enumerate(sorted(sheets, key=lambda sheet: sheet.is_hidden)):
        for at, (_number, header) in enumerate(sheet.rows[:HEADER_WITHIN]):
            places = _places(header, columns)
            missing = [one.header for one in columns if one.is_needed and one.name not in places]
            found.append(
                (bool(missing), -len(places), sheet.is_hidden, order, at, sheet, places, missing)
            )
    best = min(found, key=lambda one: one[:5])
    if best[0]:
        raise WrongColumns(best[-1])
    return best[5], best[4], best[6]


def _title(text: object) -> str:
    """Return a header as it is compared: without line breaks, stars, brackets and marks."""
    return fold(IN_BRACKETS.sub(" ", clean(str(text or "")))).replace("*", " ").strip(" :.")


def _places(header: Sequence[Any], columns: Sequence[Column]) -> dict[str, int]:
    wanted = {_title(word): column.name for column in columns for word in column.words()}
    found = {}
    for place, title in enumerate(header):
        name = wanted.get(" ".join(_title(title).split()))
        if name and name not in found:
            found[name] = place
    return found


def _unread(
    header: Sequence[Any], lines: Sequence[tuple[int, list[Any]]], places: Mapping[str, int]
) -> list[str]:
    """Return the headers of columns that hold something and are none of ours."""
    known = set(places.values())
    width = max((len(line) for _number, line in lines), default=0)
    unread = []
    for place in range(max(width, len(header))):
        title = header[place] if place < len(header) else None
        shown = " ".join(clean(str(title or "")).split())
        if place in known or _title(title) in NUMBERS_OF_ROWS:
            continue
        is_filled = any(place < len(line) and _is_filled(line[place]) for _number, line in lines)
        if is_filled or shown:
            unread.append(shown[:80] or f"({_letters(place)})")
    return unread


def _letters(place: int) -> str:
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def _is_filled(value: object) -> bool:
    return value is not None and str(value).strip() != ""


def _without_notes(
    lines: Sequence[tuple[int, list[Any]]], places: Mapping[str, int], columns: Sequence[Column]
) -> tuple[Sequence[tuple[int, list[Any]]], list[list[Any]]]:
    """Part the list from what stands below it: totals, the place and day, who signs."""
    needed = [places[column.name] for column in columns if column.is_needed]

    def holds_a_row(line: Sequence[Any]) -> bool:
        return sum(place < len(line) and _is_filled(line[place]) for place in needed) > 1

    last = max((at for at, (_number, line) in enumerate(lines) if holds_a_row(line)), default=None)
    if last is None:
        return lines, []
    return lines[: last + 1], [[number, _said(line)] for number, line in lines[last + 1 :]]


def _is_header_again(
    line: Sequence[Any], places: Mapping[str, int], columns: Sequence[Column]
) -> bool:
    again = _places(line, columns)
    return len(again) > 1 and again.items() <= places.items()


def _counts_columns(line: Sequence[Any]) -> bool:
    filled = [str(value).strip() for value in line if _is_filled(value)]
    return len(filled) > 2 and all(NUMBERS_OF_COLUMNS.fullmatch(value) for value in filled)


def _said(line: Sequence[Any]) -> str:
    parts = [
        written_day(value) if isinstance(value, dt.date) else str(value)
        for value in line
        if _is_filled(value)
    ]
    return " ".join(clean(" ".join(parts)).split())[:120]
