"""What there is to know of a column of a table; `tables` says it of every column."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"  # what people typed, and names: on the left
    WORD = "word"  # a word or two of ours
    NUMBER = "number"
    DAY = "day"  # written out on paper, a day in a spreadsheet


@dataclass(frozen=True)
class Column:
    """One column of a table; `width` is relative to the others."""

    key: str
    label: str
    kind: Kind
    width: float = 0
    explained: str = ""

    def wide(self, width):
        """Return the same column with the width that it has in one table."""
        return replace(self, width=width)

    def called(self, label):
        """Return the same column under another name."""
        return replace(self, label=label)

    def drawn(self):
        """Return what a document keeps of it."""
        align = "left" if self.kind == Kind.TEXT else "center"
        return {
            "key": self.key,
            "label": self.label,
            "width": self.width,
            "align": align,
            "kind": self.kind.value,
        }
