"""What happens around a form that is sent: its draft goes with the act, a second try does nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.shortcuts import redirect

from foundation import conflicts, drafts, once
from foundation.clock import database_now
from foundation.moves import MoveNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


BY_SCRIPT = "X-Sent-By"  # of a request that a script of ours sends in the browser's place
GO_TO = "X-Go-To"  # of its answer: the page to open, where the browser would be redirected
OURS = "X-Portal"  # of an answer to a script: it comes from the portal itself
STOP_POLLING = 286  # answered to a part of a page that asks again and again: it is over
REDIRECTS = (301, 302, 303, 307, 308)


class SentByScript:
    """Tell a script that sent a form where to go, in place of a redirect it could not see.

    What we answer to a script says that it is ours: nothing else takes a form's place, whatever
    a proxy or a web server in between makes of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if BY_SCRIPT in request.headers or "HX-Request" in request.headers:
            response.headers[OURS] = "yes"
        if BY_SCRIPT in request.headers and response.status_code in REDIRECTS:
            response.status_code = 204
            response.headers[GO_TO] = response.headers["Location"]
            del response.headers["Location"]
        return response


class ActsOnce:
    """Do the act of a form, spend its key and forget its draft in one transaction, or nothing.

    The innermost of all: what refuses a request has done so before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        draft, key = key_sent(request), once.key_of(request, view)
        match = request.resolver_match
        if match and match.view_name in ("draft_keep", "draft_discard"):
            return None
        if draft is None and key is None:
            return None
        act = partial(view, request, *args, **kwargs)
        if draft is not None:
            act = partial(_act, request, draft, act)
        try:
            with transaction.atomic():
                return once.act_once(request, key, act) if key else act()
        except conflicts.Conflict:
            return conflicts.page(request)


def _act(
    request: HttpRequest, key: tuple[str, str], act: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    sent_as = request.POST.get("kept_once", "")[:36]
    content = once.content_of(request)
    draft = drafts.draft_in_use(request.user, key)
    if sent_as and draft.sent_as == sent_as and "HX-Request" not in request.headers:
        if draft.sent_digest != drafts.digest_of(content):
            raise MoveNotAllowed(f"{draft} was sent already, and has been changed since")
        return redirect(draft.went_to or "/")
    response = act()
    if drafts.is_done(response):
        went_to = response.headers.get("Location", "")
        drafts.note_sent(draft, once=sent_as, content=content, went_to=went_to, at=database_now())
    else:
        drafts.let_go(draft)
    return response


def key_sent(request: HttpRequest) -> tuple[str, str] | None:
    """Return the key of the draft whose form is sent with this request, or None."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    token = request.POST.get("kept_key", "")
    return drafts.key_in(request.user, token) if token else None
