"""Nothing waits for ever: how long the database may take, and how many requests wait for it.

A table that stays locked holds everybody who needs it. So each process asks the database to give
up (`settings.PATIENCE`), and each web process keeps places for health and for signing in
(`settings.PLACES`): whoever finds none free is told so at once, and no thread is lost to it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, connection

from foundation import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


HEALTH = ("/healthz", "/metrics")
SIGN_IN = ("/accounts/login/", "/accounts/logout/")


P = ParamSpec("P")
R = TypeVar("R")


class NoPlaceFree(Exception):
    """Too many are being served, or wait to be."""


class Gate:
    """Lets `working` requests through at a time; `waiting` more wait for at most `seconds`."""

    def __init__(self, working: int, waiting: int, seconds: float) -> None:
        self.seconds = seconds
        self.places = threading.Semaphore(working)
        self.chairs = threading.Semaphore(working + waiting)

    @contextmanager
    def place(self) -> Iterator[None]:
        if not self.chairs.acquire(blocking=False):
            raise NoPlaceFree
        try:
            if not self.places.acquire(timeout=self.seconds):
                raise NoPlaceFree
            try:
                yield
            finally:
                self.places.release()
        finally:
            self.chairs.release()


gates = {name: Gate(**numbers) for name, numbers in settings.PLACES.items()}


def gate_for(request: HttpRequest) -> Gate:
    """Return the gate that the request has to pass. Files wait apart: they take long."""
    if request.path_info in HEALTH:
        return gates["health"]
    if request.path_info.startswith(SIGN_IN):
        return gates["sign_in"]
    return gates["files" if request.content_type == "multipart/form-data" else "pages"]


class Gates:
    """Answer 503 in words where no place is free, before the database is asked anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            with gate_for(request).place():
                return self.get_response(request)
        except NoPlaceFree:
            return errors.busy(request)


# --- how long the database may take -----------------------------------------------------


@contextmanager
def patience_of(kind: str) -> Iterator[None]:
    """Inside a web process, let the database take as long as `kind` says; elsewhere change nothing."""
    is_of_pages = settings.PROCESS == "page" and connection.vendor == "postgresql"
    if not is_of_pages or getattr(connection, "patience", None) == kind:
        yield
        return
    _note_patience(kind)
    _say(f"SET {name} = '{value}'" for name, value in settings.PATIENCE[kind].items())
    try:
        yield
    finally:
        _note_patience(None)
        try:
            _say(f"RESET {name}" for name in settings.PATIENCE[kind])
        except Error:
            connection.close()  # and with it what was said


def _note_patience(kind: str | None) -> None:
    connection.patience = kind  # type: ignore[attr-defined]  # a mark of ours on the connection


def _say(sentences: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sentences))


def takes_long(view: Callable[P, R]) -> Callable[P, R]:
    """For pages that read or write very much at once: let their statements take longer."""

    @wraps(view)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        with patience_of("long_page"):
            return view(*args, **kwargs)

    return patient
