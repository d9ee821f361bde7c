"""Forgetting who a person was, once no role is left: the account stays, nobody in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from committees.domain.signing_out import end_sessions
from committees.models import (
    AccountLetter,
    AddressChange,
    ImportDraft,
    Invitation,
    Recovery,
    ResetOrder,
    Role,
    SignInDay,
    User,
)
from foundation.clock import day_of
from foundation.models import Draft

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet


GONE = "Người đã rời"
# What goes with the person, letters before what they speak of.
OF_THE_ACCOUNT = (
    *(Authenticator, EmailAddress, Invitation, ResetOrder),
    *(AccountLetter, AddressChange, Recovery),
)


class StillHere(Exception):
    """The person has a role, runs the portal, or held an office so lately that the name is needed.

    `until` is the first day on which it can be done, None while nobody knows.
    """

    def __init__(self, until: dt.date | None = None) -> None:
        super().__init__(until)
        self.until = until


def kept_until(user: User) -> dt.date | None:
    """Return the first day on which the account can be emptied, None as long as a role lasts.

    Who signs, answers and receives stands in papers of the period: that name is kept a while.
    """
    roles = list(user.memberships.all())
    ended = [(one.ends_on, one.role) for one in roles if one.ends_on is not None]
    if user.is_superuser or len(ended) < len(roles):
        return None
    after = [ends_on + dt.timedelta(days=1) for ends_on, _role in ended]
    kept = dt.timedelta(days=settings.RETENTION["officials"])
    after += [ends_on + kept for ends_on, role in ended if role != Role.STAFF]
    return max(after, default=dt.date.min)


@transaction.atomic
def empty_account(user: User, *, at: dt.datetime) -> User:
    """Take the person out of the account. Raises StillHere.

    What others did with it stays: the record of acts keeps the words it was written with.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    until = kept_until(user)
    if until is None or until > day_of(at):
        raise StillHere(until)
    _forget_in_lists({user.full_name, user.email, user.phone, user.username} - {""})
    for model in OF_THE_ACCOUNT:
        model.objects.filter(user=user).delete()
    Draft.objects.filter(owner=user).delete()
    SignInDay.objects.of(user, on=day_of(at)).delete()
    user.memberships.update(post="", unit="")
    user.full_name, user.email, user.phone = GONE, "", ""
    user.username = f"nguoi-da-roi-{user.pk}"
    user.is_active = user.is_staff = False
    user.set_unusable_password()
    user.save()
    end_sessions(user)
    return user


def _forget_in_lists(words: Collection[str]) -> None:
    """Take the person out of the lists that were read from files."""
    for draft in ImportDraft.objects.filter(kind=ImportDraft.Kind.PEOPLE):
        rows = _without(draft.rows, words)
        if rows != draft.rows:
            draft.rows = rows
            draft.save(update_fields=["rows"])


def _without(value: Any, words: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    return "" if isinstance(value, str) and value in words else value


def long_gone(*, on: dt.date) -> QuerySet[User]:
    """Return the people without a role for so long that their accounts are emptied unasked."""
    kept = dt.timedelta(days=settings.RETENTION["accounts"])
    return (
        User.objects.filter(is_superuser=False)
        .exclude(full_name=GONE)
        .annotate(left_on=Max("memberships__ends_on"))
        .filter(left_on__lt=on - kept)
        .exclude(Q(memberships__ends_on=None))
        .order_by("pk")
    )
