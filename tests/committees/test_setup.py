"""A new installation: from an empty database to the first office, without the administration."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.domain import founding
from committees.models import Committee, Invitation, Role, User
from foundation.clock import day_of

pytestmark = pytest.mark.django_db

ADDRESS, NAME = "quantri@don-vi.example", "Nguyễn Thị Hòa"
BLOC = {
    "name": "Đảng ủy Khối các cơ quan",
    "organisation_name": "ĐẢNG BỘ KHỐI CÁC CƠ QUAN",
    "code": "khoi",
    "symbol": "ĐUK",
    "place": "Hà Nội",
    "active_from": "01/01/2020",
}
BOARD = {**BLOC, "name": "Ban Dân vận", "organisation_name": "", "code": "ban", "symbol": "BDV"}
PERSON = {"full_name": "Ngô Đình Lâm", "email": "lam@don-vi.example", "starts_on": "01/01/2020"}


def printed(capsys):
    call_command("make_administrator", ADDRESS, NAME)
    return re.search(r"http\S+?(/accounts/invitation/\S+)", capsys.readouterr().out)[1]


def standing():
    at = timezone.now()
    return founding.standing(at=at, on=day_of(at))


@pytest.fixture
def administrator(client):
    user, _token = founding.make_administrator(email=ADDRESS, full_name=NAME, at=timezone.now())
    client.force_login(user)
    return client


def test_the_link_of_the_console_sets_the_password_once(capsys, client):
    link = printed(capsys)
    page = client.get(link, follow=True)
    where = page.request["PATH_INFO"]
    client.post(where, {"password1": "mot-mat-khau-dai-2026", "password2": "mot-mat-khau-dai-2026"})

    user = User.objects.get(email=ADDRESS)
    assert (user.username, user.full_name) == ("hoa.nguyenthi", NAME)
    assert user.is_superuser
    assert user.check_password("mot-mat-khau-dai-2026")
    call_command("make_administrator", ADDRESS, NAME)
    assert "already" in capsys.readouterr().out


def test_run_again_the_command_prints_a_new_link_for_the_same_person(capsys):
    first, second = printed(capsys), printed(capsys)

    assert first != second
    assert (User.objects.count(), Invitation.objects.count()) == (1, 1)
    assert (
        Client().get(first).status_code != 200
        or "password1" not in Client().get(first).content.decode()
    )


def test_whoever_works_for_a_committee_is_no_administrator(world):
    with pytest.raises(CommandError, match="holds no other role"):
        call_command("make_administrator", world.secretary.email, world.secretary.full_name)


@pytest.mark.parametrize(("email", "name"), [("khong-phai", NAME), (ADDRESS, "Hòa")])
def test_the_command_wants_an_address_and_a_full_name(email, name):
    with pytest.raises(CommandError):
        call_command("make_administrator", email, name)
    assert not User.objects.exists()


def test_a_second_factor_comes_first(administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = True

    assert administrator.get("/setup/").url == reverse("mfa_index")


def test_an_empty_portal_leads_to_its_first_office(administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    post = administrator.post

    assert administrator.get("/").url == "/setup/"
    assert administrator.get("/committees/new/").url == "/setup/"
    assert administrator.get("/setup/board/").url == "/setup/"
    assert post("/setup/bloc/", BLOC).url == "/setup/"
    assert post("/setup/bloc/", {**BLOC, "code": "khoi2"}).url == "/setup/"  # the second press
    assert post("/setup/board/", BOARD).url == "/setup/"
    assert post("/committees/ban/people/add/", {**PERSON, "role": "head"}).status_code == 302
    bloc, board = Committee.objects.get(kind="bloc"), Committee.objects.get(kind="board")
    assert board.parent == bloc
    first = {**BLOC, "code": "V01", "name": "Đảng ủy Viện", "kind": "above_base", "parent": bloc.pk}
    assert post("/committees/new/", first).status_code == 302
    assert [one.code for one in standing().without_office] == ["V01"]
    assert "Đảng ủy Viện" in administrator.get("/setup/").content.decode()
    office = {**PERSON, "email": "anh@don-vi.example", "full_name": "Nguyễn Thị Ánh"}
    post("/committees/V01/people/add/", {**office, "role": Role.SECRETARY})

    assert standing().is_usable
    assert administrator.get("/").status_code == 200


def test_what_is_wrong_is_said_beside_the_field_and_kept(administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = False

    answer = administrator.post("/setup/bloc/", {**BLOC, "active_from": "31/02/2026"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_active_from_error"' in page
    assert BLOC["name"] in page
    assert not Committee.objects.exists()


def test_everybody_of_all_committees_is_invited_at_once(client, world):
    people = User.objects.filter(pk__in=[world.staff.pk, world.other_staff.pk, world.officer.pk])
    for person in people:
        person.set_unusable_password()
        person.save()
    world.officer.refresh_from_db()
    client.force_login(world.officer)

    assert client.post("/people/invite/").url == "/committees/"

    # The Board's own people are invited by its head.
    invited = set(Invitation.objects.values_list("user__full_name", flat=True))
    assert invited == {world.staff.full_name, world.other_staff.full_name}
    client.force_login(world.head)
    client.post("/people/invite/")
    client.post("/people/invite/")
    assert Invitation.objects.count() == 3


def test_strangers_find_no_such_page(client, world):
    for who in ("secretary", "head", "staff"):
        client.force_login(world.people[who])
        assert client.get("/setup/").status_code == 404
        assert client.post("/setup/bloc/", BLOC).status_code == 404
