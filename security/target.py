"""A portal to be scanned: production settings, PostgreSQL, gunicorn, TLS, everything in it.

Each role finds it as fresh as the first: it forgets what is done to it. The proxy in front adds the
cookies of the role, keeps those that the portal renews, gives each form that is sent a token of
its own, signs the role in again if it was put out, and counts what it was answered.
"""

import contextlib
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import psycopg
from django.utils.html import escape

from bench.observatory import OF_THE_CONNECTION, ask, certificates, cookies_in, written
from bench.servers import ROOT, free_port, gunicorn, postgresql

CSRF_COOKIE, SAID_COOKIE = "__Host-csrf", "__Host-messages"
TOKEN = re.compile(rb'(csrfmiddlewaretoken(?:=|"\r\n\r\n))([A-Za-z0-9]{64})')
# Each ends the session that is scanned with; what they do has tests of its own.
SIGNING_OUT = re.compile(r"^/accounts/(logout|sessions/end|everywhere|done)/")
SIGN_IN = "/accounts/login/"
WORKERS = 6  # some wait: what a sign-in takes is the same whoever it is
START = "/?scan=start"  # a page of the proxy's own, with all that is to be attacked
OF_THE_BODY = ("Location", "Content-Type", "Content-Encoding", "Content-Disposition")
OF_THE_FORMS = (200, 201, 204, 302, 303, 422)


def with_fresh_tokens(body, secret):
    """Give each true token in a sent form another face, as a page shown anew would have it.

    A wrong one stays wrong: whether it is looked at is what a scanner asks.
    """
    from django.middleware import csrf

    def fresh(found):
        if len(secret) != 32 or csrf._unmask_cipher_token(found[2].decode()) != secret:
            return found[0]
        return found[1] + csrf._mask_cipher_secret(secret).encode()

    return TOKEN.sub(fresh, body)


DRAWN = re.compile(rb'(name="(csrfmiddlewaretoken|form_key|seed)" value=")([^"]+)')


def with_the_same_drawn(page, secret):
    """Give what is drawn anew with each page the same face in all, so that pages can be compared."""
    from django.middleware import csrf

    def same(found):
        if found[2] != b"csrfmiddlewaretoken":
            return found[1] + re.sub(rb"[0-9a-f]", b"7", found[3])
        if len(found[3]) != 64 or csrf._unmask_cipher_token(found[3].decode()) != secret:
            return found[0]
        return found[1] + csrf.CSRF_ALLOWED_CHARS[0].encode() * len(secret) + secret.encode()

    return DRAWN.sub(same, page)


SHORT = 3  # characters that may well stand in a page by themselves
MAIN, SPACE = re.compile(rb"<main.*</main>", re.DOTALL), re.compile(rb"\s+")


def in_short(page, sent):
    """Return what differs from page to page: no frame, no indents, nothing of what was sent.

    A form that is refused keeps what was typed; two such answers differ by that alone.
    """
    found = MAIN.search(page)
    page = SPACE.sub(b" ", found[0]) if found else page
    values = {value.strip() for _, value in parse_qsl(sent, errors="replace")}
    for value in sorted(values, key=len, reverse=True):
        if len(value) > SHORT:
            page = page.replace(SPACE.sub(b" ", escape(value).encode()), b"")
    return page


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    # An answer leaves at once and in one piece, else each waits for a late acknowledgement.
    disable_nagle_algorithm, wbufsize = True, -1

    def pass_on(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        path = urlsplit(self.path).path
        if self.path == START:
            # With the headers of the portal's own: a scanner looks at those of this page too.
            self.path = path
            status, got, answer = 200, self.once(None)[1], self.server.start.encode()
            got = [*((name, value) for name, value in got if name not in OF_THE_BODY),
                   ("Content-Type", "text/html")]  # fmt: skip
        elif self.command == "POST" and SIGNING_OUT.match(path):
            self.server.held_back += 1
            status, got, answer = 403, [("Content-Type", "text/plain")], b"not while it is scanned"
        else:
            status, got, answer = self.asked(path, body)
        self.answer(status, got, answer)

    def asked(self, path, body):
        status, got, answer = self.once(body)
        place = dict(got).get("Location", "")
        if self.server.role and status == 302 and urlsplit(place).path == SIGN_IN:
            self.server.sign_in_again(f"{self.command} {path}")
            status, got, answer = self.once(body)
        self.server.statuses[status] += 1
        if path in self.server.known:
            self.server.of_the_known[status] += 1
        if status >= 500:
            self.server.broken.append(f"{status} {self.command} {self.path[:120]}")
        return status, got, answer

    def once(self, body):
        server, jar = self.server, self.server.jar
        headers = {name.title(): value for name, value in self.headers.items()}
        headers["Host"] = server.host
        headers["Accept-Encoding"] = "identity"
        for name in {"Origin", "Referer"} & set(headers):  # as a browser would say that is there
            headers[name] = headers[name].replace("http://", "https://")
        if jar is not None:
            headers["Cookie"] = written(jar)
            if body:
                body = with_fresh_tokens(body, jar.get(CSRF_COOKIE, ""))
        if self.command == "POST" and not {"Origin", "Referer"} & set(headers):
            headers["Origin"] = f"https://{server.host}"
        try:
            status, got, answer = ask(server.upstream, self.command, self.path, headers, body)
        except Exception as error:  # a server that does not answer is what a scan is looking for
            return 599, [], repr(error).encode()
        if jar is not None:
            server.keep(cookies_in(got))
        if "html" in dict(got).get("Content-Type", ""):
            answer = with_the_same_drawn(answer, (jar or {}).get(CSRF_COOKIE, ""))
            if server.in_short:
                sent = f"{urlsplit(self.path).query}&{(body or b'').decode(errors='replace')}"
                answer = in_short(answer, sent)
        return status, got, answer

    def answer(self, status, got, answer):
        self.send_response_only(min(status, 504))
        for name, value in got:
            if name.lower() not in {*OF_THE_CONNECTION, "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)
        self.wfile.flush()

    def __getattr__(self, name):
        if name.startswith("do_"):  # a method that a scanner made up is the portal's to refuse
            return self.pass_on
        raise AttributeError(name)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    jar = role = None
    start = ""
    in_short = False
    held_back = 0

    def begin(self):
        self.lock = threading.Lock()
        self.statuses, self.of_the_known, self.broken = Counter(), Counter(), []
        self.known, self.signed_in_again = set(), []

    def keep(self, cookies):
        """Keep what the portal renews, but not that it takes a session away.

        In short nobody reads what was said of an act on the next page: thousands of sentences
        would be carried along, and each act would pack them all anew.
        """
        self.jar.update({name: value for name, value in cookies.items() if value.strip('"')})
        if self.in_short:
            self.jar.pop(SAID_COOKIE, None)

    def sign_in_again(self, where):
        """Sign the role in anew; the forms that were found before go on being taken."""
        before = dict(self.jar)
        with self.lock:
            if before == self.jar:  # nobody else has, meanwhile
                self.signed_in_again.append(where)
                anew = self.cookies_anew(self.role)
                self.jar = {**anew, CSRF_COOKIE: before.get(CSRF_COOKIE, anew[CSRF_COOKIE])}

    def share(self):
        """Return how many of a hundred answers of the pages found were of the pages' own."""
        whole = sum(self.of_the_known.values())
        good = sum(self.of_the_known[status] for status in OF_THE_FORMS)
        if not self.known:  # everything was found by somebody before
            return 100
        return round(100 * good / whole) if whole else 0

    def handle_error(self, *_):
        pass  # a scanner hangs up as it likes


@dataclass
class Target:
    """The portal: `as_role("staff")` gives an address at which one is that role."""

    folder: Path
    database: str
    settings: dict
    certificate: Path
    key: Path
    ports: dict
    cookies: dict
    doors: list = field(default_factory=list)  # paths to which no page leads
    of_nobody: dict = field(default_factory=dict)  # whose forms hold while the portal runs

    @contextlib.contextmanager
    def portal(self, *, in_short=False):
        """Serve a portal that forgets every act, the same for all visitors; yield its address."""
        settings = {**self.settings, "SCAN_FORGETS": "1", "SCAN_SHORT": str(int(in_short))}
        with gunicorn("dialogue_portal.wsgi:application", settings, WORKERS) as upstream:
            yield upstream

    @contextlib.contextmanager
    def as_role(self, role, upstream, *, in_short=False):
        """Serve it as `role`, as nobody, or as the anonymous host; yield (address, server).

        `in_short` is for a scanner that compares answers, not for one that reads them: without
        what is around them, and without TLS between the two of us.
        """
        server = self.server(role, upstream, self.settings)
        server.in_short = in_short
        if not in_short:
            server.socket = self.with_tls(server.socket)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"{'http' if in_short else 'https'}://{server.host}", server
        finally:
            server.shutdown()
            server.server_close()

    def with_tls(self, plain):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)

    def server(self, role, upstream, settings):
        host = "127.0.0.1" if role == "anonymous host" else "localhost"
        server = Server(("127.0.0.1", self.ports[host]), Proxy)
        server.upstream, server.host = upstream, f"{host}:{self.ports[host]}"
        server.begin()
        if role in self.cookies:
            server.role, server.jar = role, dict(self.cookies[role])
        elif role == "nobody":
            server.jar = self.of_nobody
        server.cookies_anew = lambda role: scene(settings, role)[role]
        return server


def run_sql(database, sentence):
    with psycopg.connect(f"{database}/postgres".replace("postgres:", "postgresql:", 1),
                         autocommit=True) as connection:  # fmt: skip
        connection.execute(sentence)


def scene(settings, *roles):
    """Fill the database, or sign `roles` in again; return the cookies of each role.

    Filled, also the paths to which no page leads: {"doors": [path, …]}.
    """
    filled = subprocess.run(
        [sys.executable, "-m", "security.scene", *roles],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True,
    )  # fmt: skip
    if filled.returncode:
        raise RuntimeError(filled.stderr[-2_000:])
    return json.loads(filled.stdout.splitlines()[-1])


@contextlib.contextmanager
def running():
    """Prepare everything; yield the Target."""
    with tempfile.TemporaryDirectory() as name, postgresql() as database:
        folder = Path(name)
        folder.chmod(0o755)
        ports = {"localhost": free_port(), "127.0.0.1": free_port()}
        settings = {
            "DATABASE_URL": f"{database}/scene",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "IDENTITY_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "BASE_URL": f"https://localhost:{ports['localhost']}",
            "ANONYMOUS_BASE_URL": f"https://127.0.0.1:{ports['127.0.0.1']}",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "BEHIND_PROXY": "1",
            "DATA_DIR": str(folder / "data"),
            "KEYS_DIR": str(folder / "keys"),
            "DEMO": "0",
            "DEBUG": "0",
            "LOG_LEVEL": "CRITICAL",
            "DJANGO_SETTINGS_MODULE": "security.scan_settings",
        }
        run_sql(database, "CREATE DATABASE scene")
        for command in (("migrate", "-v0"), ("collectstatic", "--noinput", "-v0")):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                check=True, cwd=ROOT, env={**os.environ, **settings},
            )  # fmt: skip
        cookies = scene(settings)
        _, certificate, key = certificates(folder)
        doors = cookies.pop("doors")
        yield Target(folder, database, settings, certificate, key, ports, cookies, doors)
