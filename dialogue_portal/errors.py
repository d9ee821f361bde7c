"""Pages for what went wrong. They tell neither versions nor traces."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.cache import never_cache

WAIT_SECONDS = 30


@login_not_required
def csrf_failure(request, reason=""):
    """Say kindly that the form has grown old, and keep what was typed."""
    response = render(request, "403_csrf.html", status=403)
    response.headers["X-Form-Old"] = "yes"  # a script that sent it asks for a new one
    return response


@never_cache
def bad_request(request, exception=None):
    """Say that the request cannot be read."""
    return render(request, "400.html", status=400)


@never_cache
def server_error(request):
    """Answer without the database: it may be the very thing that fails."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        headers = {"Retry-After": str(WAIT_SECONDS)}
        return HttpResponse(_failed(request, is_away=True), status=503, headers=headers)
    return HttpResponse(_failed(request), status=500)


def _failed(request, *, is_away=False):
    """Speak the language that was chosen, or both where nobody has said: no page tells which."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    language = chosen if chosen in dict(settings.LANGUAGES) else ""
    return get_template("500.html").render({"language": language, "is_away": is_away})
