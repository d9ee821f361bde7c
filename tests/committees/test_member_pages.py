"""The pages of people: given a role, changed, ended, invited."""

import datetime as dt

import pytest
from django.utils import timezone

from committees.models import User
from tests.committees.pages import LONG, role_of, url, words

pytestmark = pytest.mark.django_db


def newcomer(**fields):
    return {
        "full_name": "Lý Thị Nga",
        "email": "nga@example.vn",
        "role": "staff",
        "starts_on": "01/06/2026",
    } | fields


def test_a_newcomer_is_told_the_user_name(clerk):
    answer = clerk.post(url("member_add", "A01"), newcomer(), follow=True)

    assert "nga.lythi" in words(answer)


def test_sending_twice_adds_once(clerk, world):
    clerk.post(url("member_add", "A01"), newcomer())

    answer = clerk.post(url("member_add", "A01"), newcomer())

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["role"]
    assert User.objects.get(email="nga@example.vn").memberships.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "secretary"),
        ("role", "clerk"),
        ("role", "head"),
        ("role", "king"),
        ("role", ""),
        ("full_name", "\u200b"),
        ("full_name", LONG),
        ("email", "x"),
        ("email", ""),
        ("email", "leader@example.vn"),
        ("email", "a@" + ".".join(["b" * 60] * 5) + ".vn"),
        ("phone", LONG),
        ("post", LONG),
        ("starts_on", "31/02/2026"),
        ("ends_on", "31/05/2026"),
        ("ends_on", "x"),
    ],
)
def test_bad_people_are_refused_and_get_no_account(clerk, field, value):
    answer = clerk.post(url("member_add", "A01"), newcomer(**{field: value}))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.filter(email="nga@example.vn").exists()


@pytest.mark.parametrize("name", ["😀", "<b>x</b>", "\u202eNga", "Nga\0Ly", "각" * 150])
def test_strange_names_break_nothing(clerk, name):
    answer = clerk.post(url("member_add", "A01"), newcomer(full_name=name), follow=True)

    assert answer.status_code in (200, 422)
    assert "<b>x</b>" not in words(answer)


def test_a_role_is_changed_and_ended(clerk, world):
    pk = role_of(world.staff).pk
    page = url("member_change", "A01", pk)
    assert clerk.post(page, {"ends_on": "31/12/2019"}).status_code == 422
    assert clerk.post(page, {"post": LONG}).status_code == 422

    clerk.post(page, {"post": "Chuyên viên", "unit": "Phòng 1", "version": 1})
    assert (role_of(world.staff).post, role_of(world.staff).unit) == ("Chuyên viên", "Phòng 1")

    asked = clerk.get(url("member_end", "A01", pk))
    assert world.staff.full_name in words(asked)
    assert role_of(world.staff).ends_on is None
    clerk.post(url("member_end", "A01", pk), {"version": 2})
    assert role_of(world.staff).ends_on == timezone.localdate() - dt.timedelta(days=1)


def test_the_last_of_the_office_stays_and_the_page_says_why(head, world):
    head.post(url("member_end", "A01", role_of(world.clerk).pk), {"version": 1})

    answer = head.post(url("member_end", "A01", role_of(world.secretary).pk), {"version": 1})

    assert answer.status_code == 422
    assert "hãy cử người khác trước" in words(answer)
    assert role_of(world.secretary).ends_on is None
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    page = url("member_change", "A01", role_of(world.secretary).pk)
    answer = head.post(page, {"ends_on": f"{yesterday:%d/%m/%Y}", "version": 1})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_on"])


def test_who_saves_second_is_shown_what_stands_and_may_save_again(clerk, world):
    pk = role_of(world.staff).pk
    page = url("member_change", "A01", pk)
    theirs = {"post": "Chuyên viên", "unit": "Phòng 1", "ends_on": "", "version": 1}
    mine = {"post": "Trưởng nhóm", "unit": "Phòng 2", "ends_on": "", "version": 1}

    assert clerk.post(page, theirs).status_code == 302
    answer = clerk.post(page, mine)

    assert answer.status_code == 409
    assert "conflict-heading" in answer.content.decode()
    assert "Phòng 1" in words(answer)
    assert "Trưởng nhóm" in words(answer)
    assert role_of(world.staff).unit == "Phòng 1"
    assert clerk.post(page, mine | {"version": 2}).status_code == 302
    assert role_of(world.staff).unit == "Phòng 2"


def test_a_role_that_was_changed_meanwhile_is_not_ended_unseen(clerk, world):
    pk = role_of(world.staff).pk
    changed = {"post": "Chuyên viên", "unit": "Phòng 1", "ends_on": "", "version": 1}
    clerk.post(url("member_change", "A01", pk), changed)

    answer = clerk.post(url("member_end", "A01", pk), {"version": 1})

    assert answer.status_code == 409
    assert "conflict-heading" in answer.content.decode()
    assert "Chuyên viên" in words(answer)
    assert role_of(world.staff).ends_on is None
    assert clerk.post(url("member_end", "A01", pk), {"version": 2}).status_code == 302
    assert role_of(world.staff).ends_on is not None
