"""Lists of people for papers: typed or pasted for printing, and kept nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 500  # people of one list
MOST_LETTERS = 100  # of one file: each is a letter to be set, while somebody waits for it
APART = re.compile(r"\t|;")
NUMBER = re.compile(r"\d+[.)]?")


class Listed(NamedTuple):
    """Somebody in a list: to be invited, or to sign."""

    name: str
    post: str = ""
    unit: str = ""


def written(people: Iterable[Listed]) -> str:
    """Return the list as it is pasted: what `people_in` reads."""
    lines = ["; ".join(part.replace(";", ",") for part in one).rstrip("; ") for one in people]
    return "\n".join(lines)


def people_in(text: str) -> list[Listed]:
    """Return who stands in a pasted list: a line each, name, post and unit apart by ; or tabs.

    A number before the name is that of a row, and nobody's name.
    """
    rows = (_without_number(APART.split(line)) for line in text.splitlines())
    return [
        Listed(row[0], "".join(row[1:2]), ", ".join(filter(None, row[2:])))
        for row in rows
        if row[0]
    ]


def _without_number(cells: list[str]) -> list[str]:
    first, *others = [cell.strip() for cell in cells]
    return others if others and NUMBER.fullmatch(first) else [first, *others]
