"""Fixtures for all tests: a real browser, a real mail server, real workers, the world."""

import contextlib
import email
import email.policy
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache, caches
from django.db import connection
from django.test import TransactionTestCase
from kombu import pools

from dialogue_portal.celery import app
from foundation import bells
from foundation.audit import HEADS, LOST_HEADS
from foundation.throttle import Bucket
from tests.covered import side_here
from tests.emptying import empty_database
from tests.world import build_world

# Playwright's loop runs in the test's own thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


# The longest files, the longest first: run side by side, the last to end is a short one.
LONGEST = (
    "tests/walls/test_pages.py",
    "tests/journeys/test_kept_matrix.py",
    "tests/walls/test_access_matrix.py",
    "tests/attacks/test_linking.py",
    "tests/attacks/test_canary.py",
    "tests/walls/test_scripts.py",
    "tests/operations/test_rehearsal.py",
    "tests/journeys/test_told.py",
    "tests/walls/test_headers.py",
    "tests/walls/test_malformed.py",
    "tests/journeys/test_faults_seen.py",
    "tests/journeys/test_whole_chain.py",
)


def pytest_configure(config):
    if side := side_here():
        config.pluginmanager.register(side)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    place = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


# --- a real browser -------------------------------------------------------------------

SHELL = Path("/usr/lib/chromium/chromium-headless-shell")  # a third of the work of the whole one
CHROMIUM = os.environ.get("CHROMIUM") or str(SHELL if SHELL.exists() else "/usr/bin/chromium")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    # Other machines have no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, "
    "EXCLUDE *.localhost",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium, which must speak to nobody but the portal."""
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


@pytest.fixture(autouse=True)
def no_page_stays_open(request):
    """A page that asks again and again would go on in the tests that follow, in this same process."""
    if "browser" not in request.fixturenames:
        yield
        return
    if "live_server" in request.fixturenames:  # what it serves must be there until it is closed
        request.getfixturevalue("transactional_db")
    browser = request.getfixturevalue("browser")
    yield
    for context in browser.contexts:
        context.close()


# --- a real mail server ---------------------------------------------------------------


@dataclass
class MailServer:
    """Takes every message and keeps it in `messages`, unless `refuses` says what to answer.

    Every `loses_replies`-th message is taken, but the sender never hears of it.
    """

    host: str
    port: int
    messages: list = field(default_factory=list)
    refuses: str = ""
    loses_replies: int = 0
    lost_replies: int = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.refuses:
            return self.refuses
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        message.sent_to = list(envelope.rcpt_tos)
        self.messages.append(message)
        if self.loses_replies and not len(self.messages) % self.loses_replies:
            self.lost_replies += 1
            server.transport.close()
        return "250 OK"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def smtp_server(settings, monkeypatch):
    """A mail server; the portal, and workers started after it, send their mail there."""
    server = MailServer("127.0.0.1", free_port())
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    monkeypatch.setenv("TEST_EMAIL_URL", f"smtp://{server.host}:{server.port}")
    yield server
    controller.stop()


# --- real workers ---------------------------------------------------------------------


class Worker:
    """A Celery worker in processes of its own, on the test's database."""

    def __init__(self, log, environment):
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "--app", "dialogue_portal", "worker"),
                    *("--pool", "prefork", "--concurrency", "1"),
                    *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
                ],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds=30):
        give_up_at = time.monotonic() + seconds
        while "ready." not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                raise AssertionError(f"The worker did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def kill(self):
        """End the worker and its children as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=10):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill()


def database_url():
    """Return DATABASE_URL with the name of the database that this test uses."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def forget_connections():
    """Have the portal connect to its broker anew, wherever that may be now."""
    pools.reset()
    app._pool = app.amqp._producer_pool = None
    bells.listen_again()


@pytest.fixture
def dead_broker():
    """A broker that nobody can reach, until the test is over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
        forget_connections()
        yield
    forget_connections()


@pytest.fixture
def run_worker(transactional_db, tmp_path):
    """Return a function that starts a worker and waits until it is ready."""
    workers = []
    app.control.purge()

    def run(**environment):
        worker = Worker(
            tmp_path / f"worker-{len(workers)}.log",
            {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": database_url(),
                "LOG_LEVEL": "INFO",
                **environment,
            },
        )
        workers.append(worker)
        worker.wait_until_ready()
        return worker

    yield run
    for worker in workers:
        worker.stop()
    app.control.purge()


# --- what a process remembers ------------------------------------------------------------


@pytest.fixture(autouse=True)
def fresh_misses(settings, monkeypatch):
    """Wrong codes that other tests have sent into this process do not slow this one down."""
    for module in ("sessions.views.anonymous", "reports.views.verification"):
        monkeypatch.setattr(f"{module}.misses", Bucket(*settings.WRONG_CODES))


@pytest.fixture(autouse=True)
def no_attempts():
    """Tries to sign in that other tests have made do not count here."""
    cache.clear()
    caches["local"].clear()


@pytest.fixture(autouse=True)
def no_noted_heads(settings):
    """The ends of other tests' records were noted in a folder that stays; theirs are gone."""
    for name in (HEADS, LOST_HEADS):
        Path(settings.DATA_DIR, name).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def nobody_present(settings):
    """Nobody has signed in yet."""
    Path(settings.DATA_DIR, "presence", "now").unlink(missing_ok=True)


# --- the world ------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def emptied_quickly():
    """What a test has committed goes afterwards; what the migrations wrote stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_database())
        yield


@pytest.fixture
def world(db):
    return build_world()


# --- what the machine does for us -----------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def rarely_swept():
    """What was imported lives as long as the tests: no sweep of memory need look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    yield
    gc.unfreeze()
