"""The shipped nginx.conf in a real nginx on the loopback: what passes, and what is left behind."""

import http.server
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import free_port

ROOT = Path(settings.BASE_DIR)
PORTAL, ANONYMOUS = "doithoai.example.vn", "hopthu.example.vn"
TELLING = {
    "User-Agent": "CANARY-AGENT",
    "Cookie": "session=CANARY-COOKIE",
    "Accept-Language": "CANARY-LANGUAGE",
    "Referer": "https://doithoai.example.vn/CANARY-REFERER",
    "X-Forwarded-For": "10.66.66.66",
    "X-Real-IP": "10.66.66.67",
    "Forwarded": "for=10.66.66.68",
}
VISITOR = "127.45.67.89"


def find_nginx():
    places = f"{os.environ['PATH']}:/usr/sbin:{ROOT}/var/nginx/usr/sbin"
    found = shutil.which("nginx", path=places)
    assert found, "nginx is missing: script/bootstrap dev fetches it"
    return found


class Portal(http.server.BaseHTTPRequestHandler):
    """Stands for the portal: keeps what nginx passes on, and answers with a cookie too many."""

    asked = []

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        type(self).asked.append((self.path, dict(self.headers), self.rfile.read(length)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Set-Cookie", "a=CANARY-SET")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST = answer  # noqa: N815

    def log_message(self, *_):
        pass


@dataclass
class Nginx:
    folder: Path
    port: int
    plain_port: int
    upstream: http.server.ThreadingHTTPServer

    def ask(self, host, path="/", *, method="GET", body=b"", headers=(), plain=False):
        """Return (status line and headers, body) of one request, as bytes that came."""
        connection = socket.create_connection(
            ("127.0.0.1", self.plain_port if plain else self.port),
            timeout=10,
            source_address=(VISITOR, 0),
        )
        if not plain:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = context.wrap_socket(connection, server_hostname=host)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in dict(headers).items()]
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        with connection:
            connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            came = b""
            while piece := connection.recv(65_536):
                came += piece
        head, _, rest = came.partition(b"\r\n\r\n")
        return head.decode(), rest

    def written(self):
        """Return what lies in all files that nginx has made."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and path.name not in ("nginx.conf", "key.pem", "signed.pem")
        }


def shipped(folder, *, port, plain_port, upstream):
    """Return deploy/nginx.conf with other ports, places and certificates, and nothing else."""
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"\n\s*listen \[::\][^\n]*", "", text)
    for old, new in (
        (r"listen 80\b", f"listen 127.0.0.1:{plain_port}"),
        (r"listen 443\b", f"listen 127.0.0.1:{port}"),
        (r"server 127\.0\.0\.1:8000", f"server 127.0.0.1:{upstream}"),
        (r"/etc/ssl/\w+/fullchain\.pem", f"{folder}/signed.pem"),
        (r"/etc/ssl/\w+/privkey\.pem", f"{folder}/key.pem"),
        (r"/var/log/nginx/|/dev/shm/", f"{folder}/"),
        (r"/var/lib/dialogue-portal/static/", f"{folder}/static/"),
        (r"/opt/dialogue-portal", f"{ROOT}"),
    ):
        text, number = re.subn(old, new, text)
        assert number, old
    places = "".join(
        f"{name}_temp_path {folder}/{name}; " for name in ("proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{'user root root;' if os.geteuid() == 0 else ''} daemon off; worker_processes 1;\n"
        f"pid {folder}/pid; error_log {folder}/error.log info; events {{}}\n"
        # What Debian ships says: a log of everything, unless a server says otherwise.
        f"http {{ access_log {folder}/access.log; client_body_temp_path {folder}/bodies; {places}\n"
        f"{text} }}\n"
    )


def slowed(text):
    """Let the sums of a browser and of guesses be used up by a few requests, however slowly asked."""
    for old, new in (
        ("zone=browser:10m  rate=30r/s", "zone=browser:10m  rate=1r/m"),
        ("zone=guess:10m    rate=10r/s", "zone=guess:10m    rate=1r/m"),
        ("zone=newcomer:10m rate=100r/s", "zone=newcomer:10m rate=1r/m"),
        ("zone=hall:1m      rate=150r/s", "zone=hall:1m      rate=1r/m"),
        ("zone=newcomer burst=400", "zone=newcomer burst=60"),
        ("zone=hall     burst=600", "zone=hall     burst=10"),
        ("zone=browser  burst=120", "zone=browser  burst=12"),
        ("zone=guess    burst=100", "zone=guess    burst=10"),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


def is_open(port):
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "static").mkdir()
    (folder / "static/a.css").write_text("a {}")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout",
         folder / "key.pem", "-out", folder / "signed.pem", "-subj", "/CN=x"],
        check=True, capture_output=True,
    )  # fmt: skip
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    port, plain_port = free_port(), free_port()
    whole = folder / "nginx.conf"
    whole.write_text(
        slowed(shipped(folder, port=port, plain_port=plain_port, upstream=upstream.server_port))
    )
    command = [find_nginx(), "-p", folder, "-e", folder / "start.log", "-c", whole]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        give_up_at = time.monotonic() + 10
        while not is_open(port):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < give_up_at
            time.sleep(0.05)
        yield Nginx(folder, port, plain_port, upstream)
    finally:
        process.terminate()
        process.wait(10)
        upstream.shutdown()


@pytest.fixture(autouse=True)
def asked():
    Portal.asked.clear()
    return Portal.asked


def test_of_a_visit_to_the_anonymous_host_nothing_is_left(nginx, asked):
    before = nginx.written()
    form = b"voucher=CANARY-VOUCHER&text=CANARY-TEXT"
    for path, method, body in (
        ("/", "GET", b""), ("/?lang=en&q=CANARY-QUERY", "GET", b""), ("/", "POST", form),
        ("/receipt/", "POST", b"code=CANARY-CODE"), ("/static/a.css", "GET", b""),
        ("/static/CANARY-MISSING", "GET", b""), ("/CANARY-PATH", "GET", b""),
        ("/", "POST", b"text=CANARY" + b"x" * 60_000), ("/", "POST", b"CANARY" * 20_000),
    ):  # fmt: skip
        head, _ = nginx.ask(ANONYMOUS, path, method=method, body=body, headers=TELLING)
        assert "Set-Cookie" not in head
    nginx.ask(ANONYMOUS, "/CANARY-PLAIN", headers=TELLING, plain=True)

    after = nginx.written()
    assert after == before
    assert not any(b"CANARY" in content for content in after.values())


def test_the_anonymous_pages_never_learn_who_came(nginx, asked):
    form = b"voucher=x&text=y"
    sent = {
        **TELLING,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"https://{ANONYMOUS}",
        "Sec-Fetch-Site": "same-origin",
    }
    head, body = nginx.ask(ANONYMOUS, "/", method="POST", body=form, headers=sent)

    assert head.startswith("HTTP/1.1 200")
    assert "cache-control: no-store" in head.lower()
    assert body == b"ok"
    ((path, headers, passed),) = asked
    assert (path, passed) == ("/", form)
    assert headers == {
        "Host": ANONYMOUS,
        "X-Forwarded-Proto": "https",
        "Content-Length": str(len(form)),
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"https://{ANONYMOUS}",
        "Sec-Fetch-Site": "same-origin",
    }


def test_what_is_too_long_or_too_often_is_refused(nginx, asked):
    head, _ = nginx.ask(ANONYMOUS, "/", method="POST", body=b"x" * (64 * 1024 + 1))
    assert head.startswith("HTTP/1.1 413")
    head, _ = nginx.ask(ANONYMOUS, "/", method="POST", body=b"x" * 64 * 1024)
    assert head.startswith("HTTP/1.1 200")
    answers = [nginx.ask(ANONYMOUS, "/") for _ in range(40)]
    assert {head[9:12] for head, _ in answers} == {"200", "429"}
    head, page = next(answer for answer in answers if answer[0][9:12] == "429")
    # The journeys of askers play this very answer.
    assert page == (ROOT / "templates/busy.html").read_bytes()
    assert "Content-Type: text/html" in head
    time.sleep(1)


COMMON_DAY = (
    ("GET", "/accounts/login/"), ("POST", "/accounts/login/"), ("GET", "/"),
    ("GET", "/static/a.css"), ("GET", "/conferences/?q=CANARY-QUERY"), ("GET", "/conferences/7/"),
    ("POST", "/accounts/logout/"),
)  # fmt: skip
ASKERS_DAY = (
    *COMMON_DAY[:6],
    ("GET", "/conferences/7/ask/"), ("POST", "/conferences/7/similar/?text=CANARY"),
    ("POST", "/conferences/7/ask/"), ("GET", "/questions/mine/"), ("GET", "/vouchers/"),
    ("POST", "/vouchers/3/draw/"), ("GET", "/receipt/"), ("GET", "/static/CANARY-receipt.js"),
    ("GET", "/accounts/invitation/CANARY-TOKEN/"),
    ("GET", "/accounts/password/reset/key/CANARY-KEY/"), ("GET", "/accounts/email/stop/CANARY/"),
    ("GET", "/accounts/factor/link/CANARY/"), ("GET", "/screen/3/CANARY/"),
    ("GET", "/invitations/3/CANARY/"), ("POST", "/invitations/3/CANARY/reply/"),
    ("GET", "/join/CANARY/"), ("POST", "/join/CANARY/same/0b1f7a52-3f0c-4d8e-9d47-1c2f3a4b5c6d/"),
    *COMMON_DAY[6:],
)  # fmt: skip


def day_in_the_log(nginx, acts):
    """Return what a day leaves in all files of nginx, but how long each answer took."""
    before = {name: len(content) for name, content in nginx.written().items()}
    for method, path in acts:
        nginx.ask(PORTAL, path, method=method, headers=TELLING)
    left = {
        name: content[before.get(name, 0) :].decode() for name, content in nginx.written().items()
    }
    return {
        name: [line.split()[:5] for line in text.splitlines()]
        for name, text in left.items()
        if text
    }


def test_an_askers_day_leaves_the_lines_of_everybodys(nginx, asked):
    """J-07: no address, no second, no script, no page of an asker's own, no sign-in."""
    common = day_in_the_log(nginx, COMMON_DAY)
    askers = day_in_the_log(nginx, ASKERS_DAY)

    (lines,) = common.values()
    hour = re.compile(r"\d{4}-\d\d-\d\dT\d\d")
    assert [line[1:4] for line in lines] == [
        ["GET", "/", "200"],
        ["GET", "/conferences/", "200"],
        ["GET", "/conferences/7/", "200"],
    ]
    assert all(hour.fullmatch(line[0]) for line in lines)
    assert askers.keys() == common.keys()
    assert [line[1:] for line in askers["dialogue-portal.log"]] == [line[1:] for line in lines]
    written = b"".join(nginx.written().values())
    assert b"CANARY" not in written
    assert VISITOR.encode() not in written


LONG = f"/conferences/7/similar/?text=CANARY{'x' * 9_000}"


def test_what_is_too_long_to_be_read_leaves_neither_length_nor_moment(nginx, asked):
    """J-06: of an address that does not fit nginx knows no path, and would log the rest."""
    before = nginx.written()
    head, _ = nginx.ask(PORTAL, LONG, headers=TELLING)
    assert head.startswith("HTTP/1.1 414")
    by_name = ["--resolve", f"{PORTAL}:{nginx.port}:127.0.0.1", f"https://{PORTAL}:{nginx.port}"]
    for length in (5_000, 40_000):
        address = f"{by_name[-1]}/conferences/7/similar/?text=CANARY{'x' * length}"
        subprocess.run(["curl", "-sk", "--http2", *by_name[:-1], address], capture_output=True)
    for size in (5_000, 70_000, 53 * 2**20):  # in memory, spilt, refused
        nginx.ask(PORTAL, "/conferences/7/ask/", method="POST", body=b"CANARY" + b"x" * size)

    assert nginx.written() == before


def test_one_pc_gone_wild_keeps_nobody_behind_its_address_out(nginx, asked):
    """J-09: one browser, and one that throws its cookies away, against an office of others."""
    wild = {"Cookie": "__Host-csrf=x; __Host-session=wild"}
    answers = [nginx.ask(PORTAL, "/", headers=wild)[0][9:12] for _ in range(15)]
    assert "429" in answers
    guesses = [
        nginx.ask(PORTAL, "/accounts/login/", method="POST", body=b"login=x")[0][9:12]
        for _ in range(13)
    ]
    assert "429" in guesses

    office = [
        nginx.ask(
            PORTAL, path, method=method, body=b"x" * (method == "POST"), headers={"Cookie": cookie}
        )
        for number in range(10)
        for method, path, cookie in (
            ("GET", "/", f"__Host-session=of{number}; __Host-csrf=x"),
            ("POST", "/accounts/login/", f"__Host-language=vi; __Host-device=of{number}"),
        )
    ] + [nginx.ask(PORTAL, "/accounts/login/") for _ in range(10)]

    assert {head[9:12] for head, _ in office} == {"200"}


def test_a_hall_that_is_asked_too_often_keeps_neither_another_nor_its_office_out(nginx, asked):
    follow = [nginx.ask(PORTAL, "/join/AAAAAA/state/")[0][9:12] for _ in range(15)]
    assert "429" in follow

    others = [nginx.ask(PORTAL, path) for path in ("/join/BBBBBB/state/", "/join/", "/")]

    assert {head[9:12] for head, _ in others} == {"200"}


def test_the_portal_is_told_the_visitors_address_by_nginx_alone(nginx, asked):
    nginx.ask(PORTAL, "/conferences/", headers=TELLING)

    ((_, headers, _),) = asked
    assert headers["X-Forwarded-For"] == VISITOR
    assert headers["X-Forwarded-Proto"] == "https"
    assert "X-Forwarded-Host" not in headers
    assert headers["Cookie"] == "session=CANARY-COOKIE"


def test_who_follows_a_receipt_at_the_wrong_host_hands_over_nothing(nginx, asked):
    nginx.ask(PORTAL, "/receipt/", method="POST", body=b"code=CANARY", headers=TELLING)

    ((_, headers, body),) = asked
    assert body == b""
    assert set(headers) == {"Host", "X-Forwarded-Proto", "Connection"}


def test_another_name_gets_no_answer(nginx, asked):
    with pytest.raises(ssl.SSLError):
        nginx.ask("evil.example")
    assert nginx.ask("evil.example", plain=True) == ("", b"")
    head, _ = nginx.ask(PORTAL, "/?a=1", plain=True)
    assert f"Location: https://{PORTAL}/?a=1" in head
    assert asked == []


def test_old_tls_is_not_spoken(nginx):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", nginx.port)) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname=PORTAL)


@pytest.mark.parametrize("host", [PORTAL, ANONYMOUS])
def test_while_the_portal_is_down_a_plain_page_says_so(nginx, host):
    before = nginx.written()
    nginx.upstream.shutdown()
    nginx.upstream.server_close()
    try:
        nginx.ask(host, "/questions/mine/", headers=TELLING)
        head, body = nginx.ask(host, "/", headers=TELLING)
    finally:
        address = nginx.upstream.server_address
        nginx.upstream = http.server.ThreadingHTTPServer(address, Portal)
        threading.Thread(target=nginx.upstream.serve_forever, daemon=True).start()
    assert head.startswith("HTTP/1.1 503")
    assert "default-src 'none'" in head
    assert "nginx/" not in head + body.decode()
    assert nginx.written() == before
