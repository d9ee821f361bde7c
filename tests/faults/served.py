"""The pages as gunicorn serves them, in processes of their own, on the test's database."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings

from tests.conftest import database_url, free_port

ROOT = Path(settings.BASE_DIR)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Served:
    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(NoRedirect)

    def ask(self, path, *, data=None, cookies=(), host="127.0.0.1", headers=(), timeout=60):
        """Return (status, page, headers) of one request."""
        sent = {"Host": host, **dict(headers)}
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in dict(cookies).items())
        request = urllib.request.Request(f"{self.address}{path}", data=data, headers=sent)
        try:
            answer = self.opener.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read().decode(), answer.headers


@contextlib.contextmanager
def served(log, **environment):
    """Serve the pages with the shipped gunicorn.conf.py and one worker; yields a Served."""
    port = free_port()
    command = ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--workers", "1"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command, "--bind", f"127.0.0.1:{port}", "--no-control-socket"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": database_url(),
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        give_up_at = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < give_up_at, log.read_text()
            time.sleep(0.1)
        yield Served(port)
    finally:
        process.terminate()
        process.wait(30)
