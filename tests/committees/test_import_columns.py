"""Columns and cells of a list: what is found, what is refused."""

import datetime as dt

import pytest

from committees.domain.import_reading import WrongColumns, rows_of
from committees.domain.importing import apply_import, check_file, columns_of
from committees.models import Committee
from foundation.sheets import Sheet
from tests.committees.lists import check, columns, committees
from tests.committees.sheets import (
    COMMITTEES,
    OLD_HEADERS,
    errors,
    upload,
    xlsx,
)
from tests.world import NOON, TODAY, moment

pytestmark = pytest.mark.django_db


def test_missing_columns_are_named(world):
    with pytest.raises(WrongColumns) as refused:
        committees(world, ["C03"], header=["Mã"])

    assert refused.value.missing == ["Tên", "Loại"]


def test_columns_are_known_in_any_order_case_and_spelling(world):
    header = [" LOAI ", "Ghi chú", "tên *", "MÃ"]

    (row,) = committees(world, ["Cơ sở", "x", "Đảng ủy Trường", "C03"], header=header)

    assert (row.values["code"], row.values["name"], row.errors) == ("C03", "Đảng ủy Trường", [])


def test_headers_may_be_decomposed(world):
    (row,) = committees(world, ["C03", "Đảng ủy Trường", "Cơ sở"], header=OLD_HEADERS)

    assert row.errors == []


def test_cells_become_clean_text(world):
    header = [*COMMITTEES, "Số đảng viên"]
    rows = [
        [12, "  Đảng   u\u0309y\nTru\u031bo\u031b\u0300ng\u200b ", "co so", 120.0],
        ["C04", "Đảng ủy\u202e Viện", "CẤP TRÊN CƠ SỞ", "120"],
    ]

    first, second = committees(world, *rows, header=header)

    assert first.errors == second.errors == []
    assert first.values["code"] == "12"
    assert first.values["name"] == "Đảng ủy Trường"
    assert first.values["party_members"] == second.values["party_members"] == "120"
    assert second.values["name"] == "Đảng ủy Viện"


def test_whole_numbers_lose_the_point_that_programs_write():
    sheet = Sheet("", [(1, [*COMMITTEES, "Số đảng viên"]), (2, [12.0, "Tên", "Cơ sở", 1.2e2])])

    ((row,), _notes) = rows_of([sheet], columns_of("committees"))

    assert (row.values["code"], row.values["party_members"]) == ("12", "120")


def test_a_formula_that_was_never_worked_out_is_refused(world):
    found = committees(world, ["C03", '="Đảng ủy"&" Trường"', "Cơ sở"])

    assert columns(found) == {2: ["Tên"]}


def test_merged_cells_hold_their_text_in_the_first(world):
    rows = [["C03", "Đảng ủy Trường", "Cơ sở"], ["C04", "Đảng ủy Viện", "Cơ sở"]]

    found = committees(world, *rows, change=lambda sheet: sheet.merge_cells("C2:C3"))

    assert columns(found) == {3: ["Loại"]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.date(2026, 3, 5), dt.date(2026, 3, 5)),
        (46086, dt.date(2026, 3, 5)),
        ("ngày 05 tháng 3 năm 2026", dt.date(2026, 3, 5)),
        (moment(-88).replace(tzinfo=None), dt.date(2026, 3, 5)),
        ("05/03/2026", dt.date(2026, 3, 5)),
        ("5/3/2026", dt.date(2026, 3, 5)),
        ("5-3-2026", dt.date(2026, 3, 5)),
        ("5.3.2026", dt.date(2026, 3, 5)),
        ("2026-03-05", dt.date(2026, 3, 5)),
        (None, TODAY),
    ],
)
def test_days_as_people_write_them(world, value, expected):
    draft = check(
        "committees",
        [*COMMITTEES, "Từ ngày"],
        ["C03", "Đảng ủy Trường", "Cơ sở", value],
        by=world.head,
    )

    apply_import(draft, by=world.head, at=NOON)

    assert Committee.objects.get(code="C03").active_from == expected


@pytest.mark.parametrize("value", ["31/02/2026", "hôm qua", "03/2026", 2026, "1/1/1800", "1/1/26"])
def test_what_is_no_day_is_refused(world, value):
    header = [*COMMITTEES, "Từ ngày"]

    found = committees(world, ["C03", "Đảng ủy Trường", "Cơ sở", value], header=header)

    assert columns(found) == {2: ["Từ ngày"]}


def test_overlong_cells_are_refused_with_their_beginning(world):
    found = committees(world, ["C" * 31, "Đ" * 201, "Cơ sở"])

    assert columns(found) == {2: ["Mã", "Tên"]}
    assert found[0].errors[1]["value"] == "Đ" * 80


def test_a_zero_octet_is_no_text(world):
    (row,) = committees(world, ["C03", "Đảng_x0000_ủy", "Cơ sở"])

    assert "\0" not in row.values["name"]


@pytest.mark.parametrize("name", ["\0a.xlsx", "\u202exslx.exe", "a" * 300 + ".xlsx"])
def test_any_file_name_is_kept_clean(world, name):
    file = upload(xlsx(COMMITTEES, ["C03", "Đảng ủy Trường", "Cơ sở"]))
    file._name = name

    draft = check_file(file, kind="committees", by=world.head, at=NOON)

    assert len(draft.file_name) <= 200
    assert not set(draft.file_name) & {"\0", "\u202e"}


def test_rows_are_numbered_as_in_the_sheet(world):
    found = committees(world, [None], ["C03", "", "Cơ sở"], [], ["C04", "", "Cơ sở"])

    assert list(errors(found)) == [3, 5]
