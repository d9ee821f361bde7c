"""People and their roles: who joins, who changes, who leaves, each with a day."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from committees.domain.separation import appointers_of, check_role
from committees.domain.signing_out import end_sessions
from committees.models import Committee, Membership, Role, User
from committees.permissions import OFFICE
from committees.titles import without_titles
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.text import clean, file_name, fold
from foundation.versions import claim_version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class LastOfTheOffice(Exception):
    """No committee that goes on may be left without anybody who runs it."""


class AlreadyMember(Exception):
    """The person has this role already; `since` is the first day of it."""

    def __init__(self, since: dt.date) -> None:
        super().__init__(since)
        self.since = since


class SomebodyElse(Exception):
    """The account with this address belongs to a person with another name."""


def user_name_for(full_name: str, *, taken: Collection[str] | None = None) -> str:
    """Return a free user name made of a Vietnamese name: Nguyễn Thị Ánh → anh.nguyenthi.

    `taken` are the user names in use, asked of the database if they are not known.
    """
    words = file_name(without_titles(full_name)).split("-")
    stem = f"{words[-1]}.{''.join(words[:-1])}".strip(".")[:120] or "nguoi-dung"
    if taken is None:
        found = User.objects.filter(username__startswith=stem)
        taken = set(found.values_list("username", flat=True))
    names = itertools.chain([stem], (f"{stem}{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def new_person(
    *,
    full_name: str,
    email: str,
    username: str = "",
    phone: str = "",
    taken: Collection[str] | None = None,
) -> User:
    """Return a User, not saved yet, who has to set a password first."""
    user = User(
        username=username or user_name_for(full_name, taken=taken),
        email=email,
        full_name=clean(full_name),
        phone=phone,
    )
    user.set_unusable_password()
    return user


@transaction.atomic
def add_member(
    committee: Committee,
    *,
    full_name: str,
    email: str,
    role: str,
    starts_on: dt.date,
    username: str = "",
    phone: str = "",
    post: str = "",
    unit: str = "",
    ends_on: dt.date | None = None,
    by: User | None = None,
) -> tuple[Membership, bool]:
    """Give a person a role; who is new gets an account without a password.

    The person is found by e-mail or user name. A new one has to be invited. Returns
    (membership, is_new_person). Raises AlreadyMember, SomebodyElse, and what
    `separation.check_role` does.
    """
    user, is_new = find_person(username=username, email=email), False
    if user is None:
        user = new_person(full_name=full_name, email=email, username=username, phone=phone)
        user, is_new = _save_or_find(user)
    elif fold(user.full_name) != fold(clean(full_name)):
        raise SomebodyElse
    _lock(user)
    held = overlapping(
        user.memberships.all(), committee=committee, role=role, starts_on=starts_on, ends_on=ends_on
    )
    if held:
        raise AlreadyMember(held.starts_on)
    check_role(
        user,
        role,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        appointers=appointers_of(by, on=timezone.localdate()),
        held=user.memberships.all(),
    )
    membership = Membership.objects.create(
        user=user,
        committee=committee,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        post=clean(post),
        unit=clean(unit),
        given_by=by,
    )
    end_sessions(user)
    audit.record(Act.ROLE_GIVEN, by=by, **_told(membership))
    return membership, is_new


def _told(membership: Membership) -> dict[str, Any]:
    """Return what the record says of a role."""
    return {
        "committee": membership.committee,
        "subject": membership.user.full_name,
        "user": membership.user_id,
        "role": membership.role,
        "from": f"{membership.starts_on}",
        "until": f"{membership.ends_on or ''}",
    }


def _save_or_find(user: User) -> tuple[User, bool]:
    """Save the new person, or find the one who was saved at the same moment."""
    try:
        with transaction.atomic():
            user.save()
        return user, True
    except IntegrityError:
        found = find_person(username=user.username, email=user.email)
        if found is None:
            raise
        return found, False


def overlapping(
    memberships: Iterable[Membership],
    *,
    committee: Committee,
    role: str,
    starts_on: dt.date,
    ends_on: dt.date | None,
) -> Membership | None:
    """Return that of `memberships` which has the role on one of the days, or None."""
    for held in memberships:
        if (
            (held.committee_id, held.role) == (committee.pk, role)
            and (ends_on is None or held.starts_on <= ends_on)
            and (held.ends_on is None or held.ends_on >= starts_on)
        ):
            return held
    return None


def find_person(*, username: str = "", email: str = "") -> User | None:
    """Return the person with that user name or that e-mail address, or None."""
    if username and (user := User.objects.filter(username__iexact=username).first()):
        return user
    if email:
        return User.objects.filter(email__iexact=email).first()
    return None


def change_phone(user: User, *, phone: str) -> None:
    """Let people keep their own number right. Not in the record: it says nothing but when."""
    User.objects.filter(pk=user.pk).update(phone=phone)


@transaction.atomic
def change_member(
    membership: Membership,
    *,
    post: str,
    unit: str,
    ends_on: dt.date | None,
    at: dt.datetime,
    version: int | None = None,
    by: User | None = None,
) -> None:
    """Change what the person is called there, and how long.

    `version` is the one that was looked at. Raises LastOfTheOffice, OutdatedVersion, and where
    the role would last longer what `separation.check_role` does.
    """
    if ends_on and ends_on < day_of(at):
        _keep_somebody(membership, on=day_of(at))
    if lasts_longer(membership, ends_on):
        _lock(membership.user)
        check_role(
            membership.user,
            membership.role,
            starts_on=membership.starts_on,
            ends_on=ends_on,
            by=by,
            appointers=appointers_of(by, on=day_of(at)),
            held=membership.user.memberships.exclude(pk=membership.pk),
        )
    _claim(membership, version)
    if membership.ends_on != ends_on:
        end_sessions(membership.user_id)
    if membership.ends_on and membership.ends_on < day_of(at) and lasts_longer(membership, ends_on):
        # It was over: whoever lets it go on gives it anew.
        membership.given_on, membership.given_by = day_of(at), by
    membership.post, membership.unit, membership.ends_on = clean(post), clean(unit), ends_on
    membership.save(update_fields=["post", "unit", "ends_on", "given_on", "given_by"])
    audit.record(Act.ROLE_CHANGED, by=by, **_told(membership))


def _lock(user: User) -> None:
    """Let two who give the person a role wait for each other, so that each sees the other's."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def lasts_longer(membership: Membership, ends_on: dt.date | None) -> bool:
    """Would the role last longer than it does, if it ended on the day `ends_on` (None: never)?"""
    before = membership.ends_on
    return before is not None and (ends_on is None or ends_on > before)


@transaction.atomic
def end_membership(
    membership: Membership, *, at: dt.datetime, version: int | None = None, by: User | None = None
) -> None:
    """Let the role end with yesterday; one that begins today or later never was.

    `version` is the one that was looked at. Raises LastOfTheOffice and OutdatedVersion.
    """
    today = day_of(at)
    _keep_somebody(membership, on=today)
    _claim(membership, version)
    end_sessions(membership.user_id)
    told = _told(membership) | {"until": f"{today - dt.timedelta(days=1)}"}
    if membership.starts_on >= today:
        membership.delete()
    else:
        membership.ends_on = today - dt.timedelta(days=1)
        membership.save(update_fields=["ends_on"])
    audit.record(Act.ROLE_ENDED, by=by, **told)


@transaction.atomic
def take_back(membership: Membership, *, at: dt.datetime, by: User | None = None) -> None:
    """Remove a role that was given by mistake and has not been used. Raises LastOfTheOffice."""
    _keep_somebody(membership, on=day_of(at))
    end_sessions(membership.user_id)
    told = _told(membership)
    membership.delete()
    audit.record(Act.ROLE_ENDED, by=by, **told)


def _claim(membership: Membership, version: int | None) -> None:
    claim_version(membership, membership.version if version is None else version)


def _keep_somebody(membership: Membership, *, on: dt.date) -> None:
    """Raise LastOfTheOffice if nobody else runs the committee on the day `on`."""
    committee = Committee.objects.select_for_update(no_key=True).get(pk=membership.committee_id)
    runs = next((roles for roles in (OFFICE, (Role.HEAD,)) if membership.role in roles), ())
    is_closed = committee.active_until is not None and committee.active_until < on
    if not runs or is_closed or not _is_active(membership, on):
        return
    others = committee.memberships.active(on=on).with_role(*runs).exclude(pk=membership.pk)
    if not others.exists():
        raise LastOfTheOffice


def _is_active(membership: Membership, on: dt.date) -> bool:
    return membership.starts_on <= on and (membership.ends_on is None or membership.ends_on >= on)
