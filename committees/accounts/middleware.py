"""What must be true of a signed-in person before a page opens."""

from importlib import import_module

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from committees.accounts import last_seen, second_factor

# Where a person who must have a factor may go before there is one, and before it was shown.
SETTING_UP = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_enrolment_ask",
        "mfa_enrolment_open",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }
)
SHOWING = frozenset({"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


class SessionLimits:
    """Let a session end after half an hour without a page.

    The last page's moment is kept by the browser in a signed cookie: nothing is written here,
    where times of page views would tell who sat at the portal when a question came in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and last_seen.is_too_long_ago(request):
            # Its cookie goes; without a fresh one of `last_seen` a copy opens nothing.
            request.session = import_module(settings.SESSION_ENGINE).SessionStore()
            request.user = AnonymousUser()
            request.was_idle = True
        response = self.get_response(request)
        if request.user.is_authenticated:
            last_seen.note(request, response)
        elif settings.SEEN_COOKIE_NAME in request.COOKIES:
            last_seen.forget(response)
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        if getattr(request, "was_idle", False) and getattr(view_func, "login_required", True):
            messages.info(request, _("You were signed out after half an hour without a page."))


class SecondFactorFirst:
    """Open nothing to a privileged person until this session has passed a second factor.

    It stands behind every way of signing in, known or not: only what the session itself
    has recorded counts.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        is_public = not getattr(view_func, "login_required", True)
        if is_public or not second_factor.is_required_of(request.user):
            return None
        if second_factor.was_shown(request):
            return None
        has_factor = second_factor.has_factor(request.user)
        if request.resolver_match.view_name in (SHOWING if has_factor else SETTING_UP):
            return None
        page = request.get_full_path() if request.method == "GET" else "/"
        return redirect(second_factor.confirm_url(request, page))
