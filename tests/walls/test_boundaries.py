"""Where a request ends: the server of the portal refuses what can be read in two ways.

A request hidden in another one would be answered to the next visitor on the same connection.
"""

import socket

import pytest

from bench.servers import gunicorn

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST /form HTTP/1.1\r\nHost: x\r\n"
TWO_WAYS = {
    "a length and chunks": HEAD
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": HEAD + b"Content-Length: 0\r\nContent-Length: 34\r\n\r\n" + HIDDEN,
    "a length with a sign": HEAD + b"Content-Length: +0\r\n\r\n" + HIDDEN,
    "chunks that are hidden": HEAD
    + b"Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks behind a tab": HEAD
    + b"Content-Length: 4\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "a name with a blank": HEAD + b"Content-Length : 34\r\n\r\n" + HIDDEN,
    "a folded line": HEAD + b"X: y\r\n Content-Length: 34\r\n\r\n" + HIDDEN,
    "a size of chunks that is none": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + HIDDEN,
}  # fmt: skip


@pytest.fixture(scope="module")
def server():
    with gunicorn("tests.walls.echo:application", {}) as address:
        yield address


def answers(server, sent):
    """Return everything that comes back on one connection."""
    host, _, port = server.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        came = b""
        while piece := connection.recv(65_536):
            came += piece
    return came


@pytest.mark.parametrize("sent", TWO_WAYS.values(), ids=TWO_WAYS)
def test_what_can_be_read_in_two_ways_is_refused(server, sent):
    came = answers(server, sent)
    assert came.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501")), came[:200]
    assert came.count(b"HTTP/1.1 ") == 1
    assert b"GET /hidden" not in came


def test_a_whole_request_is_answered(server):
    whole = HEAD + b"Content-Length: 4\r\nConnection: close\r\n\r\nabcd"
    assert b"POST /form abcd" in answers(server, whole)
