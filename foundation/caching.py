"""The cache in which attempts are counted: shared by all processes, and silent about people.

It lies in Redis, or, where there is none, in files of the data folder; never in the database,
whose rows and log would keep the moment at which somebody signed in.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import time
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Iterator


SILENCE = 30  # seconds in which a Redis that did not answer is not asked again
PREFIX = "attempts"


def hidden_key(key: object, key_prefix: str, version: int | None) -> str:
    """Return a key that tells neither the address nor the name of which it was made."""
    text = f"{key_prefix}:{version}:{key}"
    return (
        f"{PREFIX}:{salted_hmac('dialogue_portal.caching', text, algorithm='sha256').hexdigest()}"
    )


class InRedis(BaseCache):
    """Redis; while it does not answer, each process counts for itself: nobody waits for it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.redis = RedisCache(server, params)
        self.own = LocMemCache(f"{PREFIX}-own", {**params, "OPTIONS": {}})
        self.silent_until = 0.0

    def _ask(self, act: str, *arguments: Any, **more: Any) -> Any:
        if time.monotonic() >= self.silent_until:
            try:
                return getattr(self.redis, act)(*arguments, **more)
            except (RedisError, OSError):
                self.silent_until = time.monotonic() + SILENCE
        return getattr(self.own, act)(*arguments, **more)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> Any:
        return self._ask("add", key, value, timeout=timeout, version=version)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default=default, version=version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> Any:
        return self._ask("set", key, value, timeout=timeout, version=version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._ask("touch", key, timeout=timeout, version=version)

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._ask("delete", key, version=version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        return self._ask("incr", key, delta=delta, version=version)

    def clear(self) -> None:
        """Forget the attempts; what else lies in this Redis stays."""
        self.own.clear()
        client = self.redis._cache.get_client(write=True)
        for key in client.scan_iter(f"{PREFIX}:*", count=1_000):
            client.delete(key)


class InFiles(FileBasedCache):
    """One file a sum, for the portal that runs without Redis; counted under one lock."""

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> Any:
        with self._alone():
            return super().add(key, value, timeout, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        """Count, and let the sum end when it was to end."""
        with self._alone():
            name = self._key_to_file(key, version)  # type: ignore[attr-defined]  # Django's own, without a stub
            try:
                with open(name, "rb") as file:
                    ends_at = pickle.load(file)
                    value = pickle.loads(zlib.decompress(file.read()))
            except FileNotFoundError:
                raise ValueError(f"Key '{key}' not found") from None
            left = None if ends_at is None else ends_at - time.time()
            if left is not None and left <= 0:
                raise ValueError(f"Key '{key}' not found")
            self.set(key, value + delta, left, version)
            return value + delta

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._createdir()  # type: ignore[attr-defined]  # Django's own, without a stub
        lock = Path(self._dir, ".lock")  # type: ignore[attr-defined]  # Django's own, without a stub
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
