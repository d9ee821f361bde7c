"""B-14: open redirects, hostile hosts, injected headers, poisoned caches."""

import re

import pytest
from django.test import Client
from django.utils.http import url_has_allowed_host_and_scheme

from committees.domain import sending
from foundation.clock import database_now
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example.org",
    "http://evil.example.org/",
    "//evil.example.org",
    "///evil.example.org",
    "////evil.example.org",
    "/\\evil.example.org",
    "\\\\evil.example.org",
    "\\/evil.example.org",
    "/\t/evil.example.org",
    "/\n/evil.example.org",
    "\t//evil.example.org",
    " //evil.example.org",
    "https:evil.example.org",
    "https:/evil.example.org",
    "http:///evil.example.org",
    "http:\\\\evil.example.org",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//testserver@evil.example.org",
    "https://testserver@evil.example.org",
    "https://testserver.evil.example.org",
    "https://evil.example.org#testserver",
    "https://evil.example.org?testserver",
    "//evil.example.org/%2e%2e",
    "//%65vil.example.org",
    "//evil。example。org",
    "//\u202eevil.example.org",
    "http://[::ffff:1.2.3.4]/",
    "//1249763844/",
    "ftp://evil.example.org",
    "/%0d%0aLocation:%20https://evil.example.org",
    "/\r\nLocation: https://evil.example.org",
    "/\u560d\u560aSet-Cookie: a=b",
)
HOSTS = (
    "evil.example.org",
    "testserver.evil.example.org",
    "eviltestserver",
    "testserver:80@evil.example.org",
    "testserver#evil",
    "testserver/evil",
    "testserver evil.example.org",
    "testserver,evil.example.org",
    "[::1",
    "::1",
    "",
    ".",
    "testserver:abc",
    "localhost\r\nX: y",
    "127.0.0.1.evil.example.org",
    "xn--evil",
    "-",
)
FORWARDED = (
    {"x-forwarded-host": "evil.example.org"},
    {"x-host": "evil.example.org"},
    {"x-original-url": "/admin/"},
    {"x-rewrite-url": "/admin/"},
    {"forwarded": "host=evil.example.org"},
    {"x-http-method-override": "DELETE"},
    {"x-forwarded-prefix": "//evil.example.org"},
    {"x-forwarded-port": "1"},
)


def leads_away(answer):
    """Would the browser go to another host, or does a header hold what was sent?"""
    place = answer.get("Location", "")
    clean = place.replace("\\", "/").strip()
    is_own = not place or url_has_allowed_host_and_scheme(clean, {"testserver"})
    return not is_own or any("\n" in value or "\r" in value for value in answer.headers.values())


def test_no_redirect_leads_to_another_host(world):
    staff, nobody = Client(), Client()
    staff.force_login(world.staff)
    wrong = []
    for place in ELSEWHERE:
        ways = {
            "language": nobody.post("/language/", {"language": "en", "next": place}),
            "language by header": nobody.post(
                "/language/", {"language": "en"}, headers={"referer": safe_header(place)}
            ),
            "already signed in": staff.get("/accounts/login/", {"next": place}),
            "form after its session": nobody.post(
                "/questions/mine/", headers={"referer": safe_header(place)}
            ),
            "signing out": Client().post("/accounts/logout/", {"next": place}),
        }
        wrong += [
            f"{way} {place!r}: {answer.get('Location')!r}"
            for way, answer in ways.items()
            if leads_away(answer)
        ]

    assert not wrong, "\n".join(wrong)


def safe_header(text):
    """Header values that a server would let through at all."""
    return re.sub(r"[\r\n]", "", text).encode("ascii", "ignore").decode()


@pytest.mark.parametrize("place", ["https://evil.example.org", "//evil.example.org", "/\\evil.org"])
def test_signing_in_leads_to_no_other_host(world, place):
    answer = Client().post(
        f"/accounts/login/?next={place}",
        {"login": "staff", "password": PASSWORD, "next": place},
    )

    assert answer.status_code == 302
    assert not leads_away(answer)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_gets_nothing(world, host):
    client = Client(raise_request_exception=False)
    client.force_login(world.secretary)

    answer = client.get("/", HTTP_HOST=host)

    page = answer.content.decode()
    assert answer.status_code in ((200, 400) if host == "" else (400,))
    assert "Nguyễn Thị Ánh" not in page or host == ""
    assert "evil" not in page
    assert "Location" not in answer


@pytest.mark.parametrize("headers", FORWARDED, ids=lambda given: next(iter(given)))
def test_forwarding_headers_change_nothing(world, headers):
    client = Client()
    plain = client.get("/accounts/password/reset/").content
    signed = client.get("/", headers=headers)
    told = client.get("/accounts/password/reset/", headers=headers).content

    assert not leads_away(signed)
    assert b"evil" not in told
    assert without_token(told) == without_token(plain)


def without_token(page):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


def test_a_mail_leads_to_the_configured_host_alone(world, mailoutbox, settings):
    """A reset that is asked for under another name must not send anybody there."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "other.example.org"]

    Client().post(
        "/accounts/password/reset/", {"email": "staff@example.vn"}, HTTP_HOST="other.example.org"
    )

    assert sending.send_everything_due(at=database_now()) == 1
    assert [message.to for message in mailoutbox] == [["staff@example.vn"]]
    for text in (mailoutbox[0].body, *(one.content for one in mailoutbox[0].alternatives)):
        assert "http://testserver/accounts/" in text
        assert "other.example.org" not in text


def test_what_depends_on_the_visitor_says_so_to_caches(world):
    """Nothing that differs by cookie may be kept for somebody else."""
    client = Client()
    client.force_login(world.staff)
    for path in ("/", "/questions/mine/", "/conferences/"):
        assert "no-store" in client.get(path)["Cache-Control"]
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        answer = Client().get(path)
        assert "Cookie" in answer.get("Vary", "") or "no-store" in answer.get("Cache-Control", "")


def test_the_set_has_sixty_members():
    assert len(ELSEWHERE) + len(HOSTS) + len(FORWARDED) >= 60
