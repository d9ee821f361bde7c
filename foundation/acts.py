"""What a view does with the form of an act: judge it, do the act, and say why it was refused.

`attempt` is for pages with more to show than the act; `act_page` is the whole view of a page that
holds one act and nothing else: find, may I, form, act, answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from foundation.conflicts import STATUS, Difference, both_texts
from foundation.versions import OutdatedVersion

REFUSED = 422


@dataclass(frozen=True)
class Attempt:
    """What became of a form: done, or how the page shows it again."""

    is_done: bool = False
    result: Any = None
    status: int = 200
    conflict: list[Difference] | None = (
        None  # what differs from what stands, if somebody was faster
    )


def attempt(
    request: HttpRequest,
    form: Any,
    act: Callable[..., Any],
    *,
    standing: Callable[[], dict[str, Any]] | None = None,
    version: str = "version",
    refusals: Mapping[Any, tuple[str | None, Any]] | None = None,
) -> Attempt:
    """Do `act(**what was typed)` if the form was sent and is valid.

    `standing()` returns {field: value} of what stands now, with the version: whoever saved an
    older one is shown both. `refusals` says for each exception of the act beside which field it is
    told, and how: {exception: (field, words)}.
    """
    if request.method != "POST":
        return Attempt()
    if not form.is_valid():
        return Attempt(status=REFUSED)
    try:
        return Attempt(is_done=True, result=act(**form.cleaned_data))
    except tuple(refusals or ()) as refused:
        known = refusals or {}
        kind = next(one for one in type(refused).__mro__ if one in known)
        form.add_error(*known[kind])
        return Attempt(status=REFUSED)
    except OutdatedVersion:
        if standing is None:
            raise
        return Attempt(status=STATUS, conflict=both_texts(form, standing(), version=version))


def act_page(
    *,
    find: Callable[..., Any],
    may: Callable[[Any, Any], bool],
    do: Callable[..., Any],
    page: Callable[..., HttpResponse],
    answer: Callable[[Any, Any], HttpResponse],
    form: Callable[[Any, Any], Any] | None = None,
    refusals: Mapping[Any, tuple[str | None, Any]] | None = None,
    instead: Callable[[Any, Any, Any], HttpResponse | None] | None = None,
) -> Callable[..., HttpResponse]:
    """Return the view of one act on one thing.

    `find(request, pk)` answers 404 to strangers, `may(request, thing)` guards (`asks` makes one of
    a permission), `form(request, thing)` makes the form; without one the page only asks whether it is meant.
    `do(thing, by=, at=, **typed)` acts, `page(request, thing, form, status=)` shows the form,
    `answer(request, thing)` leads on. What `instead(request, thing, form)` answers to a good form
    is answered, and the act is not done.
    """

    def view(request: Any, **place: Any) -> HttpResponse:
        thing = find(request, *place.values())
        if not may(request, thing):
            raise PermissionDenied
        if form is None:
            if request.method != "POST":
                return page(request, thing, None, status=200)
            do(thing, by=request.user, at=request.at)
            return answer(request, thing)
        shown = form(request, thing)

        def act(**typed: Any) -> HttpResponse | None:
            other = instead(request, thing, shown) if instead else None
            if other is None:
                do(thing, **typed, by=request.user, at=request.at)
            return other

        tried = attempt(request, shown, act, refusals=refusals)
        if tried.is_done:
            other: HttpResponse | None = tried.result
            return other or answer(request, thing)
        return page(request, thing, shown, status=tried.status)

    return view


def asks(can: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Return the guard that asks this permission."""
    return lambda request, thing: can(request.user, thing)


def said_on(view_name: str, words: Any) -> Callable[[Any, Any], HttpResponse]:
    """Return an answer: the words, on the page of the thing."""

    def answer(request: Any, thing: Any) -> HttpResponse:
        messages.success(request, words)
        return redirect(view_name, thing.pk)

    return answer
