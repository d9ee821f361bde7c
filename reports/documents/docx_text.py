"""What somebody typed, as Word holds it: paragraphs, real lists, real tables.

See `foundation.shape` for the blocks. A list whose marks follow one another is numbered by
Word itself, from the number it was typed with; where they do not, the marks stand as typed.
"""

from xml.sax.saxutils import quoteattr

from foundation import shape
from reports.documents.wordml import XML, Cell, W, mm, paragraph, row, run, table

STEP = mm(7)  # from the mark of a list to its text
LEVELS = 9
ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "abcdđeghiklmnopqrstuvxy")


class Numbering:
    """The lists of one document, collected while it is written and written after it."""

    def __init__(self):
        self._abstract = {}  # (format, text around the number): its number
        self._lists = []  # (number of the abstract, level, first number or None)
        self._shared = {}  # bullet: its list

    def of(self, one, level):
        """Return the number of Word's list for a shape.List, or None if Word cannot count so."""
        marks = [item.mark for item in one.items]
        if not one.is_numbered:
            if len(set(marks)) > 1:
                return None
            key = ("bullet", marks[0])
            if key not in self._shared:
                self._shared[key] = self._add(key, level, None)
            return self._shared[key]
        counted = _counted(marks)
        return counted and self._add(counted[:2], level, counted[2])

    def _add(self, key, level, first):
        abstract = self._abstract.setdefault(key, len(self._abstract))
        self._lists.append((abstract, level, first))
        return len(self._lists)

    def xml(self):
        """Return the part numbering.xml."""
        abstracts = "".join(
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
            + "".join(_level(kind, text, level) for level in range(LEVELS))
            + "</w:abstractNum>"
            for (kind, text), number in self._abstract.items()
        )
        lists = "".join(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>'
            + (
                f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{first}"/></w:lvlOverride>'
                if first is not None
                else ""
            )
            + "</w:num>"
            for number, (abstract, level, first) in enumerate(self._lists, 1)
        )
        return f"{XML}<w:numbering {W}>{abstracts}{lists}</w:numbering>"


def _level(kind, text, level):
    shown = text if kind == "bullet" else text.replace("%", f"%{level + 1}")
    left = (level + 1) * STEP
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val={quoteattr(shown)}/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{STEP}"/></w:pPr></w:lvl>'
    )


def _counted(marks):
    """Return (format, pattern, first number) if the marks are counted one by one, else None."""
    digits = "".join(sign for sign in marks[0] if sign.isdigit())
    if digits and marks[0].count(digits) == 1:
        pattern = marks[0].replace(digits, "%", 1)
        first = int(digits)
        numbered = [pattern.replace("%", str(first + n)) for n in range(len(marks))]
        return ("decimal", pattern, first) if marks == numbered else None
    letter = marks[0][0]
    if letter not in ALPHABETS[0]:
        return None
    pattern, first = f"%{marks[0][1:]}", ALPHABETS[0].index(letter) + 1
    letters = ALPHABETS[0][first - 1 : first - 1 + len(marks)]
    numbered = [pattern.replace("%", one) for one in letters]
    return ("lowerLetter", pattern, first) if marks == numbered else None


class Writer:
    """Draws texts in one style, indented by `left`, tables `width` wide (twentieths of a point)."""

    def __init__(self, numbering, style, *, width, left=0, align="", bold=False, cells="Bang"):
        self.numbering, self.style, self.align, self.bold = numbering, style, align, bold
        self.width, self.left, self.cells = width, left, cells

    def pieces(self, text, *, lead=""):
        """Yield the text piece by piece; `lead` are runs that stand before it."""
        found = shape.blocks(text)
        if lead and not (found and isinstance(found[0], shape.Paragraph)):
            yield paragraph(self.style, lead, align=self.align, keep_next=bool(found))
            lead = ""
        for block in found:
            if isinstance(block, shape.Paragraph):
                yield paragraph(
                    self.style, *filter(None, [lead, self._run(block.text)]), align=self.align
                )
                lead = ""
            elif isinstance(block, shape.List):
                yield from self._list(block, 0)
            else:
                yield from self._table(block)

    def _run(self, text):
        return run(text, bold=self.bold)

    def _list(self, one, level):
        number = self.numbering.of(one, min(level, LEVELS - 1))
        indent = (self.left + (level + 1) * STEP, STEP)
        for item in one.items:
            mark = [] if number else [run(f"{item.mark} ", bold=self.bold)]
            yield paragraph(
                self.style, *mark, self._run(item.text), align="left", indent=indent,
                numbered=(number, min(level, LEVELS - 1)) if number else None,
            )  # fmt: skip
            for line in item.more:
                yield paragraph(self.style, self._run(line), align="left", indent=(indent[0], 0))
            for below in item.below:
                yield from self._list(below, level + 1)

    def _table(self, one):
        widths = shape.shared(self.width - self.left, one.widths())
        rows = [
            row(
                [
                    Cell(
                        paragraph(
                            self.cells,
                            run(text, bold=not number and one.has_heading),
                            align="right" if shape.AMOUNT.fullmatch(text) else "left",
                        )
                    )
                    for text in cells
                ],
                widths,
                is_heading=not number and one.has_heading,
            )
            for number, cells in enumerate(one.rows)
        ]
        yield from table(rows, widths, style="KeBang", indent=self.left)
        yield paragraph("NgatDoan")
