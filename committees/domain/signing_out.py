"""Ending the sessions of people whose role or password has changed; forgetting what is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import F

from committees.domain.sign_in_record import write_days_that_are_over
from committees.models import Membership, User
from foundation import presence
from foundation.clock import day_of
from foundation.drafts import forget_old_drafts
from foundation.models import Draft
from foundation.once import forget_spent_keys

if TYPE_CHECKING:
    import datetime as dt


def end_sessions(*people: User | int) -> None:
    """Sign these people, or their ids, out everywhere: no session they have opens another page."""
    User.objects.filter(pk__in=[getattr(one, "pk", one) for one in people]).update(
        session_round=F("session_round") + 1
    )


def forget_what_is_over(*, at: dt.datetime) -> None:
    """Forget sessions that have ended, what was kept long enough, old drafts."""
    forget_old_drafts(at=at)
    forget_spent_keys(at=at)
    Draft.objects.filter(owner__is_superuser=False).exclude(
        owner__in=Membership.objects.active(on=day_of(at)).values("user")
    ).delete()  # whoever has no role any more
    write_days_that_are_over(at=at)
    presence.forget_before(day_of(at))
    table = connection.ops.quote_name(settings.CACHES["kept"]["LOCATION"])
    with connection.cursor() as cursor:
        before = connection.ops.adapt_datetimefield_value(at.replace(microsecond=0))
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [before])
