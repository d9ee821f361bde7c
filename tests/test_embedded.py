"""The embedded default: one command, nothing installed, nothing left behind."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tests.house import nothing_set

pytestmark = pytest.mark.embedded

SECONDS = 60  # for anything to happen; it takes two on a quiet machine


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def until(happens):
    """Return the first true answer of `happens`, asked again and again."""
    give_up_at = time.monotonic() + SECONDS
    while time.monotonic() < give_up_at:
        if answer := happens():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{happens.__name__} did not happen within {SECONDS} seconds")


class Portal:
    """`manage.py serve` in a fresh folder, with nothing else in its environment."""

    def __init__(self, folder, port):
        self.address = f"http://127.0.0.1:{port}"
        self.output = folder / "output"
        self.environment = nothing_set(
            HOME=os.environ.get("HOME", "/"),
            DJANGO_SETTINGS_MODULE="dialogue_portal.settings",
            DEMO="1",
            DATA_DIR=str(folder / "var"),
            PORT=str(port),
        )
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--empty"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def get(self, path):
        """Return (status, body); status 0 until somebody listens."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_well(self):
        return self.get("/healthz")[0] == 200

    def run(self, code):
        """Return what `code` prints when it runs inside the portal."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "--verbosity", "0"]
        return subprocess.run(
            [*command, "--command", code],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def processes(self):
        """Return the ids of all processes that serve this folder."""
        mark = f"DATA_DIR={self.environment['DATA_DIR']}".encode()
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    environment = (entry / "environ").read_bytes().split(b"\0")
                    state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                except OSError:
                    continue
                if mark in environment and state != "Z":
                    found.add(int(entry.name))
        return found

    def is_gone(self):
        return not self.processes()

    def child(self, word):
        """Return the id of the process started directly by `serve` whose command has `word`."""
        for pid in self.processes():
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
            if parent == self.process.pid and word in command:
                return pid
        return None

    def end(self):
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def portal(tmp_path):
    portal = Portal(tmp_path, free_port())
    yield portal
    portal.end()


ORDER_A_FILE = """
import datetime as dt
from django.utils import timezone
from committees.domain.committees import create_committee
from committees.models import Committee
from board.domain.ordering import order_period_zip
from periods.models import ReportingPeriod

board = create_committee(
    code="BDV", kind=Committee.Kind.BOARD, name="Ban Dân vận", parent=None,
    header_name="BAN DÂN VẬN", symbol="BDV", place="Hà Nội", active_from=dt.date(2020, 1, 1),
)
period, _ = ReportingPeriod.objects.get_or_create(
    year=2019, half=1, starts_on=dt.date(2018, 12, 25), due_before=dt.date(2019, 6, 25)
)
print(order_period_zip(period, board, at=timezone.now()).pk)
"""
GUARDED = {
    "committees_membership",
    "committees_user",
    "dialogue_portal_auditentry",
    "dialogue_sessions_openingdecision",
    "dialogue_sessions_openingrequest",
    "dialogue_sessions_question",
    "dialogue_sessions_unsealing",
    "reports_exemption",
    "reports_extension",
    "reports_jobevent",
}
LOOK = "from jobs.models import Rendering; print(Rendering.objects.get(pk={}).state)"


def test_one_command_serves_pages_and_does_jobs_and_leaves_nothing(portal):
    until(portal.is_well)

    status, page = portal.get("/accounts/login/")
    assert status == 200
    assert 'lang="vi"' in page
    state = json.loads(portal.get("/healthz")[1])
    assert (state["status"], state["failing"]) == ("ok", [])

    with contextlib.closing(sqlite3.connect(portal.output.parent / "var/portal.sqlite3")) as there:
        found = there.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        # A table that a migration makes anew loses its triggers here, and says nothing.
        assert {table for (table,) in found} == GUARDED

    job = portal.run(ORDER_A_FILE).strip()

    def is_done():
        return portal.run(LOOK.format(job)).strip() == "done"

    until(is_done)

    stopped_at = time.monotonic()
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(timeout=20) == 0
    assert time.monotonic() - stopped_at < 15
    assert portal.is_gone()
    assert portal.address in portal.output.read_text()


def test_a_killed_worker_is_started_again(portal):
    until(portal.is_well)
    first = portal.child("celery")

    os.kill(first, signal.SIGKILL)

    def another_worker():
        return portal.child("celery") not in (None, first)

    until(another_worker)
    assert "worker ended (-9); starting it again" in portal.output.read_text()


def test_a_killed_supervisor_leaves_no_orphans(portal):
    until(portal.is_well)

    os.kill(portal.process.pid, signal.SIGKILL)
    portal.process.wait()

    until(portal.is_gone)


def test_a_taken_port_is_said_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        portal = Portal(tmp_path, port)
        assert portal.process.wait(timeout=SECONDS) == 1

    assert portal.output.read_text() == (
        f"CommandError: Port {port} is taken by another program."
        " Choose another one, as in PORT=8001.\n"
    )
