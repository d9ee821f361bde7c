"""Who asked, and who may know it. The one place that turns a question into a name.

A confidential question holds no person, only `asker_key`: a pseudonym keyed with
IDENTITY_KEY and a key of the conference, neither of which is in the database. It lets an
asker find the own questions. The name itself lies sealed beside it
(sessions.askers.sealing). Both keys are destroyed when their term is over.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Committee, Role
from committees.permissions import is_office_of
from foundation.key_prints import PRINTS, name_of_print
from foundation.keys import KeyGone, ensure_key, key_names, read_key
from foundation.search import spelled, words
from foundation.text import fold
from sessions.models import Conference, Question
from sessions.permissions import can_request_opening, may_handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django_stubs_ext import StrPromise

    from committees.models import User
    from committees.permissions import Person
    from sessions.models.question import QuestionQuerySet


NOBODY = gettext_lazy("name not given")  # what everybody reads where a name is not theirs to see


def asker_key(user: User, conference: Conference) -> str:
    """Return the pseudonym of `user` in `conference`, 64 hexadecimal digits, for a new question.

    For a confidential one alone: on a named one, beside the author, it would name the others.
    """
    key = ensure_key(asker_key_name(conference.pk), lambda: secrets.token_bytes(32))
    return _pseudonym(conference.pk, key, f"{_same(user)}:{conference.pk}")


def _same(user: User) -> str:
    """Return what makes two pseudonyms one person's; a recovered account is somebody new."""
    salt = user.asker_salt
    return f"{user.pk}" if salt is None else f"{user.pk}.{bytes(salt).hex()}"


def asker_key_name(conference_id: int) -> str:
    return f"asker/{conference_id}"


def print_names(conference_id: int) -> list[str]:
    """Return the names in KEYS_DIR of what tells with which IDENTITY_KEY pseudonyms were made."""
    return key_names(f"{PRINTS}/{conference_id}/")


def _known_asker_keys(user: User, conference_id: int) -> list[str]:
    """Return the pseudonyms of `user`, one an IDENTITY_KEY; none where the key is gone."""
    try:
        key = read_key(asker_key_name(conference_id))
    except KeyGone:
        return []
    return _pseudonyms(key, f"{_same(user)}:{conference_id}")


def _pseudonym(conference_id: int, key: bytes, message: str) -> str:
    """Return a pseudonym under today's IDENTITY_KEY, and have it noted that this one is needed."""
    ensure_key(name_of_print(conference_id, settings.IDENTITY_KEY), bytes)
    return _keyed(settings.IDENTITY_KEY, key, message)


def _pseudonyms(key: bytes, message: str) -> list[str]:
    return [_keyed(secret, key, message) for secret in settings.IDENTITY_KEYS]


def _keyed(secret: str, key: bytes, message: str) -> str:
    return hmac.new(secret.encode() + key, message.encode(), hashlib.sha256).hexdigest()


def is_asker(user: User, question: Question) -> bool:
    """Did `user` ask this question?"""
    known = _known_asker_keys(user, question.conference_id)
    return question.author_id == user.pk or any(
        hmac.compare_digest(question.asker_key, one) for one in known
    )


def asked_by(user: User, question: Question) -> bool:
    """Did `user` ask this question without a name? Reads a key only where there is one to find."""
    return bool(question.asker_key) and is_asker(user, question)


def questions_of(user: User, *, conferences: Iterable[int] | None = None) -> QuestionQuerySet:
    """Return the questions that `user` asked, in every committee the person belongs to, and in
    those that were merged into one of them.

    `conferences` are the ids of those committees' conferences, if they are known already.
    """
    ids = conferences
    if ids is None:
        found = Conference.objects.of_or_merged_into(list(user.roles))
        ids = list(found.order_by().values_list("pk", flat=True))
    keys = [key for pk in ids for key in _known_asker_keys(user, pk)]
    return Question.objects.filter(Q(asker_key__in=keys) | Q(author=user, conference__in=ids))


def own_address(user: User, question_id: UUID) -> UUID:
    """Return the number by which the addresses of the person's own pages call the question.

    They stay in the history of a browser that others may use. Whoever handles the question knows
    it by another number, and this one opens nothing for anybody else.
    """
    value = f"{user.pk}:{question_id}"
    found = salted_hmac("sessions.own_address", value, algorithm="sha256").digest()
    return uuid.UUID(bytes=found[:16])


def own_question_id(user: User, address: UUID) -> UUID | None:
    """Return the id of the person's own question at this address, or None."""
    known = questions_of(user).order_by().values_list("pk", flat=True)
    return next((pk for pk in known if address in (pk, own_address(user, pk))), None)


def asker_shown_to(question: Question, user: Person) -> StrPromise | str:
    """Return the name that `user` may read for this question, or NOBODY.

    A named question shows its asker to the office of the committee where it was asked and to the
    asker. Leaders, the Board and a committee that it was handed to read the same words for every
    level.
    """
    if question.level != Question.Level.NAMED:
        return NOBODY
    if is_office_of(user, question.keeper) or question.author_id == user.pk:
        name = question.asker_name or (question.author.full_name if question.author else "")
        return ", ".join(filter(None, [name, question.asker_unit])) or NOBODY
    return NOBODY


def names_asker(text: str, question: Question) -> bool:
    """Does `text` name whoever asked by name? Of the others nobody knows here what to look for.

    No where the question was handed to another committee: whoever types there would learn it.
    """
    if question.is_transferred:
        return False
    author = question.author
    names = [question.asker_name, *([author.full_name, author.email] if author else [])]
    return any(_is_said(words(name), words(text)) for name in names if name)


def _is_said(name: Sequence[str], text: Sequence[str]) -> bool:
    """Do the words of the name stand together in the text? A single one must bear its marks."""
    alike = fold if len(name) > 1 else spelled
    return f" {' '.join(map(alike, name))} " in f" {' '.join(map(alike, text))} "


@dataclass(frozen=True)
class Sight:
    """What one role sees of a question of one level."""

    role: str
    content: bool
    name: bool
    sealed: bool  # can ask the Board that the name is opened, with a reason that the asker reads


def who_sees_what(level: str) -> list[Sight]:
    """Return a Sight for each role, computed by the functions that the pages ask."""
    named = level == Question.Level.NAMED
    question = Question(
        level=level,
        committee_id=_SomeCommittee.pk,
        author_id=_Asker.pk if named else None,
        asker_name=_Asker.full_name if named else "",
    )
    question.committee = Committee(pk=_SomeCommittee.pk)
    leader = _Answerer(Role.LEADER)
    question.assignee_id = leader.pk
    contributor = _Contributor(Role.LEADER)
    question.contributors = frozenset({contributor.pk})
    people = (
        (_("The secretary"), _Somebody(Role.SECRETARY)),
        (_("The office"), _Somebody(Role.CLERK)),
        (_("The leader who answers"), leader),
        (_("Leaders who contribute to the answer"), contributor),
        (_("A deputy of that leader, while it lasts"), _Deputy(Role.STAFF)),
        (_("The other staff"), _Somebody(Role.STAFF)),
        (_("The Board, administrators"), _Somebody()),
    )
    return [
        Sight(
            role=label,
            content=may_handle(person, question),
            name=asker_shown_to(question, person) != NOBODY,
            sealed=level == Question.Level.CONFIDENTIAL and can_request_opening(person, question),
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

    pk = -3

    principals: ClassVar[dict[int, set[int]]] = {}

    def __init__(self, *roles: Role) -> None:
        self.roles = {_SomeCommittee.pk: set(roles)}


class _Answerer(_Somebody):
    pk = -4


class _Contributor(_Somebody):
    pk = -5


class _Deputy(_Somebody):
    pk = -6
    principals: ClassVar[dict[int, set[int]]] = {_SomeCommittee.pk: {_Answerer.pk}}
