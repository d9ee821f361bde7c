"""Spreadsheets as people send them, and what is in them once the portal has read them."""

import io
import unicodedata
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from committees.domain.import_reading import rows_of
from committees.domain.importing import columns_of, judge
from foundation.sheets import read_sheets
from tests.world import NOON

COMMITTEES = ["Mã", "Tên", "Loại"]
OLD_HEADERS = [unicodedata.normalize("NFD", header) for header in COMMITTEES]
PEOPLE = ["Họ và tên", "Thư điện tử", "Mã đảng ủy", "Vai trò"]


def xlsx(header, *rows, change=None):
    """Return the bytes of a workbook; `change` may do something to its sheet."""
    book = Workbook()
    sheet = book.active
    for row in (header, *rows):
        sheet.append(row)
    if change:
        change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(content, name="danh-sach.xlsx"):
    return SimpleUploadedFile(name, content)


def with_part(content, part, change):
    """Return the workbook with one part of its archive changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return stream.getvalue()


TEXTS = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXTS_ARE_THERE = (
    b'<Relationship Id="rId99" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org'
    b'/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)
TEXTS_ARE_TEXTS = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats'
    b'-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def with_texts(content, *texts):
    """Return the workbook with its texts in a part of their own, as Excel writes them."""
    table = f'<sst xmlns="{MAIN}">{"".join(f"<si>{text}</si>" for text in texts)}</sst>'
    content = with_part(
        content, "[Content_Types].xml", lambda old: old.replace(b"</Types>", TEXTS_ARE_TEXTS)
    )
    content = with_part(
        content,
        "xl/_rels/workbook.xml.rels",
        lambda old: old.replace(b"</Relationships>", TEXTS_ARE_THERE),
    )
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TEXTS, table)
    return stream.getvalue()


def judged(kind, header, *rows, by, at=NOON, change=None):
    """Return the Rows of such a sheet after the dry run."""
    sheets = read_sheets(upload(xlsx(header, *rows, change=change)))
    found, _notes = rows_of(sheets, columns_of(kind))
    judge(found, kind=kind, by=by, at=at)
    return found


def errors(rows):
    """Return {row number: [(column, message), …]} of the rows that are wrong."""
    return {
        row.number: [(error["column"], error["message"]) for error in row.faults]
        for row in rows
        if row.errors
    }


def effects(rows):
    return [row.effect for row in rows]
