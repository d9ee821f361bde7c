"""What an asker has read, kept by the asker's own browser and by nothing else.

No row, log line or moment: reading must not leave anything that joins a person to a question.
The cookie looks alike for everybody, whether there is a question or not: always as many marks,
those that stand for nothing made up.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer

SIGNER = Signer(salt="sessions.read_marks")
NAME = f"{settings.COOKIE_PREFIX}read"
MARKS, LENGTH = 120, 10
KEPT = 400 * 24 * 3600  # seconds


def read_marks(request):
    """Return the marks of what was read, this page included, the oldest first."""
    return [*_brought(request), *getattr(request, "marks_noted", [])]


def _brought(request):
    try:
        text = SIGNER.unsign(request.COOKIES.get(NAME, ""))
    except BadSignature:
        return []
    return [text[i : i + LENGTH] for i in range(0, len(text), LENGTH)]


def note(request, marks):
    """Let what this very page shows count as read, for its own menu already."""
    request.marks_noted = [*getattr(request, "marks_noted", []), *marks]


def keep(request, response):
    """Send the marks back with `response`, and those of what it shows."""
    known = _brought(request) or [secrets.token_hex(LENGTH // 2) for _ in range(MARKS)]
    fresh = [mark for mark in getattr(request, "marks_noted", []) if mark not in known]
    if not fresh and NAME in request.COOKIES:
        return response
    response.set_cookie(
        NAME,
        SIGNER.sign("".join([*known, *fresh][-MARKS:])),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )
    return response
