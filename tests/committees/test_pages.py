"""Every page of committees and people: who gets it, what it asks, what bad input meets."""

import datetime as dt
import io
import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from committees.domain.importing import check_file
from committees.models import Committee, ImportDraft, Membership, Role, User
from tests.committees.sheets import COMMITTEES, PEOPLE, upload, with_part, xlsx
from tests.world import LONG_AGO, MENU, NOON, make_committee
from tests.world import PEOPLE as NAMED

pytestmark = pytest.mark.django_db

OWN = {"secretary", "clerk"}
BOARD = {"head", "officer"}
ADMIN = {"admin"}
OFFICES = {*OWN, "other_secretary"}


@pytest.fixture
def people(world):
    administrator = User.objects.create_superuser(
        "admin", "admin@example.vn", "x", full_name="Quản trị cổng"
    )
    return world.people | {"admin": administrator}


@pytest.fixture
def sign_in(client, people):
    def sign_in(who):
        client.force_login(people[who])
        return client

    return sign_in


@pytest.fixture
def head(sign_in):
    return sign_in("head")


@pytest.fixture
def clerk(sign_in):
    return sign_in("clerk")


def url(name, *arguments):
    return reverse(f"committees:{name}", args=arguments)


def words(answer):
    return answer.content.decode()


def role_of(person):
    return person.memberships.get()


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


# --- committees -----------------------------------------------------------------------


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


LONG = "đ" * 5_000


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


# --- people ---------------------------------------------------------------------------


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


# --- imports --------------------------------------------------------------------------

COMMITTEE = ["C03", "Đảng ủy Trường Minh Hòa", "Cơ sở"]


def send(client, content, *, kind="committees", name="danh-sach.xlsx"):
    return client.post(url("import_upload", kind), {"file": upload(content, name)})


def draft_of(person, *rows, kind="committees", header=COMMITTEES):
    return check_file(upload(xlsx(header, *rows)), kind=kind, by=person, at=NOON)


def test_a_file_is_shown_and_then_applied(head):
    review = send(head, xlsx(COMMITTEES, COMMITTEE)).url
    assert "Đảng ủy Trường Minh Hòa" in words(head.get(review))
    assert not Committee.objects.filter(code="C03").exists()

    answer = head.post(f"{review}apply/", follow=True)

    assert Committee.objects.filter(code="C03").exists()
    assert answer.status_code == 200
    assert f"{review}apply/" not in words(answer)
    assert head.post(f"{review}apply/").url == review
    assert Committee.objects.filter(code="C03").count() == 1


def test_a_wrong_row_is_listed_and_cannot_be_applied(head):
    review = send(head, xlsx(COMMITTEES, COMMITTEE, ["C04", "", "Gì đó"])).url

    page = words(head.get(review))
    answer = head.post(f"{review}apply/")

    assert "Gì đó" in page
    assert f"{review}apply/" not in page
    assert answer.status_code == 422
    assert not Committee.objects.filter(code="C03").exists()


def test_what_changed_meanwhile_is_shown_before_it_is_done(head, world):
    draft = draft_of(world.head, COMMITTEE)
    make_committee("C03", "base", "Đảng ủy Khác", parent=world.bloc)

    answer = head.post(url("import_apply", draft.pk))

    assert answer.status_code == 409
    assert "Đảng ủy Khác" in words(answer)
    assert url("import_apply", draft.pk) in words(answer)
    assert Committee.objects.get(code="C03").name == "Đảng ủy Khác"
    assert head.post(url("import_apply", draft.pk)).status_code == 302
    assert Committee.objects.get(code="C03").name == "Đảng ủy Trường Minh Hòa"


def test_a_file_that_does_nothing_has_nothing_to_apply(head, world):
    draft = draft_of(world.head, ["A01", "Đảng ủy Viện Minh Hòa", "Cơ sở"])

    page = words(head.get(url("import_review", draft.pk)))

    assert url("import_apply", draft.pk) not in page


@pytest.mark.parametrize("who", [*NAMED, "admin"])
def test_somebody_elses_draft_is_not_there(sign_in, people, who):
    owner = people["officer" if who == "head" else "head"]
    draft = draft_of(owner, COMMITTEE)
    client = sign_in(who)
    expected = 200 if people[who] == owner else 404

    assert client.get(url("import_review", draft.pk)).status_code == expected
    if expected == 404:
        assert client.post(url("import_apply", draft.pk)).status_code == 404


def test_who_lost_the_right_sees_the_own_draft_no_more(clerk, world):
    draft = draft_of(
        world.clerk, ["Lý Thị Nga", "nga@vidu.vn", "A01", "Cán bộ"], kind="people", header=PEOPLE
    )
    Membership.objects.filter(user=world.clerk).update(ends_on=LONG_AGO)

    assert clerk.get(url("import_review", draft.pk)).status_code == 404
    assert clerk.post(url("import_apply", draft.pk)).status_code == 404


def test_the_office_imports_its_people_and_nobody_elses(clerk):
    rows = [["Lý Thị Nga", "nga@vidu.vn", code, "Cán bộ"] for code in ("A01", "B02")]
    good = send(clerk, xlsx(PEOPLE, rows[0]), kind="people").url
    bad = send(clerk, xlsx(PEOPLE, rows[1]), kind="people").url

    assert clerk.post(f"{bad}apply/").status_code == 422
    assert clerk.post(f"{good}apply/").status_code == 302
    person = User.objects.get(email="nga@vidu.vn")
    assert role_of(person).committee.code == "A01"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 " * 99, "không phải tệp Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "không phải tệp Excel"),
        (xlsx([]), "không có dòng nào"),
        (xlsx(["Mã"], ["C03"]), "Tên, Loại"),
        (xlsx(COMMITTEES, COMMITTEE) + b"\0" * 6 * 1024 * 1024, "5 MB"),
        (
            with_part(
                xlsx(COMMITTEES, COMMITTEE),
                "xl/worksheets/sheet1.xml",
                lambda old: old + b" " * 70 * 1024 * 1024,
            ),
            "5 MB",
        ),
        (xlsx(COMMITTEES, *([f"C{n}", "Tên", "Cơ sở"] for n in range(5_001))), "5.000 dòng"),
    ],
    ids=["pdf", "xls", "empty", "columns", "6 MB", "bomb", "5,001 rows"],
)
def test_what_cannot_be_read_is_said_beside_the_field(head, content, said):
    answer = send(head, content)

    assert answer.status_code == 422
    (text,) = answer.context["form"].errors["file"]
    assert said in text
    assert not ImportDraft.objects.exists()


def test_no_file_and_an_empty_file_are_said_too(head):
    page = url("import_upload", "committees")

    assert head.post(page).status_code == 422
    assert head.post(page, {"file": "text"}).status_code == 422
    assert send(head, b"").status_code == 422


def test_a_file_with_only_a_header_does_nothing(head):
    review = send(head, xlsx(COMMITTEES)).url

    assert head.get(review).status_code == 200
    assert f"{review}apply/" not in words(head.get(review))


@pytest.mark.parametrize("kind", ["committees", "people"])
def test_the_empty_file_is_one_that_can_be_sent_back(head, kind):
    answer = head.get(url("import_template", kind))

    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet, notes = load_workbook(io.BytesIO(answer.content)).worksheets
    assert [name.removesuffix(" (bắt buộc)") for name, _text in notes.values] == [
        one.value for one in sheet[1]
    ]
    assert send(head, answer.content, kind=kind).status_code == 302


def test_html_in_a_sheet_stays_text(head):
    review = send(head, xlsx(COMMITTEES, ["C03", "<b id=x>Đảng ủy</b>", "<i id=y>"])).url

    page = words(head.get(review))

    assert "<b id=x>" not in page
    assert "<i id=y>" not in page
    assert "&lt;i id=y&gt;" in page


# --- the administration of accounts ---------------------------------------------------


def account_form(person, **changed):
    facts = {"full_name": person.full_name, "email": person.email, "phone": person.phone}
    return facts | {"is_active": "on"} | changed


def test_the_administration_holds_accounts_and_themes_alone():
    assert {model.__name__ for model in admin.site._registry} == {"User", "Theme"}


@pytest.mark.parametrize("model", ["user", "theme"])
def test_the_administrations_pages_open_in_vietnamese(sign_in, world, model):
    person = sign_in("admin")
    app, thing = {
        "user": ("committees", world.staff),
        "theme": ("dialogue_sessions", world.themes[0]),
    }[model]
    root = f"/admin/{app}/{model}/"

    for page in ("/admin/", root, f"{root}?q=Đức", f"{root}{thing.pk}/change/"):
        answer = person.get(page)
        words = re.sub(r"<[^>]+>", " ", answer.content.decode())
        assert answer.status_code == 200, page
        assert not re.search(r"\b(Themes?|Users?|Add|Change|Delete|Save|Search|active)\b", words), (
            page
        )


def test_no_account_is_made_removed_or_given_rights_there(sign_in, world):
    person = sign_in("admin")
    root = "/admin/committees/user/"

    assert person.post(f"{root}add/", account_form(world.staff)).status_code == 403
    assert person.post(f"{root}{world.staff.pk}/delete/", {"post": "yes"}).status_code == 403
    answer = person.post(
        f"{root}{world.staff.pk}/change/",
        account_form(
            world.staff, is_superuser="on", is_staff="on", username="x", full_name="Đỗ Đức"
        ),
    )

    world.staff.refresh_from_db()
    assert answer.status_code == 302
    assert (world.staff.full_name, world.staff.username) == ("Đỗ Đức", "staff")
    assert not world.staff.is_superuser
    assert not world.staff.is_staff


def test_an_address_in_use_is_its_owners(sign_in, world):
    """Whoever could set it could have a new password sent there, and read the person's questions."""
    page = f"/admin/committees/user/{world.staff.pk}/change/"
    person = sign_in("admin")

    person.post(page, account_form(world.staff, email="khac@example.vn"))
    world.staff.refresh_from_db()
    assert world.staff.email == "staff@example.vn"

    world.staff.set_unusable_password()
    world.staff.save()
    person.post(page, account_form(world.staff, email="dung@example.vn"))
    world.staff.refresh_from_db()
    assert world.staff.email == "dung@example.vn"


def test_nobody_shuts_the_own_account(sign_in, people):
    sign_in("admin").post(
        f"/admin/committees/user/{people['admin'].pk}/change/",
        {"full_name": "Quản trị cổng", "email": "admin@example.vn", "phone": ""},
    )

    people["admin"].refresh_from_db()
    assert people["admin"].is_active
