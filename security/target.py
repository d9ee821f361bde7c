"""A portal to be scanned: production settings, PostgreSQL, gunicorn, TLS, everything in it.

The proxy in front adds the cookies of the role that is scanned, keeps those that the portal
renews, and counts what it was answered.
"""

import contextlib
import json
import os
import secrets
import ssl
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.observatory import OF_THE_CONNECTION, ask, certificates, cookies_in, written
from bench.servers import ROOT, free_port, gunicorn, postgresql


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def pass_on(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        jar, host = self.server.jar, self.server.host
        if jar is not None:
            headers["Cookie"] = written(jar)
        try:
            status, got, answer = ask(
                self.server.upstream, self.command, self.path, {**headers, "Host": host}, body
            )
        except Exception as error:  # a server that does not answer is what a scan is looking for
            status, got, answer = 599, [], repr(error).encode()
        if jar is not None:
            self.server.keep(cookies_in(got))
        self.server.statuses[status] += 1
        if status >= 500:
            self.server.broken.append(f"{status} {self.command} {self.path[:120]}")
        self.send_response_only(min(status, 504))
        for name, value in got:
            if name.lower() not in {*OF_THE_CONNECTION, "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_OPTIONS = do_PUT = do_DELETE = do_PATCH = pass_on  # noqa: N815
    do_TRACE = do_TRACK = do_CONNECT = do_PROPFIND = pass_on  # noqa: N815

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def keep(self, cookies):
        """Keep what the portal renews, but not that it takes a session away."""
        self.jar.update({name: value for name, value in cookies.items() if value.strip('"')})

    def handle_error(self, *_):
        pass  # a scanner hangs up as it likes


class Target:
    """The running portal: `as_role("staff")` gives the address at which one is that role."""

    def __init__(self, upstream, certificate, key, ports, cookies):
        self.upstream, self.certificate, self.key = upstream, certificate, key
        self.ports, self.cookies = ports, cookies

    @contextlib.contextmanager
    def as_role(self, role):
        """Serve as `role`, as nobody, or the anonymous host; yield (address, server)."""
        host = "127.0.0.1" if role == "anonymous host" else "localhost"
        port = self.ports[host]
        server = Server(("127.0.0.1", port), Proxy)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.upstream, server.host = self.upstream, f"{host}:{port}"
        server.jar = dict(self.cookies[role]) if role in self.cookies else None
        server.statuses, server.broken = Counter(), []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"https://{host}:{port}", server
        finally:
            server.shutdown()
            server.server_close()

    def is_signed_in(self, server):
        """Does the session of the role still open the home page?"""
        headers = {"Host": server.host, "Cookie": written(server.jar)}
        status, _, page = ask(self.upstream, "GET", "/", headers)
        return status == 200 and b'name="password"' not in page


@contextlib.contextmanager
def running():
    """Start everything; yield the Target."""
    with tempfile.TemporaryDirectory() as name, postgresql() as database:
        folder = Path(name)
        folder.chmod(0o755)
        ports = {"localhost": free_port(), "127.0.0.1": free_port()}
        settings = {
            "DATABASE_URL": f"{database}/postgres",
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
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "security.scan_settings",
        }
        everything = {**os.environ, **settings}
        for command in (("migrate", "-v0"), ("collectstatic", "--noinput", "-v0")):
            subprocess.run(
                [sys.executable, "manage.py", *command], check=True, cwd=ROOT, env=everything
            )
        filled = subprocess.run(
            [sys.executable, "-m", "security.scene"],
            cwd=ROOT, env=everything, capture_output=True, text=True,
        )  # fmt: skip
        if filled.returncode:
            raise RuntimeError(filled.stderr[-2_000:])
        cookies = json.loads(filled.stdout.splitlines()[-1])
        _, certificate, key = certificates(folder)
        with gunicorn("dialogue_portal.wsgi:application", settings) as upstream:
            yield Target(upstream, certificate, key, ports, cookies)
