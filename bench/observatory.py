"""Scan the portal in production settings behind TLS on this machine, and print the grades.

The proxy gives each page an address of its own, because the scanner looks at "/" alone: for the
page of somebody who is signed in it adds that person's cookies. Exits with 1 below A+.
"""

import contextlib
import http.client
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.servers import ROOT, gunicorn, postgresql

PORTAL, ANONYMOUS = "doithoai.example.vn", "hopthu.example.vn"
NAME, PASSWORD = "observer", secrets.token_urlsafe(16)
PEOPLE = """
from committees.models import User
User.objects.create_user("{}", "observer@example.vn", "{}", full_name="Người quan sát")
"""
# What belongs to one connection and is not passed on.
OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "server", "date"}


def environment(folder, database):
    return {
        "DATABASE_URL": f"{database}/postgres",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "IDENTITY_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": PORTAL,
        "BASE_URL": f"https://{PORTAL}",
        "ANONYMOUS_BASE_URL": f"https://{ANONYMOUS}",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "BEHIND_PROXY": "1",
        "DATA_DIR": str(folder / "data"),
        "DEMO": "0",
        "DEBUG": "0",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "dialogue_portal.settings",
    }


def manage(settings, *command):
    subprocess.run(
        [sys.executable, "manage.py", *command],
        check=True,
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
    )


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stderr=subprocess.DEVNULL)


def certificates(folder):
    """Make an authority of our own and a certificate for localhost; return the three files."""
    ca, ca_key, key = folder / "ca.pem", folder / "ca.key", folder / "key.pem"
    asked, signed, names = folder / "asked.csr", folder / "signed.pem", folder / "names"
    new = ("-newkey", "rsa:2048", "-nodes")
    openssl("req", "-x509", *new, "-days", 2, "-keyout", ca_key, "-out", ca, "-subj", "/CN=Own CA")
    openssl("req", *new, "-keyout", key, "-out", asked, "-subj", "/CN=localhost")
    names.write_text("subjectAltName=DNS:localhost")
    openssl(
        *("x509", "-req", "-in", asked, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial"),
        *("-days", 2, "-extfile", names, "-out", signed),
    )
    return ca, signed, key


def ask(upstream, method, path, headers, body=None):
    """Return (status, headers, body) of the portal's own answer."""
    connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=30)
    with contextlib.closing(connection):
        connection.request(method, path, body, {**headers, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()


def cookies_in(headers):
    pairs = [value.partition(";")[0] for name, value in headers if name.lower() == "set-cookie"]
    return dict(pair.partition("=")[::2] for pair in pairs)


def written(cookies):
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def sign_in(upstream):
    """Return the cookies of somebody who has just signed in."""
    headers = {"Host": PORTAL}
    _, got, page = ask(upstream, "GET", "/accounts/login/", headers)
    cookies = cookies_in(got)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.decode())[1]
    form = {"login": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token}
    status, got, _ = ask(
        upstream,
        "POST",
        "/accounts/login/",
        {
            **headers,
            "Cookie": written(cookies),
            "Origin": f"https://{PORTAL}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        urlencode(form),
    )
    if status != 302:
        sys.exit(f"Signing in was answered with {status}.")
    return {**cookies, **cookies_in(got)}


@contextlib.contextmanager
def tls_proxy(upstream, certificate, key, *, host, cookies):
    """Serve the portal as `host` with TLS; yield the port."""

    class Proxy(BaseHTTPRequestHandler):
        def pass_on(self):
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            if cookies:
                headers["Cookie"] = written(cookies)
            status, got, body = ask(upstream, self.command, self.path, {**headers, "Host": host})
            self.send_response_only(status)
            for name, value in got:
                if name.lower() not in OF_THE_CONNECTION:
                    self.send_header(name, value.replace(f"https://{host}", ""))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_HEAD = do_POST = do_OPTIONS = pass_on  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # the scanner also tries without TLS
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def grade(scanner, port, ca):
    """Return (grade, score, names of the tests that cost points)."""
    # NODE_EXTRA_CA_CERTS must be set for this process itself: the package's own starter loses it.
    done = subprocess.run(
        ["node", scanner, f"localhost:{port}"],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(ca)},
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    if "error" in found:
        sys.exit(f"The scanner says: {found['error']}")
    costly = [name for name, test in found["tests"].items() if test["scoreModifier"] < 0]
    scan = found["scan"]
    return scan["grade"], scan["score"], scan["testsPassed"], scan["testsQuantity"], costly


def main(scanner):
    worst = 0
    with tempfile.TemporaryDirectory() as name, postgresql() as database:
        folder = Path(name)
        folder.chmod(0o755)
        settings = environment(folder, database)
        ca, certificate, key = certificates(folder)
        manage(settings, "migrate", "-v0")
        manage(settings, "collectstatic", "--noinput", "-v0")
        manage(settings, "shell", "-v0", "-c", PEOPLE.format(NAME, PASSWORD))
        with gunicorn("dialogue_portal.wsgi:application", settings) as upstream:
            pages = {
                "sign-in": {"host": PORTAL, "cookies": {}},
                "home": {"host": PORTAL, "cookies": sign_in(upstream)},
                "anonymous": {"host": ANONYMOUS, "cookies": {}},
            }
            for page, served in pages.items():
                with tls_proxy(upstream, certificate, key, **served) as port:
                    letter, score, passed, of, costly = grade(scanner, port, ca)
                print(f"{page:<10} {letter:<3} {score}  {passed}/{of}  {' '.join(costly)}")
                worst |= letter != "A+"
    return int(worst)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
