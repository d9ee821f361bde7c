"""Lists of people."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from committees.domain.committees import close_committee
from committees.domain.importing import apply_import, check_file
from committees.models import Committee, ImportDraft, Membership, User
from foundation.models import AuditEntry
from tests.committees.lists import check, columns, nga, other_bloc, people
from tests.committees.sheets import (
    PEOPLE,
    errors,
    xlsx,
)
from tests.world import LONG_AGO, NOON, day

pytestmark = pytest.mark.django_db


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


def test_a_row_without_an_address_is_told_so_and_compared_with_none(world):
    rows = [nga(email=""), nga(email="", name="Lý Thị Hoa")]

    assert columns(people(world, *rows)) == {2: ["Thư điện tử"], 3: ["Thư điện tử"]}


def test_a_telephone_of_somebody_known_is_not_changed_by_a_list(world):
    """It is the person's own; the office is told that it stays."""
    row = ["Đỗ Minh Đức", "staff@example.vn", "A01", "Cán bộ", "0999 888 777"]

    (found,) = people(world, row, header=[*PEOPLE, "Điện thoại"])

    assert found.doubts == ["Số điện thoại chỉ lấy cho người mới; số đang có được giữ nguyên."]
    assert found.errors == []


def test_a_list_that_changes_nothing_leaves_no_entry(world):
    row = ["Đỗ Minh Đức", "staff@example.vn", "A01", "Cán bộ"]
    draft = check("people", PEOPLE, row, by=world.head)
    told = AuditEntry.objects.count()

    assert apply_import(draft, by=world.head, at=NOON) == 0
    assert AuditEntry.objects.count() == told
