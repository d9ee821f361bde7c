"""What the layout of a document depends on, the same for PDF and Word."""

from foundation.shape import lines
from reports.documents.blocks import paragraph
from reports.documents.formatting import cell_text

SIGNS_A_LINE = 90  # of a table as wide as an upright page
LONG = 14  # lines: with more, a cell is said below its row
WHOLE = 6  # lines: a text below a row with more may go on overleaf; kept whole it would leave gaps
NARROW = 0.6  # of the width: a table within such a column has no room for its own columns
BELOW = "(ghi ở dòng dưới)"
NOTHING = "Không phát sinh."
INVITED = "invited"  # a block whose text is another one in each copy


def spread(columns, values):
    """Return (values, [(label, text), …]): what a column is too narrow for is said below its row.

    There it has the whole width; in a fifth of it a question of 4,000 signs would fill pages.
    """
    whole = sum(column["width"] for column in columns)
    row, below = list(values), []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        share = column["width"] / whole
        if isinstance(value, str) and (
            lines_in(value, share) > LONG or ("\t" in value and share < NARROW)
        ):
            row[place] = BELOW
            below.append((column["label"], value))
    return row, below


def may_break(text):
    """May the row that is this text, over the whole width, go on overleaf?"""
    return lines_in(text, 1) > WHOLE


def lines_in(text, share):
    """Return about how many lines a text takes in a column with this share of the width."""
    room = max(1, SIGNS_A_LINE * share)
    return sum(1 + int(len(line) / room) for line in text.split("\n"))


def copies_of(document):
    """Return the document once for each of its `copies`, which say to whom each goes; else itself."""
    copies = document.get("copies") or [None]
    return [
        {**document, "body": [_addressed(block, to) for block in document["body"]]} for to in copies
    ]


def _addressed(block, to):
    if block["type"] != INVITED:
        return block
    return paragraph(f"{block['lead']}{to or block['text']}")


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
    """An annex may have a name of its own, as an addendum does."""
    annexes = document["annexes"]
    if len(annexes) == 1:
        return [(annexes[0].get("label", "Phụ lục"), annexes[0])]
    return [
        (annex.get("label", f"Phụ lục {number}"), annex) for number, annex in enumerate(annexes, 1)
    ]


def in_lines(value):
    """Return a cell as lines, for where a text can have no other shape."""
    text = cell_text(value)
    return "\n".join(lines(text)) if "\t" in text else text
