"""Inviting people to their accounts: by a link of limited life, never by a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from committees.domain.sending import hash_of
from committees.models import Invitation, User
from foundation.bells import ring

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from committees.models import Membership


AT_ONCE = 500


class InvitationNotValid(Exception):
    """The link is unknown, too old, used or replaced by a later one."""


class NotToBeInvited(Exception):
    """The person has set a password already, or can get no mail."""


def uninvited(memberships: QuerySet[Membership], *, at: dt.datetime) -> QuerySet[User]:
    """Return those people of `memberships` who have no password and no invitation that lasts."""
    people = User.objects.filter(memberships__in=memberships, is_active=True).exclude(email="")
    people = people.exclude(invitation__next_try_at__isnull=False)
    people = people.exclude(invitation__expires_at__gt=at, invitation__used_at=None)
    return people.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).distinct()


@transaction.atomic
def invite(user: User, *, by: User | None, at: dt.datetime) -> Invitation:
    """Send the person a link to set the first password; an earlier one opens nothing more.

    Raises NotToBeInvited.
    """
    if user.has_usable_password() or not user.email or not user.is_active:
        raise NotToBeInvited(str(user))
    invitation = order_link(user, by=by, at=at)
    ring("committees.tasks.send_invitation", invitation.pk)
    return invitation


def order_link(user: User, *, by: User | None, at: dt.datetime) -> Invitation:
    """Write the row of which a link for the first password is made."""
    _order([user], by=by, at=at)
    return Invitation.objects.get(user=user)


def invite_everybody(memberships: QuerySet[Membership], *, by: User | None, at: dt.datetime) -> int:
    """Send a link to all who are `uninvited`, perhaps thousands: the next ticks do it.

    Returns how many they are.
    """
    people = list(uninvited(memberships, at=at))
    _order(people, by=by, at=at)
    return len(people)


def _order(people: Iterable[User], *, by: User | None, at: dt.datetime) -> None:
    """Write the rows that are the queue; what an earlier invitation held is forgotten."""
    rows = [Invitation(user=user, asked_by=by, asked_at=at, next_try_at=at) for user in people]
    Invitation.objects.bulk_create(
        rows,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=[
            field.name
            for field in Invitation._meta.concrete_fields
            if field.name not in ("id", "user")
        ],
    )


def find_invitation(token: str, *, at: dt.datetime) -> Invitation:
    """Return the invitation that the link `token` opens at `at`. Raises InvitationNotValid."""
    found = (
        Invitation.objects.select_related("user")
        .filter(token_hash=hash_of(token), used_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if found is None:
        raise InvitationNotValid
    return found


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str, at: dt.datetime) -> User:
    """Set the person's password; the link has done its work. Raises InvitationNotValid."""
    is_first = Invitation.objects.filter(
        pk=invitation.pk, token_hash=invitation.token_hash, used_at=None, expires_at__gt=at
    ).update(used_at=at)
    if not is_first:
        raise InvitationNotValid
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    return user
