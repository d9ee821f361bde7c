"""Naming somebody who answers in a leader's place for some days, and ending that."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction

from committees.domain.separation import appointers_of, check_role
from committees.models import Committee, Deputyship, Membership, Role, User
from committees.standing_in import LED_BY
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.conflicts import Conflict
from foundation.text import clean


class NotOneOfUs(Exception):
    """The leader does not answer for the committee, or the deputy does not belong to it."""


class OwnDeputy(Exception):
    """Nobody stands in for themselves."""


class BadDays(Exception):
    """The days lie in the past, the last before the first, or too far apart."""


class HasDeputy(Exception):
    """The leader has a deputy on one of these days."""


class IsOver(Conflict):
    """It has ended, by itself or by somebody else."""


@transaction.atomic
def name_deputy(
    committee: Committee,
    *,
    leader: User,
    deputy: User,
    starts_on: dt.date,
    ends_on: dt.date,
    reason: str,
    by: User,
    at: dt.datetime,
) -> Deputyship:
    """Let `deputy` do for these days what `leader` does with assigned questions.

    Raises the exceptions above, and those of `separation.check_role`: it is given as a role is.
    """
    Committee.objects.select_for_update(no_key=True).get(pk=committee.pk)  # one at a time
    today = day_of(at)
    longest = dt.timedelta(days=settings.LONGEST_DEPUTYSHIP)
    if not today <= starts_on <= ends_on < starts_on + longest:
        raise BadDays
    if leader.pk == deputy.pk:
        raise OwnDeputy
    here = Membership.objects.active(on=starts_on).filter(committee=committee)
    if not here.with_role(*LED_BY).filter(user=leader).exists() or not (
        here.filter(user=deputy).exists()
    ):
        raise NotOneOfUs
    check_role(
        deputy,
        Role.LEADER,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        appointers=appointers_of(by, on=today),
        held=deputy.memberships.all(),
    )
    others = Deputyship.objects.to_come(on=today).filter(committee=committee, leader=leader)
    if others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise HasDeputy
    made = Deputyship.objects.create(
        committee=committee,
        leader=leader,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=clean(reason),
        given_by=by,
        given_on=today,
    )
    audit.record(Act.DEPUTY_NAMED, by=by, **_told(made))
    return made


@transaction.atomic
def end_deputyship(deputyship: Deputyship, *, by: User, at: dt.datetime) -> None:
    """Let it be over at once. Raises IsOver."""
    deputyship.refresh_from_db(from_queryset=Deputyship.objects.select_for_update(no_key=True))
    today = day_of(at)
    if deputyship.ended_on is not None or deputyship.ends_on < today:
        raise IsOver
    deputyship.ended_on = today
    deputyship.save(update_fields=["ended_on"])
    audit.record(Act.DEPUTY_ENDED, by=by, **_told(deputyship))


def _told(deputyship: Deputyship) -> dict[str, Any]:
    return {
        "committee": deputyship.committee,
        "subject": deputyship.deputy.full_name,
        "leader": deputyship.leader.full_name,
        "since": f"{deputyship.starts_on}",
        "until": f"{deputyship.ends_on}",
    }
