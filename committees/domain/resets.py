"""Asking for a new password: the same work whether there is such an account or not."""

from django.db import transaction

from committees.models import ResetOrder
from committees.queries import account_named
from foundation.bells import ring


@transaction.atomic
def order_reset(email, *, at):
    """Note that a new password was asked for; the letter, if any, is sent behind the page."""
    user = account_named(email)
    order = ResetOrder.objects.create(user=user, next_try_at=at)
    ring("committees.tasks.send_reset", order.pk)
