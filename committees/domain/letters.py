"""Ordering letters about an account; `sending` sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from committees.accounts.models import AccountLetter
from foundation.bells import ring

if TYPE_CHECKING:
    import datetime as dt

    from committees.accounts.models import Recovery
    from committees.models import User


def order(
    kind: str,
    user: User,
    *,
    to: str,
    at: dt.datetime,
    to_name: str = "",
    key: str = "",
    recovery: Recovery | None = None,
) -> AccountLetter:
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
