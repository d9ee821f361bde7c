import re
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseNotModified
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control

from dialogue_portal.anonymous_origin import is_anonymous
from foundation import conflicts
from hall.domain import joining


class Walls:
    """Send the further headers with every answer: pages, files and errors alike."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in settings.FURTHER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class SmallFiles(GZipMiddleware):
    """Send styles and scripts compressed where no smaller copy of them lies ready.

    Pages are not: from the length of a compressed page one could guess at what stands in it.
    """

    def process_response(self, request, response):
        if response.status_code != 200 or not request.path.startswith(settings.STATIC_URL):
            return response
        return super().process_response(request, response)


class PagesAndForms:
    """Answer pages that are visited and forms that are sent; no page takes another method."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(("GET", "HEAD", "POST"))
        return self.get_response(request)


class NothingStays:
    """Let no browser and no proxy keep what was shown to a person who is signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in or request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        if was_signed_in and not request.user.is_authenticated:
            response.headers.setdefault("Clear-Site-Data", '"cache"')
        return response


class NothingNew:
    """Tell the telephones of a hall at once that nothing has changed since they asked last.

    Three hundred ask every five seconds: it comes before everything else, nobody is signed in for it,
    no view is looked for, nothing is logged, and no place of a page is taken. What is not known for
    certain goes on to its view, and so does whatever comes to the anonymous host, which knows no hall.
    Its headers are those of the first such answer, which came from the view through all the rest.
    """

    ASKED = re.compile(r"/join/([-\w]+)/state/")

    headers: ClassVar[dict[str, str]] = {}  # of the process

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        asked = self.ASKED.fullmatch(request.path_info) if request.method == "GET" else None
        if asked is None or is_anonymous(request):
            return self.get_response(request)
        since = request.GET.get("since")
        if self.headers and since and since == joining.known_stamp(asked[1]):
            return HttpResponseNotModified(headers=self.headers)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            type(self).headers = dict(response.headers)
        return response


class SomebodyWasFaster:
    """Answer 409 with a kind sentence when the thing has already moved on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, conflicts.Conflict):
            return conflicts.page(request)


class NothingWasDone:
    """Note that the act was refused: what stands on other pages is as it was before."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        request.was_refused = isinstance(exception, Http404 | PermissionDenied)


class KeysOfTheAdministration:
    """Answer 400 where Django's own administration would break on a key that is no number."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        is_key = isinstance(exception, ValueError) and str(exception).startswith("Field '")
        if is_key and request.resolver_match.app_name == "admin":
            return render(request, "400.html", status=400)


class ChosenLanguage:
    """Speak the language that was chosen in the header; Vietnamese until then.

    The browser's own wish is not asked: office machines are often set up in English.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class NoNulBytes:
    """Refuse addresses with a NUL byte, which no database can look up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or any(
            "\0" in value for values in request.GET.lists() for value in [values[0], *values[1]]
        ):
            return render(request, "400.html", status=400)
        return self.get_response(request)


class SignInFirst(LoginRequiredMiddleware):
    """Ask for the password, and lead back to the page the form stood on.

    A form that is sent after its session has ended must come back to its own page, where
    the browser puts back what was typed; the address it was sent to may take no visits.
    """

    def handle_no_permission(self, request, view_func):
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page_before(request), self.get_login_url(view_func))


def page_before(request):
    """Return the page of ours that the form stood on; the first page if it was none."""
    try:
        came_from = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    is_ours = came_from.netloc == request.get_host()
    return came_from._replace(scheme="", netloc="").geturl() if is_ours else "/"
