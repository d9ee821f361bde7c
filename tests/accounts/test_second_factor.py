"""Who must show a second factor, on which ways in, and what is open before."""

import datetime as dt
import json
import re

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.accounts import second_factor
from committees.domain import sending
from committees.models import User
from foundation.models import AuditEntry
from tests.accounts.factors import (
    CREDENTIAL,
    SECRET,
    code,
    code_of,
    give_app,
    give_codes,
    show_factor,
)
from tests.accounts.ways import sign_in
from tests.world import PASSWORD, PEOPLE

pytestmark = pytest.mark.django_db

PRIVILEGED = {"secretary", "clerk", "other_secretary", "head", "officer", "admin"}


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def people(world):
    admin = User.objects.create_superuser(
        "admin", "admin@example.vn", PASSWORD, full_name="Quản trị cổng"
    )
    return world.people | {"admin": admin}


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


def test_the_administration_changes_no_password_by_itself(client, people):
    client.force_login(people["admin"])
    show_factor(client, people["admin"])

    answer = client.get("/admin/password_change/")

    assert answer.url == reverse("account_change_password")


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


# --- adding, removing -------------------------------------------------------------------


def signed_in(client, person):
    """Sign the person in with password and code."""
    sign_in(client, person.username)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get("/").status_code == 200


def test_with_an_old_factor_nothing_is_changed_before_it_is_shown_again(client, people):
    give_app(people["secretary"])
    client.force_login(people["secretary"])
    show_factor(client, people["secretary"], ago=400)

    for name in ("mfa_deactivate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        for method in (client.get, client.post):
            assert method(reverse(name)).url.startswith(reverse("mfa_reauthenticate")), name
    assert second_factor.has_factor(people["secretary"])


def test_the_password_is_no_way_around_the_factor(client, people):
    give_app(people["secretary"])
    client.force_login(people["secretary"])
    show_factor(client, people["secretary"], ago=400)

    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert answer.url.startswith(reverse("mfa_reauthenticate"))


def test_the_last_factor_of_the_privileged_stays(client, people):
    give_app(people["secretary"])
    signed_in(client, people["secretary"])

    answer = client.post(reverse("mfa_deactivate_totp"))

    assert "lớp xác thực thứ hai" in answer.content.decode()
    assert second_factor.has_factor(people["secretary"])


def test_the_last_passkey_of_the_privileged_stays_too(client, people):
    key = Authenticator.objects.create(
        user=people["secretary"], type="webauthn", data={"name": "Khóa", "credential": {}}
    )
    client.force_login(people["secretary"])
    show_factor(client, people["secretary"])

    answer = client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert answer.url == reverse("mfa_index")
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_everybody_else_may_have_one_and_may_go_without(client, people):
    give_app(people["staff"])
    signed_in(client, people["staff"])

    client.post(reverse("mfa_deactivate_totp"))

    assert not second_factor.has_factor(people["staff"])
    assert sign_in(Client(), "staff").url == "/"


# --- what is kept -----------------------------------------------------------------------


def test_a_copy_of_the_database_makes_no_codes(people):
    give_app(people["secretary"])
    give_codes(people["secretary"])
    kept = repr(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in kept
    assert "gAAAA" in kept


def test_secrets_of_another_key_let_nobody_in(client, people, settings):
    give_app(people["secretary"])
    page = sign_in(client, "secretary").url
    Authenticator.objects.update(
        data={"secret": Fernet(Fernet.generate_key()).encrypt(b"x").decode()}
    )

    for given in (code(), code_of("")):
        assert client.post(page, {"code": given}).status_code == 200
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("given", ["", "x", "\0", "٣٤٥٦٧٨", "9" * 5_000, "000000\n", "🔑"])
def test_what_is_no_code_is_refused_kindly(client, people, given):
    give_app(people["secretary"])
    page = sign_in(client, "secretary").url

    assert client.post(page, {"code": given}).status_code == 200
    assert client.post(page, {"credential": given}).status_code == 200
    assert client.post(page, {}).status_code == 200


NO_PASSKEYS = (
    *("", "x", "[]", "{}", "null", '"x"', "9" * 5_000, "{" * 9_000, "[" * 99_000),
    *("0", "-0.0", "1", "false", "true", "[0]", '[{"id": "AA"}]', '"AA"', "1e999", "NaN"),
    *('{"id": 1}', '{"id": "x", "response": []}', '{"id": "AA", "rawId": "AA", "response": {}}'),
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "attestationObject": "oA"}}',
)


def test_what_is_no_passkey_is_refused_kindly(client, people):
    person = people["staff"]
    for given in NO_PASSKEYS:
        answer = Client().post(reverse("mfa_login_webauthn"), {"credential": given})
        assert answer.status_code == 302, given
    Authenticator.objects.create(
        user=person, type="webauthn", data={"name": "Khóa", "credential": CREDENTIAL}
    )
    page = sign_in(client, "staff").url
    for given in NO_PASSKEYS[:19]:
        assert client.post(page, {"credential": given}).status_code == 200, given
    client.force_login(person)
    show_factor(client, person)
    for given in NO_PASSKEYS:
        for name in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn"):
            answer = client.post(reverse(name), {"credential": given})
            assert answer.status_code in (200, 302, 429), (name, given)
    assert [one.data["name"] for one in Authenticator.objects.all()] == ["Khóa"]  # J-10
    assert client.get(reverse("mfa_list_webauthn")).status_code == 200


# --- the first one ----------------------------------------------------------------------


def set_up_app(client):
    """Try to set up an app in this session; return whether there is one then."""
    client.get(reverse("mfa_activate_totp"))
    secret = client.session.get("mfa.totp.secret", SECRET)
    return client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})


def the_link():
    sending.send_everything_due(at=timezone.now() + dt.timedelta(seconds=5))
    return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]


@pytest.mark.parametrize("who", ["secretary", "clerk", "admin", "staff"])
def test_a_stolen_password_sets_up_no_factor(client, people, who):
    sign_in(client, who)

    set_up_app(client)
    client.post(reverse("mfa_add_webauthn"), {"credential": json.dumps(CREDENTIAL), "name": "x"})

    assert not second_factor.has_factor(people[who])
    assert "đường dẫn" in client.get(reverse("mfa_index")).content.decode()


def test_with_the_link_of_the_own_mailbox_one_is_set_up(client, people):
    sign_in(client, "clerk")
    client.post(reverse("mfa_enrolment_ask"))
    link = the_link()
    thief, head = Client(), Client()
    sign_in(thief, "clerk")
    sign_in(head, "head")
    assert head.get(link).status_code == 410  # it is for its owner

    assert client.get(link).status_code == 302
    set_up_app(client)

    assert second_factor.has_factor(people["clerk"])
    assert client.get("/people/").status_code == 302  # to the own committee's
    assert Client().get(link).url.startswith(reverse("account_login"))
    set_up_app(thief)
    assert Authenticator.objects.filter(type="totp").count() == 1
    assert thief.get("/").status_code == 302


def test_the_link_is_worthless_once_there_is_a_factor(client, people):
    sign_in(client, "clerk")
    client.post(reverse("mfa_enrolment_ask"))
    link = the_link()
    give_app(people["clerk"])

    assert client.get(link).status_code in (302, 410)
    assert second_factor.METHOD not in {
        record["method"] for record in client.session[AUTHENTICATION_METHODS_SESSION_KEY]
    }


def test_the_code_that_set_it_up_signs_nobody_in(client, people):
    sign_in(client, "clerk")
    client.post(reverse("mfa_enrolment_ask"))
    client.get(the_link())
    client.get(reverse("mfa_activate_totp"))
    used = code_of(client.session["mfa.totp.secret"])
    client.post(reverse("mfa_activate_totp"), {"code": used})
    assert second_factor.has_factor(people["clerk"])

    over_the_shoulder = Client()
    page = sign_in(over_the_shoulder, "clerk").url

    assert over_the_shoulder.post(page, {"code": used}).status_code == 200
    assert over_the_shoulder.get("/").status_code == 302


# --- when everything is lost ------------------------------------------------------------


def test_a_lost_factor_is_forgotten_at_the_console(client, people, capsys):
    give_app(people["secretary"])
    signed_in(client, people["secretary"])

    call_command("forget_factor", "secretary@example.vn")
    link = capsys.readouterr().out.split()[-1].removeprefix("http://testserver")

    assert not second_factor.has_factor(people["secretary"])
    recorded = AuditEntry.objects.filter(act="account_changed").get()
    assert recorded.facts == {"factors_removed": 1}
    assert client.get("/").url.startswith(reverse("account_login"))
    assert client.get(sign_in(client, "secretary").url).url == reverse("mfa_index")
    assert client.get(reverse("mfa_activate_totp")).url == reverse("mfa_index")
    assert client.get(link).status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    with pytest.raises(CommandError):
        call_command("forget_factor", "khong-co-ai")


def test_the_administration_shows_and_removes_no_factors(client, people):
    give_app(people["admin"])
    signed_in(client, people["admin"])

    for page in ("/admin/mfa/authenticator/", "/admin/account/emailaddress/"):
        assert client.get(page).status_code == 404


def test_a_code_that_was_used_opens_nothing_more_as_long_as_it_lasts(client, people):
    give_app(people["secretary"])
    used = code()
    client.post(sign_in(client, "secretary").url, {"code": used})
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=35)):
        other = Client()
        page = sign_in(other, "secretary").url

        assert other.post(page, {"code": used}).status_code == 200
        assert other.get("/").status_code == 302
        assert other.post(page, {"code": code()}).status_code == 302


def test_codes_without_a_factor_are_refused(client, people):
    sign_in(client, "staff")

    answer = client.post(reverse("mfa_generate_recovery_codes"))

    assert "đề nghị thiết lập trước" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_in_the_demo_every_session_is_fresh(client, people, rf, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    request = rf.get("/")
    request.user, request.session = people["secretary"], client.session

    assert second_factor.is_fresh(request) is True
