"""Sessions that lie in the browser, encrypted: signing in and out writes no row anywhere.

A cookie is given anew whenever the session changes; its id stays. What ends before its time is
named in `presence`, so that a copy of the cookie opens nothing afterwards.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from foundation import presence

if TYPE_CHECKING:
    from collections.abc import Mapping


log = logging.getLogger(__name__)
LONGEST = 3_500  # of a cookie's 4,096 signs; its name and what belongs to it take some
OURS = b"session"


class SessionStore(SessionBase):
    """A session ends SESSION_COOKIE_AGE after it began, however often it is saved."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._begin()

    def _begin(self) -> None:
        self.id = secrets.token_urlsafe(16)
        self.began: float | None = None
        self.round: str | None = None

    @property
    def began_at(self) -> dt.datetime:
        """The moment of signing in; now, for a session that has not been kept yet."""
        if self.began is None:
            return timezone.now()
        return dt.datetime.fromtimestamp(self.began, dt.UTC)

    # --- reading ---

    def load(self) -> dict[str, Any]:
        kept = _opened(self._session_key)
        if kept and self._goes_on(kept):
            self.id, self.began, self.round = kept["id"], kept["began"], kept["round"]
            data: dict[str, Any] = kept["data"]
            return data
        self._session_key = None
        return {}

    def _read(self) -> dict[str, Any]:
        read: dict[str, Any] = self._session  # type: ignore[attr-defined]  # Django's own
        return read

    def _goes_on(self, kept: Mapping[str, Any]) -> bool:
        age = timezone.now().timestamp() - kept["began"]
        return -60 <= age < settings.SESSION_COOKIE_AGE and not presence.has_ended(
            kept["id"],
            began=kept["began"],
            person=kept["data"].get(SESSION_KEY),
            round_=kept["round"],
        )

    def exists(self, session_key: str | None = None) -> bool:
        return False

    # --- writing ---

    def create(self) -> None:
        self.save()

    def save(self, must_create: bool = False) -> None:
        """Make the cookie anew. Nothing is written but in the browser."""
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # Django's own
        if self.began is None:
            self.began = timezone.now().timestamp()
        if self.round is None and SESSION_KEY in data:
            self.round = presence.round_of(data[SESSION_KEY])
        kept = {"id": self.id, "began": self.began, "round": self.round, "data": data}
        while len(cookie := _closed(kept)) > LONGEST:
            largest = max(
                (name for name in data if not name.startswith("_")),
                key=lambda name: len(json.dumps(data[name])),
            )
            log.warning("A session grew too large and lost %s", largest)
            del data[largest]
        self._session_key = cookie
        self.modified = True

    def cycle_key(self) -> None:
        """Take another id: at signing in with a new time, later, for a new password, without."""
        data = self._read()  # first: only then its id is known
        before = self.id
        self.id = secrets.token_urlsafe(16)
        if SESSION_KEY in data:
            presence.replace(before, self.id)
        else:
            self.began = None
        self.modified = True

    def delete(self, session_key: str | None = None) -> None:
        """End it for good: whoever has kept a copy of the cookie opens nothing with it."""
        if SESSION_KEY in self._read():
            presence.end(self.id)

    def flush(self) -> None:
        self.delete()
        self.clear()
        self._session_key = None
        self._begin()

    def end_others(self) -> None:
        """End all other sessions of the same person."""
        self.round = presence.end_others(self[SESSION_KEY], but=self.id)
        self.modified = True

    @property
    def handle(self) -> str:
        self._read()  # the id is known once it was
        return presence.handle_of(self.id)

    @classmethod
    def clear_expired(cls) -> None:
        """There is nothing to clear: the browser keeps them."""


def _box() -> AESGCM:
    key = salted_hmac("dialogue_portal.session_store", "cookie", algorithm="sha256").digest()
    return AESGCM(key)


def _closed(kept: Mapping[str, Any]) -> str:
    number = os.urandom(12)
    content = zlib.compress(json.dumps(kept, separators=(",", ":")).encode())
    return urlsafe_b64encode(number + _box().encrypt(number, content, OURS)).decode().rstrip("=")


def _opened(cookie: str | None) -> dict[str, Any] | None:
    """Return what a cookie of ours holds; None for every other."""
    if not cookie or len(cookie) > LONGEST:
        return None
    try:
        content = urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
        content = zlib.decompress(_box().decrypt(content[:12], content[12:], OURS))
        kept: dict[str, Any] = json.loads(content)
    except (ValueError, InvalidTag, zlib.error):
        return None
    return kept
