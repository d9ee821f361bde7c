"""From a document to a PDF: HTML from our template, and what WeasyPrint makes of it.

WeasyPrint is imported inside its one function, because it is slow; it runs in a process of
its own, see `reports.documents.child`.
"""

import gc
import subprocess
from contextlib import contextmanager
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote_to_bytes

from django.template.loader import render_to_string
from django.utils.html import format_html

from foundation.shape import as_html, is_plain
from reports.documents import archival, formatting
from reports.documents.layout import (
    body_and_empty_annexes,
    copies_of,
    filled_annexes,
    may_break,
    spread,
)
from reports.documents.profile import PROFILES

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
FONT = "Liberation Serif"
QR = "data:image/svg+xml;charset=utf-8,"
NARROW_FROM = 9  # a table with this many columns is set smaller


def document_html(document):
    """Return the HTML of a document, see `reports.domain.drafting` for its form."""
    profile = PROFILES[document["profile"]]
    annexes = [
        {**annex, "label": label, "body": _blocks(annex["body"])}
        for label, annex in filled_annexes(document)
    ]
    issued_on = document["issued_on"]
    name = document.get("layout", "document")
    return render_to_string(
        f"reports/pdf/{name}.html",
        {
            "document": document,
            "times": range(document.get("times", 1)),
            "superior": formatting.pieces(document["superior"]),
            "issuer": formatting.pieces(document["issuer"]),
            "number": formatting.number_and_symbol(document["number"], document["symbol"]),
            "place_and_date": formatting.place_and_date(
                document["place"], issued_on, document["year"]
            ),
            "cited": formatting.accompanying(document),
            "abstract_lines": document["abstract"],
            "letters": [_blocks(body_and_empty_annexes(one)) for one in copies_of(document)],
            "annexes": annexes,
            "recipients": formatting.recipient_lines(document["recipients"], profile),
            "qr": _qr(document["verify"]["url"]) if document.get("verify") else "",
            "made_on": issued_on or f"{document['year']}-01-01",
            "css": (STATIC / "css" / "pdf.css").read_text(encoding="utf-8"),
        },
    )


def _qr(url):
    """Return the address as a QR picture, the way an img element takes it."""
    import segno  # wanted here alone

    return segno.make(url, error="m", micro=False).svg_data_uri(border=0, omitsize=True)


def _blocks(blocks):
    """Return the blocks with what the template needs: paragraphs split, cells written out."""
    return [_PREPARE.get(block["type"], dict)(block) for block in blocks]


def _paragraph(block):
    return {"type": "paragraph", "html": as_html(block["text"], is_paper=True)}


def _bullets(block):
    return {
        "type": "bullets",
        "items": [
            (as_html(item, lead="-", is_paper=True), not is_plain(item)) for item in block["items"]
        ],
    }


def _records(block):
    return {
        "type": "records",
        "keeps": block.get("keeps", False),  # with what comes below it, on one page
        "items": [
            {
                "title": item["title"],
                "lines": [_labelled(line["label"], line["text"]) for line in item["lines"]],
            }
            for item in block["items"]
        ],
    }


def _labelled(label, text):
    return as_html(text, lead=format_html("<b>{}:</b>", label), is_paper=True)


def _cell(value):
    text = formatting.cell_text(value)
    return text if is_plain(text) else as_html(text, is_paper=True)


def _table(block):
    columns = block["columns"]
    whole = sum(column["width"] for column in columns)
    aligned = [column["align"] for column in columns]

    def row(cells):
        return [(align, _cell(value)) for align, value in zip(aligned, cells, strict=True)]

    def rows():
        for values in block["rows"]:
            cells, long = spread(columns, values)
            yield (
                row(cells),
                [(may_break(text), _labelled(label, text)) for label, text in long],
            )

    return {
        "type": "table",
        "is_tall": block.get("tall", False),
        "caption": block["caption"],
        "narrow": len(columns) >= NARROW_FROM,
        "columns": [
            {"label": column["label"], "width": f"{100 * column['width'] / whole:.2f}"}
            for column in columns
        ],
        "rows": list(rows()),
        "total": row(block["total"]) if block["total"] and block["rows"] else None,
        "empty": block["empty"],
    }


def _address(block):
    return {**block, "picture": _qr(block["url"])}


def _room(block):
    return {**block, "is_one": block["lines"] == 1, "lines": range(block["lines"])}


_PREPARE = {
    "paragraph": _paragraph,
    "bullets": _bullets,
    "records": _records,
    "table": _table,
    "qr": _address,
    "room": _room,
}


def render_pdf(html, attachments=()):
    """Return (PDF bytes, number of pages); only static files of ours are ever read.

    `attachments` as `archival.attached_to` gives them. Same HTML, same bytes. Raises whatever
    goes wrong: never a PDF with a part missing.
    """
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFilesOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith(QR):  # a picture that we have drawn ourselves
                return URLFetcherResponse(
                    url, unquote_to_bytes(url.removeprefix(QR)), {"Content-Type": "image/svg+xml"}
                )
            path = (STATIC / url.removeprefix("static:")).resolve()
            if not url.startswith("static:") or not path.is_relative_to(STATIC):
                raise ValueError(f"A document may not read {url}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": guess_type(path)[0]})

    with _seldom_collecting():
        page = HTML(string=html, url_fetcher=StaticFilesOnly(fail_on_errors=True))
        document = page.render()
        pdf = archival.write(document, attachments)
    return pdf, len(document.pages)


@contextmanager
def _seldom_collecting():
    """Nearly all that a layout allocates lives until the PDF is written: looking through it
    again and again for garbage finds none and costs a tenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(20_000, 20, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def missing_fonts():
    """Return the fonts that documents need and this machine lacks."""
    found = subprocess.run(
        ["fc-match", "-f", "%{family}", FONT], capture_output=True, text=True, check=False
    ).stdout
    return [] if FONT in found else [FONT]
