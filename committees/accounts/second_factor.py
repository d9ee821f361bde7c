"""The second factor: of whom it is required, who has one, and how lately it was shown.

Whoever wants a fresh one asks `is_fresh(request)` and, if it is not, leads to
`confirm_url(request, next_url)`, which comes back to `next_url` afterwards.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from committees.permissions import BOARD, OFFICE

if TYPE_CHECKING:
    from committees.models import User


PRIVILEGED = (*OFFICE, *BOARD)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
METHOD = "mfa"
# What a session must have come by before a first factor is set up in it: a link that only the
# person's mailbox got. A password alone, which may be stolen, is no beginning.
FIRST_METHODS = ("invitation", "enrolment")


def is_required_of(user):
    """Must `user` show a second factor before anything opens?"""
    if not settings.SECOND_FACTOR_REQUIRED or not user.is_authenticated:
        return False
    return user.is_staff or user.is_superuser or bool(user.committees_as(*PRIVILEGED))


def has_factor(user):
    """Has `user` an authenticator app or a passkey? Recovery codes alone are none."""
    return is_mfa_enabled(user, FACTORS)


def may_enrol(request):
    """May a factor be set up in this session? A further one, once one is there, as allauth says."""
    if not settings.SECOND_FACTOR_REQUIRED or has_factor(request.user):
        return True
    records = get_authentication_records(request, request.user)
    return any(record.get("method") in FIRST_METHODS for record in records)


class FirstFactorLink(PasswordResetTokenGenerator):
    """Makes and checks what an enrolment link bears: worthless once a factor is there, the
    password or the sessions have changed, or two hours have passed."""

    key_salt = "committees.second_factor.FirstFactorLink"

    def _make_hash_value(self, user, timestamp):
        factors = sorted(Authenticator.objects.filter(user=user).values_list("pk", flat=True))
        return f"{user.pk}:{user.password}:{user.email}:{user.session_round}:{factors}:{timestamp}"


first_factor_link = FirstFactorLink()


def first_factor_url(user: User) -> str:
    """Return the whole address of a link with which `user`, signed in, sets up a first factor."""
    page = reverse("mfa_enrolment_open", args=[first_factor_link.make_token(user)])
    url: str = settings.BASE_URL + page
    return url


def was_shown(request):
    """Has this session passed a second factor at all?"""
    return shown_at(request) is not None


def is_fresh(request, *, minutes=None):
    """Has this session passed a second factor within the last `minutes` (FRESH_MINUTES)?

    Where none is required (the demo) this is always so.
    """
    if not settings.SECOND_FACTOR_REQUIRED:
        return True
    minutes = settings.FRESH_MINUTES if minutes is None else minutes
    return was_shown_within(request, seconds=minutes * 60)


def was_shown_within(request, *, seconds):
    at = shown_at(request)
    return at is not None and 0 <= time.time() - at < seconds


def shown_at(request):
    """Return the moment, in seconds since 1970, at which this session last passed one, or None."""
    moments = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("method") == METHOD
    ]
    return max(moments, default=None)


def note_shown(request, kind):
    """Remember that this session has just passed a factor of the kind `kind`."""
    record_authentication(request, request.user, METHOD, type=kind, reauthenticated=True)


def confirm_url(request, next_url):
    """Return the address that asks for the factor and then leads to `next_url`.

    Who has none yet is led to set one up.
    """
    if not has_factor(request.user):
        return reverse("mfa_index")
    url = get_adapter(request).get_reauthentication_methods(request.user)[0]["url"]
    return f"{url}?next={quote(next_url)}"
