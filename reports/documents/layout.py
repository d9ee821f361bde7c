"""What the layout of a document depends on, the same for PDF and Word."""

from dialogue_portal.shape import lines
from reports.documents.blocks import paragraph
from reports.documents.formatting import cell_text

SIGNS_A_LINE = 90  # of a table as wide as an upright page
LONG = 14  # lines: a row with more may go on overleaf
WIDER = 1.6  # how much a column gains whose texts are long
NOTHING = "Không phát sinh."


def lines_in(text, share):
    """Return about how many lines a text takes in a column with this share of the width."""
    room = max(1, SIGNS_A_LINE * share)
    return sum(1 + int(len(line) / room) for line in text.split("\n"))


def long_row(columns, values):
    """May this row go on overleaf? Kept whole, it would leave a page half empty."""
    whole = sum(column["width"] for column in columns)
    return any(
        isinstance(value, str) and lines_in(value, column["width"] / whole) > LONG
        for column, value in zip(columns, values, strict=True)
    )


def fitted(columns, rows):
    """Return the columns, wider where people wrote at length."""
    whole = sum(column["width"] for column in columns)
    return [
        {**column, "width": column["width"] * WIDER}
        if column["align"] == "left"
        and any(
            isinstance(row[place], str) and lines_in(row[place], column["width"] / whole) > LONG
            for row in rows
        )
        else column
        for place, column in enumerate(columns)
    ]


def filled_annexes(document):
    """Return [(label, annex), …] of the annexes that say something."""
    return [(label, annex) for label, annex in _labelled(document) if not is_empty(annex)]


def body_and_empty_annexes(document):
    """Return the body; at its end a line for each annex that would be a page of nothing."""
    empty = [
        paragraph(f"{label} ({annex['title'].capitalize()}): không phát sinh.")
        for label, annex in _labelled(document)
        if is_empty(annex)
    ]
    return [*document["body"], *empty]


def is_empty(annex):
    """Does an annex only say that there was nothing?"""
    return bool(annex["body"]) and all(
        (block["type"] == "table" and not block["rows"] and block["empty"] == NOTHING)
        or (block["type"] == "paragraph" and block["text"] == NOTHING)
        for block in annex["body"]
    )


def _labelled(document):
    annexes = document["annexes"]
    if len(annexes) == 1:
        return [("Phụ lục", annexes[0])]
    return [(f"Phụ lục {number}", annex) for number, annex in enumerate(annexes, 1)]


def in_lines(value):
    """Return a cell as lines, for where a text can have no other shape."""
    text = cell_text(value)
    return "\n".join(lines(text)) if "\t" in text else text
