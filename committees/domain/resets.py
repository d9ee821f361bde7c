"""Asking for a new password: the same work whether there is such an account or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from committees.models import ResetOrder
from committees.queries import account_named
from foundation.bells import ring

if TYPE_CHECKING:
    import datetime as dt


@transaction.atomic
def order_reset(email: str, *, at: dt.datetime) -> None:
    """Note that a new password was asked for; the letter, if any, is sent behind the page."""
    user = account_named(email)
    order = ResetOrder.objects.create(user=user, next_try_at=at)
    ring("committees.tasks.send_reset", order.pk)
