"""News for whoever asked without a name: one word a day to everybody of the committee.

A mail to the asker alone would be a row that points at one person. So all hear that there is
news of a conference, whoever asked looks for it in "My questions" or with the receipt's code.
"""

from sessions.domain.news import of_the_unnamed
from sessions.models import Conference

KIND = "announced"


def news_at(at):
    """Return [(conference id, key), …]: each answer, return, opening, and so on, of late."""
    return of_the_unnamed(at=at)


def addressed(look, news, known):
    """Return {person: [conferences]} of what is said for the first time, to all of a committee."""
    fresh = {conference for conference, key in news if (None, KIND, key) not in known}
    found = {}
    for conference in _named(fresh):
        for person in _members(look, conference):
            found.setdefault(person, []).append(conference)
    return found


def still_addressed(look, ids):
    """Return those of the conferences of whose committee the person still is."""
    return [one for one in _named(ids) if _members(look, one)]


def _members(look, conference):
    """Those of its committee, and of the one that it was merged into."""
    heir = conference.committee.heir(on=look.today)
    return list(dict.fromkeys([*look.members(conference.committee_id), *look.members(heir.pk)]))


def _named(ids):
    found = Conference.objects.filter(pk__in=ids).select_related("committee__successor")
    return list(found.order_by("starts_at", "pk"))
