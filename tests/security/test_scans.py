"""B-06, B-07: what the scanners are given, and what is made of what they say."""

import re
import ssl
import threading
import urllib.request
import uuid
from collections import Counter
from contextlib import nullcontext
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.middleware import csrf
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.html import escape

from bench.observatory import certificates
from bench.servers import free_port
from dialogue_portal import urls
from security import crawling, planted, scans, wapiti
from security.__main__ import run
from security.crawling import Answer, Found, Page, Request, crawl, page_of, shared
from security.results import Result
from security.scene import doors_of
from security.target import Server, Target, in_short, with_fresh_tokens, with_the_same_drawn
from sessions.models import Conference
from tests.walls.forms import forms_of
from tests.walls.places import every_pattern
from tests.walls.scene import build_scene

SITE = {
    "/": '<a href="/rows/1/">1</a><a href="/rows/2/">2</a><a href="/accounts/logout/">x</a>'
    '<a href="https://elsewhere.example/">y</a>',
    "/rows/1/": '<form method="post" action="/rows/1/end/"><input name="why"></form>',
    "/rows/2/": '<form method="post" action="/rows/2/end/"><input name="why"></form>'
    '<form method="post" action="/rows/2/open/"><input name="day" placeholder="dd/mm/yyyy">'
    '<button hx-post="/rows/2/similar/">z</button></form>',
}
REFUSED = {"/rows/1/end/": 409}  # the first row is in a state in which nothing can be ended


def path_of(request):
    return request.url.removeprefix("https://portal")


@pytest.fixture
def site(monkeypatch):
    asked = []

    def fetch(url):
        path = url.removeprefix("https://portal")
        asked.append(path)
        return Answer(200, view=path, text=SITE[path])

    def send(request):
        asked.append(f"POST {path_of(request)}")
        return Answer(REFUSED.get(path_of(request), 302), view=request.url.rsplit("/", 2)[1])

    monkeypatch.setattr(crawling, "fetch", fetch)
    monkeypatch.setattr(crawling, "send", send)
    return asked


def test_every_row_is_visited_and_every_form_kept_with_the_row_that_takes_it(site):
    found = crawl("https://portal", limit=10, seconds=9)

    assert site == ["/", "/rows/1/", "POST /rows/1/end/", "/rows/2/"] + [
        f"POST /rows/2/{act}/" for act in ("end", "open", "similar")
    ]
    assert [(one.method, path_of(one)) for one in found.requests] == [
        ("GET", "/"),
        ("GET", "/rows/1/"),
        ("POST", "/rows/2/end/"),
        ("GET", "/rows/2/"),
        ("POST", "/rows/2/open/"),
        ("POST", "/rows/2/similar/"),
    ]
    assert found.requests[-1].fields == {"day": "05/12/2026"}
    assert not found.cut


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ('<input type="text" name="name">', "Nội dung"),
        ('<input type="text" name="day" placeholder="dd/mm/yyyy">', "05/12/2026"),
        ('<input type="text" name="at" placeholder="dd/mm/yyyy hh:mm">', "05/12/2026 09:00"),
        # With words in it the form gets no further, and what a scanner puts behind them is told
        # apart by its length alone: 30 characters may be typed, "AND 92=193" makes 31 of it.
        ('<input type="text" name="code">', "M77"),
        ("<textarea name='text'></textarea>", "Nội dung"),
    ],
)
def test_an_empty_field_is_filled_with_what_somebody_could_type(field, words):
    page = Page("https://portal/")
    page.feed(f'<form method="post">{field}</form>')

    assert list(page.forms[0].fields.values()) == [words]


def test_a_crawl_that_was_cut_says_so(site):
    assert crawl("https://portal", limit=2, seconds=9).cut
    assert crawl("https://portal", limit=9, seconds=-1).cut


def test_a_crawl_can_begin_elsewhere(site):
    assert path_of(crawl("https://portal", limit=1, seconds=9, start="/rows/1/").requests[0]) == (
        "/rows/1/"
    )


def test_the_pages_of_the_hall_that_nobody_signs_in_to_are_doors(world):
    """No page leads there: those of telephones, screen and invitation, with their forms."""
    pages = [Client().get(path) for path in doors_of(build_scene(world).own)]

    assert {page.status_code for page in pages} == {200}
    views = {page.resolver_match.view_name for page in pages}
    public = {
        name
        for name, pattern in every_pattern()
        if name.startswith("hall:") and not getattr(pattern.callback, "login_required", True)
    }
    html = "".join(page.content.decode() for page in pages)
    sent_to = {
        resolve(form.action).view_name for form in forms_of(html, "/") if form.method == "POST"
    }
    by_script = {"hall:join_pass"}  # telephones draw their passes, no form does
    assert views | sent_to | by_script >= public
    assert "hall:screen" in public


def test_a_crawl_goes_through_the_doors_as_well(site):
    crawl("https://portal", limit=10, seconds=9, start="/rows/2/", doors=["/rows/1/"])

    assert {"/rows/1/", "/rows/2/"} <= set(site)


def test_the_page_for_a_scanner_holds_all_that_is_to_be_attacked(site):
    found = crawl("https://portal", limit=10, seconds=9)

    again = Page("https://portal/?scan=start")
    again.feed(page_of(found.requests))

    forms = [one for one in found.requests if one.method == "POST"]
    assert [one.url for one in again.forms] == [one.url for one in forms]
    assert [one.fields for one in again.forms] == [one.fields for one in forms]
    assert again.links == [one.url for one in found.requests if one.method == "GET"]


def found_with(**statuses):
    found = Found()
    for view, status in statuses.items():
        found.offer(Request("POST", f"/{view}/", "/", {"a": "1"}, view=view, status=status))
    return found


def test_what_several_can_send_is_attacked_once_by_the_first_who_gets_furthest():
    shares, of_others = shared(
        {
            "staff": found_with(ask=302, sort=403, read=422),
            "clerk": found_with(ask=302, sort=302, read=422, hold=409),
        }
    )

    assert [one.view for one in shares["staff"]] == ["ask", "read"]
    assert [one.view for one in shares["clerk"]] == ["sort", "hold"]
    assert of_others == {"staff": 1, "clerk": 2}


def test_other_parameters_of_the_same_view_are_attacked_too():
    found = Found()
    for name in ("a", "b", "a"):
        found.offer(Request("GET", "/list/", "/", {name: "1"}, view="list", status=200))

    assert [one.tried for one in found.requests] == [["a"], ["b"]]


def test_a_parameter_of_one_view_is_tried_once_where_it_gets_furthest():
    found = Found()
    for status, names in ((422, "ab"), (302, "bc"), (200, "b")):
        found.offer(Request("POST", "/x/", "/", dict.fromkeys(names, "1"), view="x", status=status))

    ((one, two, three),) = shared({"staff": found})[0].values()

    assert [one.tried, two.tried, three.tried] == [["b", "c"], [], ["a"]]


def test_a_true_token_gets_another_face_and_a_wrong_one_stays_wrong():
    secret = csrf._get_new_csrf_string()
    sent = csrf._mask_cipher_secret(secret)
    body = f"a=1&csrfmiddlewaretoken={sent}&b=2".encode()

    given = re.search(rb"token=(\w+)&b=2", with_fresh_tokens(body, secret))[1].decode()
    wrong = csrf._mask_cipher_secret(csrf._get_new_csrf_string())

    assert given != sent
    assert csrf._unmask_cipher_token(given) == secret
    assert wrong.encode() in with_fresh_tokens(body.replace(sent.encode(), wrong.encode()), secret)


def test_two_answers_to_one_page_are_the_same_and_their_forms_hold():
    secret = csrf._get_new_csrf_string()
    pages = [
        f'<input name="csrfmiddlewaretoken" value="{csrf._mask_cipher_secret(secret)}">'
        f'<input name="form_key" value="{uuid.uuid4()}">'
        for _ in range(2)
    ]

    one, other = (with_the_same_drawn(page.encode(), secret) for page in pages)

    assert one == other
    token, key = re.findall(rb'value="([^"]+)"', one)
    assert csrf._unmask_cipher_token(token.decode()) == secret
    assert uuid.UUID(key.decode())
    assert token not in with_the_same_drawn(pages[0].encode(), csrf._get_new_csrf_string())


def test_a_session_is_kept_and_in_short_not_what_is_said_of_acts():
    server = Server.__new__(Server)
    server.jar = {"session": "a", "__Host-messages": "Đã lưu."}
    server.keep({"session": '""', "__Host-csrf": "b", "__Host-messages": "Đã gửi."})
    assert server.jar == {"session": "a", "__Host-csrf": "b", "__Host-messages": "Đã gửi."}
    server.in_short = True
    server.keep({"session": "c", "__Host-messages": "Đã xóa."})

    assert server.jar == {"session": "c", "__Host-csrf": "b"}


def test_a_role_that_was_put_out_comes_back_and_its_forms_are_still_taken():
    """With another secret, each form that was found before would be answered 403."""
    server = Server.__new__(Server)
    server.begin()
    server.role, server.jar = "head", {"session": "old", "__Host-csrf": "secret of the forms"}
    server.cookies_anew = lambda role: {"session": f"new of {role}", "__Host-csrf": "another"}

    server.sign_in_again("POST /board/")

    assert server.jar == {"session": "new of head", "__Host-csrf": "secret of the forms"}
    assert server.signed_in_again == ["POST /board/"]


def test_an_answer_in_short_is_what_the_portal_says_and_nothing_of_what_was_said_to_it():
    typed = "1' AND 5=5  -- đúng"
    page = (
        f'<header>menu</header><main>\n  <p>Sai.</p>\n <input value="{escape(typed)}">'
        "<b>12</b></main><footer>foot</footer>"
    ).encode()

    short = in_short(page, f"n=12&{urlencode({'text': typed})}")

    assert short == b'<main> <p>Sai.</p> <input value=""><b>12</b></main>'
    assert in_short(b"<p>a  b</p>", "") == b"<p>a  b</p>"


def test_a_page_in_short_says_all_that_the_whole_one_says(world, settings):
    clerk = Client()
    clerk.force_login(world.people["clerk"])
    ask = reverse("sessions:conference_create")
    whole = clerk.post(ask, {"title": "x"}).content

    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"].insert(0, settings.BASE_DIR / "security/templates")
    shorter = clerk.post(ask, {"title": "x"}).content

    assert len(shorter) < len(whole) * 0.9
    assert b'name="title"' in shorter
    assert whole.count(b"invalid-feedback") == shorter.count(b"invalid-feedback") > 0


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


@pytest.mark.parametrize(
    ("seconds", "calls", "cut"),
    [
        (900, ["sql", "exec", "file", "timesql", "exec"], []),
        (9, ["sql", "exec", "file", "timesql"], ["exec"]),
    ],
)
def test_what_was_cut_off_goes_on_while_time_is_left(monkeypatch, tmp_path, seconds, calls, cut):
    called = []

    def attacked(program, address, modules, kept, seconds):
        called.extend(modules)
        is_cut = modules == ["exec"] and called.count("exec") == 1
        return {f"find of {modules[0]}"}, modules if is_cut else []

    monkeypatch.setattr(wapiti, "attacked", attacked)

    finds, told, late = wapiti.attack("", tmp_path, wapiti.PROBING, "clerk", "", ["/"], seconds)

    assert (called, late) == (calls, cut)
    assert finds == {f"find of {name}" for name in ("sql", "exec", "file", "timesql")}
    assert told == {"with 4 modules to the end": 0 if cut else 1}


def test_what_time_cut_off_is_said(account):
    account.add("staff", server(_200=9, _422=1), [], "", ["timesql"])
    account.add("leader", server(_302=9, _404=1), [], "", ["timesql", "crawl"])

    result = account.result("")
    assert result.held
    assert result.cut == "cut by time: timesql ×2, crawl ×1"
    assert run([("B-06", "wapiti", "0", lambda: result, True)], write=lambda _: None) == 1
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


@pytest.fixture
def portal(monkeypatch):
    """A portal of which one page is found, and which nobody starts."""
    served = SimpleNamespace(**vars(server(_200=9)), host="portal", start="", known=set())
    target = SimpleNamespace(
        doors=[],
        portal=lambda **_: nullcontext(),
        as_role=lambda role, portal, **_: nullcontext(("https://portal", served)),
    )
    page = found_with(page=200)
    monkeypatch.setattr(scans, "running", lambda: nullcontext(target))
    monkeypatch.setattr(scans, "crawl", lambda *_, **__: page)


class Upstream(BaseHTTPRequestHandler):
    """Gives a cookie to whoever has none, and says what it was asked."""

    def __getattr__(self, name):
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self.say

    def say(self):
        said = f"{self.command} {self.headers.get('Cookie', '')}".encode()
        self.send_response(200)
        if not self.headers.get("Cookie"):
            self.send_header("Set-Cookie", "given=once; Path=/")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


@pytest.fixture
def upstream():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_nobody_attacks_with_the_cookies_it_looked_around_with(tmp_path, upstream):
    """Else no form holds, and nothing behind its token is attacked; a method nobody knows comes
    to the portal as well, whose refusal it is that counts."""
    _, certificate, key = certificates(tmp_path)
    ports = {"localhost": free_port(), "127.0.0.1": free_port()}
    target = Target(tmp_path, "", {}, certificate, key, ports, {})
    trusting = ssl._create_unverified_context()
    said = []
    for method in ("GET", "GET", "ABC"):
        with target.as_role("nobody", upstream) as (address, _):
            asked = urllib.request.Request(f"{address}/page/", method=method)
            said.append(urllib.request.urlopen(asked, context=trusting).read())

    assert said == [b"GET ", b"GET given=once", b"ABC given=once"]


PLANTED = (("Cross Site Scripting", planted.ECHO), ("SQL Injection", planted.ASKED))


@pytest.mark.parametrize("seen", [(), PLANTED[:1], PLANTED[1:]])
def test_a_scanner_that_misses_what_is_planted_has_shown_nothing(portal, account, seen):
    asked = []

    def attack(role, address, requests, seconds):
        asked.append(role)
        return {f"{kind} GET {path}" for kind, path in seen}, Counter(), []

    result = scans.scan(account, scans.Round(attack, PLANTED))

    assert not result.held
    assert "planted and not found" in result.figure
    assert "0 finds" not in result.figure
    assert asked == ["control"]


def test_a_scanner_that_finds_what_is_planted_is_sent_to_the_rest(portal, account):
    asked = []

    def attack(role, address, requests, seconds):
        asked.append((role, len(requests)))
        control = {f"{kind} GET {path}" for kind, path in PLANTED}
        return control if role == "control" else set(), Counter(tried=3, whole=0), []

    result = scans.scan(account, scans.Round(attack, PLANTED))

    assert result == Result(True, result.figure)
    assert result.figure.startswith("0 finds, 0 judged false, planted holes found, 8 visitors")
    assert (
        "each attacked once (7 times left to another), 3 tried, 0 whole, 9 answered"
        in result.figure
    )
    assert asked == [("control", 1), (scans.WHO[0], 1)]


@pytest.mark.django_db
def test_the_planted_holes_are_holes_and_are_in_no_portal(client, world, settings):
    for place in (planted.START, planted.ECHO, planted.ASKED):
        with pytest.raises(Resolver404):
            resolve(place, urls.__name__)
    settings.ROOT_URLCONF = "security.holes"
    client.force_login(world.staff)

    echoed = client.get(planted.ECHO, {"word": "<script>"})
    answers = [client.post(planted.ASKED, {"number": f"0 OR 1={n}"}).text for n in (0, 1)]

    assert "<script>" in echoed.text
    assert answers[0] == "<p>0</p>" != answers[1]
