"""Sending the letters about accounts that rows ask for."""

import datetime as dt
import logging
import secrets
import smtplib

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from committees import emails
from committees.models import Invitation, ResetOrder
from dialogue_portal.clock import database_now

log = logging.getLogger(__name__)
VALID_FOR = dt.timedelta(days=7)
GIVE_UP_AFTER = 8
AT_ONCE = 200


def waiting(*, at):
    """Return (ids of invitations, ids of reset orders) whose letter is due at `at`."""
    return tuple(
        list(model.objects.filter(next_try_at__lte=at).values_list("pk", flat=True)[:AT_ONCE])
        for model in (Invitation, ResetOrder)
    )


def send_everything_due(*, at):
    """Send every letter that is due, without a broker. Returns how many went out."""
    invitations, orders = waiting(at=at)
    return sum(map(send_invitation, invitations)) + sum(map(send_reset, orders))


@transaction.atomic
def send_invitation(invitation_id):
    """Make a link, keep its hash and send it. Did a letter go out?

    The row is locked meanwhile: a second ring finds nothing to do.
    """
    invitation = _take(Invitation, invitation_id)
    if invitation is None:
        return False
    token, at = secrets.token_urlsafe(32), database_now()
    invitation.expires_at = at + VALID_FOR
    url = settings.BASE_URL + reverse("account_invitation", args=[token])
    try:
        emails.invitation_sent(invitation.user, url=url, expires_at=invitation.expires_at)
    except (smtplib.SMTPException, OSError) as error:
        invitation.expires_at = None
        _try_later(invitation, error, at=at)
        return False
    invitation.sent_at, invitation.token_hash = at, hash_of(token)
    invitation.next_try_at = None
    invitation.save()
    return True


@transaction.atomic
def send_reset(order_id):
    """Send the link for a new password, if there is an account. Did a letter go out?"""
    order = _take(ResetOrder, order_id)
    if order is None:
        return False
    user = order.user
    if user is None or not user.is_active:
        order.delete()
        return False
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    url = settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)
    try:
        emails.password_reset_asked(user, url=url)
    except (smtplib.SMTPException, OSError) as error:
        _try_later(order, error, at=database_now())
        return False
    order.delete()
    return True


def hash_of(token):
    """Return what is kept of a link's token."""
    return salted_hmac("committees.invitation", token, algorithm="sha256").hexdigest()


def _take(model, pk):
    """Return the row, locked, if its letter is due and nobody else is sending it."""
    rows = model.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("user").filter(pk=pk, next_try_at__lte=database_now()).first()


def _try_later(row, error, *, at):
    """Put the letter back, or aside after the last try; a reset order is then forgotten."""
    row.tries += 1
    log.warning("%s %s, try %s: %s", type(row).__name__, row.pk, row.tries, type(error).__name__)
    if row.tries < GIVE_UP_AFTER:
        row.next_try_at = at + min(
            dt.timedelta(seconds=30 * 2 ** (row.tries - 1)), dt.timedelta(hours=1)
        )
    elif isinstance(row, ResetOrder):
        row.delete()
        return
    else:
        row.next_try_at = None
    row.save()
