"""Who decides about somebody's data, who takes a text out, whoever the person and the body are."""

import pytest

from reports import permissions
from reports.models import PersonalRequest, Purge
from tests.world import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def those(world, admin_user):
    """Return a function that names everybody who may."""
    people = {**world.people, "admin": admin_user}
    return lambda may: {who for who, person in people.items() if may(person)}


def request_of(world, person, *, committee="host", kind="name"):
    where = None if committee is None else getattr(world, committee)
    return PersonalRequest(committee=where, kind=kind, person=person)


@pytest.mark.parametrize(
    ("committee", "kind", "who", "decide"),
    [
        ("host", "name", "staff", {"secretary", "clerk"}),
        ("host", "name", "secretary", {"clerk"}),  # never the person alone
        ("host", "account", "clerk", {"secretary"}),
        ("host", "question", "staff", {"secretary", "clerk"}),
        ("host", "question", "clerk", {"secretary", "clerk"}),  # the office answers for questions
        ("neighbour", "name", "other_staff", {"other_secretary"}),
        ("board", "name", "officer", {"head"}),
        ("board", "account", "head", set()),
        (None, "account", "outsider", {"admin"}),
        (None, "account", "admin", set()),
    ],
)
def test_who_decides_about_somebodys_data(world, those, admin_user, committee, kind, who, decide):
    person = admin_user if who == "admin" else world.people[who]
    request = request_of(world, person, committee=committee, kind=kind)

    assert those(lambda user: permissions.can_decide_personal(user, request)) == decide


def test_to_whom_requests_come_at_all(those):
    offices = {"secretary", "clerk", "other_secretary"}

    assert those(permissions.decides_personal) == {*offices, "head", "admin"}
    assert those(permissions.sees_purges) == {*offices, "head", "officer", "admin"}


def test_a_text_is_taken_out_by_two_bodies(world, those):
    to_a_board = Purge(committee=world.host, board=world.board, asked_at=NOON)
    without_one = Purge(committee=world.host, board=None, asked_at=NOON)

    def agree(purge):
        return those(lambda user: permissions.can_agree_purge(user, purge))

    assert agree(to_a_board) == {"head", "officer"}
    assert agree(without_one) == {"admin"}


def test_whoever_has_asked_for_it_does_not_agree_from_a_later_post(world, those):
    """The officer was that office's secretary when it was asked."""
    asked = Purge(committee=world.host, board=world.board, asked_by=world.officer, asked_at=NOON)

    assert those(lambda user: permissions.can_agree_purge(user, asked)) == {"head"}


def test_who_sees_the_machinery_and_who_mends_it(those):
    assert those(permissions.can_see_health) == {"head", "officer", "admin"}
    assert those(permissions.can_repair) == {"admin"}
