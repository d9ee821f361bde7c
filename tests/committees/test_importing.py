"""A list of committees or people: from the file to what it did."""

import datetime as dt

import pytest

from committees.domain.committees import rename_committee
from committees.domain.importing import WorldHasChanged, apply_import
from committees.domain.members import end_membership
from committees.models import Committee, Role, User
from tests.committees.lists import check, nga
from tests.committees.names import NAMES
from tests.committees.sheets import (
    COMMITTEES,
    PEOPLE,
)
from tests.world import NOON, TODAY, moment

pytestmark = pytest.mark.django_db

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
