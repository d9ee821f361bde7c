"""The address of an account in use is its owner's: asked for inside, confirmed by the new mailbox."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from committees.accounts.links import key_in
from committees.accounts.models import AccountLetter, AddressChange
from committees.domain import letters, recovering
from committees.domain.recovering import AddressTaken
from committees.domain.signing_out import end_sessions
from committees.models import User
from foundation import audit
from foundation.audit import Act

if TYPE_CHECKING:
    import datetime as dt


Kind = AccountLetter.Kind


class LinkNotValid(Exception):
    """The link is unknown, too old, used or replaced by a later one."""


def is_taken(email: str, *, by_other_than: User) -> bool:
    return User.objects.filter(email__iexact=email).exclude(pk=by_other_than.pk).exists()


@transaction.atomic
def ask_for_address(user: User, *, new_email: str, at: dt.datetime) -> AddressChange:
    """Send a link to the new mailbox and tell the old one. Raises AddressTaken."""
    if is_taken(new_email, by_other_than=user):
        raise AddressTaken
    change, _ = AddressChange.objects.update_or_create(
        user=user,
        defaults={"new_email": new_email, "key": secrets.token_hex(16), "asked_at": at},
    )
    letters.order(Kind.ADDRESS_CONFIRM, user, to=new_email, key=change.key, at=at)
    if user.email:
        letters.order(Kind.ADDRESS_ASKED, user, to=user.email, key=change.key, at=at)
    return change


def waiting_for(user: User, *, at: dt.datetime) -> AddressChange | None:
    """Return the change that this person's new mailbox has still to confirm, or None."""
    found = AddressChange.objects.filter(user=user, asked_at__gt=at - AddressChange.LASTS)
    return found.first()


def find_change(purpose: str, token: str, *, at: dt.datetime) -> AddressChange:
    """Return the change that the link `token` is about at `at`. Raises LinkNotValid."""
    key = key_in(purpose, token)
    found = AddressChange.objects.select_related("user").filter(key=key).first() if key else None
    if found is None or at >= found.asked_at + AddressChange.LASTS or not found.user.is_active:
        raise LinkNotValid
    return found


@transaction.atomic
def confirm_address(change: AddressChange, *, at: dt.datetime) -> User:
    """Let the new address count; links sent to the old one open nothing more.

    Raises LinkNotValid and AddressTaken.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
    if not AddressChange.objects.filter(pk=change.pk, key=change.key).delete()[0]:
        raise LinkNotValid
    if is_taken(change.new_email, by_other_than=user):
        raise AddressTaken
    recovering.stop_for(user, by=user, at=at)
    set_address(user, change.new_email)
    audit.record(Act.ACCOUNT_CHANGED, by=user, subject=user, changed="email")
    return user


@transaction.atomic
def stop_change(change: AddressChange) -> None:
    """The owner of the old mailbox did not ask for this: nothing changes, every session ends."""
    AddressChange.objects.filter(pk=change.pk, key=change.key).delete()
    end_sessions(change.user_id)


def set_address(user: User, email: str) -> None:
    """Write the address of an account. Nothing else does."""
    user.email = email
    user.save(update_fields=["email"])
