"""Reading spreadsheets with limits, writing them so that nothing runs."""

import io
import re
import time
import zipfile

import pytest
from openpyxl import load_workbook

from foundation import sheets
from foundation.sheets import NotASpreadsheet, read_sheets
from foundation.xlsx import cell, workbook
from tests.committees.sheets import COMMITTEES, TEXTS, upload, with_part, with_texts, xlsx

SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000


def small():
    return xlsx(COMMITTEES, ["C03", "Đảng ủy Trường", "Cơ sở"])


def rows(content):
    (sheet,) = read_sheets(upload(content))
    return sheet.rows


def reason(content, name="danh-sach.xlsx"):
    with pytest.raises(NotASpreadsheet) as refused:
        read_sheets(upload(content, name))
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n" * 50, "not_xlsx"),
        (OLD_EXCEL, "not_xlsx"),
        (b"", "not_xlsx"),
        (b"PK\x03\x04 and no more", "not_xlsx"),
        (xlsx([]), "empty"),
        (xlsx([" ", None], ["", "\t"]), "empty"),
        (small() + b" " * 6 * 1024 * 1024, "too_large"),
    ],
    ids=["pdf", "xls", "nothing", "torn", "empty", "blanks", "6 MB"],
)
def test_what_is_no_list_is_refused(content, expected):
    assert reason(content) == expected


def test_an_archive_of_something_else_is_refused():
    assert reason(with_part(small(), "xl/workbook.xml", lambda old: b"<html/>")) == "not_xlsx"
    assert reason(with_part(small(), "xl/workbook.xml", lambda old: old[:-9])) == "not_xlsx"


def test_pictures_and_what_else_an_office_adds_are_passed_over():
    stream = io.BytesIO(small())
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("xl/media/image1.png", b"\x89PNG")
        package.writestr("xl/printerSettings/printerSettings1.bin", b"\0" * 9)

    assert rows(stream.getvalue()) == rows(small())


BOMBS = {
    "a sheet of blanks": (SHEET, lambda old: old + b" " * 61 * 1024 * 1024, "too_large"),
    "a row without end": (
        SHEET,
        lambda old: old.replace(b"</row>", b"<c><v>1</v></c>" * 400_000 + b"</row>", 1),
        "too_large",
    ),
    "rows of nothing": (
        SHEET,
        lambda old: old.replace(b"</sheetData>", b"<row/>" * 2_000_000 + b"</sheetData>"),
        "too_many_rows",
    ),
    "a row far down": (
        SHEET,
        lambda old: old.replace(b'r="2"', b'r="999999999"'),
        "too_many_rows",
    ),
    "texts without end": (
        TEXTS,
        lambda old: old.replace(b"</sst>", b"<si><t>a</t></si>" * 500_000 + b"</sst>"),
        "too_large",
    ),
    "styles of blanks": (STYLES, lambda old: old + b" " * 7 * 1024 * 1024, "too_large"),
    "styles without end": (
        STYLES,
        lambda old: old.replace(b"</cellXfs>", b"<xf/>" * 200_000 + b"</cellXfs>"),
        "too_large",
    ),
    "what defines itself": (
        TEXTS,
        lambda old: b'<!DOCTYPE a [<!ENTITY a "aaaa">]>' + old,
        "not_xlsx",
    ),
    "two octets a letter": (TEXTS, lambda old: old.decode().encode("utf-16"), "not_xlsx"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_unpacks_to_much_is_refused_at_once(name):
    part, change, expected = BOMBS[name]
    content = with_part(with_texts(small(), "<t>a</t>"), part, change)
    began = time.monotonic()

    assert reason(content) == expected

    assert time.monotonic() - began < 3


def test_a_sheet_that_says_it_is_endless_is_not_unpacked_at_all(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 100)
    monkeypatch.setattr(sheets, "_stripped", None)  # nothing may come so far

    assert reason(small()) == "too_large"


def test_columns_beyond_those_that_anybody_has_are_not_read():
    ((_number, header), (_number, row)) = rows(xlsx(["Mã"] * 70, ["x"] * 70))

    assert (len(header), len(row)) == (sheets.MOST_COLUMNS, sheets.MOST_COLUMNS)


def test_a_text_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROW_TAGS", 3)

    assert reason(b"a;b\n" * 4, "danh-sach.csv") == "too_many_rows"
    assert len(read_sheets(upload(b"a;b\n" * 3, "danh-sach.csv"))[0].rows) == 3


def test_fifty_thousand_rows_are_refused_at_once():
    content = xlsx(COMMITTEES, *([f"C{n}", f"Đảng ủy số {n}", "Cơ sở"] for n in range(50_000)))
    began = time.monotonic()

    assert reason(content) == "too_many_rows"

    assert time.monotonic() - began < 3


def test_hundreds_of_thousands_of_formatted_rows_are_passed_over():
    """Whoever formats whole columns sends this, with forty rows that count."""
    empty = b"".join(
        b'<row r="%d" spans="1:9"><c r="A%d" s="1"/><c r="B%d" s="1"></c></row>' % (n, n, n)
        for n in range(3, 400_000)
    )
    content = with_part(
        small(), SHEET, lambda old: old.replace(b"</sheetData>", empty + b"</sheetData>")
    )

    assert [number for number, _values in rows(content)] == [1, 2]


def test_a_cell_without_a_place_is_kept_in_its_place():
    bare = b'<row r="2"><c><v></v></c><c t="inlineStr"><is><t>B</t></is></c></row>'
    content = with_part(small(), SHEET, lambda old: re.sub(rb'<row r="2".*?</row>', bare, old))

    assert rows(content)[1][1] == [None, "B"]


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (OLD_EXCEL + "Workbook".encode("utf-16-le"), "a.xls", "old_excel"),
        (OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
        ("Họ và tên;Mã".encode("utf-16-le"), "a.csv", "not_utf8"),
        ("Họ và tên".encode("cp1258", "replace"), "a.csv", "not_utf8"),
        (b";;\r\n", "a.csv", "empty"),
        (b"", "a.csv", "not_xlsx"),
    ],
)
def test_what_to_do_is_told_by_what_it_is(content, name, expected):
    assert reason(content, name) == expected


def test_a_strict_workbook_is_told_from_a_broken_one():
    strict = with_part(
        small(),
        "xl/workbook.xml",
        lambda old: old.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    )

    assert reason(strict) == "strict"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_list_as_text_is_read_with_any_separator(separator, encoding):
    text = f'Mã{separator}Tên\r\n\r\n007{separator}"Đảng ủy{separator} Viện"\r\n'

    (sheet,) = read_sheets(upload(text.encode(encoding), "a.csv"))

    assert sheet.rows == [(1, ["Mã", "Tên"]), (3, ["007", f"Đảng ủy{separator} Viện"])]


def test_numbers_keep_the_zeros_they_are_shown_with():
    def padded(sheet):
        sheet["A2"].number_format = "0000000000"

    content = xlsx(["Điện thoại"], [912345678], change=padded)

    assert rows(content)[1][1] == ["0912345678"]


def test_our_own_empty_list_keeps_what_is_typed():
    book = load_workbook(io.BytesIO(workbook(["Mã", "Từ ngày"], [], title="T", as_text=True)))

    sheet = book.active
    assert {one.number_format for one in (*sheet["A"], *sheet["B"])} == {"@"}
    assert sheet.column_dimensions["B"].number_format == "@"


def test_rows_keep_the_number_that_the_sheet_shows():
    content = xlsx(["Mã"], [None], ["C03"], [""], [" "], ["C04"])

    numbers = [number for number, _values in rows(content)]

    assert numbers == [1, 3, 6]


def test_a_wrong_size_in_the_file_hides_no_row():
    lies = with_part(small(), SHEET, lambda old: old.replace(b'ref="A1:C2"', b'ref="A1"'))

    assert rows(lies)[1][1][:3] == ["C03", "Đảng ủy Trường", "Cơ sở"]


def test_texts_in_a_part_of_their_own_are_read_with_their_runs():
    rich = with_texts(small(), "<r><t>Đảng ủy</t></r><r><t> Viện</t></r>")
    pointing = b'<c r="B2" t="s"><v>0</v></c>'
    content = with_part(rich, SHEET, lambda old: re.sub(rb'<c r="B2".*?</c>', pointing, old))

    assert rows(content)[1][1][1] == "Đảng ủy Viện"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_never_runs(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", [None, 0, -3, 2.5, "", "Đảng ủy", "a=b"])
def test_what_cannot_run_stays_as_it_is(value):
    assert cell(value) == value


def test_a_written_workbook_is_read_back_with_its_types():
    content = workbook(
        ["Tên", "Số"], [["=1+1", 12], ["Đảng ủy", None]], title="T" * 40, notes=[("Tên", "@x")]
    )

    book = load_workbook(io.BytesIO(content))
    sheet, notes = book.worksheets

    assert sheet.title == "T" * 31
    assert list(sheet.values) == [("Tên", "Số"), ("'=1+1", 12), ("Đảng ủy", None)]
    assert [one.data_type for one in sheet[2]] == ["s", "n"]
    assert list(notes.values) == [("Tên", "'@x")]
