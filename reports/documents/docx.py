"""A document as .docx: the same content and figures as the PDF, for an office's own system.

`document` has the form of `reports.domain.drafting`. Same document, same bytes. The code for
checking stands on the PDF alone: what can be edited proves nothing.
"""

from collections import deque

from reports.documents import formatting
from reports.documents.archive import made_on
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
    table,
)

NARROW_FROM = 9  # a table with this many columns is set smaller, as in the PDF
NARROWEST_FROM = 14  # and smaller still: Word would break a word that stands out of its cell
HEAD = (mm(74), PORTRAIT.text - mm(74))
END = (mm(88), PORTRAIT.text - mm(88))
ROOM_TO_SIGN = 4  # lines
BOUND = 3  # pieces: a row, the end of its table and what keeps tables apart
BREAK = paragraph("NgatDoan")  # keeps tables apart, and carries the ends of sections


def report_docx(document):
    """Return the bytes of the document as .docx."""
    return package(
        _pieces(document),
        title=f"{document['type']} {document['abstract']}",
        author=document["issuer"],
        made_at=made_on(document),
        mark="DỰ THẢO" if document["draft_no"] else "",
    )


def _pieces(document):
    """Yield the body piece by piece: the letter, then each annex as a section of its own."""
    yield from _head(document)
    yield from _bound_to_the_end(_blocks(document["body"], PORTRAIT))
    yield from _end(document)
    paper, is_first = PORTRAIT, True
    for number, annex in enumerate(document["annexes"], 1):
        yield paragraph("NgatDoan", section=section(paper, is_first=is_first))
        paper, is_first = LANDSCAPE if annex["landscape"] else PORTRAIT, False
        label = f"Phụ lục {number}" if len(document["annexes"]) > 1 else "Phụ lục"
        yield from _annex(document, annex, label, paper)
    yield section(paper, is_first=is_first)


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
    last = deque()
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
        left = paragraph("NhanNoiNhan", "Nơi nhận:")
        left += "".join(paragraph("NoiNhan", line) for line in lines)
    yield from table([row([Cell(left), Cell(_signature(document["sign"]))], END)], END)
    yield BREAK  # no file may end with a table


def _signature(sign):
    return (
        (paragraph("QuyenHan", sign["capacity"]) if sign["capacity"] else "")
        + paragraph("ChucVu", sign["post"])
        + paragraph("ChucVu") * ROOM_TO_SIGN
        + paragraph("HoTen", sign["person"])
    )


def _annex(document, annex, label, paper):
    yield paragraph("SoPhuLuc", label)
    yield paragraph("TenPhuLuc", annex["title"])
    yield paragraph("KemTheo", f"({formatting.accompanying(document)})")
    yield paragraph("GachNgang", "-----")
    yield from _blocks(annex["body"], paper)


# --- blocks -------------------------------------------------------------------------


def _blocks(blocks, paper):
    for block in blocks:
        yield from _WRITE[block["type"]](block, paper)


def _heading(block, paper):
    yield paragraph(f"Heading{min(block['level'], 3)}", block["text"])


def _paragraph(block, paper):
    for line in block["text"].split("\n"):
        if line.strip():
            yield paragraph("NoiDung", line)


def _bullets(block, paper):
    for item in block["items"]:
        yield paragraph("GachDauDong", f"- {item}")


def _records(block, paper):
    for item in block["items"]:
        yield paragraph("CauHoi", item["title"])
        for line in item["lines"]:
            yield paragraph("ChiTiet", run(f"{line['label']}: ", italic=True), run(line["text"]))


def _table(block, paper):
    columns = block["columns"]
    is_narrow = len(columns) >= NARROW_FROM
    style = "BangHep" if is_narrow else "Bang"
    if len(columns) >= NARROWEST_FROM:
        style = "BangRatHep"
    widths = _shared(paper.text, [column["width"] for column in columns])

    def cells(values, *, bold=False):
        return [
            Cell(
                paragraph(
                    style,
                    run(formatting.cell_text(value), bold=bold),
                    align="" if column["align"] == "center" else column["align"],
                ),
                middle=True,
                padding=60 if is_narrow and column["align"] == "left" else None,
            )
            for column, value in zip(columns, values, strict=True)
        ]

    def rows():
        heading = [
            Cell(paragraph(style, run(column["label"], bold=True), keep_next=True), middle=True)
            for column in columns
        ]
        yield row(heading, widths, is_heading=True)
        for values in block["rows"]:
            yield row(cells(values), widths)
        if not block["rows"]:
            yield row([Cell(paragraph(style, block["empty"]), spans=len(columns))], widths)
        elif block["total"]:
            yield row(cells(block["total"], bold=True), widths)

    if block["caption"]:
        yield paragraph("TenBang", block["caption"])
    padding = 20 if is_narrow else None
    yield from table(rows(), widths, style="KeBang", padding=padding, caption=block["caption"])
    yield BREAK


def _shared(whole, parts):
    """Return `whole` divided in the proportion of `parts`, without a rest."""
    total, ends, done = sum(parts), [], 0
    for part in parts:
        done += part
        ends.append(round(whole * done / total))
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


_WRITE = {
    "heading": _heading,
    "paragraph": _paragraph,
    "bullets": _bullets,
    "records": _records,
    "table": _table,
}
