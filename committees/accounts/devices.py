"""Devices on which somebody has signed in before, known by a cookie that names nobody.

It holds a random key of the device and, for each person who has signed in there, a mark that
only we can make and that changes with the password. Nothing of it is kept here. It stays at
signing out, or it would be of no use; it goes when the browser is told to forget the portal.
"""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

NAME = f"{settings.COOKIE_PREFIX}device"
KEY, MARK, MOST = 32, 20, 12  # letters of the key and of a mark; people on one device
KEPT = 400 * 24 * 3600  # seconds: longer than from one conference to the next


def key_of(request):
    """Return the key of the device that asks, "" if it has none."""
    return _read(request)[0]


def is_known(request, user):
    """Has `user` signed in on this device before, with the password that counts today?"""
    key, marks = _read(request)
    if user is None or not key:
        return False
    return any(constant_time_compare(mark, _mark(key, user)) for mark in marks)


def remember(request, response, user):
    """Let the device be known as one of `user`'s from now on."""
    key, marks = _read(request)
    key = key or secrets.token_hex(KEY // 2)
    mark = _mark(key, user)
    marks = [mark, *(one for one in marks if one != mark)][:MOST]
    response.set_cookie(
        NAME,
        ".".join([key, *marks]),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def _read(request):
    key, *marks = request.COOKIES.get(NAME, "")[:1_000].split(".")
    if len(key) != KEY or not key.isascii() or not key.isalnum():
        return "", []
    return key, [mark for mark in marks if len(mark) == MARK and mark.isascii()]


def _mark(key, user):
    text = f"{key}:{user.pk}:{user.password}"
    return salted_hmac("committees.devices", text, algorithm="sha256").hexdigest()[:MARK]
