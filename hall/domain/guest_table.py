"""Which lines of a pasted list are headings, which are people, and which stand around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from committees.domain.import_reading import NUMBERS_OF_COLUMNS, NUMBERS_OF_ROWS
from foundation.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from committees.domain.import_rows import Column


MOST_COLUMNS = 60
ALSO_A_POST = "dai bieu"
GIVEN_NAME = "ten"
TOLD = 10  # lines and columns that are named; of more their number is said
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
AROUND = re.compile(
    r"(tổng\s+(cộng|số)|cộng\s*[:.]|danh\s+sách|người\s+lập|thủ\s+trưởng|nơi\s+nhận|xác\s+nhận\s+của"
    r"|ký\s+tên|(tm|kt|tl|tuq)\.|\(?ký\s*,|ghi\s+chú\s*:)|.*\bngày\s+\S+\s+tháng\s",
    re.IGNORECASE,
)  # a title, a sum, who signs


@dataclass
class Table:
    """The lines that are people, [(number, cells)]; what is wrong, what was passed over.

    `places` are {column: place}, empty where there is no line of headings.
    """

    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Say what was not read, so that nothing is lost unseen."""
        notes = []
        if self.unread:
            notes.append(
                _("Columns that were not read: %(what)s.") % {"what": shortened(self.unread)}
            )
        if self.passed:
            notes.append(_("Not taken for people: %(what)s.") % {"what": shortened(self.passed)})
        return notes


def shortened(words: Sequence[str]) -> str:
    """Return the first of them, and how many more there are."""
    more = len(words) - TOLD
    said = ", ".join(words[:TOLD])
    return _("%(said)s and %(n)s more") % {"said": said, "n": more} if more > 0 else said


def table_of(text: str, columns: Sequence[Column], *, most: int) -> Table:
    """Part the lines of a list, whose cells stand apart by tabs, or else by semicolons."""
    table, apart = Table(), "\t" if "\t" in text else ";"
    rows = [(n, row) for n, row in enumerate(text.splitlines(), 1) if row.strip(" \t;")]
    if not rows:
        table.wrong.append(_("There is no name in it."))
    elif len(rows) > most + TOLD:
        table.wrong.append(_("A list holds 2,000 people at most."))
    elif any(row.count(apart) >= MOST_COLUMNS for _n, row in rows):
        table.wrong.append(_("A list has 60 columns at most."))
    else:
        _part(table, [(n, [cell.strip() for cell in row.split(apart)]) for n, row in rows], columns)
    return table


def _part(table: Table, lines: list[tuple[int, list[str]]], columns: Sequence[Column]) -> None:
    at = next((at for at in range(len(lines)) if _is_header(lines, at, columns)), None)
    if at is None:
        _people(table, _without_numbers(lines), [])
        return
    header = lines[at][1]
    table.places = places_in(header, columns)
    if "full_name" not in table.places:
        table.wrong.append(
            _("Line %(number)s: the column of names is missing.") % {"number": lines[at][0]}
        )
    elif title_of(header[table.places["full_name"]]) != GIVEN_NAME:
        table.places.pop("family", None)
    for number, cells in lines[:at]:
        if is_around(cells) or sum(map(bool, cells)) == 1:
            table.passed.append(_said(number, cells))
        else:
            why = _("it stands above the headings.")
            table.wrong.append(_("Line %(number)s: %(why)s") % {"number": number, "why": why})
    below = lines[at + 1 :]
    if below and _counts_columns(below[0][1]):
        below = below[1:]
    _people(table, below, header)
    table.unread = _unread(header, [cells for _n, cells in table.lines], table.places)


def _people(table: Table, lines: list[tuple[int, list[str]]], header: list[str]) -> None:
    for number, cells in lines:
        if is_around(cells) or cells == header:
            table.passed.append(_said(number, cells))
        else:
            table.lines.append((number, cells))
    if not table.lines and not table.wrong:
        table.wrong.append(_("There is no name in it."))


def is_around(cells: Sequence[str]) -> bool:
    """Is it a title, a sum or who signs, and nobody who is invited?"""
    first = next((cell for cell in cells if cell and not _is_number(cell)), "")
    return AROUND.match(first) is not None


def _is_header(lines: Sequence[tuple[int, list[str]]], at: int, columns: Sequence[Column]) -> bool:
    """A line of headings has two that are known, or is the first line and has nothing else.

    In the line of a person the post may be a word such as “Đại biểu”.
    """
    known = _words_of(tuple(columns))
    names = {title for title, name in known.items() if name == "full_name"} - {ALSO_A_POST}
    filled = [title_of(cell) for cell in lines[at][1] if cell]
    hits = [title for title in filled if title in known]
    first = next((title for title in filled if title not in NUMBERS_OF_ROWS), "")
    begins = first in known or bool(names.intersection(filled))
    if len(hits) > 1 or not hits:
        return bool(hits) and begins
    rest = set(filled) - set(known) - NUMBERS_OF_ROWS
    return at == 0 and begins and (not rest or first in names)


@cache
def _words_of(columns: tuple[Column, ...]) -> dict[str, str]:
    return {title_of(word): column.name for column in columns for word in column.words()}


def title_of(text: str) -> str:
    """Return a heading as it is compared: without stars, brackets and marks."""
    return fold(IN_BRACKETS.sub(" ", text).replace("*", " ")).strip(" :.")


def places_in(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    wanted = _words_of(tuple(columns))
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        name = wanted.get(title_of(title)) if title else None
        if name:
            found.setdefault(name, place)
    return found


def _unread(header: Sequence[str], lines: Sequence[list[str]], places: dict[str, int]) -> list[str]:
    """Return the headings of columns that hold something and are none of ours."""
    width = max(map(len, [header, *lines]))
    unread = []
    for place in range(width):
        title = header[place] if place < len(header) else ""
        if place in places.values() or title_of(title) in NUMBERS_OF_ROWS:
            continue
        if any(place < len(cells) and cells[place] for cells in lines):
            unread.append(title[:80] or _("column %(n)s, without a heading") % {"n": place + 1})
    return unread


def _without_numbers(lines: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """A column of running numbers before the names is none of ours."""
    people = [cells for _n, cells in lines if not is_around(cells)]
    is_numbered = bool(people) and all(_is_number(cells[0]) for cells in people)
    return [(number, cells[1:] if is_numbered else cells) for number, cells in lines]


def _is_number(cell: str) -> bool:
    return cell.strip(" .)").isdigit()


def _counts_columns(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) > 2 and all(NUMBERS_OF_COLUMNS.fullmatch(cell) for cell in filled)


def _said(number: int, cells: Sequence[str]) -> str:
    words = " ".join(cell for cell in cells if cell)[:60]
    return _("line %(number)s (%(words)s)") % {"number": number, "words": words}
