"""A document as .docx: the same content and figures as the PDF, for an office's own system.

`document` has the form of `reports.domain.drafting`. Same document, same bytes. The code for
checking stands on the PDF alone: what can be edited proves nothing.
"""

from collections import deque
from typing import Any

from foundation.shape import is_plain, shared
from reports.documents import formatting
from reports.documents.archive import made_on
from reports.documents.docx_sheets import poster, ruled, slips
from reports.documents.docx_text import Numbering, Writer
from reports.documents.layout import (
    body_and_empty_annexes,
    copies_of,
    filled_annexes,
    may_break,
    spread,
)
from reports.documents.pictures import Pictures
from reports.documents.profile import PROFILES
from reports.documents.wordml import (
    LANDSCAPE,
    PORTRAIT,
    Cell,
    kept_with_next,
    mm,
    package,
    paragraph,
    row,
    run,
    section,
    set_apart,
    table,
)

NARROW_FROM = 9  # a table with this many columns is set smaller, as in the PDF
NARROWEST_FROM = 14  # and smaller still: Word would break a word that stands out of its cell
HEAD = (mm(74), PORTRAIT.text - mm(74))
END = (mm(88), PORTRAIT.text - mm(88))
ROOM_TO_SIGN = 4  # lines
TALL = 9  # mm: a row that somebody signs in
BOUND = 3  # pieces: a row, the end of its table and what keeps tables apart
BREAK = paragraph("NgatDoan")  # keeps tables apart


def report_docx(document):
    """Return the bytes of the document as .docx."""
    parts = Parts()
    pieces = SHEETS.get(document.get("layout"), _pieces)
    return package(
        pieces(document, parts),
        title=f"{document['type']} {document['abstract']}",
        author=document["issuer"],
        made_at=made_on(document),
        mark="DỰ THẢO" if document["draft_no"] else "",
        numbering=parts.xml,
        pictures=parts.pictures.kept,
    )


class Parts(Numbering):
    """What is collected while a document is written: its lists, and its pictures."""

    def __init__(self):
        super().__init__()
        self.pictures = Pictures()


def _pieces(document, lists):
    """Yield the body piece by piece: the letter, then each annex as a section of its own."""
    *others, letter = copies_of(document)
    for one in others:
        yield from _letter(one, lists)
        yield from _end(one)
        yield paragraph("CuoiPhan", section=section(PORTRAIT, is_first=True, starts_anew=True))
    yield from _letter(letter, lists)
    part = _end(document)
    paper, is_first = PORTRAIT, True
    for label, annex in filled_annexes(document):
        yield from _without_last_break(part)
        yield paragraph("CuoiPhan", section=section(paper, is_first=is_first))
        paper, is_first = LANDSCAPE if annex["landscape"] else PORTRAIT, False
        part = _annex(document, annex, label, paper, lists)
    yield from _without_last_break(part)
    yield paragraph("CuoiPhan")  # no file may end with a table
    yield section(paper, is_first=is_first, starts_anew=bool(others))


def _letter(document, lists):
    yield from _head(document)
    yield from _bound_to_the_end(_blocks(body_and_empty_annexes(document), PORTRAIT, lists))


def _without_last_break(pieces):
    """Yield the pieces of a part but for the room below its last table: where the table ends with
    its page, that room alone would be a page of its own."""
    last = None
    for piece in pieces:
        if last is not None:
            yield last
        last = piece
    if last != BREAK:
        yield last


def _head(document):
    """Yield issuer, number, the Party's title, place and date; the kind and the abstract."""
    number = formatting.number_and_symbol(document["number"], document["symbol"])
    left = [
        paragraph("TenCoQuan", document["superior"]) if document["superior"] else "",
        paragraph("TenCoQuan", run(document["issuer"], bold=True)),
        paragraph("TenCoQuan", "*"),
        paragraph("SoKyHieu", number),
        paragraph("SoKyHieu", run(f"Dự thảo lần {document['draft_no']}", italic=True))
        if document["draft_no"]
        else "",
    ]
    right = [
        paragraph("TieuDeDang", "ĐẢNG CỘNG SẢN VIỆT NAM"),
        paragraph(
            "DiaDanh",
            formatting.place_and_date(document["place"], document["issued_on"], document["year"]),
        ),
    ]
    yield from table([row([Cell("".join(left)), Cell("".join(right))], HEAD)], HEAD)
    yield paragraph("TenLoai", document["type"])
    yield paragraph("TrichYeu", document["abstract"])
    yield paragraph("GachNgang", "-----")
    if document["note"]:
        yield paragraph("GhiChu", document["note"])


def _bound_to_the_end(pieces):
    """Yield the pieces, the last of them kept on one page with the signature."""
    last: deque[Any] = deque()
    for piece in pieces:
        last.append(piece)
        if len(last) > BOUND:
            yield last.popleft()
    yield from map(kept_with_next, last)
    yield kept_with_next(BREAK)


def _end(document):
    """Yield recipients and signature, or two signatures, which stay together."""
    if cosign := document.get("cosign"):
        left = _signature({"capacity": "", **cosign})
    else:
        profile = PROFILES[document["profile"]]
        lines = formatting.recipient_lines(document["recipients"], profile)
        left = paragraph("NhanNoiNhan", "Nơi nhận:" if lines else "")
        left += "".join(paragraph("NoiNhan", line) for line in lines)
    yield from table([row([Cell(left), Cell(_signature(document["sign"]))], END)], END)


def _signature(sign):
    return (
        (paragraph("QuyenHan", sign["capacity"]) if sign["capacity"] else "")
        + paragraph("ChucVu", sign["post"])
        + paragraph("ChucVu") * ROOM_TO_SIGN
        + paragraph("HoTen", sign["person"])
    )


def _annex(document, annex, label, paper, lists):
    yield paragraph("SoPhuLuc", label)
    yield paragraph("TenPhuLuc", annex["title"])
    yield paragraph("KemTheo", f"({formatting.accompanying(document)})")
    yield paragraph("GachNgang", "-----")
    if "sign" not in annex:
        yield from _blocks(annex["body"], paper, lists)
        return
    yield from _bound_to_the_end(_blocks(annex["body"], paper, lists))
    yield from _end(annex)


# --- blocks -------------------------------------------------------------------------


def _blocks(blocks, paper, lists):
    for block in blocks:
        yield from _WRITE[block["type"]](block, paper, lists)


def _heading(block, paper, lists):
    yield paragraph(f"Heading{min(block['level'], 3)}", block["text"])


def _paragraph(block, paper, lists):
    yield from Writer(lists, "NoiDung", width=paper.text).pieces(block["text"])


def _bullets(block, paper, lists):
    writer = Writer(lists, "GachDauDong", width=paper.text)
    for item in block["items"]:
        is_long = not is_plain(item)
        for place, piece in enumerate(writer.pieces(item, lead=run("- "))):
            yield set_apart(piece) if is_long and not place else piece


def _records(block, paper, lists):
    writer = Writer(lists, "ChiTiet", width=paper.text, left=mm(8))
    for item in block["items"]:
        yield paragraph("CauHoi", item["title"])
        for line in item["lines"]:
            yield from writer.pieces(line["text"], lead=run(f"{line['label']}: ", italic=True))


def _table(block, paper, lists):
    columns = block["columns"]
    is_narrow = len(columns) >= NARROW_FROM
    style = "BangHep" if is_narrow else "Bang"
    if len(columns) >= NARROWEST_FROM:
        style = "BangRatHep"
    widths = shared(paper.text, [column["width"] for column in columns])
    height = mm(TALL) if block.get("tall") else 0

    def inside(value, column, width, bold):
        text = formatting.cell_text(value)
        align = "" if column["align"] == "center" else column["align"]
        if is_plain(text):
            return paragraph(style, run(text, bold=bold), align=align)
        writer = Writer(lists, style, width=width - mm(2), align=align, bold=bold, cells=style)
        return "".join(writer.pieces(text))

    def cells(values, *, bold=False):
        return [
            Cell(
                inside(value, column, width, bold),
                middle=True,
                padding=60 if is_narrow and column["align"] == "left" else None,
            )
            for column, width, value in zip(columns, widths, values, strict=True)
        ]

    def below(label, text):
        writer = Writer(lists, style, width=paper.text - mm(4), align="left", cells=style)
        said = writer.pieces(text, lead=run(f"{label}: ", italic=True))
        return Cell("".join(said), spans=len(columns))

    def rows():
        heading = [
            Cell(paragraph(style, run(column["label"], bold=True), keep_next=True), middle=True)
            for column in columns
        ]
        yield row(heading, widths, is_heading=True)
        last = len(block["rows"]) - 1 if block["total"] else None
        for number, values in enumerate(block["rows"]):
            values, long = spread(columns, values)
            parts = [row(cells(values), widths, height=height)]
            parts += [
                row([below(label, text)], widths, may_break=may_break(text)) for label, text in long
            ]
            if number == last and not (long and may_break(long[-1][1])):
                parts[-1] = kept_with_next(parts[-1])
            yield from [kept_with_next(parts[0]), *parts[1:]] if long else parts
        if not block["rows"]:
            yield row([Cell(paragraph(style, block["empty"]), spans=len(columns))], widths)
        elif block["total"]:
            yield row(cells(block["total"], bold=True), widths)

    if block["caption"]:
        yield paragraph("TenBang", block["caption"])
    padding = 20 if is_narrow else None
    yield from table(rows(), widths, style="KeBang", padding=padding, caption=block["caption"])
    yield BREAK


def _address(block, paper, lists):
    yield paragraph("NoiDung", lists.pictures.code_of(block["url"], size_mm=28), keep_next=True)
    yield paragraph("NoiDung", f"{block['text']}: ", run(block["typed"], bold=True))


def _room(block, paper, lists):
    yield from ruled(block, "ChiTiet")


SHEETS = {"slips": slips, "poster": poster}
_WRITE = {
    "qr": _address,
    "room": _room,
    "heading": _heading,
    "paragraph": _paragraph,
    "bullets": _bullets,
    "records": _records,
    "table": _table,
}
