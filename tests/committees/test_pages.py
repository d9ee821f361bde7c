"""Who gets which page of committees and people, and the lists."""

import pytest

from committees.models import Membership, Role, User
from tests.committees.pages import role_of, url, words
from tests.world import LONG_AGO, MENU, make_committee
from tests.world import PEOPLE as NAMED

pytestmark = pytest.mark.django_db

OWN = {"secretary", "clerk"}

BOARD = {"head", "officer"}

ADMIN = {"admin"}

OFFICES = {*OWN, "other_secretary"}


# --- who gets which page --------------------------------------------------------------


PAGES = {
    ("committee_list",): BOARD | ADMIN,
    ("committee_create",): BOARD | ADMIN,
    ("committee_detail", "A01"): OWN | BOARD | ADMIN,
    ("committee_detail", "BDV"): BOARD | ADMIN,
    ("committee_change", "A01"): BOARD | ADMIN,
    ("committee_rename", "A01"): BOARD | ADMIN,
    ("committee_close", "A01"): BOARD | ADMIN,
    ("term_begin", "A01"): OWN | BOARD | ADMIN,
    ("member_list_of", "A01"): OWN | BOARD | ADMIN,
    ("member_list_of", "BDV"): {"head"} | ADMIN,
    ("member_add", "A01"): OWN | BOARD | ADMIN,
    ("member_add", "BDV"): {"head"} | ADMIN,
    ("import_upload", "committees"): BOARD | ADMIN,
    ("import_template", "committees"): BOARD | ADMIN,
    ("import_upload", "people"): OFFICES | BOARD | ADMIN,
    ("import_template", "people"): OFFICES | BOARD | ADMIN,
    ("import_upload", "questions"): set(),
    ("import_template", "questions"): set(),
    ("committee_detail", "X99"): set(),
    ("member_list_of", "X99"): set(),
}


@pytest.mark.parametrize("who", [*NAMED, "admin"])
def test_everybody_gets_the_own_pages_and_404_elsewhere(sign_in, who):
    client = sign_in(who)

    found = {page: client.get(url(*page)).status_code for page in PAGES}

    assert found == {page: 200 if who in allowed else 404 for page, allowed in PAGES.items()}


@pytest.mark.parametrize(
    ("who", "target"),
    [
        ("secretary", "A01"),
        ("clerk", "A01"),
        ("other_secretary", "B02"),
        ("head", "BDV"),
        ("leader", None),
        ("staff", None),
        ("outsider", None),
        ("admin", None),
    ],
)
def test_the_menus_people_lead_to_the_own_committee(sign_in, who, target):
    answer = sign_in(who).get(url("member_list"))

    if target is None:
        assert answer.status_code == 404
    else:
        assert answer.url == url("member_list_of", target)


CHANGES = {
    # who: whose role may be changed by them; None is 404
    "secretary": {"secretary": 403, "clerk": 200, "leader": 200, "staff": 200},
    "clerk": {"secretary": 403, "clerk": 403, "leader": 200, "staff": 200},
    "head": {"secretary": 200, "clerk": 200, "leader": 200, "staff": 200},
    "admin": {"secretary": 200, "clerk": 200, "leader": 200, "staff": 200},
    "leader": dict.fromkeys(("secretary", "clerk", "leader", "staff"), 404),
    "other_secretary": dict.fromkeys(("secretary", "clerk", "leader", "staff"), 404),
}


@pytest.mark.parametrize("who", CHANGES)
def test_only_roles_one_may_give_can_be_changed(sign_in, world, who):
    client = sign_in(who)

    found = {
        whose: client.get(url("member_change", "A01", role_of(world.people[whose]).pk)).status_code
        for whose in CHANGES[who]
    }

    assert found == CHANGES[who]


def test_a_role_of_another_committee_is_not_there(clerk, world):
    pk = role_of(world.other_staff).pk

    assert clerk.get(url("member_change", "A01", pk)).status_code == 404
    assert clerk.post(url("member_end", "A01", pk)).status_code == 404
    assert role_of(world.other_staff).ends_on is None


@pytest.mark.parametrize("code", ["DUK", "BDV"])
def test_the_bloc_and_the_board_are_never_closed(head, code):
    answer = head.post(url("committee_close", code), {"active_until": "01/06/2026"})

    assert answer.status_code == 403
    assert url("committee_close", code) not in words(head.get(url("committee_detail", code)))


def test_an_officer_is_shown_no_way_to_a_closed_door(sign_in):
    page = words(sign_in("officer").get(url("committee_detail", "BDV")))

    assert url("member_list_of", "BDV") not in page


# --- lists ----------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_committees_asks_a_fixed_number_of_times(
    head, world, rows, django_assert_max_num_queries
):
    for number in range(rows):
        make_committee(f"C{number}", "base", f"Đảng ủy số {number}", parent=world.bloc)

    head.get("/")  # how the portal stands is looked up once in half a minute
    with django_assert_max_num_queries(8 + MENU):
        answer = head.get(url("committee_list"))

    assert len(answer.context["committees"]) == 4 + rows


@pytest.mark.parametrize("rows", [1, 60])
@pytest.mark.parametrize("page", ["member_list_of", "committee_detail"])
def test_lists_of_people_ask_a_fixed_number_of_times(
    clerk, world, rows, page, django_assert_max_num_queries
):
    newcomers = User.objects.bulk_create(
        User(username=f"nguoi{n}", email=f"n{n}@example.vn", full_name=f"Người Thứ {n}")
        for n in range(rows)
    )
    Membership.objects.bulk_create(
        Membership(user=user, committee=world.host, role=Role.STAFF, starts_on=LONG_AGO)
        for user in newcomers
    )

    with django_assert_max_num_queries(11 + MENU):
        answer = clerk.get(url(page, "A01"))

    assert answer.status_code == 200


def test_long_lists_of_people_have_pages_and_a_search(clerk, world):
    for number in range(60):
        user = User.objects.create(username=f"n{number}", full_name=f"Người Thứ {number}")
        Membership.objects.create(
            user=user, committee=world.host, role=Role.STAFF, starts_on=LONG_AGO
        )

    first, last = (clerk.get(url("member_list_of", "A01"), {"page": page}) for page in (1, 9))
    found = clerk.get(url("member_list_of", "A01"), {"q": "NGUOI thu 59"})

    assert len(first.context["page"].object_list) == 50
    assert len(last.context["page"].object_list) == 16
    assert [one.user.username for one in found.context["page"].object_list] == ["n59"]


def test_people_of_one_role_are_listed_by_their_given_names_in_vietnamese_order(clerk, world):
    for number, name in enumerate(("Vũ Thị Yến", "Đặng An", "Bùi Văn Đức", "Ngô Dung", "Lê Ân")):
        Membership.objects.create(
            user=User.objects.create_user(f"n{number}", full_name=name),
            committee=world.host,
            role=Role.STAFF,
            starts_on=LONG_AGO,
        )

    listed = clerk.get(url("member_list_of", "A01")).context["page"].object_list

    assert [member.user.full_name for member in listed if member.role == Role.STAFF] == [
        "Đặng An",
        "Lê Ân",
        "Ngô Dung",
        "Bùi Văn Đức",
        "Đỗ Minh Đức",
        "Vũ Hồng Gấm",
        "Vũ Thị Yến",
    ]


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "đ" * 5000, "q=%FF", "q=%25%27%22--", "page=abc", "page=-1", "page=9e99"],
)
@pytest.mark.parametrize("page", [("committee_list",), ("member_list_of", "A01")])
def test_no_query_breaks_a_list(head, page, query):
    assert head.get(f"{url(*page)}?{query}").status_code in (200, 400)
