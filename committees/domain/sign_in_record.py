"""The days of the record of sign-ins: written by night, forgotten after half a year."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from committees.accounts.sign_in_models import SignInDay, accounts_of
from committees.models import User
from foundation import presence
from foundation.clock import day_of


@transaction.atomic
def write_days_that_are_over(*, at: dt.datetime) -> None:
    """Make rows of what was noted before today, all in one transaction and in random order."""
    found = presence.events_before(day_of(at))
    there = set(User.objects.filter(pk__in={one[0] for one in found}).values_list("pk", flat=True))
    SignInDay.objects.bulk_create(
        [
            SignInDay(
                account=accounts_of(person, day)[0],
                day=day,
                kind=kind,
                device=device,
                number=number,
            )
            for person, day, kind, device, number in found
            if person in there
        ],
        ignore_conflicts=True,  # the other timer was faster
    )
    oldest = day_of(at) - dt.timedelta(days=SignInDay.KEPT_DAYS)
    SignInDay.objects.filter(day__lt=oldest).delete()
