"""Room on the stack for what nests deeply: templates within templates, boxes within boxes.

CPython keeps the frames of functions in pieces of 16 kB, takes the next piece from the system when
one is full and gives it back as soon as the frame that needed it is left. Where a page happens to
go to and fro over such an edge, it asks the system a thousand times for memory: a quarter of its
time. Whoever comes in through a call that needs much room itself finds one large piece, and no edge.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R")

WORDS = 16_000  # of 8 bytes; nothing is written there, so that they cost no memory


def _call(function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    return function(*args, **kwargs)


_call.__code__ = _call.__code__.replace(co_stacksize=WORDS)


def with_room(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` with room below it for some hundred calls within calls."""

    @wraps(function, updated=())
    def roomy(*args: P.args, **kwargs: P.kwargs) -> R:
        return _call(function, args, kwargs)

    return roomy


class RoomForTemplates:
    """Serve every request with room below it; the first of all that stand around a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = with_room(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)
