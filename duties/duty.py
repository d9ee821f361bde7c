"""One thing that waits for one person, and the register of the kinds there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse

from committees.models import User

KindOfDuty = TypeVar("KindOfDuty", bound=Callable[[Any], Iterable["Duty"]])
# In the order in which they are asked; a look is the asking room's own.
KINDS: dict[str, Callable[[Any], Iterable[Duty]]] = {}


def kind(function: KindOfDuty) -> KindOfDuty:
    """Register a kind of duty under the function's name."""
    KINDS[function.__name__] = function
    return function


@dataclass(frozen=True)
class Duty:
    """Who must do what, by when and where; `number` is what the page it leads to shows."""

    who: User
    about: str  # what it concerns, for the eye: "Đối thoại 06/2026"
    what: str  # a sentence that stands by itself beside it
    url: str
    label: str  # of the button
    place: str  # the entry of the menu that counts it
    conference: int | None = None  # the id of the one it belongs to, on whose page it stands too
    on: dt.date | None = None  # by when
    since: dt.date | None = None
    number: int = 1
    kind: str = ""
    remarks: str = ""  # why it came back, in the words of whoever sent it back
    keys: tuple[Any, ...] = ()  # what it consists of, where it has no date that calls for a word
    days_before: Collection[int] = settings.DUE_REMINDER_DAYS["duties"]
    is_news: bool = False  # said once by mail, whether read or not
    is_mailed: bool = True
    row: Any = None  # the DeskRow of a report that is owed
    rows: list[Any] = field(default_factory=list)  # [(DeskRow, stages), …] to be shown as a table

    def days(self, *, today: dt.date) -> int | None:
        return (self.on - today).days if self.on else None


def link(name: str, *args: object, anchor: str = "", **query: object) -> str:
    """Return the address of a page, with what narrows it down."""
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return (
        f"{reverse(name, args=args)}{'?' + asked if asked else ''}{'#' + anchor if anchor else ''}"
    )
