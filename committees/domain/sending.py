"""Sending the letters about accounts that rows ask for."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import smtplib
from typing import Any, TypeVar

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from committees import emails
from committees.accounts import links as account_links
from committees.accounts.second_factor import first_factor_url
from committees.models import AccountLetter, Invitation, ResetOrder
from foundation import mail_channel, tracing
from foundation.clock import database_now

log = logging.getLogger(__name__)
Waiting = TypeVar("Waiting", Invitation, ResetOrder, AccountLetter)
VALID_FOR = dt.timedelta(days=7)
GIVE_UP_AFTER = 8
AT_ONCE = 200
# The page that the link in a letter leads to.
LINKS = {
    AccountLetter.Kind.ADDRESS_CONFIRM: account_links.CONFIRM_ADDRESS,
    AccountLetter.Kind.ADDRESS_ASKED: account_links.STOP_ADDRESS,
    AccountLetter.Kind.RECOVERY_STARTED: account_links.STOP_RECOVERY,
}
LEASE = dt.timedelta(minutes=15)  # longer than a mail server may take


def waiting(*, at: dt.datetime) -> tuple[list[int], list[int], list[int]]:
    """Return (ids of invitations, of reset orders, of other letters) that are due at `at`.

    None while the mail server is pausing.
    """
    if not mail_channel.is_open(at=at):
        return [], [], []
    return _due(Invitation, at), _due(ResetOrder, at), _due(AccountLetter, at)


def _due(model: type[Waiting], at: dt.datetime) -> list[int]:
    return list(model.objects.filter(next_try_at__lte=at).values_list("pk", flat=True)[:AT_ONCE])


def send_everything_due(*, at: dt.datetime) -> int:
    """Send every letter that is due, without a broker. Returns how many went out."""
    invitations, orders, letters = waiting(at=at)
    return (
        sum(map(send_invitation, invitations))
        + sum(map(send_reset, orders))
        + sum(map(send_letter, letters))
    )


def drop_waiting() -> int:
    """After a restore: send none of the letters that wait, for they may have gone out already.

    The office can send an invitation anew, and anybody ask for a link again. Returns how many.
    """
    invitations = Invitation.objects.exclude(next_try_at=None).update(next_try_at=None)
    letters = AccountLetter.objects.all().delete()[0]
    return invitations + ResetOrder.objects.all().delete()[0] + letters


@tracing.works_on("invitation")
def send_invitation(invitation_id: int) -> bool:
    """Make a link, keep its hash and send it. Did a letter go out?

    The row is taken before, so that a second ring finds nothing to do; nothing is locked
    while the mail server takes its time.
    """
    token, at = secrets.token_urlsafe(32), database_now()
    invitation = _take(
        Invitation, invitation_id, at=at, token_hash=hash_of(token), expires_at=at + VALID_FOR
    )
    if invitation is None:
        return False
    url = settings.BASE_URL + reverse("account_invitation", args=[token])
    ours = Invitation.objects.filter(pk=invitation.pk, token_hash=invitation.token_hash)
    try:
        emails.invitation_sent(invitation.user, url=url, expires_at=invitation.expires_at)
    except (smtplib.SMTPException, OSError) as error:
        again = _when_to_try_again(invitation, error)
        ours.update(expires_at=None, token_hash="", **again)
        return False
    ours.update(sent_at=at, next_try_at=None)
    return True


@tracing.works_on("reset")
def send_reset(order_id: int) -> bool:
    """Send the link for a new password, if there is an account. Did a letter go out?"""
    order = _take(ResetOrder, order_id, at=database_now())
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
        again = _when_to_try_again(order, error)
        if again["next_try_at"]:
            ResetOrder.objects.filter(pk=order.pk).update(**again)
        else:
            order.delete()
        return False
    order.delete()
    return True


@tracing.works_on("letter")
def send_letter(letter_id: int) -> bool:
    """Send one of the other letters about accounts. Did it go out?"""
    letter = _take(AccountLetter, letter_id, at=database_now())
    if letter is None:
        return False
    try:
        emails.account_letter(letter, url=_link_of(letter))
    except (smtplib.SMTPException, OSError) as error:
        again = _when_to_try_again(letter, error)
        if again["next_try_at"]:
            AccountLetter.objects.filter(pk=letter.pk).update(**again)
        else:
            letter.delete()
        return False
    letter.delete()
    return True


def _link_of(letter: AccountLetter) -> str | None:
    """Return the link that the letter bears, made only now; None where it bears none."""
    if letter.kind == AccountLetter.Kind.ENROLMENT:
        return first_factor_url(letter.user)
    page = LINKS.get(AccountLetter.Kind(letter.kind))
    key = letter.recovery.key if letter.recovery else letter.key
    return account_links.link(page, key) if page else None


def hash_of(token: str) -> str:
    """Return what is kept of a link's token."""
    return salted_hmac("committees.invitation", token, algorithm="sha256").hexdigest()


@transaction.atomic
def _take(model: type[Waiting], pk: int, *, at: dt.datetime, **values: Any) -> Waiting | None:
    """Return the row if its letter is due and nobody else is sending it; it is ours for LEASE."""
    rows = model.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    row = rows.select_related("user").filter(pk=pk, next_try_at__lte=at).first()
    if row is None:
        return None
    for name, value in {**values, "next_try_at": at + LEASE, "tries": row.tries + 1}.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "next_try_at", "tries"])
    return row


def _when_to_try_again(row: Waiting, error: BaseException) -> dict[str, Any]:
    """Return {"tries": …, "next_try_at": …}; no moment after the last try.

    What is the server's trouble and not this letter's costs it no try.
    """
    log.warning("%s %s, try %s: %s", type(row).__name__, row.pk, row.tries, type(error).__name__)
    at = database_now()
    if not mail_channel.is_open(at=at):
        return {"tries": row.tries - 1, "next_try_at": mail_channel.opens_at(at=at)}
    if row.tries >= GIVE_UP_AFTER:
        return {"tries": row.tries, "next_try_at": None}
    pause = min(dt.timedelta(seconds=30 * 2 ** (row.tries - 1)), dt.timedelta(hours=1))
    return {"tries": row.tries, "next_try_at": at + pause}
