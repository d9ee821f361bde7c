"""Lists of committees."""

import datetime as dt

import pytest

from committees.domain.importing import apply_import
from committees.models import Committee, Membership, User
from tests.committees.lists import check, columns, committees, other_bloc
from tests.committees.sheets import (
    COMMITTEES,
    judged,
)
from tests.world import NOON, TODAY, day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["Đ01", "a b", "a/b", "new", "NEW", "a.b"])
def test_codes_that_cannot_stand_in_an_address_are_refused(world, code):
    assert columns(committees(world, [code, "Đảng ủy Trường", "Cơ sở"])) == {2: ["Mã"]}


def test_a_code_stands_once_whatever_its_case(world):
    rows = [["C03", "Đảng ủy Trường", "Cơ sở"], ["c03", "Đảng ủy Viện", "Cơ sở"]]

    assert columns(committees(world, *rows)) == {3: ["Mã"]}


def test_a_known_code_in_another_case_is_the_same_committee(world):
    (row,) = committees(world, ["a01", "Đảng ủy Viện Minh Hòa", "Cơ sở"])

    assert (row.effect, row.errors) == ("same", [])


@pytest.mark.parametrize("code", ["DUK", "BDV"])
def test_the_bloc_and_the_board_are_not_imported(world, code):
    assert columns(committees(world, [code, "Tên", "Cơ sở"])) == {2: ["Mã"]}


@pytest.mark.parametrize(
    ("kind", "members", "email", "wrong"),
    [
        ("Khối", "", "", ["Loại"]),
        ("Cơ sở", "12,5", "", ["Số đảng viên"]),
        ("Cơ sở", "-3", "", ["Số đảng viên"]),
        ("Cơ sở", "²", "", ["Số đảng viên"]),
        ("Cơ sở", 9_999_999_999, "", ["Số đảng viên"]),
        ("Cơ sở", 1e300, "", ["Số đảng viên"]),
        ("Cơ sở", True, "", ["Số đảng viên"]),
        ("Cơ sở", 0, "a@example.vn", []),
        ("Cơ sở", "", "không phải", ["Thư điện tử"]),
    ],
)
def test_values_are_judged(world, kind, members, email, wrong):
    header = [*COMMITTEES, "Số đảng viên", "Thư điện tử"]

    (row,) = committees(world, ["C03", "Tên", kind, members, email], header=header)

    assert sorted({error["column"] for error in row.errors}) == wrong


PARENTS = [*COMMITTEES, "Mã cấp trên"]


def test_a_superior_may_come_later_in_the_file(world):
    rows = [
        ["C05", "Chi bộ 1", "Chi bộ", "c04"],
        ["C04", "Đảng ủy Viện", "Cơ sở", "C03"],
        ["C03", "Đảng ủy Bộ", "Cấp trên cơ sở", "B02"],
    ]
    draft = check("committees", PARENTS, *rows, by=world.head)

    apply_import(draft, by=world.head, at=NOON)

    found = Committee.objects.get(code="C05")
    codes = [one.code for one in found.ancestors()]
    assert codes == ["DUK", "B02", "C03", "C04"]


@pytest.mark.parametrize("parent", ["X99", "BDV", "C99"])
def test_superiors_that_cannot_be_are_refused(world, parent):
    rows = [
        ["C03", "Đảng ủy Viện", "Cơ sở", parent],
        ["C99", "Chi bộ", "Chi bộ", ""],
    ]

    assert columns(committees(world, *rows, header=PARENTS)) == {2: ["Mã cấp trên"]}


@pytest.mark.parametrize(
    "rows",
    [
        [["C03", "C03"]],
        [["C03", "C04"], ["C04", "C03"]],
        [["C03", "C04"], ["C04", "C05"], ["C05", "C03"]],
        [["A01", "C03"], ["C03", "A01"]],
    ],
    ids=["itself", "two", "three", "with one that exists"],
)
def test_a_ring_of_superiors_is_seen_in_the_dry_run(world, rows):
    names = {"A01": "Đảng ủy Viện Minh Hòa"}
    found = committees(
        world,
        *([code, names.get(code, "Tên"), "Cơ sở", parent] for code, parent in rows),
        header=PARENTS,
    )

    assert columns(found) == {number: ["Mã cấp trên"] for number in range(2, 2 + len(rows))}


def test_a_ladder_without_end_is_refused(world):
    rows = [[f"C{n}", f"Đảng ủy {n}", "Cơ sở", f"C{n - 1}" if n else ""] for n in range(12)]

    found = columns(committees(world, *rows, header=PARENTS))

    assert list(found) == [10, 11, 12, 13]


def test_every_change_is_shown_and_done(world):
    header = [*PARENTS, "Số đảng viên", "Ký hiệu", "Thư điện tử"]
    row = ["A01", "Đảng ủy Viện Mới", "Chi bộ", "B02", 99, "ĐUV", "a01@example.vn"]
    draft = check("committees", header, row, by=world.head)

    changes = {change["column"]: change["to"] for change in draft.rows[0]["changes"]}

    assert changes == {
        "Tên": "Đảng ủy Viện Mới",
        "Tên trên văn bản": "ĐẢNG ỦY VIỆN MỚI",
        "Ký hiệu": "ĐUV",
        "Loại": "Chi bộ",
        "Mã cấp trên": "B02",
        "Thư điện tử": "a01@example.vn",
        "Số đảng viên": "99",
    }
    apply_import(draft, by=world.head, at=NOON)
    world.host.refresh_from_db()
    assert (world.host.name, world.host.kind, world.host.parent, world.host.party_members) == (
        "Đảng ủy Viện Mới",
        "cell",
        world.neighbour,
        99,
    )
    assert world.host.naming(on=TODAY).symbol == "ĐUV"
    assert world.host.naming(on=day(-1)).name == "Đảng ủy Viện Minh Hòa"


def test_a_name_of_the_future_waits(world):
    header = [*COMMITTEES, "Từ ngày"]
    draft = check(
        "committees", header, ["A01", "Đảng ủy Viện Mới", "Cơ sở", "01/07/2026"], by=world.head
    )

    apply_import(draft, by=world.head, at=NOON)

    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Minh Hòa"
    assert world.host.naming(on=dt.date(2026, 7, 1)).name == "Đảng ủy Viện Mới"


def test_blank_cells_take_nothing_away(world):
    header = [*PARENTS, "Số đảng viên", "Ký hiệu"]

    (row,) = committees(world, ["A01", "Đảng ủy Viện Minh Hòa", "Cơ sở", "", "", ""], header=header)

    assert (row.effect, row.changes) == ("same", [])


def test_what_another_board_manages_is_left_alone(world):
    other_bloc()

    found = committees(
        world,
        ["K01", "Tên", "Cơ sở", ""],
        ["C03", "Tên", "Cơ sở", "KHAC"],
        header=PARENTS,
    )

    assert columns(found) == {2: ["Mã"], 3: ["Mã cấp trên"]}


def test_without_a_bloc_the_superior_must_be_named(world):
    Membership.objects.all().delete()
    world.conference.delete()
    world.obligation.period.obligations.all().delete()
    Committee.objects.all().delete()
    root = User.objects.create_superuser("root", "root@example.vn", "x", full_name="Quản trị")

    found = judged("committees", COMMITTEES, ["C03", "Tên", "Cơ sở"], by=root)

    assert columns(found) == {2: ["Mã cấp trên"]}


def test_a_cell_that_holds_an_error_is_told_once_and_judged_no_further(world):
    """What a formula has made of a code, a number or a superior: one sentence each."""
    row = ["#REF!", "Đảng ủy Viện", "Cơ sở", "#N/A", "#VALUE!"]

    (found,) = committees(world, row, header=[*PARENTS, "Số đảng viên"])

    assert sorted(error["column"] for error in found.errors) == [
        "Mã", "Mã cấp trên", "Số đảng viên",
    ]  # fmt: skip


def test_a_superior_that_stays_is_no_change_and_a_number_alone_no_new_name(world):
    names = world.host.names.count()
    row = ["A01", world.host.name, "Cơ sở", world.host.parent.code.lower(), 321]
    draft = check("committees", [*PARENTS, "Số đảng viên"], row, by=world.head)

    assert [change["column"] for change in draft.rows[0]["changes"]] == ["Số đảng viên"]
    apply_import(draft, by=world.head, at=NOON)

    world.host.refresh_from_db()
    assert (world.host.party_members, world.host.names.count()) == (321, names)
