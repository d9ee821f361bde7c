import pytest

from committees import permissions, queries
from committees.models import Committee, Membership, Role, User
from tests.world import LONG_AGO, PEOPLE, TODAY, day, make_committee

pytestmark = pytest.mark.django_db

EVERYBODY = [*PEOPLE, "admin"]


@pytest.fixture
def people(world):
    admin = User.objects.create_superuser(
        "admin", "admin@example.vn", "x", full_name="Quản trị cổng"
    )
    return world.people | {"admin": admin}


def those(people, may):
    return {who for who in EVERYBODY if may(people[who])}


@pytest.mark.parametrize(
    ("where", "allowed"),
    [
        ("host", {"secretary", "clerk", "head", "officer", "admin"}),
        ("neighbour", {"other_secretary", "head", "officer", "admin"}),
        ("board", {"head", "admin"}),
        ("bloc", {"head", "officer", "admin"}),
    ],
)
def test_who_manages_whose_people(world, people, where, allowed):
    committee = getattr(world, where)

    assert those(people, lambda who: permissions.can_manage_members(who, committee)) == allowed


def test_who_manages_committees(people):
    assert those(people, permissions.can_manage_committees) == {"head", "officer", "admin"}


def test_who_may_import_people(people):
    assert those(people, permissions.may_import_people) == {
        "secretary",
        "clerk",
        "other_secretary",
        "head",
        "officer",
        "admin",
    }


GIVES = {
    ("secretary", "host"): {"clerk", "leader", "staff"},
    ("clerk", "host"): {"leader", "staff"},
    ("leader", "host"): set(),
    ("staff", "host"): set(),
    ("other_secretary", "host"): set(),
    ("secretary", "neighbour"): set(),
    ("head", "host"): {"secretary", "clerk", "leader", "staff"},
    ("officer", "host"): {"secretary", "clerk", "leader", "staff"},
    ("admin", "host"): {"secretary", "clerk", "leader", "staff"},
    ("head", "board"): {"head", "officer"},
    ("officer", "board"): set(),
    ("admin", "board"): {"head", "officer"},
    ("secretary", "board"): set(),
    ("outsider", "host"): set(),
}


@pytest.mark.parametrize(("who", "where"), GIVES)
def test_which_roles_everybody_gives(world, people, who, where):
    found = permissions.roles_to_give(people[who], getattr(world, where))
    known = queries.managed_ids(people[who])  # as whoever asks about many committees has them
    again = permissions.roles_to_give(people[who], getattr(world, where), managed=known)

    assert set(found) == set(again) == GIVES[who, where]


@pytest.mark.parametrize(
    ("person", "recoverers"),
    [
        ("secretary", {"head", "officer", "admin"}),  # and not the clerk, who appoints none
        ("clerk", {"secretary", "head", "officer", "admin"}),
        ("leader", {"secretary", "clerk", "head", "officer", "admin"}),
        ("staff", {"secretary", "clerk", "head", "officer", "admin"}),
        ("other_staff", {"other_secretary", "head", "officer", "admin"}),
        ("officer", {"head", "admin"}),
        ("head", {"admin"}),  # nobody the own
        ("outsider", set()),  # without a role nobody answers for the person
        ("admin", set()),  # at the console alone
    ],
)
def test_who_recovers_whose_account(people, person, recoverers):
    found = those(people, lambda who: permissions.can_recover_account(who, people[person]))

    assert found == recoverers


def test_whoever_recovers_an_account_may_give_every_role_of_the_person(world, people):
    """Of two committees the Board alone may; a role that is over counts no more."""
    Membership.objects.create(
        user=world.staff, committee=world.neighbour, role=Role.STAFF, starts_on=LONG_AGO
    )

    def recoverers():
        return those(people, lambda who: permissions.can_recover_account(who, world.staff))

    assert recoverers() == {"head", "officer", "admin"}
    world.staff.memberships.filter(committee=world.neighbour).update(ends_on=LONG_AGO)
    assert recoverers() == {"secretary", "clerk", "head", "officer", "admin"}
    world.staff.memberships.update(ends_on=LONG_AGO)
    assert recoverers() == set()


def test_only_a_board_is_a_board(world, people):
    """Whatever role somebody is written down with elsewhere."""
    Membership.objects.create(
        user=world.outsider, committee=world.host, role=Role.HEAD, starts_on=LONG_AGO
    )

    assert list(permissions.boards_of(world.outsider)) == []
    assert list(permissions.boards_of(world.head)) == [world.board]
    assert list(permissions.boards_of(world.secretary)) == []
    assert not permissions.manages(world.outsider, world.host)


def test_a_board_gives_no_role_where_another_board_receives(world, people):
    other = make_committee("KHAC", "bloc", "Khối khác")
    beside = make_committee("K01", "base", "Đảng ủy khác", parent=other)

    assert those(people, lambda who: bool(permissions.roles_to_give(who, beside))) == {"admin"}


def test_who_sets_up(people):
    assert those(people, permissions.can_set_up) == {"admin"}
    assert those(people, permissions.is_of_the_board) == {"head", "officer"}


def test_who_is_of_the_committee(world, people):
    assert those(people, lambda who: permissions.is_member_of(who, world.host)) == {
        "secretary",
        "clerk",
        "leader",
        "other_leader",
        "staff",
        "colleague",
    }
    assert those(people, lambda who: permissions.is_office_of(who, world.host)) == {
        "secretary",
        "clerk",
    }
    assert those(people, lambda who: permissions.is_secretary_of(who, world.host)) == {"secretary"}


def test_a_board_manages_all_that_lies_below_its_bloc_and_nothing_else(world, people):
    below = make_committee("A01A", "cell", "Chi bộ 1", parent=world.host)
    other = make_committee("KHAC", "bloc", "Khối khác")
    beside = make_committee("K01", "base", "Đảng ủy khác", parent=other)
    board = make_committee("BDK", Committee.Kind.BOARD, "Ban khác", parent=other)

    def managed(who):
        every = (world.bloc, world.board, world.host, below, other, beside, board)
        return [one.code for one in every if permissions.manages(people[who], one)]

    assert managed("head") == ["DUK", "BDV", "A01", "A01A"]
    assert managed("admin") == ["DUK", "BDV", "A01", "A01A", "KHAC", "K01", "BDK"]
    assert managed("secretary") == []
    for who in EVERYBODY:
        every = {one.pk for one in Committee.objects.all() if permissions.manages(people[who], one)}
        assert queries.managed_ids(people[who]) == every


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (LONG_AGO, None, True),
        (TODAY, TODAY, True),
        (day(1), None, False),
        (LONG_AGO, day(-1), False),
    ],
)
def test_a_role_holds_from_its_first_day_to_its_last(world, monkeypatch, starts, ends, holds):
    monkeypatch.setattr("committees.models.timezone.localdate", lambda: TODAY)
    Membership.objects.create(
        user=world.outsider, committee=world.host, role=Role.CLERK, starts_on=starts, ends_on=ends
    )

    assert permissions.is_office_of(world.outsider, world.host) is holds


def test_who_has_worked_for_an_office_since_a_day(world):
    """On its last day as well, of each office its own people, and nobody where nothing is asked."""
    world.clerk.memberships.update(ends_on=day(-1))
    host, neighbour, board = world.host.pk, world.neighbour.pk, world.board.pk
    secretary, clerk = world.secretary.pk, world.clerk.pk

    places = [(host, day(-1)), (host, day(0)), (neighbour, day(0)), (board, day(0))]
    assert permissions.offices_since(places) == {
        (host, day(-1)): {secretary, clerk},
        (host, day(0)): {secretary},
        (neighbour, day(0)): {world.people["other_secretary"].pk},
        (board, day(0)): set(),
    }
    assert permissions.offices_since([(host, day(0))]) == {(host, day(0)): {secretary}}
    assert permissions.offices_since([]) == {}
