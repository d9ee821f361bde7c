"""Asking a virus scanner (clamd) what it thinks of a file. Whatever it does not call clean is not.

The INSTREAM command: pieces with their length before them, and one of length nought at the end.
"""

from __future__ import annotations

import logging
import socket
import struct
import time
from urllib.parse import urlsplit

from django.conf import settings

PIECE = 64 * 1024
LONGEST_ANSWER = 4_096

log = logging.getLogger(__name__)


def look_at(content: bytes) -> str:
    """Return "clean", "found" or "unknown"; "clean" where no scanner is set up."""
    if not settings.CLAMD_URL:
        return "clean"
    try:
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        framed = [struct.pack("!L", len(piece)) + piece for piece in pieces]
        said = _ask(b"zINSTREAM\0", *framed, struct.pack("!L", 0))
    except (OSError, ValueError) as error:
        log.error("The virus scanner does not answer: %s", type(error).__name__)
        return "unknown"
    if said == b"stream: OK":
        return "clean"
    if said.endswith(b" FOUND"):
        return "found"
    log.error("The virus scanner refuses to look: %s", said[-60:].decode("ascii", "replace"))
    return "unknown"


def state() -> str | None:
    """Return "ok" or "failing"; None where no scanner is set up."""
    if not settings.CLAMD_URL:
        return None
    try:
        return "ok" if _ask(b"zPING\0", seconds=2) == b"PONG" else "failing"
    except (OSError, ValueError):
        return "failing"


def _ask(*sent: bytes, seconds: float | None = None) -> bytes:
    """Return the one answer to what is sent, all of it within `seconds`."""
    give_up_at = time.monotonic() + (seconds or settings.CLAMD_SECONDS)
    with _connect(give_up_at) as connection:
        for piece in sent:
            connection.settimeout(_left(give_up_at))
            connection.sendall(piece)
        answer = b""
        while not answer.endswith(b"\0"):
            connection.settimeout(_left(give_up_at))
            piece = connection.recv(LONGEST_ANSWER)
            if not piece or len(answer) > LONGEST_ANSWER:
                raise ConnectionError("half an answer")
            answer += piece
    return answer[:-1].strip()


def _connect(give_up_at: float) -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname, address.port), _left(give_up_at))
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_left(give_up_at))
    try:
        connection.connect(address.path)
    except OSError:
        connection.close()
        raise
    return connection


def _left(give_up_at: float) -> float:
    left = give_up_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
