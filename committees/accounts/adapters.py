"""How allauth does its work here: who may sign up, what proves a person, what is kept of it."""

import base64
import time

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.accounts import devices, second_factor, tries

PASSWORD = "reauthenticate"


def stay_signed_in(request):
    """Let this session live on, should the person's sessions just have been ended."""
    before = request.user.session_round
    request.user.refresh_from_db(fields=["session_round"])
    if request.user.session_round != before:
        update_session_auth_hash(request, request.user)


class AccountBackend(AuthenticationBackend):
    """One name, one account, one password checked: the same work whether it exists or not."""

    def authenticate(self, request, **credentials):
        password = credentials.get("password")
        if not password:
            return None
        guess = getattr(request, "guess", None) or tries.begin(request, _login_in(credentials))
        if guess.user is None or guess.is_silent:
            self._mitigate_timing_attack(password)
            return None
        return self._check_password(guess.user, password)


def _login_in(credentials):
    return credentials.get("username") or credentials.get("email") or ""


class AccountAdapter(DefaultAccountAdapter):
    """People are invited by their office; nobody signs up alone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "Too many wrong tries. Wait ten minutes, use a device on which you have signed in "
            "before, or set a new password by the link in a mail."
        ),
    }

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        """Count the guess before the password is looked at (`committees.accounts.tries`)."""
        request.guess = tries.begin(request, _login_in(credentials))
        if request.guess.is_refused:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self):
        context.request.guess.give_back()

    def post_login(self, request, user, **kwargs):
        """The device is one of this person's from now on."""
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def get_client_ip(self, request):
        """The address by which tries are counted; it is kept only as a keyed hash, for minutes."""
        try:
            return super().get_client_ip(request)
        except PermissionDenied:
            return "nowhere"

    def get_reauthentication_methods(self, user):
        """Whoever has a second factor proves it; the password alone would weaken it."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != PASSWORD]
        return factors or methods

    def is_reauthentication_required(self, *, app, **kwargs):
        """Signing in is as good as confirming: with the factor, or the password if there is none."""
        request, lately = context.request, app_settings.REAUTHENTICATION_TIMEOUT
        if second_factor.has_factor(request.user):
            return not second_factor.was_shown_within(request, seconds=lately)
        records = get_authentication_records(request, request.user)
        return not records or time.time() - records[-1]["at"] >= lately


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors, whose secrets lie in the database only encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy(
            "Your role demands a second factor: set up another one before you remove this one."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes belong to an app or a passkey; set one up first."
        ),
    }

    def encrypt(self, text):
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Made with another SECRET_KEY: a secret that nobody knows lets nobody in.
            return base64.b32encode(get_random_string(20).encode()).decode()

    def get_totp_issuer(self):
        return _("Dialogue portal")

    def get_totp_label(self, user):
        return user.username

    def build_totp_svg(self, url):
        """Draw the code as part of the page: a picture from elsewhere would not be loaded."""
        return segno.make(url, error="m").svg_inline(scale=5, border=2, omitsize=True, light="#fff")

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}

    def can_delete_authenticator(self, authenticator):
        """The last factor of a person who must have one stays."""
        if not second_factor.is_required_of(authenticator.user):
            return True
        others = Authenticator.objects.filter(
            user=authenticator.user, type__in=second_factor.FACTORS
        ).exclude(pk=authenticator.pk)
        return others.exists()


def _box():
    key = salted_hmac("committees.second_factor", "secrets", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
