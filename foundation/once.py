"""Every act is done once: the same form sent a second time leads to where the first one led.

The key of a form is the token that every form of ours carries against forgery: it is drawn anew
for each page that is shown, no form can be sent without it, and none is drawn twice. Bound to the
person, the address and what was sent, it is spent in the transaction of the act: of twenty that
arrive at once nineteen wait, and are answered as the first was. What was refused spends nothing.

Of an asker's acts no key is kept, since its row would be written at the moment of the question:
their views say `once_by_itself` and are so by what they act on.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from foundation.clock import database_now, day_of
from foundation.drafts import is_done
from foundation.models import SpentKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from collections.abc import Callable

    View = TypeVar("View", bound=Callable[..., Any])


TOKEN = "csrfmiddlewaretoken"
KEPT_DAYS = 2


def once_by_itself(view: View) -> View:
    """Mark a view that keeps no key: it does nothing twice by the thing that it acts on."""
    view.is_once_by_itself = True  # type: ignore[attr-defined]  # a mark of ours on the view
    return view


def key_of(request: HttpRequest, view: Callable[..., Any]) -> str | None:
    """Return the key of the form that is sent with this request, or None if it needs none."""
    token = request.POST.get(TOKEN, "") if request.method == "POST" else ""
    match = request.resolver_match
    is_ours = match is not None and match.namespace in _ours() and request.user.is_authenticated
    if not token or not is_ours or getattr(view, "is_once_by_itself", False):
        return None
    return _digest(repr((request.user.pk, request.get_full_path(), token, content_of(request))))


@cache
def _ours() -> set[str]:
    """Return the names of our own rooms; accounts and administration are other people's work."""
    return {
        room.name for room in apps.get_app_configs() if Path(room.path).parent == settings.BASE_DIR
    }


def act_once(
    request: HttpRequest, key: str, act: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Do the act and spend its key, within the caller's transaction; or lead to what it led to."""
    spent, is_new = SpentKey.objects.get_or_create(
        digest=key, defaults={"spent_on": day_of(database_now())}
    )
    if not is_new:
        return _answered_before(request, spent)
    response = act()
    # A part of a page that stays is sent again, and means it.
    stays = "HX-Request" in request.headers and "Location" not in response.headers
    if is_done(response) and not stays:
        spent.went_to = response.headers.get("Location", "")[:500]
        spent.save(update_fields=["went_to"])
    else:
        spent.delete()
    return response


def content_of(request: HttpRequest) -> str:
    """Return what was sent, without what is drawn anew for each page; of files their names."""
    posted, files = request.POST, request.FILES
    typed = sorted((name, posted.getlist(name)) for name in posted if name != TOKEN)
    chosen = sorted((name, [(one.name, one.size) for one in files.getlist(name)]) for name in files)
    return repr(typed + chosen)


def forget_spent_keys(*, at: dt.datetime) -> None:
    oldest = day_of(at) - dt.timedelta(days=KEPT_DAYS)
    SpentKey.objects.filter(spent_on__lt=oldest).delete()


def _answered_before(request: HttpRequest, spent: SpentKey) -> HttpResponse:
    if not spent.went_to:
        return render(request, "done_already.html", status=409)
    messages.info(request, _("This had been done already, and was not done a second time."))
    return redirect(spent.went_to)


def _digest(content: str) -> str:
    return salted_hmac("portal.once", content, algorithm="sha256").hexdigest()
