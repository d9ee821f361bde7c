"""Who must show a second factor, on which ways in, and what is open before."""

import pytest
from django.urls import reverse

from committees import second_factor
from committees.models import User
from tests.accounts.factors import code, give_app, give_codes, show_factor
from tests.world import PASSWORD, PEOPLE

pytestmark = pytest.mark.django_db

PRIVILEGED = {"secretary", "other_secretary", "head", "officer", "admin"}


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def people(world):
    admin = User.objects.create_superuser(
        "admin", "admin@example.vn", PASSWORD, full_name="Quản trị cổng"
    )
    return world.people | {"admin": admin}


def sign_in(client, login, **more):
    return client.post(reverse("account_login"), {"login": login, "password": PASSWORD, **more})


# --- of whom it is required -----------------------------------------------------------


@pytest.mark.parametrize("who", [*PEOPLE, "admin"])
def test_who_has_none_is_led_to_set_one_up_and_opens_nothing_else(client, people, who):
    client.force_login(people[who])

    answers = {page: client.get(page) for page in ("/", "/questions/mine/", "/people/", "/admin/")}

    for page, answer in answers.items():
        led_away = answer.status_code == 302 and answer.url == reverse("mfa_index")
        assert led_away is (who in PRIVILEGED), (page, answer)
    assert client.get(reverse("mfa_index")).status_code == 200


def test_a_form_is_not_taken_either(client, people):
    client.force_login(people["secretary"])

    answer = client.post("/committees/A01/people/add/", {"full_name": "Lý Thị Nga"})

    assert answer.url == reverse("mfa_index")


def test_the_demo_asks_nobody(client, people, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(people["secretary"])

    assert client.get("/").status_code == 200


# --- every way in ---------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(PRIVILEGED))
@pytest.mark.parametrize("login", ["{}", "{}@example.vn"], ids=["user name", "e-mail"])
def test_the_password_alone_signs_nobody_in_who_has_a_factor(client, people, who, login):
    give_app(people[who])

    answer = sign_in(client, login.format(who))

    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/").url.startswith(reverse("account_login"))
    assert client.post(answer.url, {"code": code()}).status_code == 302
    assert client.get("/").status_code == 200


def test_the_password_alone_leads_to_set_one_up(client, people):
    answer = sign_in(client, "secretary", next="/people/")

    assert client.get(answer.url).url == reverse("mfa_index")


def test_the_administration_has_no_sign_in_of_its_own(client, people):
    give_app(people["admin"])

    answer = client.get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == reverse("account_login")
    answer = client.post(
        "/admin/login/", {"username": "admin", "password": PASSWORD, "next": "/admin/"}
    )
    assert answer.url.startswith(reverse("account_login"))

    answer = sign_in(client, "admin", next="/admin/")
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302
    assert client.post(answer.url, {"code": code()}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_session_that_came_about_in_another_way_must_show_it(client, people):
    give_app(people["secretary"])
    client.force_login(people["secretary"])

    answer = client.get("/people/")

    assert answer.url == f"{reverse('mfa_reauthenticate')}?next=/people/"
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("mfa_index")).status_code == 302
    assert client.get(answer.url).status_code == 200
    assert client.post(answer.url, {"code": code(), "next": "/people/"}).url == "/people/"
    assert client.get("/people/").status_code == 302
    assert client.get("/").status_code == 200


def test_a_factor_of_somebody_else_counts_nothing(client, people):
    client.force_login(people["secretary"])
    show_factor(client, people["head"])

    assert client.get("/").status_code == 302


def test_a_recovery_code_works_once(client, people):
    give_app(people["secretary"])
    one = give_codes(people["secretary"])[0]

    page = sign_in(client, "secretary").url
    assert client.post(page, {"code": one}).status_code == 302
    assert client.get("/").status_code == 200
    client.logout()
    page = sign_in(client, "secretary").url

    assert client.post(page, {"code": one}).status_code == 200
    assert client.get("/").status_code == 302


# --- how lately -----------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "fresh"), [(0, True), (299, True), (301, False)])
def test_a_factor_is_fresh_for_five_minutes(client, people, rf, ago, fresh):
    client.force_login(people["secretary"])
    show_factor(client, people["secretary"], ago=ago)
    request = rf.get("/")
    request.user, request.session = people["secretary"], client.session

    assert second_factor.is_fresh(request) is fresh


def test_none_shown_is_not_fresh(client, people, rf):
    client.force_login(people["secretary"])
    request = rf.get("/")
    request.user, request.session = people["secretary"], client.session

    assert second_factor.is_fresh(request) is False


def test_showing_it_again_makes_it_fresh(client, people, rf):
    give_app(people["secretary"])
    client.force_login(people["secretary"])
    show_factor(client, people["secretary"], ago=900)
    request = rf.get("/")
    request.user, request.session = people["secretary"], client.session
    page = second_factor.confirm_url(request, "/people/")

    answer = client.post(page, {"code": code(), "next": "/people/"})

    assert answer.url == "/people/"
    request.session = client.session
    assert second_factor.is_fresh(request) is True
