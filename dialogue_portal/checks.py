"""What must be true of this machine: always, and before it is let loose on people.

`manage.py check --deploy` runs both kinds beside Django's own.
"""

import ctypes
import shutil
import subprocess

from django.conf import settings
from django.core.checks import Error, Warning

DOCUMENT_FONT = "Liberation Serif"
SUBSETTING_LIBRARY = "libharfbuzz-subset.so.0"


def document_font_is_there(**_):
    """Without its font a document would be set in another one, with other line ends."""
    if font_for(DOCUMENT_FONT) == DOCUMENT_FONT:
        return []
    return [
        Warning(
            f"The font {DOCUMENT_FONT} is missing; documents would look different.",
            hint="Install the Debian package fonts-liberation2.",
            id="portal.W001",
        )
    ]


def font_for(family):
    """Return the family that a document gets when it asks for `family`."""
    if not shutil.which("fc-match"):
        return ""
    answer = subprocess.run(
        ["fc-match", "--format=%{family[0]}", family], capture_output=True, text=True
    )
    return answer.stdout


def fonts_can_be_subset(**_):
    """Without the library every PDF carries whole fonts."""
    try:
        ctypes.CDLL(SUBSETTING_LIBRARY)
    except OSError:
        return [
            Warning(
                f"{SUBSETTING_LIBRARY} is missing; PDF files would be larger than they need be.",
                hint="Install the Debian package libharfbuzz-subset0.",
                id="portal.W002",
            )
        ]
    return []


def demo_is_off(**_):
    if not settings.DEMO:
        return []
    return [
        Error(
            "DEMO is on: anybody can sign in with the printed accounts.",
            hint="Remove DEMO from the environment.",
            id="portal.E001",
        )
    ]


def address_is_encrypted(**_):
    if settings.HTTPS:
        return []
    return [
        Error(
            f"BASE_URL is {settings.BASE_URL}: passwords and questions would travel openly.",
            hint="Use an address that begins with https://.",
            id="portal.E002",
        )
    ]


def keys_differ(**_):
    if settings.IDENTITY_KEY != settings.SECRET_KEY:
        return []
    return [
        Error(
            "IDENTITY_KEY is the same as SECRET_KEY.",
            hint="Give each a secret of its own, so that each can be changed alone.",
            id="portal.E003",
        )
    ]


def servers_are_used(**_):
    embedded = [
        name
        for name in ("DATABASE_URL", "REDIS_URL")
        if getattr(settings, name) == settings.EMBEDDED
    ]
    if not embedded:
        return []
    return [
        Error(
            f"{' and '.join(embedded)} say embedded, which is meant for one machine and a trial.",
            hint="Use PostgreSQL and Redis.",
            id="portal.E004",
        )
    ]


ALWAYS = [document_font_is_there, fonts_can_be_subset]
BEFORE_PRODUCTION = [demo_is_off, address_is_encrypted, keys_differ, servers_are_used]
