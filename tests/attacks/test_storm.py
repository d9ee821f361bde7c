"""J-09: one PC gone wild behind the address of a whole office, through a real nginx.

Twelve hundred requests without a cookie that the portal gave, forty a second where the machine
can: ten wrong passwords for each colleague, then 104 for names that do not exist, and so on.
Whoever has signed in before goes on working.
"""

import http.client
import itertools
import re
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.db import connections

from tests.conftest import free_port
from tests.faults.served import served
from tests.walls.test_nginx import PORTAL, find_nginx, is_open, shipped
from tests.world import PASSWORD

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
A_SECOND, REQUESTS, AT_ONCE, GIVE_UP = 40, 1_200, 8, 600
COLLEAGUES = ("clerk", "leader", "staff", "colleague", "secretary")
NAME = "testserver"  # the portal's, in the tests


@pytest.fixture
def door(world, tmp_path):
    """The port of a real nginx with the shipped settings, before the portal as it is shipped."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.faults.shipped_settings"}
    with served(tmp_path / "portal.log", **settings) as portal:
        yield from nginx_before(portal.address.rpartition(":")[2], tmp_path)


def nginx_before(upstream, tmp_path):
    (tmp_path / "static").mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout",
         tmp_path / "key.pem", "-out", tmp_path / "signed.pem", "-subj", "/CN=x"],
        check=True, capture_output=True,
    )  # fmt: skip
    port = free_port()
    whole = (
        shipped(tmp_path, port=port, plain_port=free_port(), upstream=upstream)
        .replace(PORTAL, NAME)
        .replace("__Host-", "")
    )  # the tests' portal is not told that it is behind TLS
    (tmp_path / "nginx.conf").write_text(whole)
    process = subprocess.Popen(
        [find_nginx(), "-p", tmp_path, "-e", tmp_path / "start.log", "-c", tmp_path / "nginx.conf"]
    )
    give_up_at = time.monotonic() + 10
    while not is_open(port):
        assert process.poll() is None
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(10)


class Browser:
    """One browser behind the office's address; with `forgets`, one that keeps no cookie."""

    def __init__(self, port, *, forgets=False):
        self.port, self.forgets, self.cookies = port, forgets, {}

    def ask(self, method, path, fields=None):
        """Return (status, body)."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        wire = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30)
        wire.sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), 30), server_hostname=NAME
        )
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = (
            urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrf", "")})
            if fields
            else None
        )
        headers = {
            "Host": NAME,
            "Referer": f"https://{NAME}{path}",
            **({"Cookie": cookies} if cookies else {}),
        }
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        wire.request(method, path, body, headers)
        answer = wire.getresponse()
        said = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, value = re.match(r"([^=]+)=([^;]*)", line).groups()
            if not self.forgets or name == "csrf":
                self.cookies[name] = value
        wire.close()
        return answer.status, said

    def sign_in(self, login, password=PASSWORD):
        self.ask("GET", "/accounts/login/")
        return self.ask("POST", "/accounts/login/", {"login": login, "password": password})

    def sign_out(self):
        self.ask("POST", "/accounts/logout/", {"x": "x"})


def test_a_storm_from_one_pc_leaves_the_office_at_work(door, world):
    known = {name: Browser(door) for name in COLLEAGUES}
    for name, browser in known.items():
        assert browser.sign_in(name)[0] == 302
        browser.sign_out()
    over, storm, office = threading.Event(), Counter(), Counter()
    unknown = [f"ai-do-{number}" for number in range(104)]
    guesses = itertools.cycle([*COLLEAGUES * 10, *unknown])

    def rage():
        wild = Browser(door, forgets=True)
        wild.ask("GET", "/accounts/login/")
        while not over.is_set():
            began = time.monotonic()
            guess = {"login": next(guesses), "password": "sai-mat-khau"}
            storm[wild.ask("POST", "/accounts/login/", guess)[0]] += 1
            storm[wild.ask("GET", "/accounts/login/")[0]] += 1
            over.wait(max(0, 2 * AT_ONCE / A_SECOND - (time.monotonic() - began)))
        connections.close_all()

    def work(name):
        browser = known[name]
        while not over.is_set():
            status, _said = browser.sign_in(name)
            office["in" if status == 302 else f"kept out {status}"] += 1
            for page in ("/", "/conferences/", "/questions/mine/"):
                status, _said = browser.ask("GET", page)
                office["served" if status == 200 else f"refused {status}"] += 1
                over.wait(0.3)
            browser.sign_out()
        connections.close_all()

    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=20) as pool:
        jobs = [pool.submit(rage) for _ in range(AT_ONCE)]
        jobs += [pool.submit(work, name) for name in COLLEAGUES]
        while storm.total() < REQUESTS and time.monotonic() < began + GIVE_UP:
            time.sleep(0.5)
        took = time.monotonic() - began
        over.set()
        for job in jobs:
            job.result()

    good = office["in"] + office["served"]
    print(
        f"J-09: storm of {storm.total()} requests, {storm.total() / took:.0f} a second, answered"
        f" {dict(storm)}; the office {dict(office)}: {good / office.total():.2%}"
    )
    assert storm.total() >= REQUESTS
    assert office["in"] >= 2 * len(COLLEAGUES)
    assert good / office.total() >= 0.99
    # A device that nobody knows: by the mail's link.
    assert Browser(door).sign_in("staff")[0] != 302
