"""Lists as offices send them: every sheet of an .xlsx, or a .csv, read with limits."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from foundation.file_kinds import what_is

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zipfile import ZipFile, ZipInfo

    from django.core.files.uploadedfile import UploadedFile


LARGEST = 5 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
CHUNK = 4 * 1024 * 1024
LONGEST_ROW = 16 * 1024 * 1024
MOST_ROW_TAGS = 20_000
MOST_SHEETS = 40
LAST_ROW = 1_048_576
MOST_COLUMNS = 60
# What stands in a cell whose formula no program has worked out.
NOT_COMPUTED = "=?"
PADDED = re.compile(r"0{2,20}")
# Cells and rows that are only formatted; those that say no place hold others in theirs.
EMPTY_CELL = re.compile(
    rb'<((?:\w+:)?c)\s[^>]*?\br="[^>]*?(?:/>|>\s*(?:<(?:\w+:)?v\s*/>|<v></v>)?</\1>)'
)
EMPTY_ROW = re.compile(rb'<((?:\w+:)?row)\s[^>]*?\br="[^>]*?(?:/>|>\s*</\1>)')
ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
FORMULA_ALONE = re.compile(
    rb"(<c\s[^>]*?)(?:\st=\"\w+\")?((?:\s[^>]*)?>)<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"
)
KINDS_WITH_WORDS = {"encrypted_office": "encrypted", "xls": "old_excel", "odf": "open_document"}


@dataclass(frozen=True)
class Limit:
    """How much one part of the archive may hold once it is unpacked."""

    octets: int
    tags: int


SHEET = Limit(60 * 1024 * 1024, 1_000_000)
TEXTS = Limit(25 * 1024 * 1024, 1_000_000)
OTHER = Limit(6 * 1024 * 1024, 100_000)


class NotASpreadsheet(Exception):
    """The file is no list that can be read, or too large; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Sheet:
    """One sheet: [(number, values)] of the rows that hold something."""

    name: str
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)


def read_sheets(file: UploadedFile[Any]) -> list[Sheet]:
    """Return the Sheets of an uploaded file, in its order.

    Raises NotASpreadsheet with the reasons too_large, too_many_rows, empty, encrypted,
    old_excel, open_document, strict, not_utf8, not_xlsx.
    """
    if (file.size or 0) > LARGEST:
        raise NotASpreadsheet("too_large")
    content = file.read()
    kind = what_is(content)
    try:
        if kind == "unknown" and str(file.name).lower().endswith((".csv", ".txt")):
            sheets = [_read_text(content)]
        elif kind == "xlsx":
            sheets = _read_workbook(_without_empty_cells(content))
        else:
            raise NotASpreadsheet(KINDS_WITH_WORDS.get(kind, "not_xlsx"))
    except NotASpreadsheet:
        raise
    except Exception as error:  # openpyxl raises nearly anything on a broken file
        raise NotASpreadsheet("not_xlsx") from error
    if not sheets:
        raise NotASpreadsheet("not_xlsx")
    if not any(sheet.rows for sheet in sheets):
        raise NotASpreadsheet("empty")
    return sheets


def _without_empty_cells(content: bytes) -> io.BytesIO:
    """Return the archive without what is only formatted, its parts within their limits.

    Raises NotASpreadsheet if a part would take long to read or much memory to hold.
    """
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new,
    ):
        # The sheets first: "too many rows" says more than "too large".
        for part in sorted(old.infolist(), key=lambda part: not _is_sheet(part)):
            if _is_sheet(part):
                found = _sheet_part(old, part)
            elif part.filename.endswith((".xml", ".rels")):
                found = _other_part(old, part)
            else:
                continue  # pictures, printer settings
            # No office program writes one, and what it defines would not be counted here.
            if b"<!DOCTYPE" in found or b"\0" in found:
                raise NotASpreadsheet("not_xlsx")
            if part.filename == "xl/workbook.xml" and b"purl.oclc.org/ooxml" in found:
                raise NotASpreadsheet("strict")
            new.writestr(part.filename, found)
    return stream


def _other_part(archive: ZipFile, part: ZipInfo) -> bytes:
    limit = TEXTS if part.filename.endswith("sharedStrings.xml") else OTHER
    if part.file_size > limit.octets:
        raise NotASpreadsheet("too_large")
    found = archive.read(part)
    if found.count(b"<") > limit.tags:
        raise NotASpreadsheet("too_large")
    return found


def _sheet_part(archive: ZipFile, part: ZipInfo) -> bytes:
    """Return a sheet without its empty cells and rows, unpacked piece by piece."""
    if part.file_size > MOST_UNPACKED:
        raise NotASpreadsheet("too_large")
    kept, octets, rows, tags, rest = [], 0, 0, 0, b""
    with archive.open(part) as unpacked:
        while chunk := unpacked.read(CHUNK):
            rest += chunk
            end = max(rest.rfind(b"<row"), rest.rfind(b":row "))
            if end > 0:
                end = rest.rfind(b"<", 0, end + 1)
            if end <= 0:
                if len(rest) > LONGEST_ROW:
                    raise NotASpreadsheet("too_large")
                continue
            kept.append(_stripped(rest[:end]))
            rest = rest[end:]
            octets, rows, tags = (
                octets + len(kept[-1]),
                rows + _rows(kept[-1]),
                tags + kept[-1].count(b"<"),
            )
            _judge_size(octets, rows, tags)
    kept.append(_stripped(rest))
    _judge_size(octets + len(kept[-1]), rows + _rows(kept[-1]), tags + kept[-1].count(b"<"))
    return b"".join(kept)


def _stripped(xml: bytes) -> bytes:
    xml = EMPTY_ROW.sub(b"", EMPTY_CELL.sub(b"", xml))
    return FORMULA_ALONE.sub(rb'\1 t="str"\2<v>=?</v></c>', xml) if b"<f" in xml else xml


def _rows(xml: bytes) -> int:
    return len(ROW.findall(xml))


def _judge_size(octets: int, rows: int, tags: int) -> None:
    if rows > MOST_ROW_TAGS:
        raise NotASpreadsheet("too_many_rows")
    if octets > SHEET.octets or tags > SHEET.tags:
        raise NotASpreadsheet("too_large")


def _is_sheet(part: ZipInfo) -> bool:
    return part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")


def _read_workbook(stream: io.BytesIO) -> list[Sheet]:
    from openpyxl import load_workbook

    stream.seek(0)
    book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    return [_read_sheet(book, sheet) for sheet in book.worksheets[:MOST_SHEETS]]


def _read_sheet(book: Any, sheet: Any) -> Sheet:
    from openpyxl.worksheet._reader import WorkSheetParser

    found = Sheet(name=sheet.title, is_hidden=sheet.sheet_state != "visible")
    with sheet._get_source() as source:
        # Read row by row with their numbers: openpyxl's own way fills every gap with rows.
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if number > LAST_ROW:
                raise NotASpreadsheet("too_many_rows")
            values = _values(book, cells)
            if any(value is not None and str(value).strip() for value in values):
                found.rows.append((number, values))
        found.hidden_rows = {
            int(number)
            for number, row in parser.row_dimensions.items()
            if str(row.get("hidden", "")).lower() in ("1", "true")
        }
    return found


def _values(book: Any, cells: Iterable[Mapping[str, Any]]) -> list[Any]:
    values: list[Any] = []
    for cell in cells:
        place = cell["column"] - 1
        if place >= MOST_COLUMNS:
            break
        values += [None] * (place - len(values))
        values.append(_value(book, cell))
    return values


def _value(book: Any, cell: Mapping[str, Any]) -> Any:
    value = cell["value"]
    if isinstance(value, int) and not isinstance(value, bool) and cell["style_id"]:
        form = _number_format(book, cell["style_id"])
        return f"{value:0{len(form)}d}" if PADDED.fullmatch(form) else value
    return value


def _number_format(book: Any, style: int) -> str:
    number = book._cell_styles[style].numFmtId
    return book._number_formats[number - 164] if number >= 164 else ""


def _read_text(content: bytes) -> Sheet:
    text = _decoded(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    lines = csv.reader(io.StringIO(text), delimiter=separator)
    rows = []
    for values in lines:
        if any(value.strip() for value in values):
            rows.append((lines.line_num, [value or None for value in values[:MOST_COLUMNS]]))
        if len(rows) > MOST_ROW_TAGS:
            raise NotASpreadsheet("too_many_rows")
    return Sheet(name="", rows=rows)


def _decoded(content: bytes) -> str:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotASpreadsheet("not_utf8") from error
