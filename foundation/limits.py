"""Nothing waits for ever: how long the database may take, and how many requests wait for it.

A table that stays locked holds everybody who needs it. So each process asks the database to give
up (`settings.PATIENCE`), and each web process keeps places for health and for signing in
(`settings.PLACES`): whoever finds none free is told so at once, and no thread is lost to it.
"""

import threading
from contextlib import contextmanager
from functools import wraps

from django.conf import settings
from django.db import Error, connection

from foundation import errors

HEALTH = ("/healthz", "/metrics")
SIGN_IN = ("/accounts/login/", "/accounts/logout/")


class NoPlaceFree(Exception):
    """Too many are being served, or wait to be."""


class Gate:
    """Lets `working` requests through at a time; `waiting` more wait for at most `seconds`."""

    def __init__(self, working, waiting, seconds):
        self.seconds = seconds
        self.places = threading.Semaphore(working)
        self.chairs = threading.Semaphore(working + waiting)

    @contextmanager
    def place(self):
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


def gate_for(request):
    """Return the gate that the request has to pass. Files wait apart: they take long."""
    if request.path_info in HEALTH:
        return gates["health"]
    if request.path_info.startswith(SIGN_IN):
        return gates["sign_in"]
    return gates["files" if request.content_type == "multipart/form-data" else "pages"]


class Gates:
    """Answer 503 in words where no place is free, before the database is asked anything."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            with gate_for(request).place():
                return self.get_response(request)
        except NoPlaceFree:
            return errors.busy(request)


# --- how long the database may take -----------------------------------------------------


@contextmanager
def patience_of(kind):
    """Inside a web process, let the database take as long as `kind` says; elsewhere change nothing."""
    is_of_pages = settings.PROCESS == "page" and connection.vendor == "postgresql"
    if not is_of_pages or getattr(connection, "patience", None) == kind:
        yield
        return
    connection.patience = kind
    _say(f"SET {name} = '{value}'" for name, value in settings.PATIENCE[kind].items())
    try:
        yield
    finally:
        connection.patience = None
        try:
            _say(f"RESET {name}" for name in settings.PATIENCE[kind])
        except Error:
            connection.close()  # and with it what was said


def _say(sentences):
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sentences))


def takes_long(view):
    """For pages that read or write very much at once: let their statements take longer."""

    @wraps(view)
    def patient(request, *args, **kwargs):
        with patience_of("long_page"):
            return view(request, *args, **kwargs)

    return patient
