"""The pages of one committee: beginning, changing, moving and ending it."""

import datetime as dt

import pytest

from committees.models import Committee, Membership
from tests.committees.pages import LONG, url, words
from tests.world import LONG_AGO

pytestmark = pytest.mark.django_db


def new_committee(world, **fields):
    return {
        "code": "C03",
        "kind": "base",
        "parent": world.bloc.pk,
        "name": "Đảng ủy Trường Minh Hòa",
        "symbol": "ĐU",
        "place": "Hà Nội",
        "active_from": "01/06/2026",
        **fields,
    }


def test_a_committee_is_added_with_its_name_in_capitals(head, world):
    answer = head.post(url("committee_create"), new_committee(world))

    committee = Committee.objects.get(code="C03")
    assert answer.url == url("committee_detail", "C03")
    assert committee.active_from == dt.date(2026, 6, 1)
    assert committee.names.get().header_name == "ĐẢNG ỦY TRƯỜNG MINH HÒA"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "A01"),
        ("code", "a01"),
        ("code", "new"),
        ("code", "đ"),
        ("code", LONG),
        ("kind", "bloc"),
        ("kind", "nothing"),
        ("parent", "0"),
        ("parent", "9" * 30),
        ("parent", "x"),
        ("name", ""),
        ("name", " \u200b "),
        ("name", LONG),
        ("header_name", LONG),
        ("symbol", LONG),
        ("place", ""),
        ("party_members", "-1"),
        ("party_members", "9" * 30),
        ("party_members", "mười"),
        ("email", "x"),
        ("email", "a@" + ".".join(["b" * 60] * 5) + ".vn"),
        ("active_from", "31/02/2026"),
        ("active_from", "01/01/0001"),
        ("active_from", ""),
    ],
)
def test_bad_fields_are_named_and_nothing_is_added(head, world, field, value):
    answer = head.post(url("committee_create"), new_committee(world, **{field: value}))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Committee.objects.count() == 4


@pytest.mark.parametrize(
    "value",
    ["a\0b", "<script>", "'; drop table --", "😀", "\u202eabc", "Đa\u0309ng u\u0309y", "각" * 200],
)
def test_strange_text_is_kept_as_text(head, world, value):
    answer = head.post(url("committee_create"), new_committee(world, name=value))

    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        assert "<script>" not in words(head.get(answer.url)).split("<main")[1]


def test_a_code_taken_at_the_same_moment_is_an_error_of_the_form(head, world, monkeypatch):
    monkeypatch.setattr("committees.forms.committees.CommitteeForm.clean_code", lambda form: "A01")

    answer = head.post(url("committee_create"), new_committee(world))

    assert answer.status_code == 422
    assert "code" in answer.context["form"].errors


def change(**fields):
    return {"party_members": "130", "email": "", "position": "2", "version": 1} | fields


def test_of_two_browsers_the_second_sees_both(head, world):
    page = url("committee_change", "A01")
    head.post(page, change(email="dau@example.vn"))

    answer = head.post(page, change(email="sau@example.vn"))

    assert answer.status_code == 409
    assert "conflict-heading" in answer.content.decode()
    assert "dau@example.vn" in words(answer)
    assert "sau@example.vn" in words(answer)
    world.host.refresh_from_db()
    assert world.host.email == "dau@example.vn"

    again = head.post(
        page, change(version=answer.context["form"]["version"].value(), email="ba@vidu.vn")
    )

    assert again.status_code == 302
    world.host.refresh_from_db()
    assert world.host.email == "ba@vidu.vn"


@pytest.mark.parametrize(
    "fields",
    [
        {"version": ""},
        {"version": "x"},
        {"version": "9" * 40},
        {"position": "9" * 40},
        {"party_members": "1e5"},
        {"email": "x" * 400 + "@example.vn"},
    ],
)
def test_bad_changes_change_nothing(head, world, fields):
    answer = head.post(url("committee_change", "A01"), change(**fields))

    assert answer.status_code == 422
    world.host.refresh_from_db()
    assert world.host.version == 1


def test_a_second_address_and_the_person_to_turn_to_are_set(head, world):
    fields = {"second_email": "du-phong@example.vn", "watch_officer": world.officer.pk}

    answer = head.post(url("committee_change", "A01"), change(**fields), follow=True)

    assert "du-phong@example.vn" in words(answer)
    assert "Đặng Thị Mai" in words(answer)
    world.host.refresh_from_db()
    assert world.host.watch_officer == world.officer
    head.post(url("committee_change", "A01"), change(version=2))
    world.host.refresh_from_db()
    assert (world.host.second_email, world.host.watch_officer) == ("", None)


@pytest.mark.parametrize("who", ["secretary", "leader", "other_secretary", "outsider"])
def test_the_person_to_turn_to_stands_above_the_committee(head, world, who):
    answer = head.post(url("committee_change", "A01"), change(watch_officer=world.people[who].pk))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["watch_officer"]
    assert world.people[who].full_name not in words(answer)


def test_those_of_the_bloc_may_be_named_as_well(head, world):
    Membership.objects.create(
        user=world.outsider, committee=world.bloc, role="clerk", starts_on=LONG_AGO
    )

    head.post(url("committee_change", "A01"), change(watch_officer=world.outsider.pk))

    world.host.refresh_from_db()
    assert world.host.watch_officer == world.outsider


def naming(**fields):
    return {
        "name": "Đảng ủy Viện Mới",
        "header_name": "ĐẢNG ỦY VIỆN MỚI",
        "symbol": "ĐU",
        "place": "Hà Nội",
        "valid_from": "01/01/2026",
        "decision": "QĐ 5",
    } | fields


def test_a_committee_is_renamed_from_a_day_on(head, world):
    answer = head.post(url("committee_rename", "A01"), naming())

    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Mới"
    assert "QĐ 5" in words(head.get(answer.url))


def test_a_header_in_capitals_follows_the_new_name(head, world):
    head.post(url("committee_rename", "A01"), naming(header_name=""))

    assert world.host.names.last().header_name == "ĐẢNG ỦY VIỆN MỚI"
    page = head.get(url("committee_rename", "A01"))
    assert "header_name" not in page.context["form"].initial


@pytest.mark.parametrize(
    "fields", [{"valid_from": "30/02/2026"}, {"valid_from": ""}, {"decision": LONG}, {"name": ""}]
)
def test_bad_names_rename_nothing(head, world, fields):
    assert head.post(url("committee_rename", "A01"), naming(**fields)).status_code == 422
    assert world.host.names.count() == 1


def test_a_committee_is_closed_and_goes_on(head, world):
    page = url("committee_close", "A01")
    assert head.post(page, {"active_until": ""}).status_code == 422
    assert head.post(page, {"active_until": "31/12/2019"}).status_code == 422

    head.post(page, {"active_until": "30/06/2026"})
    world.host.refresh_from_db()
    assert world.host.active_until == dt.date(2026, 6, 30)

    head.post(page, {"active_until": ""})
    world.host.refresh_from_db()
    assert world.host.active_until is None


def test_the_office_begins_a_term(clerk, world):
    page = url("term_begin", "A01")
    assert clerk.post(page, {"name": "", "starts_on": "x"}).status_code == 422

    clerk.post(page, {"name": "2030-2035", "starts_on": "01/08/2030"})

    assert [term.name for term in world.host.terms.all()] == ["2025-2030", "2030-2035"]
