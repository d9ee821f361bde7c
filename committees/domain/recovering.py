"""Recovering an account whose owner has lost mailbox, password or factor.

Three days pass, the old address and the office know at once, and the owner, who is in or still
reads the old mailbox, stops it with one click. Whoever comes in afterwards asks under a new
pseudonym: earlier confidential questions open with their receipts alone, so that whoever takes
an account over finds none.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db import transaction

from committees.accounts import tries
from committees.accounts.links import STOP_RECOVERY, key_in
from committees.accounts.models import RECOVERY_WAITS, AccountLetter, AddressChange, Recovery
from committees.domain import invitations, letters
from committees.domain.signing_out import end_sessions
from committees.models import Membership, Role, User
from committees.permissions import BOARD, OFFICE
from foundation import audit
from foundation.audit import Act
from foundation.bells import ring
from foundation.clock import day_of
from foundation.text import clean

if TYPE_CHECKING:
    import datetime as dt


Kind = AccountLetter.Kind


class NotToBeRecovered(Exception):
    """The account is not in use, is an administrator's, one's own, or being recovered already."""


class AddressTaken(Exception):
    """Another account has this address."""


@transaction.atomic
def start_recovery(
    user: User, *, new_email: str, reason: str, by: User, at: dt.datetime
) -> Recovery:
    """Begin the three days. Raises NotToBeRecovered and AddressTaken."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_in_use or user.is_superuser or not user.is_active:
        raise NotToBeRecovered
    if by.pk == user.pk or user.recovery_since:
        raise NotToBeRecovered
    if User.objects.filter(email__iexact=new_email).exclude(pk=user.pk).exists():
        raise AddressTaken
    recovery = Recovery.objects.create(
        user=user,
        old_email=user.email,
        new_email=new_email,
        reason=clean(reason),
        key=secrets.token_hex(16),
        started_by=by,
        started_at=at,
    )
    User.objects.filter(pk=user.pk).update(recovery_since=at)
    if user.email:
        letters.order(Kind.RECOVERY_STARTED, user, to=user.email, recovery=recovery, at=at)
    _tell_the_office(Kind.RECOVERY_TOLD, recovery, at=at)
    _record(recovery, "recovery_started", by=by)
    return recovery


def open_recovery_of(user: User) -> Recovery | None:
    """Return the recovery of this person that is under way, or None."""
    found = Recovery.objects.select_related("started_by", "user")
    return found.filter(user=user, stopped_at=None, done_at=None).first()


def find_recovery(token: str) -> Recovery | None:
    """Return the open recovery that the link `token` stops, or None."""
    key = key_in(STOP_RECOVERY, token)
    found = Recovery.objects.select_related("user", "started_by")
    return found.filter(key=key, stopped_at=None, done_at=None).first() if key else None


@transaction.atomic
def stop_recovery(recovery: Recovery, *, by: User | None, at: dt.datetime) -> bool:
    """Let everything stay as it was; `by` is None for whoever followed the link in the letter.

    Returns whether it was still under way.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=recovery.user_id)
    if not Recovery.objects.filter(pk=recovery.pk, stopped_at=None, done_at=None).update(
        stopped_at=at, stopped_by=by
    ):
        return False
    User.objects.filter(pk=user.pk).update(recovery_since=None)
    _tell_the_office(Kind.RECOVERY_STOPPED, recovery, at=at)
    _record(recovery, "recovery_stopped", by=by)
    return True


def stop_for(user: User, *, by: User | None, at: dt.datetime) -> None:
    """Stop the recovery of this person, if there is one."""
    if found := open_recovery_of(user):
        stop_recovery(found, by=by, at=at)


def finish_recoveries(*, at: dt.datetime) -> int:
    """Let every recovery take effect whose three days are over. Returns how many did."""
    due = Recovery.objects.filter(
        stopped_at=None, done_at=None, started_at__lte=at - RECOVERY_WAITS
    )
    return sum(_finish(pk, at=at) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _finish(pk: int, *, at: dt.datetime) -> bool:
    found = Recovery.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    recovery = found.filter(pk=pk, stopped_at=None, done_at=None).first()
    if recovery is None:
        return False
    user = User.objects.select_for_update(no_key=True).get(pk=recovery.user_id)
    if User.objects.filter(email__iexact=recovery.new_email).exclude(pk=user.pk).exists():
        stop_recovery(recovery, by=None, at=at)  # the office is told, and can begin anew
        return False
    Authenticator.objects.filter(user=user).delete()
    AddressChange.objects.filter(user=user).delete()
    user.email = recovery.new_email
    user.asker_salt = secrets.token_bytes(16)
    user.recovery_since = None
    user.set_unusable_password()
    user.save(update_fields=["email", "asker_salt", "recovery_since", "password"])
    # Whoever comes in now has the office as if it were given today: told, and no name for 14 days.
    today = day_of(at)
    held = user.memberships.filter(role__in=(*OFFICE, *BOARD), given_on__lt=today)
    held.update(given_on=today, given_by=recovery.started_by)
    end_sessions(user)
    recovery.done_at = at
    recovery.save(update_fields=["done_at"])
    invitation = invitations.order_link(user, by=recovery.started_by, at=at)
    ring("committees.tasks.send_invitation", invitation.pk)
    if recovery.old_email:
        letters.order(Kind.RECOVERY_DONE, user, to=recovery.old_email, recovery=recovery, at=at)
    _tell_the_office(Kind.RECOVERY_DONE, recovery, at=at)
    _record(recovery, "recovered", by=recovery.started_by)
    return True


@transaction.atomic
def unlock(user: User, *, by: User | None) -> None:
    """Forget the wrong tries at this account; who did so is on record."""
    audit.record(Act.ACCOUNT_CHANGED, by=by, subject=user, changed="unlocked")
    tries.lift(user)


def _tell_the_office(kind: str, recovery: Recovery, *, at: dt.datetime) -> None:
    """Tell those who run the person's committees, whoever of them began it included."""
    places = Membership.objects.active(on=day_of(at)).filter(user=recovery.user)
    told = User.objects.filter(
        memberships__in=Membership.objects.active(on=day_of(at)).filter(
            committee__in=places.order_by().values("committee"), role__in=(*OFFICE, Role.HEAD)
        ),
        is_active=True,
    ) | User.objects.filter(pk=recovery.started_by_id, is_active=True)
    for person in told.exclude(pk=recovery.user_id).exclude(email="").distinct():
        letters.order(
            kind,
            recovery.user,
            to=person.email,
            to_name=person.full_name,
            recovery=recovery,
            at=at,
        )


def _record(recovery: Recovery, what: str, *, by: User | None) -> None:
    audit.record(
        Act.ACCOUNT_CHANGED,
        by=by,
        subject=recovery.user,
        changed=what,
        reason=recovery.reason,
    )
