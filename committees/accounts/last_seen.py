"""When a session last showed a page, as a cookie that only we can write."""

import datetime as dt

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

SIGNER = TimestampSigner(salt="committees.last_seen")


def is_too_long_ago(request):
    """Has the session shown no page for SESSION_IDLE_SECONDS?

    Without a cookie of its own it counts from the moment of signing in: taking the cookie
    away lengthens nothing.
    """
    idle = dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    try:
        owner = SIGNER.unsign(request.COOKIES.get(settings.SEEN_COOKIE_NAME, ""), max_age=idle)
    except BadSignature:
        owner = ""
    if constant_time_compare(owner, _name_of(request.session)):
        return False
    return timezone.now() - request.session.began_at >= idle


def note(request, response):
    """Send the present moment with `response`."""
    response.set_cookie(
        settings.SEEN_COOKIE_NAME,
        SIGNER.sign(_name_of(request.session)),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def forget(response):
    response.delete_cookie(settings.SEEN_COOKIE_NAME, samesite=settings.SESSION_COOKIE_SAMESITE)


def _name_of(session):
    value = salted_hmac("committees.last_seen", session.id, algorithm="sha256")
    return value.hexdigest()[:32]
