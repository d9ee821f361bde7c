"""Sockets are closed but for this machine: of the tests, of what they start, of the browser."""

import os
import socket
import subprocess
import sys

import pytest

from tests.loopback import SpokeToOthers, is_here

OTHERS = ("192.0.2.7", "2001:db8::7", "portal.example.vn")


@pytest.mark.parametrize("host", OTHERS)
def test_no_test_speaks_to_another_machine(host):
    with pytest.raises(SpokeToOthers):
        socket.create_connection((host, 443), timeout=1)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "anonymous.localhost", "", None])
def test_this_machine_is_spoken_to(host):
    assert is_here(host)
    assert is_here((host, 80))


def test_no_process_of_the_tests_does():
    """Workers and servers that a test starts have these settings too."""
    code = "import tests.settings, socket; socket.create_connection(('192.0.2.7', 443), timeout=1)"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        check=False,
        text=True,
    )
    assert "SpokeToOthers" in ended.stderr


@pytest.mark.browser
def test_the_browser_finds_no_other_machine(page):
    """An address of this machine that the portal has not: it would be refused, if it were found."""
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://127.0.0.2:8099/")
