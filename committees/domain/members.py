"""People and their roles: who joins, who changes, who leaves, each with a day."""

import datetime as dt

from django.db import transaction

from committees.models import Membership, User
from committees.permissions import OFFICE
from dialogue_portal.clock import day_of
from dialogue_portal.text import clean, file_name


class LastOfTheOffice(Exception):
    """Nobody may leave the own office without anybody in it."""


def user_name_for(full_name):
    """Return a free user name made of a Vietnamese name: Nguyễn Thị Ánh → anh.nguyenthi."""
    words = file_name(full_name).split("-")
    stem = f"{words[-1]}.{''.join(words[:-1])}".strip(".")[:120] or "nguoi-dung"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    number = 1
    name = stem
    while name in taken:
        number += 1
        name = f"{stem}{number}"
    return name


@transaction.atomic
def add_member(
    committee,
    *,
    full_name,
    email,
    role,
    starts_on,
    username="",
    phone="",
    post="",
    unit="",
    ends_on=None,
):
    """Give a person a role; who is new gets an account without a password.

    The person is found by e-mail or user name. A new one sets the password by "forgotten
    password". Returns (membership, is_new_person).
    """
    user = find_person(username=username, email=email)
    is_new = user is None
    if is_new:
        user = User(
            username=username or user_name_for(full_name),
            email=email,
            full_name=clean(full_name),
            phone=phone,
        )
        user.set_unusable_password()
        user.save()
    membership, _ = Membership.objects.update_or_create(
        user=user,
        committee=committee,
        role=role,
        starts_on=starts_on,
        defaults={"post": clean(post), "unit": clean(unit), "ends_on": ends_on},
    )
    return membership, is_new


def find_person(*, username="", email=""):
    """Return the person with that user name or that e-mail address, or None."""
    if username and (user := User.objects.filter(username__iexact=username).first()):
        return user
    if email:
        return User.objects.filter(email__iexact=email).first()
    return None


@transaction.atomic
def change_member(membership, *, post, unit, ends_on):
    membership.post, membership.unit, membership.ends_on = clean(post), clean(unit), ends_on
    membership.save(update_fields=["post", "unit", "ends_on"])


@transaction.atomic
def end_membership(membership, *, by, at):
    """Let the role end with yesterday. Raises LastOfTheOffice for the own last office role."""
    today = day_of(at)
    if membership.user_id == by.pk and membership.role in OFFICE:
        others = (
            Membership.objects.active(on=today)
            .filter(committee=membership.committee, role__in=OFFICE)
            .exclude(pk=membership.pk)
        )
        if not others.exists():
            raise LastOfTheOffice
    membership.ends_on = max(today - dt.timedelta(days=1), membership.starts_on)
    membership.save(update_fields=["ends_on"])
