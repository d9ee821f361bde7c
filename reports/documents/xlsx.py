"""The annexes and the tables of a report as a spreadsheet, with cells that are what they say.

Like the PDF it is made from the frozen document and figures alone, without the database:
same input, same bytes. openpyxl is imported inside the functions, because it is slow.
"""

import datetime as dt
import io
import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dialogue_portal.xlsx import cell
from reports.documents import formatting, words
from reports.documents.archive import UndatedZip, made_on
from reports.documents.blocks import column
from reports.documents.explaining import NOTES, explanation

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FONT = "Times New Roman"
MOST_IN_A_CELL = 16_000  # a cell holds 32,767 units, and a sign may take two
SHEET_WIDTH = 150  # signs that the columns of a sheet share
EXPLAINING = "Giải thích"
A4 = "9"  # as spreadsheets number papers
HEADING_ROW = 3
NOT_IN_A_SHEET_NAME = re.compile(r"[^\w .,()-]")
DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


class Sheet(NamedTuple):
    """One table on its way into the workbook; `rows` may be read only once."""

    name: str
    table: str
    caption: str
    columns: list
    rows: object
    total: list | None
    empty: str
    is_landscape: bool = True


def annex_workbook(document, figures):
    """Return the bytes of an .xlsx: a sheet for each table and annex, and one that explains them.

    `document` and `figures` are those of a report's or a consolidated report's snapshot.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheets = list(_sheets(document, figures))
    source = _source(document)
    for sheet in sheets:
        _write(book, sheet, source)
    _explain(book, sheets, document, figures)
    return _packed(book, document)


def _packed(book, document):
    """Return the bytes of the workbook, in which nothing tells when they were written."""
    from openpyxl.writer.excel import ExcelWriter

    made_at = made_on(document)
    book.properties.creator = cell(document["issuer"])
    book.properties.title = cell(f"{document['type']} {document['abstract']}")
    book.properties.language = "vi-VN"
    book.properties.created = book.properties.modified = made_at
    stream = io.BytesIO()
    with UndatedZip(stream, made_at) as archive:
        ExcelWriter(book, archive).write_data()
    return stream.getvalue()


# --- what the sheets hold -----------------------------------------------------------


def _sheets(document, figures):
    """Yield the tables of the body and of the annexes, in the order of the document."""
    taken = {EXPLAINING.casefold()}
    annexes = document["annexes"]
    for block in document["body"]:
        if block["type"] == "table":
            yield _table_sheet(block, _free_name(_short(block["caption"]) or "Bảng", taken))
    for number, annex in enumerate(annexes, 1):
        label = f"Phụ lục {number}" if len(annexes) > 1 else "Phụ lục"
        tables = [block for block in annex["body"] if block["type"] == "table"]
        if not tables and "items" in figures:
            yield _items_sheet(figures["items"], annex["title"], _free_name(label, taken))
        for block in tables:
            yield _table_sheet(
                {**block, "caption": block["caption"] or annex["title"]},
                _free_name(_short(block["caption"]) or label, taken),
            )


def _short(caption):
    """Return "Bảng 3" of "Bảng 3. Ý kiến …"."""
    return caption.partition(". ")[0] if re.match(r"(Bảng|Biểu) \d", caption) else ""


def _free_name(name, taken):
    """Return `name` as a sheet may be called, and as none in `taken` is called yet."""
    name = NOT_IN_A_SHEET_NAME.sub(" ", name)[:24].strip() or "Bảng"
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free.casefold())
    return free


def _table_sheet(block, name):
    return Sheet(
        name=name,
        table=block["name"],
        caption=block["caption"],
        columns=block["columns"],
        rows=block["rows"],
        total=block["total"] if block["rows"] else None,
        empty=block["empty"],
    )


def _items_sheet(items, title, name):
    """Phụ lục 1: the same as its records on paper, one question a row."""
    return Sheet(
        name=name,
        table="items",
        caption=title,
        columns=[
            column("TT", 5),
            column("Mã", 8),
            column("Nhóm nội dung", 18, "left"),
            column("Nội dung", 40, "left"),
            column("Hình thức gửi", 14),
            column("Thời điểm nêu", 14),
            column("Kết quả", 20, "left"),
            column("Trả lời", 40, "left"),
            column("Người trả lời", 18, "left"),
            column("Ngày trả lời", 12),
            column("Lần thứ", 7),
        ],
        rows=(_item_row(number, item) for number, item in enumerate(items, 1)),
        total=None,
        empty="" if items else "Không phát sinh.",
    )


def _item_row(number, item):
    return [
        number,
        item["code"],
        item["group"],
        item["text"] or words.UNEDITED,
        words.CHANNELS[item["channel"]],
        words.when_raised(item),
        words.outcome(item),
        item["answer"],
        item["answered_by"],
        item["answered_on"] and dt.date.fromisoformat(item["answered_on"]),
        item["times_raised"],
    ]


def _source(document):
    number = (
        formatting.number_and_symbol(document["number"], document["symbol"])
        if document["number"]
        else "Dự thảo"
    )
    day = formatting.short_document_date(document["issued_on"]) if document["issued_on"] else ""
    return ", ".join(filter(None, [document["issuer"], number, day and f"ngày {day}"]))


# --- writing ------------------------------------------------------------------------

FORMATS = {
    "text": "@",
    "whole": "#,##0",
    "decimal": "#,##0.0",
    "day": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
}


class Pen:
    """Writes cells of one look. Its cells are used again: each is good until the next is asked
    for, which a sheet that is written in one stream allows and which saves most of the time."""

    def __init__(self, page, *, align="left", bold=False, filled=False, boxed=True):
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        line = Side(style="thin")
        self._cells = {}
        for kind, number_format in FORMATS.items():
            one = self._cells[kind] = WriteOnlyCell(page)
            one.font = Font(name=FONT, size=12, bold=bold)
            one.number_format = number_format
            one.alignment = Alignment(
                horizontal=align, vertical="center" if filled else "top", wrap_text=boxed
            )
            if boxed:
                one.border = Border(left=line, right=line, top=line, bottom=line)
            if filled:
                one.fill = PatternFill("solid", fgColor="E7E6E6")

    def cell(self, value):
        one = self._cells[kind_of(value)]
        one.value = value
        return one


def kind_of(value):
    """Return which of FORMATS shows the value as documents write it."""
    if isinstance(value, float):
        return "whole" if value.is_integer() else "decimal"
    if isinstance(value, int):
        return "whole"
    if isinstance(value, dt.datetime):
        return "moment"
    return "day" if isinstance(value, dt.date) else "text"


def typed(value, *, may_be_day):
    """Return the value as a cell keeps it; a day that is written out becomes a day again."""
    if value is None:
        return formatting.NOTHING_KNOWN
    if isinstance(value, float):
        return round(value, 1)
    if isinstance(value, str):
        return (may_be_day and _day(value)) or cell(value)
    return value


def _day(text):
    """Return the day that "18/06/2026" is, or None."""
    found = DAY.fullmatch(text)
    try:
        return found and dt.date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _write(book, sheet, source):
    """Write one sheet: what it is, where it comes from, the heading, the rows."""
    page = book.create_sheet(sheet.name)
    last = _set_up(page, sheet.columns)
    plain, heading = Pen(page, boxed=False), Pen(page, align="center", bold=True, filled=True)
    page.append([Pen(page, bold=True, boxed=False).cell(cell(sheet.caption))])
    page.append([plain.cell(cell(source))])
    page.append(heading.cell(cell(one["label"])) for one in sheet.columns)
    aligned = [one["align"] for one in sheet.columns]
    end = HEADING_ROW
    pens = _pens(page, aligned)
    for row in sheet.rows:
        end += _append(page, row, pens, aligned)
    if end == HEADING_ROW:
        page.append([plain.cell(cell(sheet.empty))])
        end += 1
    else:
        page.auto_filter.ref = f"A{HEADING_ROW}:{last}{end}"
    if sheet.total:
        end += _append(page, sheet.total, _pens(page, aligned, bold=True), aligned)
    page.print_area = f"A1:{last}{end}"


def _pens(page, aligned, *, bold=False):
    """Return a pen for each column; columns that look alike share one."""
    pens = {align: Pen(page, align=align, bold=bold) for align in set(aligned)}
    return [pens[align] for align in aligned]


def _append(page, row, pens, aligned):
    """Append a row, and below it what no cell can hold; return how many rows it became."""
    # What people typed stands on the left: there "05/06/2026" stays the text that it is.
    values = [
        typed(value, may_be_day=align != "left") for value, align in zip(row, aligned, strict=True)
    ]
    rows = 1
    while any(isinstance(value, str) and len(value) > MOST_IN_A_CELL for value in values):
        _send(page, [_head(value) for value in values], pens)
        values = [cell(_rest(value)) for value in values]
        rows += 1
    _send(page, values, pens)
    return rows


def _send(page, values, pens):
    page.append(pen.cell(value) for pen, value in zip(pens, values, strict=True))


def _head(value):
    return value[:MOST_IN_A_CELL] if isinstance(value, str) else value


def _rest(value):
    return value[MOST_IN_A_CELL:] if isinstance(value, str) else ""


def _set_up(page, columns):
    """Set paper, widths and the heading that stays; return the letter of the last column.

    All of it before the first row, as a stream demands.
    """
    from openpyxl.utils import get_column_letter

    page.page_setup.paperSize = A4
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.6
    page.page_margins.top = page.page_margins.bottom = 0.7
    page.oddFooter.center.text = "&P/&N"
    page.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    page.freeze_panes = f"A{HEADING_ROW + 1}"
    whole = sum(one["width"] for one in columns)
    for number, one in enumerate(columns, 1):
        longest_word = max(map(len, one["label"].split()), default=0)
        width = max(SHEET_WIDTH * one["width"] / whole, longest_word + 3, 6)
        page.column_dimensions[get_column_letter(number)].width = round(min(width, 80), 1)
    return get_column_letter(len(columns))


def _explain(book, sheets, document, figures):
    """Write the last sheet: what the file is, and what each column of each sheet means."""
    page = book.create_sheet(EXPLAINING)
    columns = [column("Trang tính", 18), column("Cột", 30), column("Giải thích", 102)]
    last = _set_up(page, columns)
    bold, plain = Pen(page, bold=True, boxed=False), Pen(page, boxed=False)
    page.append([bold.cell(cell(f"{document['type']} {document['abstract']}"))])
    page.append([plain.cell(cell(_source(document)))])
    heading, boxed = Pen(page, align="center", bold=True, filled=True), Pen(page)
    page.append(heading.cell(one["label"]) for one in columns)
    for sheet in sheets:
        for one in sheet.columns:
            label = one["label"]
            texts = (sheet.name, label, explanation(sheet.table, label))
            page.append(boxed.cell(cell(text)) for text in texts)
    page.append([])
    if figures.get("as_of"):
        as_of = dt.datetime.fromisoformat(figures["as_of"]).astimezone(ZONE)
        page.append([plain.cell("Số liệu chốt đến")])
        page.append([plain.cell(as_of.replace(tzinfo=None, microsecond=0))])
    for note in NOTES:
        page.append([plain.cell(cell(note))])
    page.print_area = f"A1:{last}{HEADING_ROW + sum(len(sheet.columns) for sheet in sheets) + 6}"
