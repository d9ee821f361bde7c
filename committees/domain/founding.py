"""A new installation: its first administrator, and what it still lacks before people can work."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from committees.domain.committees import create_committee
from committees.domain.invitations import uninvited
from committees.domain.members import new_person
from committees.domain.sending import VALID_FOR, hash_of
from committees.models import Committee, Invitation, Membership, Role, User
from committees.permissions import OFFICE
from foundation import audit
from foundation.audit import Act

if TYPE_CHECKING:
    import datetime as dt


class HoldsARole(Exception):
    """Whoever works for an office or a Board does not run the portal."""


class AlreadyThere(Exception):
    """The administrator has signed in before and needs no link."""


@dataclass(frozen=True)
class Standing:
    """What there is and what is missing; each step can be looked up again at any time."""

    bloc: Committee | None
    board: Committee | None
    head: User | None
    committees: int
    without_office: list[Committee]
    uninvited: int

    @property
    def is_usable(self) -> bool:
        """Can the first office begin to work?"""
        return bool(
            self.bloc and self.board and self.head and self.committees > len(self.without_office)
        )


def standing(*, at: dt.datetime, on: dt.date) -> Standing:
    """Return how far the installation has come at the moment `at`, which lies on the day `on`."""
    members = Membership.objects.active(on=on).filter(user__is_active=True)
    reporting = Committee.objects.active(on=on).filter(kind__in=Committee.REPORTING_KINDS)
    staffed = members.with_role(*OFFICE).order_by().values("committee_id")
    board = Committee.objects.filter(kind=Committee.Kind.BOARD).first()
    head = members.with_role(Role.HEAD).select_related("user").first()
    return Standing(
        bloc=Committee.objects.filter(kind=Committee.Kind.BLOC).first(),
        board=board,
        head=head.user if head else None,
        committees=reporting.count(),
        without_office=list(reporting.exclude(pk__in=staffed)),
        uninvited=uninvited(members.order_by(), at=at).count(),
    )


@transaction.atomic
def make_administrator(*, email: str, full_name: str, at: dt.datetime) -> tuple[User, str]:
    """Make the account that runs the portal, or find it again. Returns (user, token).

    The token opens the page that sets the password; only its hash is kept, and a later one
    takes its place. Raises HoldsARole and AlreadyThere.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = new_person(full_name=full_name, email=email)
    elif user.memberships.exists():
        raise HoldsARole(user.username)
    elif user.is_superuser and user.has_usable_password():
        raise AlreadyThere(user.username)
    user.is_staff = user.is_superuser = True
    user.save()
    token = secrets.token_urlsafe(32)
    Invitation.objects.update_or_create(
        user=user,
        defaults={
            "asked_by": None,
            "asked_at": at,
            "next_try_at": None,
            "sent_at": at,
            "expires_at": at + VALID_FOR,
            "token_hash": hash_of(token),
            "used_at": None,
        },
    )
    audit.record(Act.ACCOUNT_CHANGED, subject=user, administrator=True)
    return user, token


def found(
    kind: Committee.Kind, *, parent: Committee | None = None, by: User, **facts: Any
) -> Committee:
    """Add the Bloc or its Board; a second press finds the one that is there already.

    Raises CodeTaken.
    """
    with transaction.atomic():
        # The administrator's row is the lock: two presses wait for each other.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        there = Committee.objects.filter(kind=kind).first()
        return there or create_committee(kind=kind, parent=parent, by=by, **facts)
