"""Who asked, and who may know it. The one place that turns a question into a name.

A confidential question holds no person, only `asker_key`: a pseudonym keyed with
IDENTITY_KEY, which is not in the database. It lets an asker find the own questions. The
name itself lies sealed beside it (sessions.domain.sealing).
"""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from committees.models import Committee, Role
from committees.permissions import is_office_of
from sessions.models import Conference, Question
from sessions.permissions import can_unseal, may_handle

NOBODY = "không nêu tên"  # what everybody reads where a name is not theirs to see


def asker_key(user, conference):
    """Return the pseudonym of `user` in `conference`: 64 hexadecimal digits."""
    message = f"{user.pk}:{conference.pk}".encode()
    return hmac.new(settings.IDENTITY_KEY.encode(), message, hashlib.sha256).hexdigest()


def notice_key(user):
    """Return the pseudonym by which `user` is told that the own name was opened."""
    message = f"unsealed:{user.pk}".encode()
    return hmac.new(settings.IDENTITY_KEY.encode(), message, hashlib.sha256).hexdigest()


def is_asker(user, question):
    """Did `user` ask this question?"""
    return bool(question.asker_key) and hmac.compare_digest(
        question.asker_key, asker_key(user, question.conference)
    )


def questions_of(user):
    """Return the questions that `user` asked, in every committee the person belongs to."""
    conferences = Conference.objects.filter(committee_id__in=list(user.roles)).only("pk")
    keys = [asker_key(user, conference) for conference in conferences]
    return Question.objects.filter(asker_key__in=keys).exclude(asker_key="")


def asker_shown_to(question, user):
    """Return the name that `user` may read for this question, or NOBODY.

    A named question shows its asker to the office that handles it and to the asker.
    Leaders and the Board read the same words for every level.
    """
    if question.level != Question.Level.NAMED:
        return NOBODY
    if is_office_of(user, question.committee) or question.author_id == user.pk:
        name = question.asker_name or (question.author.full_name if question.author else "")
        return ", ".join(filter(None, [name, question.asker_unit])) or NOBODY
    return NOBODY


@dataclass(frozen=True)
class Sight:
    """What one role sees of a question of one level."""

    role: str
    content: bool
    name: bool
    sealed: bool  # can open the name, with a reason that the asker reads


def who_sees_what(level):
    """Return a Sight for each role, computed by the functions that the pages ask."""
    named = level == Question.Level.NAMED
    question = Question(
        level=level,
        committee_id=_SomeCommittee.pk,
        author_id=_Asker.pk if named else None,
        asker_name=_Asker.full_name if named else "",
    )
    question.committee = Committee(pk=_SomeCommittee.pk)
    leader = _Somebody({Role.LEADER})
    question.assignee_id = leader.pk
    people = (
        (_("The secretary"), _Somebody({Role.SECRETARY})),
        (_("The office"), _Somebody({Role.CLERK})),
        (_("The leader who answers"), leader),
        (_("The other staff"), _Somebody({Role.STAFF})),
        (_("The Board, administrators"), _Somebody(set())),
    )
    return [
        Sight(
            role=label,
            content=may_handle(person, question),
            name=asker_shown_to(question, person) != NOBODY,
            sealed=level == Question.Level.CONFIDENTIAL and can_unseal(person, question),
        )
        for label, person in people
    ]


class _SomeCommittee:
    pk = -1


class _Asker:
    pk = -2
    full_name = "?"


class _Somebody:
    """A stand-in with one role in the committee that the question belongs to."""

    def __init__(self, roles):
        self.pk = -3 if Role.LEADER in roles else -4
        self.roles = {_SomeCommittee.pk: roles} if roles else {}

    def committees_as(self, *roles):
        return [pk for pk, held in self.roles.items() if held.intersection(roles)]
