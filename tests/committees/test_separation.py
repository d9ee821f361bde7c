"""Nobody serves two bodies on one day, nobody gives a role to themselves: day by day, role by role."""

import pytest

from committees.domain.separation import InReturn, ToOneself, TwoBodies, check_role
from committees.models import Membership, Role, User
from tests.world import day

OFFICE, BOARD = {Role.SECRETARY, Role.CLERK}, {Role.HEAD, Role.OFFICER}


def refused(user=None, role=Role.CLERK, *, first=0, last=None, by=None, held=(), appointers=()):
    """Return what stands against giving the role on these days, or None. Nothing is written."""
    try:
        check_role(
            user or User(pk=1), role, starts_on=day(first), ends_on=last if last is None else day(last),
            by=by, held=held, appointers=appointers,
        )  # fmt: skip
    except (ToOneself, InReturn, TwoBodies) as error:
        return type(error)
    return None


def held(role, first=-100, last=None):
    return Membership(role=role, starts_on=day(first), ends_on=last if last is None else day(last))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("other", Role)
def test_a_board_and_an_office_exclude_each_other_and_nothing_else_does(role, other):
    apart = (role in OFFICE and other in BOARD) or (role in BOARD and other in OFFICE)

    assert refused(role=role, held=[held(other)]) is (TwoBodies if apart else None)


@pytest.mark.parametrize(
    ("first", "last", "other_first", "other_last", "is_refused"),
    [
        (0, None, -100, None, True),
        (0, None, -100, 0, True),  # on its last day
        (0, None, -100, -1, False),  # the day after it
        (0, 10, 10, None, True),  # on its first day
        (0, 9, 10, None, False),  # up to the day before it
        (0, 10, 3, 4, True),
        (3, 4, 0, 10, True),
    ],
)
def test_it_is_a_question_of_days(first, last, other_first, other_last, is_refused):
    other = held(Role.OFFICER, other_first, other_last)

    found = refused(role=Role.SECRETARY, first=first, last=last, held=[other])

    assert found is (TwoBodies if is_refused else None)


def test_of_many_roles_one_is_enough():
    roles = [held(Role.STAFF), held(Role.OFFICER, last=-1), held(Role.HEAD), held(Role.LEADER)]

    assert refused(held=roles) is TwoBodies
    assert refused(held=[roles[0], roles[1], roles[3]]) is None


@pytest.mark.parametrize("role", Role)
def test_nobody_gives_a_role_to_themselves_nor_anybody_to_an_administrator(role):
    somebody, administrator = User(pk=1), User(pk=2, is_superuser=True)

    assert refused(somebody, role, by=User(pk=1)) is ToOneself
    assert refused(somebody, role, by=User(pk=3)) is None
    assert refused(somebody, role, by=None) is None  # the console, a list of the Bloc
    assert refused(User(), role, by=User()) is None  # somebody new
    assert refused(administrator, role, by=User(pk=3)) is TwoBodies


@pytest.mark.parametrize("role", Role)
def test_nobody_is_given_an_office_by_whom_they_have_just_made(role):
    made, by = User(pk=1), User(pk=3)
    tells = InReturn if role in OFFICE else None

    assert refused(made, role, by=by, appointers={1}) is tells
    assert refused(made, role, by=by, appointers={2}) is None
    assert refused(User(), role, by=by, appointers={1}) is None  # somebody new
