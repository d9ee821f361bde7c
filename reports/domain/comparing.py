"""What changed from one version of a document to another: numbers, and paragraphs word by word.

Every step is bounded, so that the longest texts are compared in about a second; beyond the
bounds a text is shown as replaced as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from reports.documents.formatting import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized


PAIRS = 400_000  # of words or lines that one comparison may try
PAIRS_IN_ALL = 6_000_000
SHOWN = 200  # changes of each kind
SAME_SHOWN = 60  # lines of each run that stayed the same
LONGEST = 20_000  # characters of a text that is shown
WORD = re.compile(r"\S+")
V = TypeVar("V")
Lines = list[tuple[str, str]]  # (place, line)
SAME, REMOVED, ADDED = "same", "removed", "added"


@dataclass(frozen=True)
class NumberChange:
    """A figure of a table: where it stands, what it was and what it is."""

    place: str
    figure: str
    old: object
    new: object

    @property
    def difference(self) -> str:
        """Return "+3", "−2,5", or nothing where one of the two is no number."""
        if not (is_number(self.old) and is_number(self.new)):
            return ""
        step = self.new - self.old
        return f"{'+' if step > 0 else '−'}{cell_text(abs(step))}"


@dataclass(frozen=True)
class Paragraph:
    """A changed paragraph as [(same, removed or added, text), …], or some that stayed the same.

    `same` holds the first of these as (place, line), `number` says how many there are.
    """

    place: str = ""
    parts: list[Any] = field(default_factory=list)
    same: list[Any] = field(default_factory=list)
    number: int = 0


@dataclass(frozen=True)
class Comparison:
    """What `compare` found; `hidden` counts the changes beyond what a page can show."""

    numbers: list[Any]
    paragraphs: list[Any]
    changed: int
    hidden: int

    @property
    def is_same(self) -> bool:
        return not self.numbers and not self.changed


class Budget:
    """How many more pairs may be tried in one comparison of two documents."""

    def __init__(self, pairs: int = PAIRS_IN_ALL) -> None:
        self.left = pairs

    def takes(self, old: Sized, new: Sized) -> bool:
        """May these two sequences be compared? Then it is paid for."""
        pairs = len(old) * len(new)
        if pairs > min(PAIRS, self.left):
            return False
        self.left -= pairs
        return True


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """Return the Comparison of two documents, see `reports.domain.drafting` for their form."""
    budget = Budget()
    old_lines, old_tables = _read(old)
    new_lines, new_tables = _read(new)
    numbers = []
    for place in dict.fromkeys([*old_tables, *new_tables]):
        before, after = old_tables.get(place, {}), new_tables.get(place, {})
        for figure in dict.fromkeys([*before, *after]):
            if before.get(figure) != after.get(figure):
                numbers.append(NumberChange(place, figure, before.get(figure), after.get(figure)))
    runs = list(_runs(old_lines, new_lines, budget))
    changed = sum(old != new for _, old, new in runs)
    return Comparison(
        numbers=numbers[:SHOWN],
        paragraphs=list(_shown(runs, budget)),
        changed=changed,
        hidden=max(0, len(numbers) - SHOWN) + max(0, changed - SHOWN),
    )


def _shown(runs: Iterable[tuple[str, list[str], list[str]]], budget: Budget) -> Iterator[Paragraph]:
    """Yield Paragraphs until as many changes are shown as a page can hold."""
    changes = 0
    for is_same, some in groupby(runs, key=lambda run: run[1] == run[2]):
        if is_same:
            lines = [(place, line) for place, _, new in some for line in new]
            yield Paragraph(same=lines[:SAME_SHOWN], number=len(lines))
            continue
        for place, old, new in some:
            changes += 1
            if changes > SHOWN:
                return
            yield Paragraph(place, parts=word_changes("".join(old), "".join(new), budget))


# --- reading a document -------------------------------------------------------------------


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(document: Mapping[str, Any]) -> tuple[list[tuple[str, str]], dict[str, dict[str, Any]]]:
    """Return ([(place, line), …], {table: {figure: number}}) of a document."""
    lines: list[tuple[str, str]] = []
    tables: dict[str, dict[str, Any]] = {}
    _read_blocks(document["body"], "", lines, tables)
    for annex in document["annexes"]:
        _read_blocks(annex["body"], annex["title"], lines, tables)
    sign = document["sign"]
    lines.append(
        ("Chữ ký", " ".join(filter(None, (sign["capacity"], sign["post"], sign["person"]))))
    )
    lines += [("Nơi nhận", line) for line in document["recipients"]]
    return lines, tables


def _read_blocks(
    blocks: Sequence[Mapping[str, Any]],
    title: str,
    lines: list[tuple[str, str]],
    tables: dict[str, dict[str, Any]],
) -> None:
    first, second = title, ""
    for block in blocks:
        kind = block["type"]
        if kind == "heading":
            if block["level"] == 1:
                first, second = block["text"], ""
            else:
                second = block["text"]
            continue
        place = " › ".join(filter(None, (first, second)))
        if kind == "table":
            _read_table(block, place, lines, tables)
        else:
            lines += [(place, " ".join(line.split())) for line in _lines_of(block) if line.strip()]


def _lines_of(block: Mapping[str, Any]) -> Iterator[str]:
    if block["type"] == "paragraph":
        yield from block["text"].split("\n")
    elif block["type"] == "bullets":
        yield from block["items"]
    else:  # records
        for item in block["items"]:
            yield item["title"]
            yield from (f"{line['label']}: {line['text']}" for line in item["lines"])


def _read_table(
    table: Mapping[str, Any],
    place: str,
    lines: list[tuple[str, str]],
    tables: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """Take the numbers as figures and the words of each row as a line."""
    name = table["caption"] or place
    figures = tables.setdefault(name, {})
    labels = [column["label"] for column in table["columns"]]
    rows = [*table["rows"], *([table["total"]] if table["total"] else [])]
    seen: dict[str, Any] = {}
    for row in rows:
        key = next((cell for cell in row if isinstance(cell, str) and cell), "")
        seen[key] = seen.get(key, 0) + 1
        title = key if seen[key] == 1 else f"{key} ({seen[key]})"
        words = []
        for label, cell in zip(labels, row, strict=True):
            if label == "TT" or cell == key:
                continue
            if is_number(cell):
                figures[f"{_short(title)}: {label}"] = cell
            elif cell:
                words.append(f"{label}: {' '.join(str(cell).split())}")
        if len(words) > 1 or (words and len(key) > 40):
            lines.append((name, "; ".join(words)))
    return figures


def _short(text: str, longest: int = 80) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


# --- lines and words ----------------------------------------------------------------------


def _runs(old: Lines, new: Lines, budget: Budget) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield (place, old lines, new lines) in the order of the new version: many that are the
    same, or at most one of each. Each place is compared by itself.
    """
    before = _by_place(old)
    after = _by_place(new)
    for place in dict.fromkeys([*after, *before]):
        yield from _place(place, before.get(place, []), after.get(place, []), budget)


def _by_place(lines: Lines) -> dict[str, list[str]]:
    found: dict[str, Any] = {}
    for place, line in lines:
        found.setdefault(place, []).append(line)
    return found


def _place(
    place: str, old: list[str], new: list[str], budget: Budget
) -> Iterator[tuple[str, list[str], list[str]]]:
    for op, removed, added in _steps(old, new, budget):
        if op == SAME:
            yield place, removed, added
            continue
        for number in range(max(len(removed), len(added))):
            yield place, removed[number : number + 1], added[number : number + 1]


def _steps(
    old: list[str], new: list[str], budget: Budget
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield (same or changed, old items, new items) for two sequences."""
    start, end = _common(old, new)
    if start:
        yield SAME, old[:start], new[:start]
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if a and b and budget.takes(a, b):
        for op, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            yield (SAME if op == "equal" else "changed"), a[a1:a2], b[b1:b2]
    elif a or b:
        yield "changed", a, b
    if end:
        yield SAME, old[len(old) - end :], new[len(new) - end :]


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many items two sequences share at their beginning, and then at their end."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def word_changes(old: str, new: str, budget: Budget) -> list[tuple[str, str]]:
    """Return [(same, removed or added, text), …] that leads from one text to the other."""
    parts = []
    for op, removed, added in _steps(WORD.findall(old), WORD.findall(new), budget):
        if op == SAME:
            parts.append((SAME, " ".join(added)))
            continue
        if removed:
            parts.append((REMOVED, " ".join(removed)))
        if added:
            parts.append((ADDED, " ".join(added)))
    joined = [
        (op, " ".join(text for _, text in group))
        for op, group in groupby(parts, key=lambda part: part[0])
    ]
    return [(op, _short(text, LONGEST)) for op, text in joined]


def two_of(versions: Mapping[int, V], asked: Mapping[str, str]) -> tuple[V, V] | tuple[None, None]:
    """Return (older, newer) as `asked` names them, or the last two; (None, None) if alone.

    `versions` is {number: version}, `asked` a page's query with "old" and "new".
    """
    if len(versions) < 2:
        return None, None
    *_, before, last = sorted(versions)
    names = {str(number): number for number in versions}
    numbers = {
        names.get(asked.get("old", ""), before),
        names.get(asked.get("new", ""), last),
    }
    if len(numbers) < 2:
        numbers = {before, last}
    return versions[min(numbers)], versions[max(numbers)]
