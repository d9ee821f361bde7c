import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from committees.domain.committees import close_committee, rename_committee
from committees.domain.import_reading import WrongColumns, rows_of
from committees.domain.importing import WorldHasChanged, apply_import, check_file, columns_of
from committees.domain.members import end_membership
from committees.models import Committee, ImportDraft, Membership, Role, User
from foundation.sheets import Sheet
from tests.committees.names import NAMES
from tests.committees.sheets import (
    COMMITTEES,
    OLD_HEADERS,
    PEOPLE,
    errors,
    judged,
    upload,
    xlsx,
)
from tests.world import LONG_AGO, NOON, TODAY, day, moment

pytestmark = pytest.mark.django_db


def check(kind, header, *rows, by, at=NOON, change=None):
    content = xlsx(header, *rows, change=change)
    return check_file(upload(content), kind=kind, by=by, at=at)


def committees(world, *rows, header=COMMITTEES, **more):
    return judged("committees", header, *rows, by=world.head, **more)


def people(world, *rows, header=PEOPLE, by="head", **more):
    return judged("people", header, *rows, by=world.people[by], **more)


def columns(rows):
    """Return {row number: [column, …]} of what is wrong."""
    return {number: [column for column, _text in found] for number, found in errors(rows).items()}


def nga(**fields):
    values = {"name": "Lý Thị Nga", "email": "nga@example.vn", "where": "A01", "role": "Cán bộ"}
    return list((values | fields).values())


# --- the whole way --------------------------------------------------------------------


KIND_WORDS = {"above_base": "Cấp trên cơ sở", "base": "Đảng ủy cơ sở", "cell": "Chi bộ"}


def test_real_names_come_in_as_they_are(world):
    rows = [[f"C{n:02}", name, KIND_WORDS[kind]] for n, (name, kind) in enumerate(NAMES)]
    draft = check("committees", COMMITTEES, *rows, by=world.head)
    assert {row["effect"] for row in draft.rows} == {"create"}
    assert [row["errors"] for row in draft.rows if row["errors"]] == []

    done = apply_import(draft, by=world.head, at=NOON)

    assert done == len(NAMES)
    found = Committee.objects.filter(code__startswith="C").order_by("code")
    assert [(one.name, one.kind) for one in found] == NAMES
    assert {one.parent for one in found} == {world.bloc}
    assert found[3].naming(on=TODAY).header_name == NAMES[3][0].upper()


def test_a_second_time_nothing_is_done(world):
    draft = check("committees", COMMITTEES, ["C03", "Đảng ủy Trường", "Cơ sở"], by=world.head)
    apply_import(draft, by=world.head, at=NOON)

    assert apply_import(draft, by=world.head, at=moment(1)) == 0

    draft.refresh_from_db()
    assert draft.applied_at == NOON
    assert Committee.objects.filter(code="C03").count() == 1


def test_the_same_file_again_changes_nothing(world):
    file = [COMMITTEES, ["C03", "Đảng ủy Trường", "Cơ sở"]]
    apply_import(check("committees", *file, by=world.head), by=world.head, at=NOON)

    again = check("committees", *file, by=world.head, at=moment(40))

    assert [row["effect"] for row in again.rows] == ["same"]


def test_people_come_in_with_accounts_and_roles(world):
    header = [*PEOPLE, "Chức vụ", "Từ ngày", "Điện thoại"]
    rows = [
        [*nga(), "Chuyên viên", dt.date(2026, 1, 5), 912345678],
        [*nga(email="staff@example.vn", name="Đỗ Minh Đức", role="lãnh đạo"), "", "", ""],
    ]
    draft = check("people", header, *rows, by=world.head)
    assert [row["effect"] for row in draft.rows] == ["create", "change"]

    apply_import(draft, by=world.head, at=NOON)

    newcomer = User.objects.get(email="nga@example.vn")
    held = newcomer.memberships.get()
    assert (newcomer.username, newcomer.phone) == ("nga.lythi", "0912345678")
    assert (held.committee, held.role, held.post, held.starts_on) == (
        world.host,
        Role.STAFF,
        "Chuyên viên",
        dt.date(2026, 1, 5),
    )
    assert set(world.staff.memberships.values_list("role", flat=True)) == {"staff", "leader"}


def test_people_again_change_nothing(world):
    header = [*PEOPLE, "Từ ngày"]
    row = [*nga(), "05/01/2026"]
    apply_import(check("people", header, row, by=world.head), by=world.head, at=NOON)

    again = check("people", header, row, by=world.head, at=moment(9))

    assert [(row["effect"], row["errors"]) for row in again.rows] == [("same", [])]


def test_one_wrong_row_leaves_nothing(world):
    draft = check(
        "committees",
        COMMITTEES,
        ["C03", "Đảng ủy Trường", "Cơ sở"],
        ["C04", "", "Cơ sở"],
        by=world.head,
    )

    with pytest.raises(WorldHasChanged):
        apply_import(draft, by=world.head, at=NOON)

    assert not Committee.objects.filter(code="C03").exists()
    draft.refresh_from_db()
    assert draft.applied_at is None


def test_what_breaks_in_the_middle_leaves_nothing(world, monkeypatch):
    rows = [["C03", "Đảng ủy Trường", "Cơ sở"], ["C04", "Đảng ủy Viện", "Cơ sở"]]
    draft = check("committees", COMMITTEES, *rows, by=world.head)
    real = Committee.objects.create
    calls = []

    def second_fails(**fields):
        calls.append(fields["code"])
        if len(calls) == 2:
            real(**fields | {"code": "c03x"})
            fields["code"] = "A01"
        return real(**fields)

    monkeypatch.setattr(Committee.objects, "create", second_fails)

    with pytest.raises(WorldHasChanged):
        apply_import(draft, by=world.head, at=NOON)

    assert calls == ["C03", "C04"]
    assert not Committee.objects.filter(code__in=("C03", "c03x", "C04")).exists()


def test_what_changed_meanwhile_is_shown_and_not_done(world):
    draft = check("committees", COMMITTEES, ["A01", "Đảng ủy Viện Mới", "Cơ sở"], by=world.head)
    rename_committee(
        world.host,
        valid_from=TODAY,
        name="Đảng ủy Viện Khác",
        header_name="ĐẢNG ỦY VIỆN KHÁC",
        organisation_name="",
        symbol="ĐU",
        place="Hà Nội",
        decision="",
        at=NOON,
    )

    with pytest.raises(WorldHasChanged):
        apply_import(draft, by=world.head, at=NOON)

    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Khác"
    draft.refresh_from_db()
    assert draft.rows[0]["changes"][0]["from"] == "Đảng ủy Viện Khác"

    assert apply_import(draft, by=world.head, at=NOON) == 1

    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Mới"


def test_who_lost_the_right_meanwhile_imports_nothing(world):
    draft = check("people", PEOPLE, nga(), by=world.secretary)
    end_membership(world.secretary.memberships.get(), at=NOON)
    person = User.objects.get(pk=world.secretary.pk)

    with pytest.raises(WorldHasChanged):
        apply_import(draft, by=person, at=NOON)

    assert not User.objects.filter(email="nga@example.vn").exists()


# --- columns and cells ----------------------------------------------------------------


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


# --- committees -----------------------------------------------------------------------


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


def other_bloc():
    bloc = Committee.objects.create(
        code="KHAC", kind="bloc", name="Khối khác", active_from=LONG_AGO
    )
    return Committee.objects.create(
        code="K01", kind="base", name="Đảng ủy khác", parent=bloc, active_from=LONG_AGO
    )


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


# --- people ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "where", "role", "wrong"),
    [
        ("secretary", "A01", "Cán bộ", []),
        ("secretary", "A01", "Văn thư", []),
        ("secretary", "A01", "Bí thư", ["Vai trò"]),
        ("clerk", "A01", "Lãnh đạo", []),
        ("clerk", "A01", "Văn thư", ["Vai trò"]),
        ("clerk", "B02", "Cán bộ", ["Mã đảng ủy"]),
        ("clerk", "X99", "Cán bộ", ["Mã đảng ủy"]),
        ("head", "A01", "Bí thư", []),
        ("officer", "b02", "Bí thư", []),
        ("head", "BDV", "Bí thư", ["Vai trò"]),
        ("head", "K01", "Cán bộ", ["Mã đảng ủy"]),
        ("leader", "A01", "Cán bộ", ["Mã đảng ủy"]),
        ("outsider", "A01", "Cán bộ", ["Mã đảng ủy"]),
        ("head", "A01", "Sếp", ["Vai trò"]),
    ],
)
def test_everybody_brings_only_own_people_in_roles_to_give(world, who, where, role, wrong):
    other_bloc()

    found = people(world, nga(where=where, role=role), by=who)

    assert columns(found) == ({2: wrong} if wrong else {})


@pytest.mark.parametrize(
    ("who", "role", "by"),
    [
        ("clerk", "Lãnh đạo", "clerk"),
        ("officer", "Bí thư", "officer"),
        ("officer", "Văn thư", "head"),
        ("head", "Bí thư", "officer"),
    ],
)
def test_no_row_makes_somebody_of_oneself_or_of_the_board(world, who, role, by):
    """J-02: what the form refuses, a list does not bring in."""
    person = world.people[who]
    row = nga(name=person.full_name, email=person.email, role=role)

    assert columns(people(world, row, by=by)) == {2: ["Vai trò"]}


def test_to_a_closed_committee_nobody_comes(world):
    close_committee(world.host, active_until=day(-1))

    assert columns(people(world, nga())) == {2: ["Mã đảng ủy"]}


@pytest.mark.parametrize(
    ("second", "wrong"),
    [
        (nga(), ["Thư điện tử"]),
        (nga(email="NGA@example.vn", role="nhân viên"), ["Thư điện tử"]),
        (nga(role="Lãnh đạo"), []),
        (nga(where="B02"), []),
        (nga(name="Lý Thị Hoa", role="Lãnh đạo"), ["Thư điện tử"]),
    ],
)
def test_rows_that_repeat_or_contradict_are_refused(world, second, wrong):
    assert columns(people(world, nga(), second)) == ({3: wrong} if wrong else {})


def test_two_roles_in_one_file_are_one_account(world):
    draft = check("people", PEOPLE, nga(), nga(role="Lãnh đạo"), by=world.head)

    apply_import(draft, by=world.head, at=NOON)

    assert User.objects.get(email="nga@example.vn").memberships.count() == 2


def test_an_address_of_somebody_else_is_refused(world):
    assert columns(people(world, nga(email="staff@example.vn"))) == {2: ["Thư điện tử"]}


@pytest.mark.parametrize(
    ("email", "name", "username", "wrong"),
    [
        ("nga@example.vn", "Lý Thị Nga", "nga", []),
        ("nga@example.vn", "Lý Thị Nga", "STAFF", ["Tên đăng nhập"]),
        ("nga@example.vn", "Lý Thị Nga", "a b", ["Tên đăng nhập"]),
        ("staff@example.vn", "đỗ minh đức", "Staff", []),
        ("staff@example.vn", "Đỗ Minh Đức", "duc", ["Tên đăng nhập"]),
    ],
)
def test_user_names_are_judged(world, email, name, username, wrong):
    header = [*PEOPLE, "Tên đăng nhập"]

    found = people(world, [*nga(email=email, name=name, where="B02"), username], header=header)

    assert columns(found) == ({2: wrong} if wrong else {})


def test_one_user_name_is_not_for_two(world):
    header = [*PEOPLE, "Tên đăng nhập"]
    rows = [[*nga(), "nga"], [*nga(email="hoa@example.vn", name="Lý Thị Hoa"), "NGA"]]

    assert columns(people(world, *rows, header=header)) == {3: ["Tên đăng nhập"]}


def duc(**fields):
    return nga(**{"name": "Đỗ Minh Đức", "email": "staff@example.vn"} | fields)


@pytest.mark.parametrize(
    ("starts", "ends", "wrong"),
    [
        ("", "", []),
        ("01/01/2020", "", []),
        ("01/02/2020", "", ["Từ ngày"]),
        ("", "31/12/2026", []),
        ("", "31/05/2026", ["Đến ngày"]),
        ("01/01/2020", "31/05/2026", ["Đến ngày"]),
        ("01/01/2019", "31/12/2019", []),
        ("31/02/2026", "31/13/2026", ["Từ ngày", "Đến ngày"]),
    ],
)
def test_days_of_a_role_fit_what_is_known(world, starts, ends, wrong):
    header = [*PEOPLE, "Từ ngày", "Đến ngày"]

    found = people(world, [*duc(), starts, ends], header=header)

    assert columns(found) == ({2: wrong} if wrong else {})


def test_nobody_leaves_before_coming(world):
    header = [*PEOPLE, "Từ ngày", "Đến ngày"]

    found = people(world, [*nga(), "02/07/2026", "01/07/2026"], header=header)

    assert columns(found) == {2: ["Đến ngày"]}


def test_what_a_person_with_the_role_is_called_may_change(world):
    header = [*PEOPLE, "Chức vụ", "Đến ngày"]
    draft = check("people", header, [*duc(), "Chuyên viên", "31/12/2026"], by=world.clerk)
    assert draft.rows[0]["changes"] == [
        {"column": "Chức vụ", "from": "", "to": "Chuyên viên"},
        {"column": "Đến ngày", "from": "", "to": "31/12/2026"},
    ]

    apply_import(draft, by=world.clerk, at=NOON)

    held = world.staff.memberships.get()
    assert (held.post, held.starts_on, held.ends_on) == (
        "Chuyên viên",
        LONG_AGO,
        dt.date(2026, 12, 31),
    )


def test_the_dry_run_writes_nothing_but_the_draft(world):
    before = (User.objects.count(), Membership.objects.count(), Committee.objects.count())

    check("people", PEOPLE, nga(), by=world.head)

    assert (User.objects.count(), Membership.objects.count(), Committee.objects.count()) == before
    assert ImportDraft.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 60])
def test_the_dry_run_of_people_asks_a_fixed_number_of_times(
    world, rows, django_assert_max_num_queries
):
    file = [nga(email=f"nga{n}@example.vn") for n in range(rows)]

    with django_assert_max_num_queries(8):
        people(world, *file)


def test_an_upload_is_what_the_browser_sent(world):
    file = SimpleUploadedFile("DANH SÁCH.XLSX", xlsx(PEOPLE, nga()))

    assert check_file(file, kind="people", by=world.head, at=NOON).file_name == "DANH SÁCH.XLSX"


@pytest.mark.parametrize("rows", [1, 60])
def test_newcomers_are_added_with_a_fixed_number_of_questions(
    world, rows, django_assert_max_num_queries
):
    file = [nga(email=f"nga{n}@example.vn") for n in range(rows)]
    draft = check("people", PEOPLE, *file, by=world.head)

    with django_assert_max_num_queries(33):
        apply_import(draft, by=world.head, at=NOON)

    names = User.objects.filter(full_name="Lý Thị Nga").values_list("username", flat=True)
    assert set(names) == {"nga.lythi", *(f"nga.lythi{n}" for n in range(2, rows + 1))}
    assert world.host.memberships.filter(user__username__in=names).count() == rows


@pytest.mark.parametrize("name", ["NguyÔn ThÞ NguyÖt", "Nguyeãn Thò Nguyeät"])
def test_a_name_in_the_letters_of_an_old_font_is_refused(world, name):
    draft = people(world, nga(name=name))

    assert columns(draft) == {2: ["Họ và tên"]}
    assert "Unicode" in errors(draft)[2][0][1]
