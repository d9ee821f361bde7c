"""B-06, B-07: what the scanners are given, and what is made of what they say."""

import re
from collections import Counter
from types import SimpleNamespace

import pytest
from django.middleware import csrf
from django.test import Client
from django.urls import reverse

from security import crawling, scans
from security.crawling import Page, crawl, page_of
from security.target import Server, with_fresh_tokens
from sessions.models import Conference

SITE = {
    "/": '<a href="/rows/1/">1</a><a href="/rows/2/">2</a><a href="/accounts/logout/">x</a>'
    '<a href="https://elsewhere.example/">y</a>',
    "/rows/1/": '<form method="post" action="/rows/1/end/"><input name="why"></form>',
    "/rows/2/": '<form method="post" action="/rows/2/end/"><input name="why"></form>'
    '<form method="post" action="/rows/2/open/"><input name="day" placeholder="dd/mm/yyyy">'
    '<button hx-post="/rows/2/similar/">z</button></form>',
}


@pytest.fixture
def site(monkeypatch):
    visited = []

    def fetch(url):
        visited.append(url.removeprefix("https://portal"))
        return SITE.get(visited[-1], "")

    monkeypatch.setattr(crawling, "fetch", fetch)
    return visited


def test_every_row_is_visited_and_every_form_kept_once(site):
    found = crawl("https://portal", limit=10, seconds=9)

    assert site == ["/", "/rows/1/", "/rows/2/"]
    assert [(one.method, one.url.removeprefix("https://portal")) for one in found.requests] == [
        ("POST", "/rows/1/end/"),
        ("POST", "/rows/2/open/"),
        ("POST", "/rows/2/similar/"),
    ]
    assert found.requests[2].fields == {"day": "05/12/2026"}
    assert not found.cut


def test_a_crawl_that_was_cut_says_so(site):
    assert crawl("https://portal", limit=2, seconds=9).cut
    assert crawl("https://portal", limit=9, seconds=-1).cut


def test_the_page_for_a_scanner_holds_every_form(site):
    found = crawl("https://portal", limit=10, seconds=9)

    again = Page("https://portal/scan/start/")
    again.feed(page_of(found.requests))

    assert [one.url for one in again.forms] == [one.url for one in found.requests]
    assert [one.fields for one in again.forms] == [one.fields for one in found.requests]


def test_a_true_token_gets_another_face_and_a_wrong_one_stays_wrong():
    secret = csrf._get_new_csrf_string()
    sent = csrf._mask_cipher_secret(secret)
    body = f"a=1&csrfmiddlewaretoken={sent}&b=2".encode()

    given = re.search(rb"token=(\w+)&b=2", with_fresh_tokens(body, secret))[1].decode()
    wrong = csrf._mask_cipher_secret(csrf._get_new_csrf_string())

    assert given != sent
    assert csrf._unmask_cipher_token(given) == secret
    assert wrong.encode() in with_fresh_tokens(body.replace(sent.encode(), wrong.encode()), secret)


def server(**statuses):
    answered = Counter({int(code[1:]): number for code, number in statuses.items()})
    return SimpleNamespace(
        statuses=answered,
        of_the_known=answered,
        broken=[],
        signed_in_again=[],
        held_back=0,
        share=lambda: Server.share(SimpleNamespace(of_the_known=answered, known={1})),
    )


@pytest.fixture
def account(monkeypatch):
    monkeypatch.setattr(scans.Account, "keep", lambda self: None)
    return scans.Account("x")


def test_a_scan_that_was_hardly_answered_is_a_find(account):
    account.add("staff", server(_200=40, _429=60), [], "", [])

    result = account.result("")
    assert not result.held
    assert "only 40 %" in result.figure
    assert "60 of them 429" in result.figure


def test_what_time_cut_off_is_said(account):
    account.add("staff", server(_200=9, _422=1), [], "", ["timesql"])
    account.add("leader", server(_302=9, _404=1), [], "", ["timesql", "crawl"])

    result = account.result("")
    assert result.held
    assert result.cut == "cut by time: timesql ×2, crawl ×1"
    assert "lowest share of good answers 90 % (leader)" in result.figure


def test_a_find_that_nobody_has_judged_breaks_the_row(account, monkeypatch):
    monkeypatch.setattr(scans, "judged", lambda find: "echo" if "LDAP" in find else "")
    account.add("staff", server(_200=9), ["LDAP Injection GET /"], "", [])
    assert account.result("").held

    account.add("staff", server(_200=9), ["SQL Injection GET /"], "", [])
    assert not account.result("").held


def test_a_scanned_portal_takes_every_act_back(world, settings):
    settings.MIDDLEWARE = ["security.scanned.Forgets", *settings.MIDDLEWARE]
    clerk = Client()
    clerk.force_login(world.people["clerk"])
    cancel = reverse("sessions:conference_cancel", args=[world.conference.pk])

    answers = [clerk.post(cancel, {"reason": "Trùng lịch"}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Conference.objects.get().state == world.conference.state
