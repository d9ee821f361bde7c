"""Guessing: ten tries in ten minutes for one account, and no answer tells who has one."""

import datetime as dt
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
import time_machine
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.accounts import tries
from committees.domain import sending
from committees.models import ResetOrder, User
from dialogue_portal import settings as portal_settings_of
from foundation.caching import InFiles
from foundation.models import AuditEntry
from tests.accounts.factors import code, give_app
from tests.accounts.ways import is_signed_in, sign_in
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluated(monkeypatch):
    """The passwords and codes that were compared with what an account has."""
    seen = []
    check_password = User.check_password

    def note_password(user, raw):
        seen.append(("password", user.username))
        return check_password(user, raw)

    def note_code(totp, given):
        seen.append(("code", totp.instance.user.username))
        return given == code()

    monkeypatch.setattr(User, "check_password", note_password)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP.validate_code", note_code)
    return seen


def addresses(number):
    return {"REMOTE_ADDR": f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"}


def try_password(number, login="secretary", password="sai-mat-khau"):
    return Client(**addresses(number)).post(
        reverse("account_login"), {"login": login, "password": password}
    )


# --- how many -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tries", [40, pytest.param(1_000, marks=pytest.mark.long)], ids="{} tries".format
)
def test_of_many_passwords_ten_are_looked_at_in_ten_minutes(world, evaluated, tries):
    names = ("secretary", "SECRETARY", "secretary@example.vn", "Secretary@Example.VN", " secretary")

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(tries):
            try_password(number, names[number % len(names)])
        assert len(evaluated) == 10
        clock.shift(601)
        for number in range(15):
            try_password(number)
    assert len(evaluated) == 20


def test_the_right_password_is_not_looked_at_either_once_ten_were_wrong(world, evaluated):
    for number in range(10):
        try_password(number)

    answer = try_password(99, password=PASSWORD)

    assert answer.status_code == 200
    assert "Đăng nhập sai nhiều lần" in answer.content.decode()
    assert len(evaluated) == 10


@pytest.mark.parametrize(
    "tries", [30, pytest.param(1_000, marks=pytest.mark.long)], ids="{} tries".format
)
def test_codes_and_passwords_are_one_sum(world, evaluated, tries):
    give_app(world.secretary)
    for number in range(4):
        try_password(number)
    client = Client(**addresses(77))
    sign_in(client, "secretary")
    evaluated.clear()

    for number in range(tries):
        client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})

    assert evaluated == [("code", "secretary")] * 6
    assert not is_signed_in(client)


def test_right_ones_of_ones_own_do_not_begin_the_sum_anew(world, evaluated):
    for number in range(9):
        try_password(number)
    sign_in(Client(), "secretary")
    evaluated.clear()

    for number in range(20):
        try_password(number)

    assert len(evaluated) == 1


def test_another_account_is_not_slowed_down(world, evaluated):
    for number in range(30):
        try_password(number)

    assert sign_in(Client(), "staff").status_code == 302


def test_the_old_password_on_the_page_that_changes_it_is_counted_too(client, world, evaluated):
    sign_in(client, "secretary")
    evaluated.clear()

    for _ in range(15):
        fields = {"oldpassword": "sai", "password1": "x" * 20, "password2": "x" * 20}
        client.post(reverse("account_change_password"), fields)
    sign_in(client, "secretary", "sai")

    assert len(evaluated) == 10


def test_one_address_cannot_try_every_account(world, evaluated, monkeypatch):
    assert tries.OF_AN_ADDRESS == 1_000
    monkeypatch.setattr(tries, "OF_AN_ADDRESS", 20)
    for number in range(21):
        try_password(1, login=f"ai-do-{number}")

    answer = try_password(1, login="secretary")

    assert "nhiều lần" in answer.content.decode()
    assert evaluated == []
    try_password(2, login="secretary")
    assert evaluated == [("password", "secretary")]


def test_resets_are_few(world):
    for number in range(20):
        Client(**addresses(number)).post(
            reverse("account_reset_password"), {"email": "staff@example.vn"}
        )

    assert ResetOrder.objects.count() == 3


# --- a device that the account knows ----------------------------------------------------


@pytest.fixture
def owner(world):
    """The staff person's own browser, signed out again."""
    client = Client(**addresses(1))
    sign_in(client, "staff")
    client.post(reverse("account_logout"))
    return client


def besiege(login="staff", number=1, times=12):
    for _ in range(times):
        try_password(number, login)


def test_strangers_do_not_shut_out_a_known_device(world, owner, monkeypatch):
    monkeypatch.setattr(tries, "OF_AN_ADDRESS", 5)
    besiege()
    besiege("staff@example.vn")
    assert "nhiều lần" in try_password(1, "staff", PASSWORD).content.decode()

    assert sign_in(owner, "staff").status_code == 302
    assert is_signed_in(owner)


def test_a_known_device_does_not_open_the_accounts_of_others(world, owner, evaluated):
    besiege("colleague")
    evaluated.clear()

    assert "nhiều lần" in sign_in(owner, "colleague").content.decode()
    assert evaluated == []


def test_a_known_device_may_guess_ten_times_and_no_more(world, owner, evaluated):
    for _ in range(15):
        sign_in(owner, "staff", "sai-mat-khau")

    assert len(evaluated) == 10
    evaluated.clear()
    besiege()  # its sum is not the one of strangers
    assert len(evaluated) == 10


def test_a_made_up_device_is_none(world, owner, evaluated):
    known = owner.cookies["device"].value
    key, mark = known.split(".")
    besiege()
    evaluated.clear()
    for made_up in (key, f"{key}.{'0' * 20}", f"{'a' * 32}.{mark}", "x" * 5_000, f"{known}0", ""):
        them = Client(**addresses(9))
        them.cookies["device"] = made_up
        assert "nhiều lần" in sign_in(them, "staff").content.decode(), made_up

    assert evaluated == []


def test_the_cookie_tells_nobody_who_signed_in(world, owner):
    first = owner.cookies["device"]
    sign_in(other := Client(), "staff")
    mark = other.cookies["device"].value.split(".")[1]

    assert re.fullmatch(r"[0-9a-f]{32}\.[0-9a-f]{20}", first.value)
    assert mark not in first.value
    assert first["httponly"]
    assert first["samesite"] == "Lax"
    assert int(first["max-age"]) > 300 * 24 * 3600


def test_another_password_makes_every_device_unknown(world, owner):
    world.staff.set_password("mot-cau-khac-2027")
    world.staff.save()
    besiege()

    assert "nhiều lần" in sign_in(owner, "staff", "mot-cau-khac-2027").content.decode()


def test_an_unknown_device_of_the_owner_comes_in_by_the_link_in_a_mail(world):
    besiege(times=30)
    them = Client(**addresses(1))
    assert "nhiều lần" in sign_in(them, "staff").content.decode()

    them.post(reverse("account_reset_password"), {"email": "staff@example.vn"})
    sending.send_everything_due(at=timezone.now() + dt.timedelta(seconds=5))
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]
    page = them.get(link, follow=True).request["PATH_INFO"]
    new = {"password1": "mot-cau-khac-2027", "password2": "mot-cau-khac-2027"}
    assert them.post(page, new).status_code == 302

    besiege(times=12)
    assert sign_in(them, "staff", "mot-cau-khac-2027").status_code == 302
    assert is_signed_in(them)


def test_the_office_lifts_a_lock(client, world):
    besiege()
    client.force_login(world.clerk)
    pk = world.staff.memberships.get().pk
    page = reverse("committees:member_recover", args=["A01", pk])
    assert "Mở lại đăng nhập" in client.get(page).content.decode()

    client.post(reverse("committees:member_unlock", args=["A01", pk]))

    assert "Mở lại đăng nhập" not in client.get(page).content.decode()
    assert sign_in(Client(), "staff").status_code == 302
    assert AuditEntry.objects.get(act="account_changed").facts == {"changed": "unlocked"}


def test_a_storm_from_one_address_keeps_no_known_device_behind_it_out(world, evaluated):
    """Must-show: 104 wrong passwords, and ten for each of some accounts, from the office's address."""
    people = ("staff", "colleague", "clerk", "leader")
    known = {name: Client(**addresses(1)) for name in people}
    for name, client in known.items():
        sign_in(client, name)
        client.post(reverse("account_logout"))
    for number in range(104):
        try_password(1, login=("ai-do", *people)[number % 5])

    served = [sign_in(client, name).status_code for name, client in known.items()]

    assert served == [302] * 4


# --- what is kept ---------------------------------------------------------------------


@pytest.fixture
def in_redis(settings):
    """Count where production counts."""
    settings.CACHES = {**settings.CACHES, "default": portal_settings_of.CACHES["default"]}
    cache.clear()
    yield redis.Redis.from_url(settings.REDIS_URL)
    cache.clear()


def test_what_is_kept_of_tries_names_nobody_and_lies_in_no_table(world, in_redis):
    assert in_redis.keys("attempts:*") == []
    try_password(258, login="secretary@example.vn")
    Client(**addresses(258)).post(reverse("account_reset_password"), {"email": "staff@example.vn"})
    keys = in_redis.keys("attempts:*")
    kept = repr([(key, in_redis.get(key)) for key in keys])

    for word in ("secretary", "staff", "example", "10.0.1.2", f"user-{world.secretary.pk}"):
        assert word not in kept
    assert len(keys) >= 3
    assert all(0 < in_redis.ttl(key) <= 600 for key in keys)
    assert not [name for name in connection.introspection.table_names() if "attempt" in name]


def test_of_a_sign_in_that_was_right_nothing_is_left(world, in_redis):
    give_app(world.secretary)
    page = sign_in(client := Client(), "secretary").url
    client.post(page, {"code": code()})
    assert is_signed_in(client)

    kept = in_redis.keys("attempts:*")

    assert len(kept) <= 2  # the code that was used, for as long as it lasts
    assert all(in_redis.ttl(key) <= 120 for key in kept)


def test_while_redis_is_away_each_process_counts_for_itself(world, settings, evaluated):
    settings.CACHES = {
        **settings.CACHES,
        "default": {**portal_settings_of.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    for number in range(15):
        try_password(number)

    assert len(evaluated) == 10
    caches["default"].own.clear()


def test_without_redis_the_sums_are_files_counted_one_by_one(tmp_path):
    sums = InFiles(str(tmp_path), {"TIMEOUT": 600})
    with pytest.raises(ValueError, match="not found"):
        sums.incr("a")
    assert sums.add("a", 0, 60)

    def count(_number):
        return sums.incr("a")

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert sorted(pool.map(count, range(40))) == list(range(1, 41))
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61)):
        with pytest.raises(ValueError, match="not found"):
            sums.incr("a")
        assert sums.add("a", 0, 60)


def test_signing_in_needs_no_redis(world, dead_broker):
    assert sign_in(Client(), "staff").status_code == 302


# --- who has an account ---------------------------------------------------------------

NOBODY = "khong-co-ai"


def said(answer):
    """Return the answer without what differs from one page to the next anyway."""
    text = answer.content.decode()
    for name in ("staff@example.vn", f"{NOBODY}@example.vn", "staff", NOBODY):
        text = text.replace(name, "NAME")
    lines = (line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)
    return answer.status_code, "\n".join(lines)


@pytest.mark.parametrize("suffix", ["", "@example.vn"], ids=["user name", "e-mail"])
def test_the_sign_in_page_says_the_same_of_everybody(world, suffix):
    User.objects.filter(pk=world.colleague.pk).update(password=make_password(None))
    found = {
        name: [said(try_password(number, f"{name}{suffix}")) for number in range(12)]
        for name in ("staff", NOBODY)
    }

    assert found["staff"] == found[NOBODY]


def test_two_names_of_one_account_look_like_two(world):
    found = {}
    for name in ("staff", NOBODY):
        for number in range(10):
            try_password(number, name)
        found[name] = said(try_password(11, f"{name}@example.vn"))

    assert found["staff"] == found[NOBODY]
    assert "nhiều lần" not in found["staff"][1]


def test_an_account_takes_as_many_questions_as_none(world):
    found = {}
    try_password(1, "mot-nguoi-khac")
    for name in ("staff", NOBODY):
        with CaptureQueriesContext(connection) as seen:
            try_password(1, name)
        found[name] = [one["sql"].split()[0:3] for one in seen if "SAVEPOINT" not in one["sql"]]

    assert found["staff"] == found[NOBODY]


def test_a_reset_says_the_same_and_asks_the_database_the_same(world):
    found = {}
    for number, name in enumerate(("staff", NOBODY)):
        client = Client(**addresses(number))
        with CaptureQueriesContext(connection) as seen:
            answer = client.post(reverse("account_reset_password"), {"email": f"{name}@example.vn"})
        kinds = [one["sql"].split()[0:3] for one in seen if "SAVEPOINT" not in one["sql"]]
        found[name] = (answer.status_code, answer.url, kinds)

    assert found["staff"] == found[NOBODY]
    assert sorted(order.user_id or 0 for order in ResetOrder.objects.all()) == [0, world.staff.pk]


def test_one_password_is_hashed_whether_or_not_there_is_an_account(world, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    world.staff.set_password(PASSWORD)
    world.staff.save()
    took = {"staff@example.vn": [], f"{NOBODY}@example.vn": []}

    for number in range(8):
        for login, moments in took.items():
            begun = time.perf_counter()
            try_password(number, login)
            moments.append(time.perf_counter() - begun)

    there, nowhere = (statistics.median(moments) for moments in took.values())
    assert abs(there - nowhere) < 0.5 * max(there, nowhere)


def test_behind_the_proxy_the_visitors_address_counts(world, settings, monkeypatch):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setattr(tries, "OF_AN_ADDRESS", 2)

    def answer(address):
        return Client().post(
            reverse("account_login"),
            {"login": "ai-do", "password": "x"},
            headers={"x-forwarded-for": address},
        )

    for _ in range(3):
        refused = answer("10.9.9.1")

    assert "nhiều lần" in refused.content.decode()
    assert "nhiều lần" not in answer("10.9.9.2").content.decode()
    assert answer("không phải địa chỉ".encode().decode("latin-1")).status_code == 200


@pytest.mark.parametrize(("behind", "believed"), [("0", "0"), ("1", "1")])
def test_only_behind_a_proxy_its_header_is_believed(portal_settings, behind, believed):
    lines = (
        "from django.conf import settings as s; print(getattr(s, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0))"
    )

    said = portal_settings(lines, BASE_URL="https://doithoai.example.vn", BEHIND_PROXY=behind)

    assert said == believed


# --- at the same moment ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_thirty_at_the_same_moment_ten_are_looked_at(world, evaluated):
    def attempt(number):
        try:
            try_password(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=30) as pool:
        list(pool.map(attempt, range(30)))
    cache.clear()

    assert 0 < len(evaluated) <= 10
