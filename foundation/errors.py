"""Pages for what went wrong. They tell neither versions nor traces."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.cache import never_cache

if TYPE_CHECKING:
    from django.http import HttpRequest


WAIT_SECONDS = 30
# PostgreSQL gave up: a statement took too long, a lock was not to be had, two waited for each other.
GAVE_UP = {"57014", "55P03", "40P01"}


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say kindly that the form has grown old, and keep what was typed."""
    response = render(request, "403_csrf.html", status=403)
    response.headers["X-Form-Old"] = "yes"  # a script that sent it asks for a new one
    return response


@never_cache
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request cannot be read."""
    return render(request, "400.html", status=400)


@never_cache
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the database: it may be the very thing that fails."""
    error = sys.exc_info()[1]
    if gave_up(error):
        return busy(request)
    if isinstance(error, (OperationalError, InterfaceError)):
        return _unavailable(request, "away")
    return HttpResponse(_failed(request), status=500)


def gave_up(error: BaseException | None) -> bool:
    """Did the database answer, and say that it had waited long enough?"""
    return getattr(error.__cause__, "sqlstate", None) in GAVE_UP if error else False


def busy(request: HttpRequest) -> HttpResponse:
    """Say that others are being served, or hold what was needed."""
    return _unavailable(request, "busy")


def _unavailable(request: HttpRequest, why: str) -> HttpResponse:
    headers = {"Retry-After": str(WAIT_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(_failed(request, why), status=503, headers=headers)


def _failed(request: HttpRequest, why: str = "") -> str:
    """Speak the language that was chosen, or both where nobody has said: no page tells which."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    language = chosen if chosen in dict(settings.LANGUAGES) else ""
    return get_template("500.html").render({"language": language, "why": why})
