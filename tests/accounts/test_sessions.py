"""Sessions: how they begin, how long they last, what ends them, and that looking writes nothing."""

import contextlib
import datetime as dt
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from committees.domain.members import add_member, change_member, end_membership
from committees.domain.signing_out import forget_what_is_over
from committees.models import Membership, Role, User
from foundation import presence
from foundation.session_store import SessionStore
from periods.domain.periods import open_periods
from tests.accounts.factors import code, give_app
from tests.accounts.ways import is_signed_in, keep, sign_in
from tests.world import PASSWORD, PEOPLE, day

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "mot-mat-khau-khac-2027"


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def minutes(number):
    return dt.timedelta(minutes=number)


# --- how they begin -------------------------------------------------------------------


def test_signing_in_gives_the_session_another_key(client, world):
    client.get(reverse("account_login"))
    session = client.session
    session["mine"] = "1"
    keep(client, session)
    before = client.cookies["session"].value

    sign_in(client, "staff")

    assert client.session["mine"] == "1"
    assert client.session.id != session.id
    client.cookies["session"] = before
    assert not is_signed_in(client)


def test_a_key_of_ones_own_choice_is_not_taken(client, world):
    client.cookies["session"] = "a" * 32

    sign_in(client, "staff")

    assert client.cookies["session"].value != "a" * 32


# --- how long they last ---------------------------------------------------------------


def test_half_an_hour_without_a_page_ends_it(client, world, clock):
    sign_in(client, "staff")
    clock.shift(minutes(29))
    assert is_signed_in(client)
    clock.shift(minutes(29))
    assert is_signed_in(client)
    clock.shift(minutes(30))

    assert not is_signed_in(client)


def test_the_page_that_asks_for_the_password_says_why(client, world, clock):
    sign_in(client, "staff")
    clock.shift(minutes(31))

    answer = client.get("/questions/mine/", follow=True)

    assert "sau nửa giờ không mở trang nào" in answer.content.decode()


def test_taking_the_cookie_away_lengthens_nothing(client, world, clock):
    sign_in(client, "staff")
    for _ in range(2):
        clock.shift(minutes(20))
        is_signed_in(client)
    del client.cookies["seen"]

    assert not is_signed_in(client)


def test_somebody_elses_cookie_lengthens_nothing(client, world, clock):
    sign_in(client, "staff")
    clock.shift(minutes(31))
    sign_in(other := Client(), "colleague")
    client.cookies["seen"] = other.cookies["seen"].value

    assert not is_signed_in(client)


def test_eight_hours_after_signing_in_it_ends_however_busy(client, world, clock):
    sign_in(client, "staff")
    for _ in range(23):
        clock.shift(minutes(20))
        assert is_signed_in(client)
        session = client.session
        session["busy"] = timezone.now().isoformat()
        keep(client, session)
    clock.shift(minutes(19))
    assert is_signed_in(client)
    clock.shift(minutes(2))

    assert not is_signed_in(client)


def test_another_password_gives_no_new_eight_hours(client, world, clock):
    sign_in(client, "staff")
    for _ in range(15):
        clock.shift(minutes(29))
        assert is_signed_in(client)
    change_password(client)
    for _ in range(1):
        clock.shift(minutes(29))
        assert is_signed_in(client)
    clock.shift(minutes(20))

    assert not is_signed_in(client)


# --- what ends them -------------------------------------------------------------------


def change_password(client):
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_change_password"), fields).status_code == 302


def test_a_new_password_ends_all_the_others(client, world):
    sign_in(client, "staff")
    sign_in(elsewhere := Client(), "staff")

    change_password(client)

    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_signing_out_everywhere_leaves_this_one(client, world):
    sign_in(client, "staff")
    sign_in(elsewhere := Client(), "staff")
    sign_in(somebody := Client(), "colleague")

    client.post(reverse("sign_out_everywhere"))

    assert is_signed_in(client)
    assert is_signed_in(somebody)
    assert not is_signed_in(elsewhere)


def role_given(world):
    add_member(
        world.host,
        full_name=world.staff.full_name,
        email=world.staff.email,
        role=Role.LEADER,
        starts_on=day(),
    )


def role_ended(world):
    end_membership(world.staff.memberships.get(), at=timezone.now())


def role_shortened(world):
    change_member(
        world.staff.memberships.get(),
        post="",
        unit="",
        ends_on=timezone.localdate() + dt.timedelta(days=9),
        at=timezone.now(),
    )


@pytest.mark.parametrize("change", [role_given, role_ended, role_shortened])
def test_a_role_that_changes_ends_all_sessions_of_the_person(client, world, change):
    sign_in(client, "staff")
    sign_in(colleague := Client(), "colleague")

    change(world)

    assert not is_signed_in(client)
    assert is_signed_in(colleague)


def test_a_new_post_ends_none(client, world):
    sign_in(client, "staff")
    membership = world.staff.memberships.get()

    change_member(membership, post="Chuyên viên", unit="", ends_on=None, at=timezone.now())

    assert is_signed_in(client)


def test_who_changes_the_own_role_goes_on(client, world):
    sign_in(client, "head")
    sign_in(elsewhere := Client(), "head")
    membership = world.head.memberships.get()
    page = reverse("committees:member_change", args=["BDV", membership.pk])
    ends = timezone.localdate() + dt.timedelta(days=30)

    answer = client.post(page, {"ends_on": f"{ends:%d/%m/%Y}", "version": membership.version})

    assert answer.status_code == 302
    assert Membership.objects.get(pk=membership.pk).ends_on == ends
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_the_administrator_shutting_an_account_ends_them_too(client, world):
    admin = User.objects.create_superuser("admin", "admin@example.vn", "x", full_name="Quản trị")
    client.force_login(admin)
    sign_in(staff := Client(), "staff")

    client.post(
        f"/admin/committees/user/{world.staff.pk}/change/",
        {"full_name": world.staff.full_name, "email": world.staff.email, "phone": ""},
    )

    world.staff.refresh_from_db()
    assert (world.staff.is_active, world.staff.session_round) == (False, 1)
    assert not is_signed_in(staff)


def test_an_account_that_is_closed_ends_them(client, world):
    sign_in(client, "staff")

    User.objects.filter(pk=world.staff.pk).update(is_active=False)

    assert not is_signed_in(client)


def test_signing_out_ends_the_copy_of_a_cookie_too(client, world):
    sign_in(client, "staff")
    is_signed_in(client)
    copy = Client()
    copy.cookies["session"], copy.cookies["seen"] = (
        client.cookies[name].value for name in ("session", "seen")
    )
    assert is_signed_in(copy)

    client.post(reverse("account_logout"))

    assert not is_signed_in(client)
    assert not is_signed_in(copy)


def test_signing_out_has_the_browser_forget(client, world):
    sign_in(client, "staff")
    assert "Clear-Site-Data" not in client.get("/").headers

    left = client.post(reverse("account_logout"))

    assert left["Clear-Site-Data"] == '"cache"'
    sign_in(client, "staff")
    done = client.post(reverse("finish"))
    assert done["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)


def test_a_session_from_before_a_restore_opens_nothing(client, world):
    sign_in(client, "staff")

    presence.end_all()

    assert not is_signed_in(client)
    sign_in(client, "staff")
    assert is_signed_in(client)


def test_without_what_is_known_of_sessions_the_portal_stays_up(client, world, settings):
    sign_in(client, "staff")
    path = settings.DATA_DIR / "presence/now"
    for content in (b"", b"x" * 100):
        path.write_bytes(content)
        assert is_signed_in(client)
    path.unlink()
    assert is_signed_in(client)
    settings.DATA_DIR = settings.DATA_DIR / "secret_key/nowhere"
    sign_in(client, "colleague")
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


@pytest.mark.parametrize("made_up", ["a" * 43, "ê", "", "a" * 5000, "YQ", "..", "e30="])
def test_a_made_up_session_is_none(client, world, made_up):
    client.cookies["session"] = made_up

    assert not is_signed_in(client)
    assert client.get(reverse("account_login")).status_code == 200


def test_what_a_browser_holds_tells_nothing_and_cannot_be_changed(client, world):
    sign_in(client, "staff")
    cookie = client.cookies["session"].value
    content = urlsafe_b64decode(cookie + "==")
    assert b"_auth_user_id" not in content
    for place in (0, 20, len(content) - 1):
        turned = bytearray(content)
        turned[place] ^= 1
        client.cookies["session"] = urlsafe_b64encode(turned).decode().rstrip("=")
        assert not is_signed_in(client)


def test_a_session_too_large_for_a_cookie_keeps_who_is_signed_in(client, world):
    sign_in(client, "staff")
    session = client.session
    session["small"], session["large"] = "1", get_random_string(6_000)
    keep(client, session)

    assert len(client.cookies["session"].value) < 4_000
    assert is_signed_in(client)
    assert (client.session.get("small"), client.session.get("large")) == ("1", None)


# --- signing in and out writes nothing ------------------------------------------------


def test_signing_in_and_out_writes_no_row(client, world, settings):
    """J-03."""
    settings.SECOND_FACTOR_REQUIRED = True
    give_app(world.secretary)
    with CaptureQueriesContext(connection) as seen:
        answer = sign_in(client, "secretary")
        answer = client.post(answer.url, {"code": code()})
        assert answer.url == "/"
        assert client.get("/").status_code == 200
        client.post(reverse("sign_out_everywhere"))
        client.post(reverse("account_logout"))

    assert not is_signed_in(client)
    assert writes_in(seen) == []


def test_no_table_holds_sessions():
    assert "django_session" not in connection.introspection.table_names()


def test_what_is_known_of_sessions_tells_no_moment_and_no_order(world, settings):
    presence.end_all()
    folder = settings.DATA_DIR / "presence"
    for number in range(40):
        presence.begin(world.staff.pk + number, f"session {number}", "windows")
        presence.note(world.staff.pk + number, "failed", "windows")
    known = presence._load(folder / "now")

    order = [int(person) for person in known["sessions"]]
    assert sorted(order) != order
    assert [one[0] for one in known["events"]] not in (sorted(order), order)
    assert "windows" not in repr((folder / "now").read_bytes())
    assert presence.today() in json.dumps(known)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for path in folder.iterdir():
        if path.name != "CACHEDIR.TAG":
            assert int(path.stat().st_mtime) == int(midnight.timestamp()), path


def test_many_at_once_lose_nothing(world, settings):
    presence.end_all()

    def signs_in(number):
        presence.begin(number, f"session {number}", "windows")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(signs_in, range(1, 61)))

    assert sum(len(presence.sessions_of(number)) for number in range(1, 61)) == 60


# --- looking writes nothing -----------------------------------------------------------

PAGES = (
    "/",
    "/conferences/",
    "/questions/mine/",
    "/triage/",
    "/answers/",
    "/commitments/",
    "/reports/",
    "/board/",
    "/committees/",
    "/people/",
    "/committees/A01/people/",
    "/accounts/factor/",
    "/accounts/password/change/",
)


def writes_in(queries):
    return [one["sql"] for one in queries if re.search(r"INSERT|UPDATE|DELETE", one["sql"])]


@pytest.mark.parametrize("who", PEOPLE)
def test_looking_at_pages_writes_nothing_into_any_table(client, world, who):
    open_periods(at=timezone.now())
    sign_in(client, who)
    client.get("/")
    conference = f"/conferences/{world.conference.pk}/"
    pages = (*PAGES, conference, f"{conference}ask/", f"{conference}triage/")

    with CaptureQueriesContext(connection) as seen:
        for page in pages:
            client.get(page)

    assert writes_in(seen) == []


def test_a_session_that_has_ended_by_itself_writes_nothing_either(client, world, clock):
    sign_in(client, "staff")
    clock.shift(minutes(31))

    with CaptureQueriesContext(connection) as seen:
        client.get("/")

    assert writes_in(seen) == []
    assert SESSION_KEY not in client.session


# --- cookies --------------------------------------------------------------------------


def test_scripts_and_other_sites_get_no_cookie(client, world):
    client.get(reverse("account_login"))
    sign_in(client, "staff")
    client.get("/")

    assert set(client.cookies) >= {"session", "seen", "csrf"}
    for cookie in filter(lambda cookie: cookie.value, client.cookies.values()):
        assert cookie["httponly"] is True, cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert not cookie["domain"], cookie.key
        assert cookie["path"] == "/", cookie.key
    assert not client.cookies["session"]["expires"]


COOKIES = """
import django
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.SEEN_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME,
      s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.PASSWORD_HASHERS[0], s.SECOND_FACTOR_REQUIRED)
"""


def test_with_encryption_cookies_belong_to_this_host_alone(portal_settings):
    said = portal_settings(COOKIES, BASE_URL="https://doithoai.example.vn")

    assert said == (
        "__Host-session __Host-seen __Host-csrf __Host-language True True "
        "django.contrib.auth.hashers.Argon2PasswordHasher True"
    )


# --- what is forgotten ------------------------------------------------------------------


def test_what_is_over_is_forgotten(client, world, clock):
    sign_in(client, "staff")
    sign_in(client, "staff", "sai-mat-khau")
    clock.shift(minutes(2 * 24 * 60))
    sign_in(later := Client(), "colleague")
    handle = later.session.handle
    clock.shift(minutes(24 * 60))
    forget_what_is_over(at=timezone.now())

    assert presence.sessions_of(world.staff.pk) == []
    assert [one[0] for one in presence.sessions_of(world.people["colleague"].pk)] == [handle]


def test_nothing_says_when_somebody_last_signed_in(client, world):
    assert "last_login" not in {field.name for field in User._meta.get_fields()}


def test_a_session_that_nobody_keeps_begins_now_and_is_known_to_nobody(client, clock):
    """Django's own interface: there is no store in which a key could be looked up."""
    session = SessionStore()

    assert session.began_at == timezone.now()
    session.create()
    assert not session.exists(session.session_key)
    again = SessionStore(session.session_key)
    assert (again.load(), again.id) == ({}, session.id)


@pytest.mark.parametrize("in_the_way", ["presence", "presence/new/folder"])
def test_a_disk_that_takes_nothing_keeps_nobody_from_signing_in_or_out(
    client, world, settings, tmp_path, caplog, in_the_way
):
    """Neither where the file has no folder, nor where it cannot be written in it."""
    settings.DATA_DIR = tmp_path
    (tmp_path / in_the_way).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / in_the_way).touch()

    sign_in(client, "staff")
    assert is_signed_in(client)
    client.post(reverse("account_logout"))

    assert not is_signed_in(client)
    assert "What is known of sessions cannot be written" in caplog.text


def test_whoever_holds_the_file_of_sessions_for_ever_is_not_waited_for(monkeypatch, caplog):
    monkeypatch.setattr(presence, "PATIENCE", 0.02)
    presence.note(1, "signed_in", "Windows")
    with presence._alone():
        presence.note(1, "signed_in", "Windows")

    assert "What is known of sessions cannot be written" in caplog.text
    ((_day, _kind, _device, number),) = presence.events_of(1)
    assert number == 1


@pytest.mark.parametrize("is_locked", [True, False])
@pytest.mark.parametrize("act", ["session_end", "sign_out_everywhere"])
def test_nobody_is_told_that_a_session_elsewhere_has_ended_which_has_not(
    client, world, settings, tmp_path, monkeypatch, act, is_locked
):
    """Where it cannot be noted, the person is told of trouble, and can try again."""
    settings.DATA_DIR = tmp_path
    sign_in(elsewhere := Client(), "staff")
    sign_in(client, "staff")
    monkeypatch.setattr(presence, "PATIENCE", 0.02)
    client.raise_request_exception = False
    handle = elsewhere.session.handle
    if not is_locked:
        (tmp_path / "presence/new").mkdir()  # nothing can be written in its place

    with presence._alone() if is_locked else contextlib.nullcontext():
        answer = client.post(reverse(act), {"session": handle})

    assert answer.status_code == 500
    assert is_signed_in(elsewhere)


def test_a_restore_that_cannot_end_the_sessions_says_so(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "presence").touch()

    with pytest.raises(OSError):  # noqa: PT011 - which one is the disk's to say
        presence.end_all()
