"""The host for anonymous questions and receipts, apart from everything that knows people.

Requests to ANONYMOUS_HOST never reach sessions, sign-in, messages or CSRF cookies: this is
where they end. What could tell who sends is forgotten first, every answer is padded to a few
sizes, and nothing is written down about it.
"""

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils import translation

from foundation.limits import NoPlaceFree, gates

URLCONF = "sessions.anonymous_urls"
LARGEST = 64 * 1024  # bytes of a form
STEP = 32 * 1024  # bytes; every answer is a multiple of it
FORM = "application/x-www-form-urlencoded"
METHODS = ("GET", "HEAD", "POST")
KEPT = {
    "REQUEST_METHOD",
    "PATH_INFO",
    "SCRIPT_NAME",
    "QUERY_STRING",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "HTTP_HOST",
    "HTTP_ORIGIN",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_X_FORWARDED_PROTO",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
log = logging.getLogger(__name__)


class AnonymousOrigin:
    """Answer what is addressed to the anonymous host; pass on everything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_anonymous(request):
            return self.get_response(request)
        forget_sender(request)
        language = "en" if request.GET.get("lang") == "en" else settings.LANGUAGE_CODE
        with translation.override(language):
            response = _in_turn(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        response.headers["Content-Language"] = language
        return pad(response)


def is_anonymous(request):
    host = urlsplit(f"//{request.get_host()}").hostname
    return host == settings.ANONYMOUS_HOST


def forget_sender(request):
    """Drop from the request whatever is not needed to answer it: address, browser, cookies."""
    for name in [name for name in request.META if name.isupper() and name not in KEPT]:
        if name.startswith(("HTTP_", "REMOTE_")):
            del request.META[name]


def pad(response):
    """Fill the answer up to the next step, so that its size tells little."""
    if response.streaming or not response.get("Content-Type", "").startswith(
        ("text/html", "application/json")
    ):
        return response
    missing = -len(response.content) % STEP
    response.content += b" " * missing
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _in_turn(request):
    try:
        with gates["pages"].place():
            return _answer(request)
    except NoPlaceFree:
        return refused(503)


def _answer(request):
    try:
        if request.method not in METHODS:
            return refused(405)
        if request.method == "POST":
            if not comes_from_here(request):
                return refused(403)
            if request.content_type != FORM:
                return refused(415)
            if _length(request) > LARGEST:
                return refused(413)
        if any("\0" in text for text in (request.path_info, *request.GET, *request.GET.values())):
            return refused(400)
        found = resolve(request.path_info, urlconf=URLCONF)
        return found.func(request, *found.args, **found.kwargs)
    except Http404:
        return refused(404)
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnicodeError, OSError):
        return refused(400)
    except Exception as error:
        # No request, no local variables: they hold the text and the code.
        log.error("A page of the anonymous host failed: %s", _place_of(error))
        is_away = isinstance(error, (OperationalError, InterfaceError))
        return refused(503 if is_away else 500)


def comes_from_here(request):
    """Was the form sent by a page of this host? There is no cookie that could be abused.

    Under our own no-referrer policy browsers without Fetch Metadata send `Origin: null`.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin in (None, "null") or urlsplit(origin).netloc == request.get_host()


def refused(status):
    """Return a page that says no more than that it did not work."""
    return HttpResponse(
        render_to_string("anonymous/refused.html", {"status": status}), status=status
    )


def _length(request):
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return int(declared) if declared.isdigit() else LARGEST + 1


def _place_of(error):
    """Return the kind of the error and the line of ours that raised it: nothing that was sent."""
    place, frame = "", error.__traceback__
    while frame:
        place = f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}"
        frame = frame.tb_next
    return f"{type(error).__name__} at {place}"
