"""Who stands in for a leader on a day: while it lasts and both belong to the committee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from committees.models import Deputyship, Membership, Role

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

LED_BY = (Role.LEADER, Role.SECRETARY)  # to whom questions are assigned


def in_force(*, on: dt.date | None = None) -> QuerySet[Deputyship]:
    """Return those of the day `on`, today by default."""
    on = on or timezone.localdate()
    here = Membership.objects.active(on=on).filter(committee=OuterRef("committee"))
    leads = here.with_role(*LED_BY).filter(user=OuterRef("leader"))
    serves = here.filter(user=OuterRef("deputy"))
    return Deputyship.objects.filter(
        Exists(leads), Exists(serves), starts_on__lte=on, ends_on__gte=on, ended_on=None
    )


def principals_of(user: Any) -> Mapping[int, set[int]]:
    """Return whose deputy `user` is today: {committee id: {user ids}}. One query, once a request."""
    known: dict[int, set[int]] | None = getattr(user, "principals", None)
    if known is None:
        known = {}
        rows = in_force().filter(deputy=user).order_by().values_list("committee_id", "leader_id")
        for committee_id, leader_id in rows:
            known.setdefault(committee_id, set()).add(leader_id)
        user.principals = known
    return known
