"""The door that every file somebody sends comes in by: a few at a time, and looked at for viruses.

A small file can unpack to very much. So only a few are taken apart at a time on this machine, one
of each person, whichever process was asked; who finds no place is told so and tries again. Where
`CLAMD_URL` names a scanner, nothing is taken that it has not called clean.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import scanner
from foundation.limits import patience_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django_stubs_ext import StrPromise


LOCK = "intake.lock"  # in DATA_DIR; empty, only parts of it are locked
OF_PERSONS = 2**20  # where the parts of the persons begin
LOOK_AGAIN = 0.05  # seconds

sender: ContextVar[Callable[[], object] | None] = ContextVar(
    "whom the files come from", default=None
)

TRY_AGAIN = gettext_lazy(
    "Wait a minute, choose the file again and send it once more. What you typed is still here."
)
BUSY = {
    "all": gettext_lazy("Many files are being looked at just now, so yours was not taken."),
    "own": gettext_lazy("Another file of yours is still being looked at."),
}
FOUND = gettext_lazy(
    "%(file)s was refused: the virus scanner has found something harmful in it. Nothing of it was "
    "kept. Have it, and the computer it comes from, looked at."
)
NOT_SCANNED = gettext_lazy(
    "%(file)s could not be looked at for viruses just now, so it was not taken. Send it later, or "
    "go on without it."
)


class NoPlace(Exception):
    """Too many files are being taken apart. `whose` is "all" or "own"."""

    def __init__(self, whose: str) -> None:
        super().__init__(whose)
        self.whose = whose


class WhoSends:
    """Let the door know whose request it is, should there be a file in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = sender.set(lambda: request.user.pk)
        try:
            return self.get_response(request)
        finally:
            sender.reset(token)


# --- places -----------------------------------------------------------------------------


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the machine's places for the files of one form, and the sender's only one.

    Raises NoPlace. The places are locks on parts of an empty file: they are shared by all
    processes, end with the process that holds them, and leave nothing to be read afterwards.
    """
    limits = settings.INTAKE
    handle = os.open(settings.DATA_DIR / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        asked = sender.get()
        who = asked() if asked else None
        if who is not None and not _lock(handle, [_part_of(who)], limits["own_seconds"]):
            raise NoPlace("own")
        if not _lock(handle, range(limits["places"]), limits["seconds"]):
            raise NoPlace("all")
        with patience_of("long_page"):
            yield
    finally:
        os.close(handle)  # and with it the locks


def _part_of(who: object) -> int:
    digest = salted_hmac("dialogue_portal.intake", str(who), algorithm="sha256").digest()
    return OF_PERSONS + int.from_bytes(digest[:5], "big")


def _lock(handle: int, parts: Iterable[int], seconds: float) -> bool:
    """Lock one of the parts of the file within `seconds`; says whether one was free."""
    give_up_at = time.monotonic() + seconds
    while True:
        for part in parts:
            # Of the open file and not of the process: threads keep each other out, too.
            asked = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, part, 1, 0)
            try:
                fcntl.fcntl(handle, fcntl.F_OFD_SETLK, asked)
                return True
            except (BlockingIOError, PermissionError):
                continue
        if time.monotonic() >= give_up_at:
            return False
        time.sleep(LOOK_AGAIN)


# --- fields -----------------------------------------------------------------------------


@contextmanager
def at_the_door() -> Iterator[None]:
    """Inside a form's validation: hold a place, or say beside the field that there is none."""
    try:
        with place():
            yield
    except NoPlace as error:
        raise ValidationError(words_of(error)) from None


def words_of(error: NoPlace) -> list[StrPromise]:
    """Return what to say beside the field to somebody who has found no place."""
    return [BUSY[error.whose], TRY_AGAIN]


def why_not(content: bytes, *, called: str) -> str:
    """Return why the scanner lets the file not pass, in words; blank if it does or there is none.

    `called` is the name by which the sender knows the file.
    """
    said = scanner.look_at(content)
    words = {"clean": "", "found": FOUND, "unknown": NOT_SCANNED}[said]
    return str(words) % {"file": called}


class SentFileField(forms.FileField):
    """One file that was looked at; the form's own `clean_…` takes it apart `at_the_door`."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file:
            if why := why_not(file.read(), called=_("The file")):
                raise ValidationError(why)
            file.seek(0)
        return file
