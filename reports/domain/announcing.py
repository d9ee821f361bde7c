"""News for whoever asked without a name: one word a day to everybody of the committee.

A mail to the asker alone would be a row that points at one person. So all hear that there is
news of a conference, whoever asked looks for it in "My questions" or with the receipt's code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.domain.news import of_the_unnamed
from sessions.models import Conference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from committees.models import User
    from duties.look import Look


KIND = "announced"


def news_at(at: dt.datetime) -> list[tuple[int, str]]:
    """Return [(conference id, key), …]: each answer, return, opening, and so on, of late."""
    return of_the_unnamed(at=at)


def addressed(
    look: Look, news: Iterable[tuple[int, str]], known: Collection[tuple[Any, ...]]
) -> dict[User, list[Conference]]:
    """Return {person: [conferences]} of what is said for the first time, to all of a committee."""
    fresh = {conference for conference, key in news if (None, KIND, key) not in known}
    found: dict[User, list[Conference]] = {}
    for conference in _named(fresh):
        for person in _members(look, conference):
            found.setdefault(person, []).append(conference)
    return found


def still_addressed(look: Look, ids: Collection[int]) -> list[Conference]:
    """Return those of the conferences of whose committee the person still is."""
    return [one for one in _named(ids) if _members(look, one)]


def _members(look: Look, conference: Conference) -> list[User]:
    """Those of its committee, and of the one that it was merged into."""
    heir = conference.committee.heir(on=look.today)
    return list(dict.fromkeys([*look.members(conference.committee_id), *look.members(heir.pk)]))


def _named(ids: Collection[int]) -> list[Conference]:
    found = Conference.objects.filter(pk__in=ids).select_related("committee__successor")
    return list(found.order_by("starts_at", "pk"))
