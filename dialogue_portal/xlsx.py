"""Spreadsheets in and out: read with limits, written so that nothing runs."""

import io
import zipfile

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 60 * 1024 * 1024


class NotASpreadsheet(Exception):
    """The file is no .xlsx, or too large to be read; `reason` is a code."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def cell(value):
    """Return text that a spreadsheet shows as it is and never runs as a formula."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def read_rows(file, *, most_rows):
    """Return the rows of the first sheet as lists of values, the header first.

    `file` is an uploaded file. Raises NotASpreadsheet with the reasons too_large,
    not_xlsx, empty, too_many_rows.
    """
    from openpyxl import load_workbook

    if file.size > LARGEST:
        raise NotASpreadsheet("too_large")
    content = file.read()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise NotASpreadsheet("too_large")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = []
        for row in sheet.iter_rows(values_only=True, max_col=40):
            if any(value not in (None, "") for value in row):
                rows.append(list(row))
                if len(rows) > most_rows + 1:
                    raise NotASpreadsheet("too_many_rows")
    except NotASpreadsheet:
        raise
    except Exception as error:  # openpyxl raises nearly anything on a broken file
        raise NotASpreadsheet("not_xlsx") from error
    if not rows:
        raise NotASpreadsheet("empty")
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
