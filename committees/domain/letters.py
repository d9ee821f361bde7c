"""Ordering letters about an account; `sending` sends them."""

from committees.accounts.models import AccountLetter
from foundation.bells import ring


def order(kind, user, *, to, at, to_name="", key="", recovery=None):
    """Leave a row behind that the next worker sends."""
    letter = AccountLetter.objects.create(
        kind=kind,
        user=user,
        to=to,
        to_name=to_name or user.full_name,
        key=key,
        recovery=recovery,
        next_try_at=at,
    )
    ring("committees.tasks.send_letter", letter.pk)
    return letter
