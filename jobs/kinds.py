"""What there is to do, by kind: rooms above register here how theirs is done, when they start.

A job knows how work gets done, not what: which file is made of what, whether a mail is still
needed, which files cannot be made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from foundation.mail import Attachment
    from jobs.models import Delivery

    Makes = TypeVar("Makes", bound=Callable[..., int])
    Judges = TypeVar("Judges", bound=Callable[[Delivery], bool])
    Speaks = TypeVar("Speaks", bound=Callable[[Delivery], dict[str, Any]])
    Brings = TypeVar("Brings", bound=Callable[[Delivery], list[Attachment]])
    Gives = TypeVar("Gives", bound=Callable[[Delivery], dt.datetime | None])
    NamesBoards = TypeVar("NamesBoards", bound=Callable[[Any], Iterable[int]])
    Names = TypeVar("Names", bound=Callable[[], Iterable[tuple[str, str]]])


class DamagedSource(Exception):
    """What a file would be made from is not what was frozen: nothing may be made from it."""


class NotMade(Exception):
    """No file came out. `kind` is one of crash, timeout, memory, fonts, snapshot."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


# {kind of a Rendering: function(rendering, path, *, plain, show) → number of pages}
FILES: dict[str, Callable[..., int]] = {}
# Is what a delivery says still so? It may mend the words.
STILL_NEEDED: list[Callable[[Delivery], bool]] = []
# What yields (place, SHA-256) of files that cannot be made again.
KEPT: list[Callable[[], Iterable[tuple[str, str]]]] = []
# What a template of a delivery may speak of: {name: value}.
WORDS: list[Callable[[Delivery], dict[str, Any]]] = []
# What goes with a delivery besides the file it waits for: [(name, bytes, type)].
ATTACHED: list[Callable[[Delivery], list[Attachment]]] = []
# Until when another attempt at a delivery makes sense, or None.
DEADLINES: list[Callable[[Delivery], dt.datetime | None]] = []
# The ids of the Boards whose matter some renderings or deliveries are.
BOARDS: list[Callable[[Any], Iterable[int]]] = []


def makes(kind: str) -> Callable[[Makes], Makes]:
    """Register what makes the files of this kind.

    It writes to `path`, in its plain form where `plain`, tells `show` how far it is (percent),
    and returns how many pages or parts the file has. Raises NotMade, DamagedSource, OSError.
    """

    def register(function: Makes) -> Makes:
        FILES[kind] = function
        return function

    return register


def judges_mail(function: Judges) -> Judges:
    """Register what is asked of each mail before it is sent: False where nobody needs it now."""
    STILL_NEEDED.append(function)
    return function


def speaks_for_mail(function: Speaks) -> Speaks:
    """Register what adds to the words of a mail, from the rows it is about."""
    WORDS.append(function)
    return function


def attaches(function: Brings) -> Brings:
    """Register what goes with a mail: [(name, bytes, type), …], made anew for each attempt."""
    ATTACHED.append(function)
    return function


def gives_deadline(function: Gives) -> Gives:
    """Register what knows until when a mail makes sense."""
    DEADLINES.append(function)
    return function


def names_boards(function: NamesBoards) -> NamesBoards:
    """Register what knows which Boards the jobs in a queryset concern."""
    BOARDS.append(function)
    return function


def names_kept_files(function: Names) -> Names:
    """Register what yields the files that only a backup could bring back."""
    KEPT.append(function)
    return function
