"""What is written down: lines of JSON without anything that a visitor sent."""

import logging

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import get_exception_reporter_class, get_exception_reporter_filter

from foundation import logs
from tests.world import PASSWORD

CANARY = "ZZCANARY-chim-bao-bao"
ADDRESS = "127.77.66.55"
AGENT = "Canary-Browser/9"


@pytest.fixture
def crashing_view(monkeypatch):
    """The first page breaks while it holds what was sent."""

    def home(request):
        text = request.POST.get("text", CANARY)
        raise ValueError(f"It said {text}")

    monkeypatch.setattr("reports.views.home.home", home)
    monkeypatch.setattr("committees.accounts.views.signing_in.invitation_accept", home)
    return home


def test_one_event_is_one_line_of_json(written):
    logging.getLogger("reports").warning("Two\nlines of %s", "text")

    (event,) = written.events
    assert event["event"] == "Two\nlines of text"
    assert "\n" not in written.lines[0]
    assert set(event) == {"at", "level", "logger", "event"}


@pytest.mark.django_db
def test_each_request_has_a_name_and_one_line(client, written):
    client.get("/verify/", REMOTE_ADDR=ADDRESS, headers={"user-agent": AGENT})

    answered = [event for event in written.events if event["event"] == "answered"]
    assert [(e["page"], e["method"], e["status"]) for e in answered] == [
        ("reports:verify", "GET", 200)
    ]
    assert len(answered[0]["request"]) == 16


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["missing", "refused", "forged", "host", "wrong password"])
def test_nothing_that_was_sent_is_written_down(world, written, way):
    from django.test import Client

    client = Client(enforce_csrf_checks=way == "forged", raise_request_exception=False)
    sent = {"REMOTE_ADDR": ADDRESS, "headers": {"user-agent": AGENT, "x-forwarded-for": ADDRESS}}
    if way in ("missing", "refused"):
        client.force_login(world.staff)
    if way == "missing":
        client.get(f"/{CANARY}/?q={CANARY}", **sent)
    elif way == "refused":
        client.post(f"/committees/new/?q={CANARY}", {"name": CANARY}, **sent)
    elif way == "forged":
        client.post("/language/", {"language": CANARY}, **sent)
    elif way == "host":
        client.get("/verify/", HTTP_HOST=f"{CANARY}.example.org", **sent)
    else:
        client.post("/accounts/login/", {"login": "staff", "password": CANARY}, **sent)

    assert bool(written.events) == (way != "wrong password")  # who signs in leaves no line at all
    for line in written.lines:
        for secret in (CANARY, ADDRESS, AGENT, PASSWORD):
            assert secret.casefold() not in line.casefold()


def crash(text):
    try:
        raise KeyError(text)
    except KeyError as cause:
        raise ValueError(f"It said {text}") from cause


def test_a_crash_names_its_line_and_not_its_words(written):
    try:
        crash(CANARY)
    except ValueError:
        logging.getLogger("reports").exception("Could not read %s", CANARY)

    (event,) = written.events
    assert [failure["error"] for failure in event["failures"]] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    assert event["failures"][0]["frames"][-1].endswith(" crash")
    assert CANARY not in written.lines[0]


@pytest.mark.django_db
def test_what_the_database_refuses_is_not_quoted(world, written):
    from django.db import DatabaseError, transaction

    from sessions.models import Conference

    try:
        with transaction.atomic():
            Conference.objects.filter(pk=world.conference.pk).update(title=CANARY, starts_at=None)
    except DatabaseError:
        logging.getLogger("sessions").exception("Not kept")

    assert written.events[-1]["failures"][1]["sqlstate"] == "23502"
    assert all(CANARY not in line for line in written.lines)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("testserver", "/receipt/"),
        ("testserver", "/conferences/7/ask/"),
        ("testserver", "/questions/mine/"),
        (settings.ANONYMOUS_HOST, "/"),
        (settings.ANONYMOUS_HOST, "/x"),
    ],
)
def test_a_silent_request_leaves_neither_time_nor_name(written, host, path):
    def get_response(request):
        logging.getLogger("django.request").error("Broken: %s", path, extra={"request": request})
        logging.getLogger("sessions").error("Receipt %s is wrong", CANARY)
        return HttpResponse()

    logs.RequestEvents(get_response)(RequestFactory().get(path, HTTP_HOST=host))

    assert [set(event) for event in written.events] == [
        {"at", "level", "logger", "event", "silent"}
    ] * 2
    assert {len(event["at"]) for event in written.events} == {len("2026-W22")}
    assert all(CANARY not in line for line in written.lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "path"),
    [
        (settings.ANONYMOUS_HOST, "/"),
        (settings.ANONYMOUS_HOST, "/receipt/"),
        (settings.ANONYMOUS_HOST, "/no-such-page/"),
        ("testserver", "/receipt/"),
        ("testserver", "/questions/mine/"),
    ],
)
def test_of_a_silent_request_not_even_a_refusal_is_written_down(client, written, host, path):
    for answer in (client.get(path, HTTP_HOST=host), client.post(path, HTTP_HOST=host)):
        assert answer.status_code < 500

    assert written.lines == []


def test_after_a_silent_request_the_next_one_is_told(written):
    quiet = logs.RequestEvents(lambda request: HttpResponse())
    quiet(RequestFactory().get("/receipt/"))
    quiet(RequestFactory().get("/"))

    assert [event["event"] for event in written.events] == ["answered"]


def test_a_report_of_a_crash_carries_nothing_of_the_request(settings):
    request = RequestFactory().post(
        f"/?q={CANARY}",
        {"text": CANARY},
        REMOTE_ADDR=ADDRESS,
        headers={"user-agent": AGENT, "cookie": f"a={CANARY}"},
    )
    settings.DEBUG = True

    try:
        crash(CANARY)
    except ValueError as error:
        reporter = get_exception_reporter_class(request)(
            request, type(error), error, error.__traceback__
        )

    for report in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "ValueError" in report
        for secret in (CANARY, ADDRESS, AGENT):
            assert secret not in report
    hiding = get_exception_reporter_filter(request)
    assert isinstance(hiding, logs.NothingOfTheRequest)
    assert hiding.is_active(request)


def test_nobody_is_mailed_a_crash():
    handlers = {
        handler
        for name in [None, *logging.root.manager.loggerDict]
        for handler in logging.getLogger(name).handlers
    }

    assert not any(isinstance(handler, AdminEmailHandler) for handler in handlers)


def test_the_console_speaks_this_format():
    assert settings.LOGGING["formatters"]["line"]["()"] == "foundation.logs.line"
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["not_silent"]
    assert settings.LOGGING["root"]["handlers"] == ["console"]
