"""Forgetting who a person was, once no role is left: the account stays, nobody in it."""

import datetime as dt

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

    def __init__(self, until=None):
        super().__init__(until)
        self.until = until


def kept_until(user):
    """Return the first day on which the account can be emptied, None as long as a role lasts.

    Who signs, answers and receives stands in papers of the period: that name is kept a while.
    """
    roles = list(user.memberships.all())
    if user.is_superuser or any(one.ends_on is None for one in roles):
        return None
    after = [one.ends_on + dt.timedelta(days=1) for one in roles]
    kept = dt.timedelta(days=settings.RETENTION["officials"])
    after += [one.ends_on + kept for one in roles if one.role != Role.STAFF]
    return max(after, default=dt.date.min)


@transaction.atomic
def empty_account(user, *, at):
    """Take the person out of the account. Raises StillHere.

    What others did with it stays: the record of acts keeps the words it was written with.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
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


def _forget_in_lists(words):
    """Take the person out of the lists that were read from files."""
    for draft in ImportDraft.objects.filter(kind=ImportDraft.Kind.PEOPLE):
        rows = _without(draft.rows, words)
        if rows != draft.rows:
            draft.rows = rows
            draft.save(update_fields=["rows"])


def _without(value, words):
    if isinstance(value, dict):
        return {key: _without(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    return "" if isinstance(value, str) and value in words else value


def long_gone(*, on):
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
