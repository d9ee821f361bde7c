"""Keys that live outside the database, one file each, and can be destroyed.

They lie in KEYS_DIR, which is backed up apart from the database and for a shorter time
(docs/operations.md): a database dump alone opens nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from foundation.files import sync

if TYPE_CHECKING:
    from collections.abc import Callable


log = logging.getLogger(__name__)
NAME = re.compile(r"[a-z0-9][a-z0-9/_-]*")
DESTROYED = "destroyed_keys.log"  # in DATA_DIR: names that no backup may bring back


class KeyGone(Exception):
    """The key was destroyed, or this machine does not hold it."""


def read_key(name: str) -> bytes:
    """Return the bytes of the key `name`. Raises KeyGone."""
    try:
        return _path(name).read_bytes()
    except FileNotFoundError as error:
        raise KeyGone(name) from error


def ensure_key(name: str, make: Callable[[], bytes]) -> bytes:
    """Return the key `name`; the first who asks makes it with `make()`, the others read it."""
    path = _path(name)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # somebody was faster: theirs counts
            os.link(fresh, path)
        fresh.unlink()
        sync(path.parent)
    return read_key(name)


def destroy_key(name: str) -> bool:
    """Overwrite the key `name` and remove it. Return whether there was one."""
    path = _path(name)
    if not path.exists():
        return False
    _note_destroyed(name)
    return shred(path)


def shred(path: Path) -> bool:
    """Overwrite the file at `path` and remove it. Return whether there was one."""
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    sync(path.parent)
    return True


def _note_destroyed(name: str) -> None:
    """Note that the key may not come back from a backup; it is destroyed even if that fails."""
    try:
        with Path(settings.DATA_DIR, DESTROYED).open("a", encoding="ascii") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        log.exception("A destroyed key could not be noted")


def destroyed_keys() -> set[str]:
    """Return the names of the keys that were destroyed and are not there again."""
    try:
        names = Path(settings.DATA_DIR, DESTROYED).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return set()
    return {name for name in names if NAME.fullmatch(name) and not _path(name).exists()}


def key_names(prefix: str = "") -> list[str]:
    """Return the names of all keys that begin with `prefix`, in order."""
    folder = Path(settings.KEYS_DIR)
    below = folder / prefix if prefix.endswith("/") else folder
    names = (path.relative_to(folder).as_posix() for path in below.rglob("*") if path.is_file())
    return sorted(name for name in names if name.startswith(prefix) and "/." not in f"/{name}")


def keyed_hash(purpose: str, message: bytes) -> str:
    """Return the HMAC-SHA256 of `message` (bytes) under the pepper of `purpose`: 64 hex digits."""
    pepper = ensure_key(f"pepper/{purpose}", lambda: secrets.token_bytes(32))
    return hmac.new(pepper, message, hashlib.sha256).hexdigest()


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError(f"No name of a key: {name}")
    return Path(settings.KEYS_DIR) / name
