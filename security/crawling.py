"""Find what can be sent to a running portal: each link and form once, however many rows it is for.

Rows of one kind are visited all the same, as many as ROWS: which forms a page has depends on the
state that its row is in.
"""

import contextlib
import http.client
import re
import ssl
import time
from collections import Counter, defaultdict, deque
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
TRIES = 3  # a form of one shape that is refused is tried with so many rows
WELL = ((200, 201, 204, 302, 303), (422,))  # done; read, and refused for what was typed
VIEW = "X-Scan-View"  # says which view answered, while the portal is scanned


@dataclass
class Request:
    method: str
    url: str
    page: str
    fields: dict = field(default_factory=dict)
    view: str = ""
    status: int = 0  # with which it was answered when it was found
    elsewhere: frozenset = frozenset()  # what another request brings to the same view

    @property
    def key(self):
        """The same for all that one view reads in one way, whatever the row."""
        return self.method, self.view or self.shape[1], self.shape[2]

    @property
    def rank(self):
        """How far the request gets: lower is further."""
        return next((n for n, of_it in enumerate(WELL) if self.status in of_it), len(WELL))

    @property
    def tried(self):
        """The names of what a visitor can change, and what is not tried with another request."""
        return [name for name in self.fields if name not in GIVEN | self.elsewhere]

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
    if attributes.get("name") == "code":  # or the form gets no further than to say so
        return "M77"
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


TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE


@dataclass(frozen=True)
class Answer:
    status: int
    view: str = ""
    place: str = ""  # where it leads
    text: str = ""


def ask(method, url, body="", **headers):
    """Return what the portal answers; 599 if it does not."""
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection(parts.netloc, timeout=60, context=TRUSTING)
    with contextlib.closing(connection):
        try:
            query = f"?{parts.query}" if parts.query else ""
            connection.request(method, parts.path + query, body.encode() or None, headers)
            answer = connection.getresponse()
            is_page = "html" in answer.headers.get("Content-Type", "")
            text = answer.read().decode(errors="replace") if is_page else ""
        except (OSError, http.client.HTTPException):
            return Answer(599)
        place = urljoin(url, answer.headers.get("Location") or url)
        return Answer(answer.status, answer.headers.get(VIEW, ""), place, text)


def fetch(url):
    return ask("GET", url)


def send(request):
    """Send it as it was found."""
    body = urlencode(request.fields)
    if request.method == "GET":
        return ask("GET", f"{request.url}?{body}", Referer=request.page)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Referer": request.page}
    return ask("POST", request.url, body, **form)


@dataclass
class Found:
    """What one visitor can send: of each key the request that gets furthest."""

    best: dict = field(default_factory=dict)
    pages: int = 0
    cut: bool = False

    def offer(self, request):
        known = self.best.get(request.key)
        if known is None or request.rank < known.rank:
            self.best[request.key] = request

    @property
    def requests(self):
        return list(self.best.values())


def crawl(address, *, limit, seconds, start="/", doors=()):
    """Return what can be sent from up to `limit` pages on: pages, links and forms.

    It begins at `start` and at the `doors`, to which no page leads.
    """
    found, give_up_at = Found(), time.monotonic() + seconds
    begins = deque(address + path for path in (start, *doors))
    waiting, visited, rows = begins, set(), Counter()
    tried, settled = Counter(), set()
    while waiting:
        url = waiting.popleft().partition("#")[0]
        plain = url.partition("?")[0]
        here = Request("GET", plain, url, dict(parse_qsl(urlsplit(url).query)))
        if url in visited or not url.startswith(f"{address}/") or ENDS.search(plain):
            continue
        if rows[here.shape] == ROWS:
            continue
        if found.pages == limit or time.monotonic() > give_up_at:
            found.cut = True
            break
        visited.add(url)
        rows[here.shape] += 1
        found.pages += 1
        answer = fetch(url)
        here.view, here.status = answer.view, answer.status
        found.offer(here)
        page = Page(url)
        page.feed(answer.text)
        waiting.extend([*page.links, answer.place or url])
        for one in page.forms:
            if one.method == "GET":
                one.url = one.url.partition("?")[0]
            inside = one.url.startswith(f"{address}/") and not ENDS.search(one.url)
            if not inside or one.shape in settled or tried[one.shape] == TRIES:
                continue
            tried[one.shape] += 1
            answer = send(one)
            one.view, one.status = answer.view, answer.status
            found.offer(one)
            if one.rank == 0:
                settled.add(one.shape)
    return found


def shared(found):
    """Share out what visitors found, {visitor: Found}, in their order: each key to one of them.

    To the first of those with whom it gets furthest; and a parameter that one view is sent in two
    sets of them is tried once, in the one that gets further. Return ({visitor: its requests}, {visitor:
    how many of its requests another one has}).
    """
    owner = {}
    for who, all_of in found.items():
        for key, request in all_of.best.items():
            if key not in owner or request.rank < owner[key][1].rank:
                owner[key] = who, request
    shares = {who: [] for who in found}
    brought = defaultdict(frozenset)
    for who, request in sorted(owner.values(), key=lambda one: one[1].rank):
        request.elsewhere = brought[request.key[:2]]
        brought[request.key[:2]] |= set(request.fields)
        shares[who].append(request)
    return shares, {who: len(all_of.best) - len(shares[who]) for who, all_of in found.items()}


def page_of(requests):
    """Return one page with all of these as links and forms, for a scanner that starts from pages."""
    lines = []
    for one in requests:
        if one.method == "GET" and not one.fields:
            lines.append(f'<a href="{escape(one.url)}">x</a>')
            continue
        lines.append(f'<form method="{one.method}" action="{escape(one.url)}">')
        lines += [
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in one.fields.items()
        ]
        lines.append("<button>x</button></form>")
    return "<!doctype html><title>x</title>" + "\n".join(lines)
