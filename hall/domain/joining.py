"""Following a conference from one's seat: a short code, no account, no name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import caches

from foundation.codes import read_code
from hall.domain.desk import CODE_LENGTH
from hall.models import Hall
from hall.queries import stamp

if TYPE_CHECKING:
    import datetime as dt


FRESH = 1  # seconds for which each process remembers how far a hall has come


def find_hall(typed: str, *, at: dt.datetime) -> Hall | None:
    """Return the hall of this code while its conference's day lasts, or None."""
    body = read_code(typed, CODE_LENGTH)
    if body is None:
        return None
    halls = Hall.objects.select_related("conference__committee")
    hall = halls.filter(code__startswith=body).first()
    return hall if hall and hall.conference.goes_on(at=at) else None


def stamp_of(typed: str, *, at: dt.datetime) -> str:
    """Return the stamp of the hall with this code, or nothing where none can be followed.

    Three hundred telephones ask for it every few seconds: of one process only the first of each
    second asks the database.
    """
    key = f"hall.stamp.{typed[:20]}"
    found: str | None = caches["local"].get(key)
    if found is None:
        hall = find_hall(typed, at=at)
        found = stamp(hall) if hall else ""
        caches["local"].set(key, found, FRESH)
    return found
