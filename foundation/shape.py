"""The shape of a text that somebody typed or pasted: paragraphs, lists, tables.

`blocks` reads it, and each medium draws what it returns: `as_html` for pages and PDF, `lines`
for where there is nothing but lines, `reports.documents.docx` for Word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


TAB = 4  # blanks
WIDEST = 40  # columns of a table
DEEPEST = 6  # lists one below the other
# Marks that stand for themselves, then those that only stand before a tab, as Word pastes them.
BULLET = re.compile(
    r"(?P<mark>[-–—+*•·●○▪■◦‣►➢✓✔](?=\s|[^\W\d_])|[o§ü](?=\t)|Ø(?=\t))[ \t]*(?P<text>\S.*)"
)
NUMBER = re.compile(
    r"(?P<mark>\d{1,2}(?:\.\d{1,2})+\.?(?=\s+[^\W\d_])|\d{1,3}[.)](?=\s|[^\W\d_])|\(\d{1,3}\)|[a-zđ][.)](?=\s))"
    r"[ \t]*(?P<text>\S.*)"
)
# What stands below what where nothing is indented: 1. above a) above - above +.
RANKS = {"1.": 1, "1)": 1, "(1)": 1, "1.1.": 2, "1.1": 2, "a.": 3, "a)": 3, "*": 4, "+": 6, "o": 6,
         "○": 6, "◦": 6, "§": 7, "▪": 7, "■": 7}  # fmt: skip
RANK_OF_A_BULLET = 5
PRINTED = {"o": "○", "§": "▪", "ü": "•", "Ø": "►", "➢": "►", "‣": "►", "✓": "•", "✔": "•", "◦": "○"}
AMOUNT = re.compile(r"[-−+(]?\d[\d.,\s]*%?\)?")


@dataclass
class Paragraph:
    text: str


@dataclass
class Item:
    """One point of a list: its mark as it was typed, its text, what stands below it."""

    mark: str
    text: str
    more: list[str] = field(default_factory=list)  # further lines of it
    below: list[List] = field(default_factory=list)  # lists


@dataclass
class List:
    items: list[Item]

    @property
    def is_numbered(self) -> bool:
        mark = self.items[0].mark
        return len(mark) > 1 and any(sign.isalnum() for sign in mark)


@dataclass
class Table:
    """Rows of equally many cells; `has_heading` says whether the first names the columns."""

    rows: list[list[str]]

    @property
    def has_heading(self) -> bool:
        first, *others = self.rows
        return bool(others) and all(first) and not any(map(AMOUNT.fullmatch, first))

    def widths(self) -> list[int]:
        """Return how wide each column wants to be, relative to the others."""
        return [
            min(max(4, *(len(cell) for cell in column)), 36)
            for column in zip(*self.rows, strict=True)
        ]


Block = Paragraph | List | Table


def shared(whole: int, parts: Sequence[float]) -> list[int]:
    """Return `whole` divided in the proportion of `parts`, without a rest."""
    total, ends, done = sum(parts), [], 0.0
    for part in parts:
        done += part
        ends.append(round(whole * done / total))
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def blocks(text: str) -> list[Block]:
    """Return what `text` consists of: Paragraph, List and Table in their order."""
    found: list[Block] = []
    waiting: list[str] = []
    lists = _Lists()
    for line in [*text.split("\n"), ""]:
        if "\t" in line and not _point(line, after_row=bool(waiting)):
            waiting.append(line)
            continue
        if waiting:
            found += _rows(waiting)
            waiting, lists = [], _Lists()
        if not line.strip():
            lists.pause()
        elif point := _point(line):
            if new := lists.add(*point):
                found.append(new)
        elif not lists.goes_on(line):
            lists = _Lists()
            found.append(Paragraph(line.strip()))
    return found


def _point(line: str, *, after_row: bool = False) -> tuple[int, str, str] | None:
    """Return (indentation, mark, text) of a line that begins with a mark, or None.

    A mark, a tab and a text are a point of a list as Word pastes it; with more tabs, and below
    the row of a table, they are a row of a table.
    """
    stripped = line.strip()
    if stripped.count("\t") > 1 or (after_row and "\t" in stripped):
        return None
    found = BULLET.fullmatch(stripped) or NUMBER.fullmatch(stripped)
    if found is None or "\t" in found["text"]:
        return None
    before = line[: len(line) - len(line.lstrip())]
    return len(before.expandtabs(TAB)), found["mark"], found["text"].strip()


class _Lists:
    """The lists that are open at a line, the outermost first: [(indentation, kind, List), …]."""

    def __init__(self) -> None:
        self.open: list[tuple[int, str, List]] = []
        self.is_paused = False

    def pause(self) -> None:
        """An empty line: the next point goes on, another line begins something else."""
        self.is_paused = True

    def add(self, indent: int, mark: str, text: str) -> List | None:
        """Add a point; return the List if a new outermost one begins with it."""
        self.is_paused = False
        kind, item = _kind(mark), Item(PRINTED.get(mark, mark), text)
        self._close_for(indent, kind)
        if self.open and ((indent, kind) == self.open[-1][:2] or len(self.open) == DEEPEST):
            self.open[-1][2].items.append(item)
            return None
        new = List([item])
        outer = self.open[-1][2] if self.open else None
        self.open.append((indent, kind, new))
        if outer is None:
            return new
        outer.items[-1].below.append(new)
        return None

    def _close_for(self, indent: int, kind: str) -> None:
        """Close what a point with this indentation and kind of mark does not stand below."""
        while self.open and indent < self.open[-1][0]:
            del self.open[-1]
        level = next((n for n, one in enumerate(self.open) if one[:2] == (indent, kind)), None)
        if level is not None:
            del self.open[level + 1 :]
        if level is None:
            rank = RANKS.get(kind, RANK_OF_A_BULLET)
            while self.open and self.open[-1][0] == indent and self._rank() >= rank:
                del self.open[-1]

    def _rank(self) -> int:
        return RANKS.get(self.open[-1][1], RANK_OF_A_BULLET)

    def goes_on(self, line: str) -> bool:
        """Take a line that is indented below a point as a further line of it, if it is one."""
        indent = len(line[: len(line) - len(line.lstrip())].expandtabs(TAB))
        if not self.open or self.is_paused or indent <= self.open[-1][0]:
            return False
        self.open[-1][2].items[-1].more.append(line.strip())
        return True


def _kind(mark: str) -> str:
    """Return what marks of one list have in common: "1.", "a)" or the bullet itself."""
    if not any(sign.isalnum() for sign in mark) or len(mark) == 1:
        return "-" if mark in "–—" else mark
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d+", "1", mark))


def _rows(lines: Sequence[str]) -> Sequence[Paragraph | Table]:
    """Return the Table that the lines with tabs are, or their Paragraphs if they are none."""
    inner = [line.strip(" ").count("\t") for line in lines]
    if not any("\t" in line.strip() for line in lines) or (len(lines) == 1 and inner[0] < 2):
        return [Paragraph(" ".join(line.split())) for line in lines if line.strip()]
    rows = [[cell.strip() for cell in line.strip(" ").split("\t")] for line in lines]
    width = max(map(len, rows))
    if width > WIDEST:
        return [Paragraph(" | ".join(filter(None, row))) for row in rows if any(row)]
    while width > 1 and not any(row[width - 1] for row in rows if len(row) >= width):
        width -= 1  # a column that is empty down to its end is no column
    rows = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    rows = [row for row in rows if any(row)]
    return [Table(rows)]


# --- as lines -----------------------------------------------------------------------


def lines(text: str) -> Iterator[str]:
    """Yield the lines of a text as they are read aloud or put into one cell of a table."""
    for block in blocks(text):
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, List):
            yield from _points(block, "")
        else:
            yield from (" | ".join(row) for row in block.rows)


def _points(one: List, before: str) -> Iterator[str]:
    for item in one.items:
        yield f"{before}{item.mark} {item.text}"
        yield from (f"{before}  {line}" for line in item.more)
        for below in item.below:
            yield from _points(below, f"{before}  ")


def led(words: str, text: str) -> str:
    """Return `text` behind `words`: in its first line, or above a list or a table."""
    found = blocks(text)
    between = " " if found and isinstance(found[0], Paragraph) else "\n"
    return f"{words}{between}{text}" if words else text


def followed(text: str, words: str) -> str:
    """Return `text` with `words` behind it: in its line, or below whatever is more than one line."""
    between = " " if is_plain(text) else "\n"
    return f"{text}{between}{words}"


def is_plain(text: str) -> bool:
    """Is the text one paragraph, which may stand within a sentence?"""
    found = blocks(text)
    return len(found) < 2 and all(isinstance(block, Paragraph) for block in found)


# --- as HTML ------------------------------------------------------------------------


def as_html(
    text: str,
    *,
    lead: str = "",
    table_name: str = "",
    is_paper: bool = False,
    words: Callable[[str], str] = conditional_escape,
) -> SafeString:
    """Return the HTML of a text. `lead` stands before it, in its first line.

    On a page a table can be scrolled and bears `table_name`; on paper the marks of a list are
    the list's own, so that they are read as such. `words` draws what stands in a line.
    """
    draw = _Drawing(table_name, is_paper=is_paper, words=words)
    parts = [draw.block(block) for block in blocks(text)]
    if lead:
        begins = parts[0] if parts else ""
        if begins.startswith("<p>"):
            parts[0] = begins.replace("<p>", f"<p>{lead} ", 1)
        else:
            parts.insert(0, f'<p class="lead-in">{lead}</p>')
    return mark_safe("".join(parts))


class _Drawing:
    def __init__(self, table_name: str, *, is_paper: bool, words: Callable[[str], str]) -> None:
        self.table_name, self.is_paper, self.words = table_name, is_paper, words

    def block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return format_html("<p>{}</p>", self.words(block.text))
        return self.list(block) if isinstance(block, List) else self.table(block)

    def list(self, one: List) -> SafeString:
        tag = "ol" if one.is_numbered else "ul"
        items = mark_safe("".join(map(self.item, one.items)))
        named = "" if self.is_paper else mark_safe(' role="list"')
        return format_html('<{} class="points"{}>{}</{}>', tag, named, items, tag)

    def item(self, item: Item) -> SafeString:
        parts = [format_html("{}", self.words(item.text))]
        parts += [format_html("<br>{}", self.words(line)) for line in item.more]
        parts += [self.list(below) for below in item.below]
        inside = mark_safe("".join(parts))
        if self.is_paper:
            return format_html("<li style='list-style-type:\"{} \"'>{}</li>", item.mark, inside)
        return format_html('<li><span class="mark">{}</span> {}</li>', item.mark, inside)

    def table(self, one: Table) -> str:
        heading, rows = "", one.rows
        if one.has_heading:
            cells = [
                format_html('<th scope="col">{}</th>', self.words(cell)) for cell in one.rows[0]
            ]
            heading, rows = f"<thead><tr>{''.join(cells)}</tr></thead>", one.rows[1:]
        body = "".join(f"<tr>{''.join(map(self.cell, row))}</tr>" for row in rows)
        table = f'<table class="typed">{heading}<tbody>{body}</tbody></table>'
        if self.is_paper:
            return table
        return format_html(
            '<div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div>',
            self.table_name,
            mark_safe(table),
        )

    def cell(self, text: str) -> SafeString:
        if AMOUNT.fullmatch(text):
            return format_html('<td class="n">{}</td>', text)
        return format_html("<td>{}</td>", self.words(text))
