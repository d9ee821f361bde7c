"""Pages for what went wrong: kind, Vietnamese, with every header, without versions or traces."""

import re

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client

from foundation import limits
from foundation.moves import MoveNotAllowed
from tests.walls.test_headers import HEADERS, POLICY, policy_of

pytestmark = pytest.mark.django_db

TELLTALE = re.compile(
    r"traceback|exception|django|python|gunicorn|nginx|psycopg|postgres|site-packages|\.py\b"
    r"|select .* from|\d+\.\d+\.\d+|/srv/|/home/|/opt/|settings",
    re.I,
)


def page_that(monkeypatch, error):
    """Let the committee list fail with `error`."""

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("committees.queries.committees_for", fail)


def say_broken(monkeypatch):
    page_that(monkeypatch, RuntimeError("SELECT secret FROM django_session at 1.2.3"))


def say_unavailable(monkeypatch):
    page_that(monkeypatch, OperationalError('connection to server at "10.1.2.3" failed'))


def say_faster(monkeypatch):
    page_that(monkeypatch, MoveNotAllowed("Traceback: received → closed"))


def nothing(monkeypatch):
    pass


def bad_host(client):
    return client.get("/committees/", HTTP_HOST="evil.example.org")


def nul(client):
    return client.get("/committees/?q=%00")


def forbidden(client):
    return client.get("/board/2026-H1/date/")


def missing(client):
    return client.get("/no/such/page/1.2.3")


def no_token(client):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return strict.post("/accounts/login/", {"login": "x"})


def the_list(client):
    return client.get("/committees/")


CASES = [
    (400, bad_host, nothing),
    (400, nul, nothing),
    (403, forbidden, nothing),
    (403, no_token, nothing),
    (404, missing, nothing),
    (409, the_list, say_faster),
    (500, the_list, say_broken),
    (503, the_list, say_unavailable),
]


@pytest.mark.parametrize(("status", "ask", "prepare"), CASES)
def test_it_says_what_is_wrong_and_no_more(world, monkeypatch, settings, status, ask, prepare):
    settings.DEBUG = False
    client = Client(raise_request_exception=False)
    client.force_login(world.officer)
    prepare(monkeypatch)

    answer = ask(client)

    page = answer.content.decode()
    assert answer.status_code == status
    assert not TELLTALE.search(re.sub(r'(src|href|integrity|value)="[^"]*"', "", page))
    assert 'lang="vi"' in page
    assert re.search(r"[ăâđêôơưạảãàáặầậẹệọộớờợụừự]", page)
    assert policy_of(answer) == POLICY
    for header, value in HEADERS.items():
        assert answer[header] == value
    assert not {"server", "x-powered-by"} & {name.lower() for name in answer.headers}
    if status >= 500:
        assert "no-store" in answer["Cache-Control"]


def test_a_page_for_a_failure_asks_the_database_nothing(rf, monkeypatch, django_assert_num_queries):
    from foundation import errors

    with django_assert_num_queries(0):
        assert errors.server_error(rf.get("/")).status_code == 500


VIETNAMESE, ENGLISH = "không có gì bị thay đổi", "nothing was changed"


@pytest.mark.parametrize(
    ("chosen", "speaks"),
    [(None, {"vi", "en"}), ("vi", {"vi"}), ("en", {"en"}), ("xx", {"vi", "en"})],
)
@pytest.mark.parametrize("error", [RuntimeError, OperationalError])
def test_a_failure_speaks_the_chosen_language_or_both(rf, settings, chosen, speaks, error):
    from foundation import errors

    request = rf.get("/")
    if chosen:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = chosen
    try:
        raise error
    except error:
        page = errors.server_error(request).content.decode()

    assert (VIETNAMESE in page) is ("vi" in speaks)
    assert (ENGLISH in page) is ("en" in speaks)
    assert f'<html lang="{"en" if speaks == {"en"} else "vi"}">' in page
    assert ('<section lang="en">' in page) is ("en" in speaks)
    assert page.count("<h1>") == len(speaks)
    assert 'href="/"' in page


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (psycopg.errors.QueryCanceled, "Cổng đang bận"),
        (psycopg.errors.LockNotAvailable, "Cổng đang bận"),
        (psycopg.errors.DeadlockDetected, "Cổng đang bận"),
        (psycopg.errors.AdminShutdown, "Cổng đang tạm ngừng"),
    ],
)
def test_a_database_that_waited_too_long_is_busy_and_not_away(world, monkeypatch, cause, said):
    client = Client(raise_request_exception=False)
    client.force_login(world.officer)
    error = OperationalError("canceling statement on relation secret")
    error.__cause__ = cause("canceling statement on relation secret")
    page_that(monkeypatch, error)

    answer = client.get("/committees/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert said in answer.content.decode()


def test_whoever_finds_no_place_is_told_so_at_once(world, monkeypatch):
    client = Client()
    client.force_login(world.officer)
    monkeypatch.setitem(limits.gates, "pages", limits.Gate(working=0, waiting=0, seconds=0))

    answer = client.get("/committees/")
    anonymous = client.get("/", HTTP_HOST="anonymous.localhost")

    assert (answer.status_code, anonymous.status_code) == (503, 503)
    assert "Cổng đang bận" in answer.content.decode()
    assert "Cổng đang bận" in anonymous.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert policy_of(answer) == POLICY
    # Files wait apart, and health and signing in have places of their own.
    assert client.post("/import/people/", {"file": ""}).status_code in (404, 422)
    assert client.get("/accounts/login/").status_code == 302
    assert client.get("/healthz").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("name", ["503.html", "busy.html"])
def test_what_the_web_server_hands_out_by_itself_speaks_both_and_needs_nothing(settings, name):
    """It is read from the disk as it is: no tag, nothing to load, no form, no script."""
    page = (settings.BASE_DIR / "templates" / name).read_text()

    assert not re.search(r"\{[%{#]|<(?:script|link|img|form)|https?:|style=", page)
    for said in (VIETNAMESE, ENGLISH, 'href="/"', '<html lang="vi">', '<section lang="en">'):
        assert said in page


def test_too_many_tries_are_refused_in_vietnamese(rf):
    from django.template.loader import render_to_string

    page = render_to_string("429.html", {}, rf.get("/"))

    assert not TELLTALE.search(re.sub(r'(src|href|integrity|value)="[^"]*"', "", page))
    assert 'lang="vi"' in page


def test_the_database_being_away_is_said_without_it(world, monkeypatch):
    """Not even the session can be read; the answer is still ours."""
    client = Client(raise_request_exception=False)
    client.force_login(world.officer)

    def fail(*args, **kwargs):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
    answer = client.get("/committees/")

    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert policy_of(answer) == POLICY
