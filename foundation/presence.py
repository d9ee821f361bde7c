"""Who is signed in and which sessions have ended: one small file that tells no moment.

A table would tell it: rows, the write-ahead log and backups keep when something was written.
This file lies in DATA_DIR, in no backup; it is written anew as a whole, its entries in random
order, with the day as its time, and encrypted. Lost, it leaves everybody signed in: a session
that was ended by hand could then go on until its own end.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import logging
import os
import random
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping


log = logging.getLogger(__name__)
PATIENCE = 2  # seconds that another process is waited for
NOT_WRITTEN = "What is known of sessions cannot be written"
MOST_LISTED = 30  # sessions of one person; further ones go on, and end with the others
# Programs that copy folders leave one with such a file out; see bford.info/cachedir.
TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Not for backups: who is signed in.\n"
NOBODY = 0


def today() -> str:
    return timezone.localdate().isoformat()


def handle_of(session_id: str) -> str:
    """Return the name of a session: who reads it cannot make the session of it."""
    return salted_hmac("presence", session_id, algorithm="sha256").hexdigest()[:32]


# --- asked by every page ----------------------------------------------------------------


def has_ended(
    session_id: str, *, began: float, person: str | None = None, round_: str | None = ""
) -> bool:
    """Was this session ended, alone, with the person's others, or with everybody's?"""
    known = _read()
    if began <= known.get("all_ended", 0) or handle_of(session_id) in known["ended"]:
        return True
    raised = known["rounds"].get(str(person))
    return bool(raised) and raised[0] != round_


def round_of(person: object) -> str:
    """Return what a session of this person must bear to be none of those that were ended."""
    round_: str = _read()["rounds"].get(str(person), [""])[0]
    return round_


def sessions_of(person: object) -> list[tuple[Any, ...]]:
    """Return [(handle, device, day)] of the sessions that began lately and were not ended."""
    known = _read()
    found = known["sessions"].get(str(person), [])
    return sorted((tuple(one) for one in found), key=lambda one: (one[2], one[1]), reverse=True)


def events_of(person: object) -> list[tuple[Any, ...]]:
    """Return [(day, kind, device, number)] of what is in no row yet."""
    return [tuple(one[1:]) for one in _read()["events"] if one[0] == person]


# --- changed ----------------------------------------------------------------------------


def begin(person: int, session_id: str, device: str) -> None:
    with _changing() as known:
        held = known["sessions"].setdefault(str(person), [])
        held.append([handle_of(session_id), device, today()])
        del held[:-MOST_LISTED]


def end(session_id: str) -> None:
    """End the session whose cookie is being taken away, noted or not."""
    with contextlib.suppress(OSError):  # which is in the log
        end_handle(handle_of(session_id))


def end_handle(handle: str) -> None:
    """End a session on whatever device. Raises OSError where that cannot be noted."""
    with _changing(must=True) as known:
        known["ended"][handle] = today()
        known["sessions"] = {
            person: [one for one in held if one[0] != handle]
            for person, held in known["sessions"].items()
        }


def replace(session_id: str, by: str) -> None:
    """Let a session go on under another id, with the device and the day it began with."""
    old, new = handle_of(session_id), handle_of(by)
    with _changing() as known:
        known["ended"][old] = today()
        for held in known["sessions"].values():
            for one in held:
                if one[0] == old:
                    one[0] = new


def end_others(person: object, *, but: str) -> str:
    """End every session of the person but one; return what that one must bear from now on.

    Raises OSError where that cannot be noted.
    """
    kept, round_ = handle_of(but), secrets.token_hex(8)
    with _changing(must=True) as known:
        known["rounds"][str(person)] = [round_, today()]
        held = known["sessions"].get(str(person), [])
        known["sessions"][str(person)] = [one for one in held if one[0] == kept]
    return round_


def end_all() -> int:
    """End every session that has begun so far. Returns how many were known.

    Raises OSError where that cannot be noted.
    """
    number = sum(len(held) for held in _read()["sessions"].values())
    with _changing(must=True) as known:
        known["all_ended"] = timezone.now().timestamp()
        known["sessions"] = {}
    return number


def note(person: int | None, kind: str, device: str) -> None:
    """Count one more of `kind` for the person today; None is written too, and is nobody."""
    key = [person or NOBODY, today(), kind, device]
    with _changing() as known:
        for one in known["events"]:
            if one[:4] == key:
                one[4] += 1
                return
        known["events"].append([*key, 1])


def events_before(day: dt.date) -> list[tuple[Any, ...]]:
    """Return [(person, day, kind, device, number)] of the days before `day`, in random order."""
    found = [tuple(one) for one in _read()["events"] if one[1] < day.isoformat() and one[0]]
    random.SystemRandom().shuffle(found)
    return found


def forget_before(day: dt.date) -> None:
    """Forget the events of the days before `day`, and sessions that are long over."""
    lately = (day - timedelta(days=1)).isoformat()
    if not _holds_what_is_over(_read(), day.isoformat(), lately):
        return
    with _changing() as known:
        known["events"] = [one for one in known["events"] if one[1] >= day.isoformat()]
        known["ended"] = {key: at for key, at in known["ended"].items() if at >= lately}
        known["rounds"] = {key: one for key, one in known["rounds"].items() if one[1] >= lately}
        known["sessions"] = {
            person: kept
            for person, held in known["sessions"].items()
            if (kept := [one for one in held if one[2] >= lately])
        }


def _holds_what_is_over(known: Mapping[str, Any], day: str, lately: str) -> bool:
    days = [
        *known["ended"].values(),
        *(one[1] for one in known["rounds"].values()),
        *(one[2] for held in known["sessions"].values() for one in held),
    ]
    return any(one[1] < day for one in known["events"]) or any(at < lately for at in days)


# --- the file -----------------------------------------------------------------------------


def _folder() -> Path:
    return Path(settings.DATA_DIR, "presence")


def _box() -> AESGCM:
    key = salted_hmac("presence", "file", algorithm="sha256").digest()
    return AESGCM(key)


def _nothing() -> dict[str, Any]:
    return {"ended": {}, "sessions": {}, "rounds": {}, "events": []}


def _read() -> dict[str, Any]:
    path = _folder() / "now"
    try:
        seen = path.stat()
    except OSError:
        return _nothing()
    return _decoded(str(path), seen.st_ino, seen.st_mtime_ns, settings.SECRET_KEY)


@functools.lru_cache(maxsize=2)
def _decoded(path: str, _number: int, _mark: int, _key: str) -> dict[str, Any]:
    """What the file holds, until it is another. Nobody changes what this returns."""
    return _load(Path(path))


def _load(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        known: dict[str, Any] = json.loads(_box().decrypt(content[:12], content[12:], b"presence"))
    except (OSError, ValueError, InvalidTag):
        return _nothing()  # gone, or of another SECRET_KEY, under which nobody is signed in
    return _nothing() | known


@contextlib.contextmanager
def _changing(*, must: bool = False) -> Iterator[dict[str, Any]]:
    """Yield what is known to be changed; written as a whole when the block ends.

    A disk that is full, or a lock that is held too long, keeps nobody from signing in or out:
    then it is said in the log, and what was to be noted is not. What `must` be noted raises
    OSError then: nobody is told that a session elsewhere has ended which has not.
    """
    with contextlib.ExitStack() as held:
        try:
            folder = held.enter_context(_alone())
        except OSError:
            log.exception(NOT_WRITTEN)
            if must:
                raise
            yield _nothing()
            return
        known = _load(folder / "now")
        yield known
        try:
            _write(folder, known)
        except OSError:
            log.exception(NOT_WRITTEN)
            if must:
                raise


@contextlib.contextmanager
def _alone() -> Iterator[Path]:
    folder = _folder()
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "CACHEDIR.TAG").write_text(TAG, encoding="ascii")
    give_up_at = time.monotonic() + PATIENCE
    with (folder / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.005)
        yield folder


def _write(folder: Path, known: dict[str, Any]) -> None:
    chance = random.SystemRandom()

    def shuffled(pairs: Mapping[str, Any]) -> dict[str, Any]:
        return dict(chance.sample(list(pairs.items()), len(pairs)))

    known = known | {name: shuffled(known[name]) for name in ("ended", "sessions", "rounds")}
    known["sessions"] = {
        person: chance.sample(held, len(held)) for person, held in known["sessions"].items() if held
    }
    known["events"] = chance.sample(known["events"], len(known["events"]))
    number = os.urandom(12)
    content = number + _box().encrypt(number, json.dumps(known).encode(), b"presence")
    new = folder / "new"
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    day = int(midnight.timestamp()) * 10**9
    # Another mark each time, by which the other processes see that the file is another.
    mark = day + chance.randrange(10**9)
    os.utime(new, ns=(mark, mark))
    os.replace(new, folder / "now")
    for path in (folder / "lock", folder):
        os.utime(path, ns=(day, day))
