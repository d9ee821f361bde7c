"""The page of one's own sign-ins, and the record of the account: days, and nobody else's."""

import datetime as dt
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.domain.signing_out import forget_what_is_over
from committees.models import SignInDay
from foundation import presence
from foundation.devices import device_of
from tests.accounts.factors import code, give_app
from tests.accounts.ways import is_signed_in, sign_in
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/109.0"
PAGE = "own_sessions"


@pytest.fixture
def phone(world):
    sign_in(phone := Client(headers={"user-agent": PHONE}), "staff")
    return phone


@pytest.fixture
def office(world):
    sign_in(office := Client(headers={"user-agent": OFFICE}), "staff")
    return office


def read(client):
    return client.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (PHONE, "iphone"),
        (OFFICE, "windows"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/130 Mobile", "android"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15)", "mac"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "linux"),
        ("", "other"),
        ("x" * 20_000 + "windows", "other"),
    ],
)
def test_a_browser_is_known_by_its_kind_alone(rf, said, device):
    assert device_of(rf.get("/", headers={"user-agent": said})) == device


def test_both_devices_are_listed_and_one_can_be_ended_from_the_other(phone, office):
    page = read(office)
    assert "Điện thoại iPhone" in page
    assert "Máy tính Windows" in page
    assert page.count("thiết bị này</strong>") == 1
    assert is_signed_in(phone)

    answer = office.post(reverse("session_end"), {"session": phone.session.handle}, follow=True)

    assert "Đã kết thúc đăng nhập trên thiết bị đó." in answer.content.decode()
    assert not is_signed_in(phone)
    assert is_signed_in(office)
    again = office.post(reverse("session_end"), {"session": "0" * 32}, follow=True)
    assert "đã kết thúc từ trước" in again.content.decode()


def test_nobody_ends_or_sees_the_session_of_somebody_else(phone, world):
    sign_in(somebody := Client(headers={"user-agent": OFFICE}), "colleague")

    assert "iPhone" not in read(somebody)
    somebody.post(reverse("session_end"), {"session": phone.session.handle})
    somebody.post(reverse("sign_out_everywhere"))

    assert is_signed_in(phone)


def test_the_record_is_written_by_night_and_seen_by_its_owner_alone(client, world, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    give_app(world.secretary)
    noon = timezone.localtime().replace(hour=12, minute=0)
    with time_machine.travel(noon, tick=True):
        sign_in(Client(headers={"user-agent": OFFICE}), "secretary", "sai-mat-khau")
        sign_in(client, "nobody", "sai-mat-khau")
        answer = sign_in(client, "secretary")
        client.post(answer.url, {"code": "000000"})
        client.post(answer.url, {"code": code()})
        fields = {
            "oldpassword": PASSWORD,
            "password1": "khac-han-2027x",
            "password2": "khac-han-2027x",
        }
        assert client.post(reverse("account_change_password"), fields).status_code == 302
        assert "Đổi mật khẩu" in read(client)
        forget_what_is_over(at=timezone.now())
        assert not SignInDay.objects.exists()
    with time_machine.travel(noon + dt.timedelta(hours=13), tick=True):
        for _ in range(2):
            forget_what_is_over(at=timezone.now())
        sign_in(other := Client(), "staff")
        rows = SignInDay.objects.of(world.secretary, on=timezone.localdate())
        assert {row.kind: row.number for row in rows.filter(device="other")} == {
            "failed": 1, "signed_in": 1, "password_changed": 1,
        }  # fmt: skip
        assert rows.get(device="windows").number == 1
        assert presence.events_of(world.secretary.pk) == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT xmin::text FROM committees_signinday")
            assert len(cursor.fetchall()) == 1
        assert "Sai mật khẩu hoặc sai mã" not in read(other)
        sign_in(client, "secretary", "khac-han-2027x")
    with time_machine.travel(noon + dt.timedelta(days=181), tick=True):
        forget_what_is_over(at=timezone.now())
        assert not SignInDay.objects.filter(day=noon.date()).exists()


def test_a_dump_tells_neither_whose_days_they_are_nor_that_two_are_of_one(world, settings):
    """A dump of each night tells on which day a question came; with who was here, few are left."""
    noon = timezone.localtime().replace(hour=12, minute=0)
    for number in range(2):
        with time_machine.travel(noon + dt.timedelta(days=number), tick=False):
            for person in (world.staff, world.colleague):
                presence.note(person.pk, "signed_in", "iphone")
    with time_machine.travel(noon + dt.timedelta(days=2), tick=False):
        forget_what_is_over(at=timezone.now())
        on = timezone.localdate()

    rows = SignInDay.objects.all()

    assert not [one for one in SignInDay._meta.get_fields() if one.is_relation]
    assert len(set(rows.values_list("account", flat=True))) == rows.count() == 4
    assert [row.day for row in rows.of(world.staff, on=on)] == [
        (noon + dt.timedelta(days=number)).date() for number in (1, 0)
    ]
    settings.IDENTITY_KEYS = ["another", *settings.IDENTITY_KEYS]
    assert rows.of(world.staff, on=on).count() == 2
    settings.IDENTITY_KEYS = ["another"]
    assert not rows.of(world.staff, on=on)


def test_the_page_of_the_end_says_erased_only_where_it_is_so(phone):
    """Its address lies in the history: whoever opens it again is not told of what is not so."""
    said = "trình duyệt này không còn giữ gì của Cổng"
    address = f"{reverse('finish')}?erased"
    assert said not in phone.get(address).content.decode()

    target = phone.post(reverse("finish")).url
    phone.cookies = SimpleCookie({k: one for k, one in phone.cookies.items() if one.value})

    assert said in phone.get(target).content.decode()
    assert not is_signed_in(phone)


def test_a_wrong_name_takes_the_same_work_as_a_wrong_password(client, world, monkeypatch):
    written = []
    monkeypatch.setattr(presence, "_write", lambda folder, known: written.append(1))
    for login in ("staff", "no-such-person"):
        sign_in(client, login, "sai-mat-khau")

    assert len(written) == 2
