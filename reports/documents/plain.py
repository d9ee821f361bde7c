"""The form a document takes when its proper one cannot be made: words and numbers, no layout.

Paragraphs only, every piece short, the longest lists cut with a sentence that says so. It is
better than no file; the report itself lies whole in the Board's inbox.
"""

from pathlib import Path

from django.template.loader import render_to_string

from foundation import shape
from reports.documents import formatting

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
LONGEST_PIECE = 1_500  # characters of one paragraph
LONGEST_WORD = 60
MOST_LINES = 3_000
CUT = "(Phần còn lại không in ở bản đơn giản này; toàn văn ở trên Cổng đối thoại.)"


def plain_html(document):
    """Return the document's HTML in plain form; `document` as in `reports.domain.drafting`."""
    lines = [line for text in _texts(document) for line in _pieces(text)]
    return render_to_string(
        "reports/pdf/plain.html",
        {
            "document": document,
            "number": formatting.number_and_symbol(document["number"], document["symbol"]),
            "place_and_date": formatting.place_and_date(
                document["place"], document["issued_on"], document["year"]
            ),
            "lines": lines[:MOST_LINES] + [CUT] * (len(lines) > MOST_LINES),
            "made_on": document["issued_on"] or f"{document['year']}-01-01",
            "css": (STATIC / "css" / "plain.css").read_text(encoding="utf-8"),
        },
    )


def _texts(document):
    if document["note"]:
        yield document["note"]
    yield from _texts_of(document["body"])
    yield from (*document["recipients"], *document["sign"].values())
    for number, annex in enumerate(document["annexes"], 1):
        yield f"PHỤ LỤC {number}: {annex['title']}"
        yield from _texts_of(annex["body"])


def _texts_of(blocks):
    for block in blocks:
        if block["type"] == "table":
            yield block["caption"]
            labels = [column["label"] for column in block["columns"]]
            for cells in (*block["rows"], block["total"] or ()):
                yield "; ".join(
                    f"{label}: {formatting.cell_text(cell)}"
                    for label, cell in zip(labels, cells, strict=False)
                )
        elif block["type"] == "records":
            for item in block["items"]:
                yield item["title"]
                for line in item["lines"]:
                    yield f"{line['label']} {line['text']}"
        else:
            yield block.get("text", "")


def _pieces(text):
    """Cut a text into pieces and its words into parts that any line can hold."""
    for line in shape.lines(str(text or "")):
        words = [
            word[start : start + LONGEST_WORD]
            for word in line[: 20 * LONGEST_PIECE].split()
            for start in range(0, len(word), LONGEST_WORD)
        ]
        piece = ""
        for word in words:
            if len(piece) + len(word) >= LONGEST_PIECE:
                yield piece
                piece = ""
            piece = f"{piece} {word}".strip()
        if piece:
            yield piece
