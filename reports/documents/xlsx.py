"""The annexes and the tables of a report as a spreadsheet, with cells that are what they say.

Like the PDF it is made from the frozen document and figures alone, without the database:
same input, same bytes. openpyxl is imported inside the functions, because it is slow.
"""

import datetime as dt
import io
import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

from foundation.xlsx import cell
from reports.documents import formatting, words
from reports.documents.archive import UndatedZip, made_on
from reports.documents.columns import Kind
from reports.documents.layout import in_lines
from reports.documents.tables import columns_of, facts_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FONT = "Times New Roman"
MOST_IN_A_CELL = 16_000  # a cell holds 32,767 units, and a sign may take two
SHEET_WIDTH = 150  # signs that the columns of a sheet share, more where there are many
WIDTH_OF_A_DAY = 13
LINE, TALLEST = 16, 409  # points; no row may be taller
SIGNS_A_LINE = (
    1.1  # of a column's width: the font is narrow, but words do not fill a line to its end
)
EXPLAINING = "Giải thích"
A4 = "9"  # as spreadsheets number papers
HEADING_ROW = 3
NOT_IN_A_SHEET_NAME = re.compile(r"[^\w .,()-]")
NOTES = (
    "Dấu “–” là chưa có số liệu, khác với số 0.",
    "Nội dung dài hơn một ô chứa được thì viết tiếp ở dòng ngay dưới, các ô khác của dòng đó để trống.",
    "Ô bắt đầu bằng dấu nháy đơn (') trước =, +, -, @ là văn bản người dùng nhập, không phải công thức.",
)
DAY = re.compile(r"(\d{2})/(\d{1,2})/(\d{4})")


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
        columns=columns_of("items"),
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
        words.answer_told(item),
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
        self._page, self._align = page, align
        self._is_bold, self._is_filled, self._is_boxed = bold, filled, boxed
        self._cells = {}

    def cell(self, value):
        kind = kind_of(value)
        one = self._cells.get(kind)
        if one is None:
            one = self._cells[kind] = self._styled(FORMATS[kind])
        one.value = value
        return one

    def _styled(self, number_format):
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        one = WriteOnlyCell(self._page)
        one.font = Font(name=FONT, size=12, bold=self._is_bold)
        one.number_format = number_format
        one.alignment = Alignment(
            horizontal=self._align,
            vertical="center" if self._is_filled else "top",
            wrap_text=self._is_boxed,
        )
        if self._is_boxed:
            line = Side(style="thin")
            one.border = Border(left=line, right=line, top=line, bottom=line)
        if self._is_filled:
            one.fill = PatternFill("solid", fgColor="E7E6E6")
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
        return (may_be_day and _day(value)) or cell(in_lines(value))
    return value


def _day(text):
    """Return the day that "18/6/2026" is, or None."""
    found = DAY.fullmatch(text)
    try:
        return found and dt.date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _write(book, sheet, source):
    """Write one sheet: what it is, where it comes from, the heading, the rows."""
    page = book.create_sheet(sheet.name)
    stream = Stream(page, sheet.table, sheet.columns)
    plain = Pen(page, boxed=False)
    page.append([Pen(page, bold=True, boxed=False).cell(cell(sheet.caption))])
    page.append([plain.cell(cell(source))])
    stream.append_heading()
    pens = _pens(page, sheet.columns)
    for row in sheet.rows:
        stream.append(row, pens)
    if stream.end == HEADING_ROW:
        page.append([plain.cell(cell(sheet.empty))])
        stream.end += 1
    else:
        page.auto_filter.ref = f"A{HEADING_ROW}:{stream.last}{stream.end}"
    if sheet.total:
        stream.append(sheet.total, _pens(page, sheet.columns, bold=True))
    page.print_area = f"A1:{stream.last}{stream.end}"


def _pens(page, columns, *, bold=False):
    """Return a pen for each column; columns that look alike share one."""
    pens = {align: Pen(page, align=align, bold=bold) for align in {c["align"] for c in columns}}
    return [pens[one["align"]] for one in columns]


class Stream:
    """The rows of a page on their way out, each as tall as its texts need.

    Paper, widths and the heading that stays are set before the first row, as a stream demands.
    `end` is the row that was written last, `last` the letter of the last column.
    """

    def __init__(self, page, table, columns):
        from openpyxl.utils import get_column_letter

        self.page, self.columns, self.end = page, columns, HEADING_ROW
        self.last = get_column_letter(len(columns))
        # Elsewhere "05/06/2026" may be what somebody typed, and stays the text that it is.
        self.may_be_day = [facts_of(table, one).kind == Kind.DAY for one in columns]
        self.widths = _widths(columns, self.may_be_day)
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
        for number, width in enumerate(self.widths, 1):
            page.column_dimensions[get_column_letter(number)].width = width

    def append_heading(self):
        pen = Pen(self.page, align="center", bold=True, filled=True)
        labels = [cell(one["label"]) for one in self.columns]
        self._send(HEADING_ROW, labels, [pen] * len(labels), widths=[0.7 * w for w in self.widths])

    def append(self, row, pens):
        """Append a row, and below it what no cell can hold."""
        values = [
            typed(value, may_be_day=may_be_day)
            for value, may_be_day in zip(row, self.may_be_day, strict=True)
        ]
        while any(isinstance(value, str) and len(value) > MOST_IN_A_CELL for value in values):
            self.end += 1
            self._send(self.end, [_head(value) for value in values], pens)
            values = [cell(_rest(value)) for value in values]
        self.end += 1
        self._send(self.end, values, pens)

    def _send(self, number, values, pens, *, widths=None):
        # Said, because not every program measures the texts of a row by itself.
        lines = max(map(lines_of, values, widths or self.widths))
        self.page.row_dimensions[number].height = min(lines * LINE, TALLEST)
        self.page.append(pen.cell(value) for pen, value in zip(pens, values, strict=True))
        del self.page.row_dimensions[number]


def _widths(columns, hold_days):
    whole = sum(one["width"] for one in columns)
    shared = max(SHEET_WIDTH, 17 * len(columns))
    least = [
        WIDTH_OF_A_DAY
        if is_day
        else max(6, *(len(word) + 3 for word in one["label"].split() or [""]))
        for one, is_day in zip(columns, hold_days, strict=True)
    ]
    return [
        round(min(max(shared * one["width"] / whole, width), 80), 1)
        for one, width in zip(columns, least, strict=True)
    ]


def lines_of(value, width):
    """Return how many lines a value takes in a column of `width` signs, rather too many."""
    if not isinstance(value, str) or len(value) < width * SIGNS_A_LINE:
        return 1
    return sum(1 + int(len(line) / (width * SIGNS_A_LINE)) for line in value.split("\n"))


def _head(value):
    return value[:MOST_IN_A_CELL] if isinstance(value, str) else value


def _rest(value):
    return value[MOST_IN_A_CELL:] if isinstance(value, str) else ""


def _explain(book, sheets, document, figures):
    """Write the last sheet: what the file is, and what each column of each sheet means."""
    page = book.create_sheet(EXPLAINING)
    columns = columns_of("explaining")
    stream = Stream(page, "explaining", columns)
    bold, plain = Pen(page, bold=True, boxed=False), Pen(page, boxed=False)
    page.append([bold.cell(cell(f"{document['type']} {document['abstract']}"))])
    page.append([plain.cell(cell(_source(document)))])
    stream.append_heading()
    pens = _pens(page, columns)
    for sheet in sheets:
        for one in sheet.columns:
            explained = facts_of(sheet.table, one).explained
            stream.append([sheet.name, one["label"], explained], pens)
    page.append([])
    if figures.get("as_of"):
        as_of = dt.datetime.fromisoformat(figures["as_of"]).astimezone(ZONE)
        page.append([plain.cell("Số liệu chốt đến")])
        page.append([plain.cell(as_of.replace(tzinfo=None, microsecond=0))])
    for note in NOTES:
        page.append([plain.cell(cell(note))])
    page.print_area = f"A1:{stream.last}{stream.end + 3 + len(NOTES)}"
