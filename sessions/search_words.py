"""What somebody looks for among the answers: in no address, no row and no log.

It comes by POST, and the pages of what was found are addresses without it: the browser keeps it
in a cookie that is locked to the session. Once that has ended nobody reads it, whoever finds it.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac

NAME = f"{settings.COOKIE_PREFIX}search"
LONGEST = 200


def typed_in(request):
    return " ".join(request.POST.get("q", "")[:LONGEST].replace("\0", "").split())


def kept_by(request):
    """Return the words that the person looked for last in this session, or nothing."""
    try:
        return _lock(request).decrypt(request.COOKIES.get(NAME, "")).decode().rstrip()
    except (InvalidToken, UnicodeDecodeError):
        return ""


def keep(request, response, words):
    """Let the browser keep the words, all of one length, as long as it is open."""
    filled = words.encode(errors="ignore").ljust(4 * LONGEST)
    response.set_cookie(
        NAME,
        _lock(request).encrypt(filled).decode(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )
    return response


def _lock(request):
    key = salted_hmac("sessions.search_words", request.session.handle, algorithm="sha256")
    return Fernet(base64.urlsafe_b64encode(key.digest()))
