"""Every page that every kind of visitor can come to, as it was answered.

A page that only repeats the bones of another one, with other words in it, is kept once.
"""

import hashlib
import re
import threading
from dataclasses import dataclass
from functools import partial
from http.cookies import SimpleCookie
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.walls.places import addresses, taken_back
from tests.walls.scene import ROLES
from tests.walls.table import REFUSALS, row_of

ANONYMOUS = ("/", "/receipt/", "/abbreviations/")
# What else of a side an address shows, in another state than the one in NAMED_BY.
MORE = {
    "reports:report_detail": ("draft", "returned"),
    "reports:minutes_detail": ("laid", "minuted", "running"),
    "sessions:conference_detail": ("begun", "held", "postponed"),
    "sessions:commitment_detail": ("done",),
    "sessions:question_detail": (
        *("assigned", "answered", "answered_live", "declined", "merged", "referred", "escalated"),
    ),
    "sessions:answer_write": ("submitted",),
    "sessions:question_history": ("answered",),
}
FIELDS = ("input", "select", "textarea")
TOLD = re.compile(r"alt|title|tabindex|for|aria-.*|hidden|disabled|required|readonly|multiple$")
POINTS = re.compile(r"for|aria-(labelledby|describedby|controls|owns)$")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass
class Page:
    """`name` says whose page it is; `path` is where the browser finds it.

    `has_known_frame`: its menu, head and foot are those of another page that was kept before.
    `has_known_parts`: nothing on it stands in anything in which it stood on no page before.
    """

    name: str
    path: str
    body: bytes
    headers: dict
    has_known_frame: bool = False
    has_known_parts: bool = False


def every_page(scene, titles):
    """Return the pages of all roles: each address asked for, and each form sent empty.

    `titles` takes {(role, title): [address]} of all that can be read.
    """
    found = {}
    for role in ROLES:
        known = set()

        def is_one_more_refusal(name, role=role, known=known):
            """Those who may not come in read the same page at every address: once is enough."""
            said = (row_of(name) or {}).get(role)
            is_known = said in known
            known.update({said} & REFUSALS)
            return is_known

        for name, method, answer in answers_to(
            scene.people[role], scene.own, but=is_one_more_refusal
        ):
            is_read = method == "GET" and answer.status_code == 200 and not answer.streaming
            if is_read and (title := TITLE.search(answer.content.decode(errors="ignore"))):
                titles.setdefault((role, title[1]), []).append(name)
            add(found, f"{role}/{name.replace(':', '/')}-{method}", answer)
        for name, thing, answer in more_answers_to(scene.people[role], scene.own):
            add(found, f"{role}/{name.replace(':', '/')}-{thing}", answer)
    client = Client(raise_request_exception=False)
    for path in ANONYMOUS:
        for method in ("GET", "POST"):
            answer = client.generic(method, path, HTTP_HOST=settings.ANONYMOUS_HOST)
            add(found, f"anonymous{path}-{method}", answer)
    pages, known = list({page.path: page for page in found.values()}.values()), set()
    for page in pages:
        parts = parts_of(page)
        page.has_known_parts = parts <= known
        known |= parts
    return pages


def answers_to(user, side, *, but=lambda name: False):
    """Yield (address, method, answer), leaving out `but`; whatever was changed is taken back."""
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    cookies = client.cookies.output(header="", sep=";")
    for name, path in addresses(side).items():
        for method in () if name.startswith("admin:") or but(name) else ("GET", "POST"):
            client.cookies = SimpleCookie(cookies)
            with taken_back():
                answer = client.generic(
                    method, path, content_type="application/x-www-form-urlencoded"
                )
            yield name, method, answer


def more_answers_to(user, side):
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    for name, things in MORE.items() if user else ():
        for thing in things:
            with transaction.atomic():
                yield name, thing, client.get(reverse(name, args=[getattr(side, thing).pk]))
                transaction.set_rollback(True)


def add(found, name, answer):
    body = b"" if answer.streaming else answer.content
    if answer.get("Content-Type", "").startswith("text/html") and b"<html" in body:
        headers = {key: value for key, value in answer.items() if key != "Content-Length"}
        page = Page(f"{name} {answer.status_code}", f"/page/{name}", body, headers)
        frame, _, main = body.decode().partition("<main")
        page.has_known_frame = bones(frame) in found
        if {bones(frame), bones(main)} - found.keys():
            found.setdefault(bones(frame), page)
            found.setdefault(bones(main), page)


def bones(page):
    """Return what tells one part of a page from another: elements, names and classes."""
    tags = re.findall(r"<(?!option|tr\b|td\b|li\b|script|link|meta)(\w+)([^>]*)>", page)
    kept = [(tag, re.findall(r'\b(class|type|role|name|id)="([^"]*)"', rest)) for tag, rest in tags]
    return hashlib.sha256(re.sub(r"\d+", "0", repr(kept)).encode()).digest()


def parts_of(page):
    """Return {(what an element stands in, the element)}, each by its name, classes and kind."""
    elements = [one for one in html.fromstring(page.body).iter() if isinstance(one.tag, str)]
    ids, labels = ({one.get(name) for one in elements} - {None} for name in ("id", "for"))
    heads = [one.tag for one in elements if re.fullmatch("h[1-6]", one.tag)]
    looks = {one: look(one, ids, labels) for one in elements}
    return {(looks.get(one.getparent()), looks[one]) for one in elements} | set(pairwise(heads))


def look(element, ids, labels):
    """Return what a checker could say of an element, but for its words: how it is drawn, what it
    bears, and which of what it points at or is pointed at by are there."""
    told = {name for name in element.attrib if TOLD.match(name)}
    points = sorted(
        (name, ids.issuperset(element.get(name).split())) for name in told if POINTS.match(name)
    )
    is_labelled = element.tag in FIELDS and element.get("id") in labels
    drawn = tuple(element.get(name) for name in ("class", "type", "role", "style"))
    return element.tag, drawn, tuple(sorted(told)), tuple(points), is_labelled


# --- for a browser -------------------------------------------------------------------------


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args, pages, **kwargs):
        self.pages = pages
        super().__init__(*args, **kwargs)

    def do_GET(self):
        path = self.path.partition("?")[0]
        if page := self.pages.get(path):
            return self.answer(page.body, page.headers)
        if place := finders.find(path.removeprefix("/static/")):
            headers = {"Content-Type": self.guess_type(place), "Cache-Control": "max-age=600"}
            return self.answer(Path(place).read_bytes(), headers)
        return self.answer(b"", {}, 404)

    def answer(self, body, headers, status=200):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nobody reads it."""


class served:  # noqa: N801
    """The pages and our static files on a port of this machine, without the portal behind."""

    def __init__(self, pages):
        handler = partial(Handler, pages={page.path: page for page in pages})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *wrong):
        self.server.shutdown()
        self.server.server_close()
