"""Spreadsheets in and out: read with limits, written so that nothing runs."""

import io
import zipfile
from dataclasses import dataclass

from dialogue_portal.text import printable

# The full-width signs are taken for the plain ones by spreadsheets of the Far East.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
LARGEST = 5 * 1024 * 1024
MOST_ROW_TAGS = 20_000
MOST_COLUMNS = 40
MOST_EMPTY_ROWS = 10_000


@dataclass(frozen=True)
class Limit:
    """How much one part of the archive may hold once it is unpacked."""

    octets: int
    tags: int


SHEET = Limit(60 * 1024 * 1024, 1_000_000)
TEXTS = Limit(25 * 1024 * 1024, 1_000_000)
OTHER = Limit(6 * 1024 * 1024, 100_000)


class NotASpreadsheet(Exception):
    """The file is no .xlsx, or too large to be read; `reason` is a code."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def cell(value):
    """Return text that a spreadsheet shows as it is and never runs as a formula."""
    if value is None or isinstance(value, int | float):
        return value
    text = printable(str(value))
    is_more = text.startswith(FORMULA_STARTS) or text.strip().startswith(FORMULA_STARTS)
    return f"'{text}" if is_more or text.strip() in ERRORS else text


def read_rows(file, *, most_rows):
    """Return the rows of the first sheet that hold something: [(number in the sheet, values)].

    `file` is an uploaded file; the first row found is the header. Raises NotASpreadsheet
    with the reasons too_large, not_xlsx, empty, too_many_rows.
    """
    if file.size > LARGEST:
        raise NotASpreadsheet("too_large")
    content = io.BytesIO(file.read())
    try:
        _refuse_bombs(content)
        rows = _rows_of_first_sheet(content, most_rows)
    except NotASpreadsheet:
        raise
    except Exception as error:  # openpyxl raises nearly anything on a broken file
        raise NotASpreadsheet("not_xlsx") from error
    if not rows:
        raise NotASpreadsheet("empty")
    return rows


def _refuse_bombs(content):
    """Raise NotASpreadsheet if a part would take long to read or much memory to hold."""
    with zipfile.ZipFile(content) as archive:
        # The sheets first: "too many rows" says more than "too large".
        for part in sorted(archive.infolist(), key=lambda part: not _is_sheet(part)):
            limit = _limit(part)
            if part.file_size > limit.octets:
                raise NotASpreadsheet("too_large")
            found = archive.read(part)
            if _is_sheet(part) and found.count(b"<row") > MOST_ROW_TAGS:
                raise NotASpreadsheet("too_many_rows")
            if found.count(b"<") > limit.tags:
                raise NotASpreadsheet("too_large")
            # No office program writes one, and what it defines would not be counted here.
            if b"<!DOCTYPE" in found or (b"\0" in found and part.filename.endswith(".xml")):
                raise NotASpreadsheet("not_xlsx")


def _is_sheet(part):
    return part.filename.startswith("xl/worksheets/")


def _limit(part):
    if _is_sheet(part):
        return SHEET
    return TEXTS if part.filename.endswith("sharedStrings.xml") else OTHER


def _rows_of_first_sheet(content, most_rows):
    from openpyxl import load_workbook

    book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # Some programs write a wrong size into the file.
    sheet.reset_dimensions()
    rows = []
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        if any(value is not None and str(value).strip() for value in row):
            rows.append((number, list(row)))
        if len(rows) > most_rows + 1 or number - len(rows) > MOST_EMPTY_ROWS:
            raise NotASpreadsheet("too_many_rows")
    return rows


def workbook(header, rows, *, title, notes=()):
    """Return the bytes of an .xlsx with one sheet, and a second one that explains the columns."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    sheet.append([cell(value) for value in header])
    for one in sheet[1]:
        one.font = Font(bold=True)
    for row in rows:
        sheet.append([cell(value) for value in row])
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header):
        sheet.column_dimensions[sheet.cell(1, number + 1).column_letter].width = max(
            14, len(name) + 4
        )
    if notes:
        explained = book.create_sheet("Hướng dẫn")
        for name, text in notes:
            explained.append([cell(name), cell(text)])
        explained.column_dimensions["A"].width = 34
        explained.column_dimensions["B"].width = 90
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
