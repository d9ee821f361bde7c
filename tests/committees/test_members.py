import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from committees.domain.committees import close_committee
from committees.domain.members import (
    AlreadyMember,
    LastOfTheOffice,
    SomebodyElse,
    add_member,
    change_member,
    end_membership,
    find_person,
    user_name_for,
)
from committees.domain.separation import InReturn, ToOneself, TwoBodies
from committees.models import Membership, Role, User
from committees.queries import members_of, with_people
from tests.committees.sheets import PEOPLE, errors, judged
from tests.world import NOON, TODAY, day, moment

pytestmark = pytest.mark.django_db


def add(committee, **fields):
    values = {
        "full_name": "Lý Thị Nga",
        "email": "nga@example.vn",
        "role": Role.STAFF,
        "starts_on": TODAY,
        **fields,
    }
    return add_member(committee, **values)


def role_of(person, committee):
    return person.memberships.get(committee=committee)


@pytest.mark.parametrize(
    ("full_name", "user_name"),
    [
        ("Lý Thị Nga", "nga.lythi"),
        ("Đặng  Ưng", "ung.dang"),
        ("Nga", "nga"),
        ("\u202eNguyê\u0303n Ái", "ai.nguyen"),
        ("😀", "nguoi-dung"),
    ],
)
def test_user_names_are_made_of_the_name(world, full_name, user_name):
    assert user_name_for(full_name) == user_name


def test_the_second_of_the_same_name_gets_a_number(world):
    add(world.host)

    membership, is_new = add(world.host, email="nga2@example.vn")

    assert (membership.user.username, is_new) == ("nga.lythi2", True)


def test_a_new_person_sets_the_password_alone(world):
    membership, is_new = add(world.host, full_name="  Lý  Thị Nga ", phone="0912")

    assert is_new
    assert (membership.user.full_name, membership.user.phone) == ("Lý Thị Nga", "0912")
    assert not membership.user.has_usable_password()


def test_whoever_is_known_keeps_the_account(world):
    membership, is_new = add(world.host, email="OTHER_STAFF@example.vn", full_name="bui thi khue")

    assert (membership.user, is_new) == (world.other_staff, False)
    world.other_staff.refresh_from_db()
    assert world.other_staff.full_name == "Bùi Thị Khuê"


def test_nobody_gets_a_role_by_a_mistyped_address(world):
    with pytest.raises(SomebodyElse):
        add(world.host, email="other_staff@example.vn")

    assert world.other_staff.memberships.count() == 1


def test_a_person_is_found_by_user_name_or_address(world):
    assert find_person(username="SECRETARY") == world.secretary
    assert find_person(email="Secretary@Example.vn") == world.secretary
    assert find_person(username="nobody", email="nobody@example.vn") is None
    assert find_person() is None


def test_a_role_is_not_given_twice(world):
    with pytest.raises(AlreadyMember) as refused:
        add(world.host, email="staff@example.vn", full_name="Đỗ Minh Đức")

    assert refused.value.since == role_of(world.staff, world.host).starts_on
    assert world.staff.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_give_the_same_role_at_once_give_it_once(world):
    start, told = threading.Barrier(2), []

    def give():
        start.wait()
        try:
            add(world.neighbour, email="staff@example.vn", full_name="Đỗ Minh Đức")
            told.append("given")
        except AlreadyMember:
            told.append("there already")
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["given", "there already"]
    assert world.staff.memberships.filter(committee=world.neighbour).count() == 1


def test_a_person_whom_somebody_else_enters_at_the_same_moment_is_found(world, monkeypatch):
    """Between looking and saving the other one was faster: the same person, one account."""
    known = [None, find_person(email="staff@example.vn")]
    monkeypatch.setattr("committees.domain.members.find_person", lambda **_: known.pop(0))

    membership, is_new = add(world.neighbour, email="staff@example.vn", full_name="Đỗ Minh Đức")

    assert (membership.user, is_new) == (world.staff, False)


def test_what_the_database_refuses_for_another_reason_is_an_error(world, monkeypatch):
    monkeypatch.setattr("committees.domain.members.find_person", lambda **_: None)

    with pytest.raises(IntegrityError), transaction.atomic():
        add(world.neighbour, email="staff@example.vn", full_name="Đỗ Minh Đức")


def test_a_role_that_is_over_may_be_given_again(world):
    end_membership(role_of(world.staff, world.host), at=moment(-5))

    add(world.host, email="staff@example.vn", full_name="Đỗ Minh Đức")

    assert world.staff.memberships.count() == 2


def test_a_refused_role_leaves_no_account(world, monkeypatch):
    monkeypatch.setattr("committees.domain.members.overlapping", lambda *a, **k: role(world))

    with pytest.raises(AlreadyMember):
        add(world.host)

    assert not User.objects.filter(email="nga@example.vn").exists()


def role(world):
    return role_of(world.staff, world.host)


def test_a_role_ends_with_yesterday(world):
    end_membership(role(world), at=NOON)

    assert role(world).ends_on == day(-1)
    assert not world.staff.memberships.active(on=TODAY).exists()


@pytest.mark.parametrize("starts", [0, 30])
def test_a_role_that_has_not_begun_never_was(world, starts):
    membership, _is_new = add(world.host, starts_on=day(starts))

    end_membership(membership, at=NOON)

    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_the_last_of_the_office_stays(world):
    end_membership(role_of(world.clerk, world.host), at=NOON)

    with pytest.raises(LastOfTheOffice):
        end_membership(role_of(world.secretary, world.host), at=NOON)

    assert role_of(world.secretary, world.host).ends_on is None


def test_who_has_not_begun_is_no_successor(world):
    end_membership(role_of(world.clerk, world.host), at=NOON)
    add(world.host, role=Role.CLERK, starts_on=day(10))

    with pytest.raises(LastOfTheOffice):
        end_membership(role_of(world.secretary, world.host), at=NOON)


def test_nor_is_a_day_of_the_past_a_way_around(world):
    end_membership(role_of(world.clerk, world.host), at=NOON)
    last = role_of(world.secretary, world.host)

    with pytest.raises(LastOfTheOffice):
        change_member(last, post="", unit="", ends_on=day(-1), at=NOON)

    change_member(last, post="Bí thư", unit="", ends_on=day(20), at=NOON)
    assert role_of(world.secretary, world.host).ends_on == day(20)


def test_the_board_keeps_a_head(world):
    with pytest.raises(LastOfTheOffice):
        end_membership(role_of(world.head, world.board), at=NOON)

    end_membership(role_of(world.officer, world.board), at=NOON)


def test_of_a_closed_committee_everybody_may_leave(world):
    close_committee(world.neighbour, active_until=day(-1))

    end_membership(role_of(world.other_secretary, world.neighbour), at=NOON)

    assert not world.neighbour.memberships.active(on=TODAY).with_role(Role.SECRETARY).exists()


def test_the_list_begins_with_the_secretary_and_leaves_out_who_left(world):
    end_membership(role_of(world.colleague, world.host), at=NOON)
    add(world.host, starts_on=day(9))

    found = [member.user.full_name for member in with_people(members_of(world.host, on=TODAY))]

    assert found == [
        "Nguyễn Thị Ánh",
        "Trần Văn Bình",
        "Lê Quốc Cường",
        "Phạm Thu Dung",
        "Đỗ Minh Đức",
        "Lý Thị Nga",
    ]


@pytest.mark.parametrize("word", ["do minh duc", "ĐỨC", "staff", "staff@example", "duc do"])
def test_people_are_found_without_marks(world, word):
    found = with_people(members_of(world.host, on=TODAY, search=word))

    assert [one.user for one in found] == [world.staff]


def test_nobody_is_found_by_what_nobody_has(world):
    assert list(members_of(world.host, on=TODAY, search="không ai")) == []


# --- nobody becomes somebody (J-02) -----------------------------------------------------


def give(where, person, role, *, by=None, **days):
    return add_member(
        where,
        full_name=person.full_name,
        email=person.email,
        role=role,
        starts_on=days.get("starts_on", TODAY),
        ends_on=days.get("ends_on"),
        by=by,
    )


@pytest.mark.parametrize(
    ("who", "where", "role"),
    [
        ("officer", "host", Role.SECRETARY),
        ("officer", "host", Role.STAFF),
        ("clerk", "host", Role.LEADER),
        ("head", "board", Role.OFFICER),
    ],
)
def test_nobody_gives_a_role_to_themselves(world, client, who, where, role):
    person, committee = world.people[who], getattr(world, where)
    with pytest.raises(ToOneself):
        give(committee, person, role, by=person)
    client.force_login(person)
    answer = client.post(
        reverse("committees:member_add", args=[committee.code]),
        {
            "full_name": person.full_name,
            "email": person.email,
            "role": role.value,
            "starts_on": "01/06/2026",
        },
    )
    assert answer.status_code in (403, 422)
    assert not person.memberships.filter(committee=committee, role=role).exists()


def test_nobody_is_made_an_office_by_whom_they_have_just_made(client, world):
    """A head makes a colleague head, leaves the Board, and would be made secretary by the colleague."""
    world.board.memberships.create(
        user=world.outsider, role=Role.HEAD, starts_on=day(-1), given_by=world.head
    )
    world.head.memberships.update(ends_on=day(-1))
    client.force_login(world.outsider)
    pages = (
        client.post(
            reverse("committees:member_add", args=[world.host.code]),
            {
                "full_name": world.head.full_name,
                "email": world.head.email,
                "role": role.value,
                "starts_on": f"{TODAY:%d/%m/%Y}",
            },
        )
        for role in (Role.SECRETARY, Role.CLERK)
    )
    for page in pages:
        assert page.status_code == 422
        assert "đã giao vai trò cho chính đồng chí" in page.text
    assert not world.head.memberships.filter(committee=world.host).exists()

    over = world.host.memberships.create(
        user=world.head, role=Role.CLERK, starts_on=day(-4000), ends_on=day(-3900)
    )
    with pytest.raises(InReturn):
        change_member(over, post="", unit="", ends_on=None, at=NOON, by=world.outsider)
    row = [world.head.full_name, world.head.email, "A01", "Bí thư"]
    ((column, said),) = errors(judged("people", PEOPLE, row, by=world.outsider))[2]
    assert column == "Vai trò"
    assert "đã giao vai trò cho đồng chí trong vòng một năm" in said

    give(world.host, world.head, Role.STAFF, by=world.outsider)
    Membership.objects.filter(user=world.outsider).update(given_on=day(-365))
    give(world.host, world.head, Role.CLERK, by=world.outsider)


def test_nobody_lengthens_the_own_role(world):
    membership = world.clerk.memberships.get()
    membership.ends_on = day(10)
    membership.save()
    for ends_on in (day(11), None):
        with pytest.raises(ToOneself):
            change_member(membership, post="", unit="", ends_on=ends_on, at=NOON, by=world.clerk)
    change_member(membership, post="", unit="", ends_on=day(9), at=NOON, by=world.clerk)
    change_member(membership, post="", unit="", ends_on=None, at=NOON, by=world.secretary)


@pytest.mark.parametrize(
    ("who", "where", "role"),
    [
        *(("officer", "host", role) for role in (Role.SECRETARY, Role.CLERK)),
        *(("head", "neighbour", role) for role in (Role.SECRETARY, Role.CLERK)),
        *(("clerk", "board", role) for role in (Role.HEAD, Role.OFFICER)),
        *(("administrator", "host", role) for role in (Role.SECRETARY, Role.STAFF)),
    ],
)
def test_nobody_works_for_two_bodies(world, who, where, role):
    administrator = User.objects.create_superuser(
        "administrator", "quantri@example.vn", "x", full_name="Người quản trị"
    )
    person = {**world.people, "administrator": administrator}[who]
    committee = getattr(world, where)
    with pytest.raises(TwoBodies):
        give(committee, person, role)
    with pytest.raises(IntegrityError, match="two bodies"), transaction.atomic():
        Membership.objects.create(user=person, committee=committee, role=role, starts_on=TODAY)


def test_one_body_may_follow_the_other(world):
    held = world.officer.memberships.get()
    change_member(held, post="", unit="", ends_on=day(-1), at=NOON, by=world.head)
    new, _ = give(world.host, world.officer, Role.CLERK, by=world.secretary)
    with pytest.raises(TwoBodies):
        change_member(held, post="", unit="", ends_on=None, at=NOON, by=world.head)
    with pytest.raises(IntegrityError, match="two bodies"), transaction.atomic():
        Membership.objects.filter(pk=held.pk).update(ends_on=None)
    assert new.user == world.officer


def test_whoever_works_somewhere_does_not_become_an_administrator(world):
    with pytest.raises(IntegrityError, match="two bodies"), transaction.atomic():
        User.objects.filter(pk=world.staff.pk).update(is_superuser=True)


@pytest.mark.django_db(transaction=True)
def test_two_bodies_at_the_same_moment_become_one(world):
    """Two people give the same person a role each: one of them is refused, by whichever way."""
    start = threading.Barrier(2)
    refused = []

    def act(where, role, by):
        start.wait()
        try:
            give(where, world.staff, role, by=by)
        except TwoBodies:
            refused.append(role)
        finally:
            connection.close()

    def write(where, role):
        start.wait()
        try:
            Membership.objects.bulk_create(
                [Membership(user=world.staff, committee=where, role=role, starts_on=TODAY)]
            )
        except IntegrityError:
            refused.append(role)
        finally:
            connection.close()

    for ways in (
        [
            (act, world.host, Role.CLERK, world.secretary),
            (act, world.board, Role.OFFICER, world.head),
        ],
        [(write, world.host, Role.CLERK), (write, world.board, Role.OFFICER)],
    ):
        for _turn in range(5):
            threads = [threading.Thread(target=one, args=args) for one, *args in ways]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(refused) == 1
            refused.clear()
            world.staff.memberships.filter(role__in=(Role.CLERK, Role.OFFICER)).delete()
