"""One thing that waits for one person, and the register of the kinds there are."""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from committees.models import User

KINDS = {}  # {name: function(look) that yields Duties}, in the order they are asked


def kind(function):
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
    keys: tuple = ()  # what it consists of, where it has no date that calls for a word
    days_before: tuple = settings.DUE_REMINDER_DAYS["duties"]
    is_news: bool = False  # said once by mail, whether read or not
    is_mailed: bool = True
    row: object = None  # the DeskRow of a report that is owed
    rows: list = field(default_factory=list)  # [(DeskRow, stages), …] to be shown as a table

    def days(self, *, today):
        return (self.on - today).days if self.on else None


def link(name, *args, anchor="", **query):
    """Return the address of a page, with what narrows it down."""
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return (
        f"{reverse(name, args=args)}{'?' + asked if asked else ''}{'#' + anchor if anchor else ''}"
    )
