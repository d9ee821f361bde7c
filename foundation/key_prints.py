"""Which IDENTITY_KEY a conference's pseudonyms were made with, told without the key itself.

In KEYS_DIR lies ``print/<conference>/<print>`` for each. A portal that starts without one of
those keys would show its askers an empty list of questions: it does not start (settings).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


PRINTS = "print"


def print_of(secret: str) -> str:
    """Return 16 hexadecimal digits by which the key `secret` is known again."""
    return hashlib.sha256(b"identity-print:" + secret.encode()).hexdigest()[:16]


def name_of_print(conference_id: object, secret: str) -> str:
    return f"{PRINTS}/{conference_id}/{print_of(secret)}"


def left_without(folder: Path, secrets: Iterable[str]) -> int:
    """Return how many conferences in the KEYS_DIR `folder` need another key than `secrets`."""
    known = {print_of(secret) for secret in secrets}
    found = (folder / PRINTS).glob("*/[0-9a-f]*")
    return len({path.parent.name for path in found if path.name not in known})
