"""What must be true of a signed-in person before a page opens."""

from django.shortcuts import redirect

from committees import second_factor

# Where a person who must have a factor may go before there is one, and before it was shown.
SETTING_UP = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }
)
SHOWING = frozenset({"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


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
