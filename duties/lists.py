"""The list of duties: one person's, with the numbers of the menu; everybody's for the mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django.contrib.messages import get_messages
from django.core.cache import caches

from duties.duty import KINDS, Duty
from duties.look import Look

HOME = "reports:home"
TOLD = "done"  # in the address of a page that tells of an act by itself, without a message
SHOWING = {HOME}  # pages that show the list: their menu is of now; rooms add theirs
Brings = TypeVar("Brings", bound=Callable[[Any], Any])
Known = TypeVar("Known")
KNOWN_FOR = 30  # seconds, in the frame of the pages alone
# {name: function of a request}: what rooms above tell a Look of whoever asks
BROUGHT: dict[str, Callable[[Any], Any]] = {}


def brings(name: str) -> Callable[[Brings], Brings]:
    """Register what a request tells of `name`, an argument of Look."""

    def register(function: Brings) -> Brings:
        BROUGHT[name] = function
        return function

    return register


def look_of(request: Any) -> Look:
    """Return the Look of whoever asks, one for the whole request."""
    if not hasattr(request, "look"):
        request.look = Look(
            at=request.at,
            person=request.user,
            **{name: bring(request) for name, bring in BROUGHT.items()},
        )
    look: Look = request.look
    return look


def duties_of(request: Any) -> list[Duty]:
    """Return the duties of whoever asks, the most urgent first, once for the whole request."""
    if not hasattr(request, "duties"):
        request.duties = duties_in(look_of(request))
    duties: list[Duty] = request.duties
    return duties


def duties_in(look: Look) -> list[Duty]:
    """Return the duties of a Look, the most urgent first; what has no day stands at today."""
    found = [replace(duty, kind=name) for name, kind in KINDS.items() for duty in kind(look)]
    return sorted(found, key=lambda duty: (duty.on or look.today, duty.about))


def in_groups(duties: list[Duty]) -> list[tuple[str, list[Duty]]]:
    """Return [(what they concern, [Duty, …]), …], the most urgent group first."""
    groups: dict[str, list[Duty]] = {}
    for duty in duties:
        groups.setdefault(duty.about, []).append(duty)
    return list(groups.items())


def numbers_of(duties: list[Duty]) -> dict[str, int]:
    """Return {entry of the menu: what its page shows to be waiting}."""
    numbers = {HOME: len(duties)} if duties else {}
    for duty in duties:
        numbers[duty.place] = numbers.get(duty.place, 0) + duty.number
    return numbers


def menu_numbers(request: Any) -> dict[str, int]:
    """Return numbers_of() for the menu, as of_late() knows them."""
    return dict(of_late(request, "menu", lambda: numbers_of(duties_of(request))))


def of_late(request: Any, name: str, find: Callable[[], Known]) -> Known:
    """Return what `find` tells the frame of a person's pages, as of half a minute ago at most.

    Of now on a page that looks at the list anyway, and for whoever has just done something.
    """
    user, cache = request.user, caches["local"]
    holds = sorted((pk, *sorted(roles)) for pk, roles in user.roles.items())
    key = f"{name}:{user.pk}:{hash((*holds, *sorted(BROUGHT['read'](request))))}"
    known: Known | None = None if _looks_anyway(request) or _has_acted(request) else cache.get(key)
    if known is None:  # the page that is opened next must not go back to an older number
        known = find()
        cache.set(key, known, KNOWN_FOR)
    return known


def _looks_anyway(request: Any) -> bool:
    return hasattr(request, "duties") or getattr(request.resolver_match, "view_name", "") in SHOWING


def _has_acted(request: Any) -> bool:
    """Was something sent and not refused, or is something told that was done a moment ago?"""
    if TOLD in request.GET:
        return True
    if request.method not in ("GET", "HEAD"):
        return not getattr(request, "was_refused", False)
    return hasattr(request, "_messages") and len(get_messages(request)) > 0
