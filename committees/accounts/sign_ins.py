"""Noting who signed in, without a row: what is noted lies in `foundation.presence`."""

from functools import partial

from allauth.account import signals as account
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_login_failed

from committees.accounts.sign_in_models import SignInKind
from committees.queries import account_named
from foundation import presence
from foundation.devices import device_of

FACTOR_KINDS = {
    factors.authenticator_removed: SignInKind.FACTOR_REMOVED,
    account.password_changed: SignInKind.PASSWORD_CHANGED,
    account.password_set: SignInKind.PASSWORD_CHANGED,
    account.password_reset: SignInKind.PASSWORD_CHANGED,
    factors.authentication_failed: SignInKind.FAILED,
    factors.authenticator_reset: SignInKind.CODES_MADE,
}


def listen():
    user_logged_in.connect(_has_signed_in, dispatch_uid="sign_ins.in")
    user_login_failed.connect(_has_failed, dispatch_uid="sign_ins.failed")
    factors.authenticator_added.connect(_has_added, dispatch_uid="sign_ins.added")
    for number, (signal, kind) in enumerate(FACTOR_KINDS.items()):
        signal.connect(partial(_noted, kind), weak=False, dispatch_uid=f"sign_ins.{number}")
    # The library writes the moment of each use into a row that leads to the person.
    Authenticator.record_usage = lambda self: None


def note(user, kind, request):
    presence.note(user.pk if user else None, str(kind), device_of(request))


def _has_signed_in(sender, request, user, **kwargs):
    presence.begin(user.pk, request.session.id, device_of(request))
    note(user, SignInKind.SIGNED_IN, request)


def _has_failed(sender, credentials, request=None, **kwargs):
    """The same work is done whether there is such an account or not."""
    login = credentials.get("email") or credentials.get("username") or ""
    note(account_named(login), SignInKind.FAILED, request)


def _has_added(sender, request, user, authenticator, **kwargs):
    made = authenticator.type == Authenticator.Type.RECOVERY_CODES
    note(user, SignInKind.CODES_MADE if made else SignInKind.FACTOR_ADDED, request)


def _noted(kind, sender, request, user, **kwargs):
    note(user, kind, request)
