"""Opening one name: the secretary, with a reason, never unseen by the asker."""

from django.conf import settings
from django.db import transaction

from committees.models import User
from dialogue_portal import audit
from dialogue_portal.audit import Act
from dialogue_portal.clock import day_of, start_of
from dialogue_portal.text import clean
from sessions.domain.identity import notice_key, notice_keys_of
from sessions.domain.sealing import CannotOpen, open_seal
from sessions.models import Unsealing, UnsealingSeen


class TooManyUnsealings(Exception):
    """The secretary has opened as many names today as a day allows."""


@transaction.atomic
def unseal(question, *, reason, by, at):
    """Record the opening, then return the User who asked.

    Both happen or neither: no name is read that is not on record. Raises CannotOpen and
    TooManyUnsealings.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that 20 stay 20
    if left_today(by, at=at) <= 0:
        raise TooManyUnsealings
    try:
        asker = User.objects.get(pk=open_seal(question))
    except User.DoesNotExist as error:
        raise CannotOpen from error
    Unsealing.objects.create(
        question=question,
        committee=question.committee,
        by=by,
        by_name=by.full_name,
        reason=clean(reason),
        at=at,
        asker_key=notice_key(asker, question),
    )
    audit.record(Act.NAME_UNSEALED, by=by, committee=question.committee, subject=question.code)
    return asker


def left_today(user, *, at):
    """Return how many names `user` may still open on the day of `at`."""
    opened = Unsealing.objects.filter(by=user, at__gte=start_of(day_of(at))).count()
    return settings.UNSEALINGS_A_DAY - opened


def unread_by(user):
    """Return the openings of this person's name that the person has not confirmed to have read."""
    keys = notice_keys_of(user) or [""]  # one look-up on every page, whatever was opened
    return Unsealing.objects.filter(asker_key__in=keys, seen=None).select_related("question")


def confirm_read(user):
    """Let the person put the notices away. The record itself stays."""
    UnsealingSeen.objects.bulk_create(
        [UnsealingSeen(unsealing=unsealing) for unsealing in unread_by(user)],
        ignore_conflicts=True,
    )
