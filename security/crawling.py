"""Find what can be sent to a running portal: each link and form once, however many rows it is for.

Rows of one kind are visited all the same, as many as ROWS: which forms a page has depends on the
state that its row is in.
"""

import re
import ssl
import time
import urllib.error
import urllib.request
from collections import Counter, deque
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

# Not typed by anybody, or what a form is refused without.
GIVEN = {"csrfmiddlewaretoken"}
ENDS = re.compile(
    r"/accounts/(logout|sessions|everywhere|done)|\.(css|js|png|svg|ico|woff2?)$|/static/"
)
ROWS = 12


@dataclass
class Request:
    method: str
    url: str
    page: str
    fields: dict = field(default_factory=dict)

    @property
    def tried(self):
        """The names of what a visitor can change."""
        return [name for name in self.fields if name not in GIVEN]

    @property
    def has_token(self):
        return "csrfmiddlewaretoken" in self.fields

    @property
    def shape(self):
        """The same for every row of a list."""
        path = re.sub(r"\d+|[0-9a-f-]{32,36}", "N", urlsplit(self.url).path)
        return self.method, path, frozenset(self.fields)

    def as_http(self):
        parts = urlsplit(self.url)
        body = urlencode(self.fields)
        sent = f"?{body}" if self.method == "GET" and body else ""
        lines = [
            f"{self.method} {parts.path}{sent} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Referer: {self.page}",
            f"Origin: {parts.scheme}://{parts.netloc}",
        ]
        if self.method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
        return "\r\n".join(lines) + "\r\n\r\n" + (body if self.method == "POST" else "")


def typed(attributes):
    """Return what somebody could write into this empty field."""
    shape = attributes.get("placeholder") or ""
    if "/" in shape or ":" in shape:
        return " ".join(["05/12/2026"] * ("/" in shape) + ["09:00"] * (":" in shape))
    return {"email": "ai@example.vn", "text": "Nội dung"}.get(attributes.get("type") or "", "1")


class Page(HTMLParser):
    def __init__(self, url):
        super().__init__()
        self.url, self.links, self.forms, self.form, self.select = url, [], [], None, None
        self.parts = []  # addresses to which a part of the page sends the form by script

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if a.get("hx-get"):
            self.links.append(urljoin(self.url, a["hx-get"]))
        if a.get("hx-post") and tag != "form":
            self.parts.append(urljoin(self.url, a["hx-post"]))
        if tag == "a" and a.get("href"):
            self.links.append(urljoin(self.url, a["href"]))
        elif tag == "form":
            to = a.get("action") or a.get("hx-post") or self.url
            method = "post" if "hx-post" in a else a.get("method") or "get"
            self.form = Request(method.upper(), urljoin(self.url, to).partition("#")[0], self.url)
            self.forms.append(self.form)
        elif self.form is not None and a.get("name"):
            if tag == "input" and a.get("type") not in ("file", "submit", "button", "image"):
                if a.get("type") not in ("radio", "checkbox") or "checked" in a:
                    self.form.fields[a["name"]] = a.get("value") or typed(a)
                else:
                    self.form.fields.setdefault(a["name"], a.get("value") or "1")
            elif tag == "textarea":
                self.form.fields.setdefault(a["name"], "Nội dung")
            elif tag == "select":
                self.select = a["name"]
                self.form.fields.setdefault(self.select, "1")
            elif tag == "button":
                self.form.fields.setdefault(a["name"], a.get("value") or "1")
        elif tag == "option" and self.select and a.get("value") and self.form is not None:
            self.form.fields[self.select] = a["value"]

    def handle_endtag(self, tag):
        if tag == "form" and self.form:
            self.forms += [
                Request("POST", to, self.url, dict(self.form.fields)) for to in self.parts
            ]
            self.form, self.parts = None, []
        elif tag == "select":
            self.select = None


def fetch(url):
    """Return the page at `url` as text, or nothing if it is none."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(url, context=trusting, timeout=60) as answer:
            if "html" in answer.headers.get("Content-Type", ""):
                return answer.read().decode(errors="replace")
    except (urllib.error.URLError, OSError):
        pass
    return ""


@dataclass
class Found:
    requests: list = field(default_factory=list)
    pages: int = 0
    cut: bool = False


def crawl(address, *, limit, seconds):
    """Return each shape of request with something to change in it, from up to `limit` pages."""
    found, give_up_at = Found(), time.monotonic() + seconds
    waiting, visited, rows, seen = deque([f"{address}/"]), set(), Counter(), set()
    while waiting:
        url = waiting.popleft().partition("#")[0]
        here = Request("GET", url, url, dict(parse_qsl(urlsplit(url).query)))
        if url in visited or not url.startswith(f"{address}/") or ENDS.search(url):
            continue
        if rows[here.shape] == ROWS:
            continue
        if found.pages == limit or time.monotonic() > give_up_at:
            found.cut = True
            break
        visited.add(url)
        rows[here.shape] += 1
        found.pages += 1
        page = Page(url)
        page.feed(fetch(url))
        waiting.extend(page.links)
        if here.fields:
            here.url = url.partition("?")[0]
            page.forms.append(here)
        for one in page.forms:
            if one.method == "GET":
                one.url = one.url.partition("?")[0]
            inside = one.url.startswith(f"{address}/") and not ENDS.search(one.url)
            if inside and one.tried and one.shape not in seen:
                seen.add(one.shape)
                found.requests.append(one)
    return found


def page_of(requests):
    """Return one page with all of these as forms, for a scanner that starts from pages."""
    lines = []
    for one in requests:
        lines.append(f'<form method="{one.method}" action="{escape(one.url)}">')
        lines += [
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in one.fields.items()
        ]
        lines.append("<button>x</button></form>")
    return "<!doctype html><title>x</title>" + "\n".join(lines)
