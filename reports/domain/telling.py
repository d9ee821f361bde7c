"""Mails at once about who may come to know a name: a new person of an office, a request, a decision.

Looked up with every tick in the rows themselves, so that no way of giving a role or of asking
goes round it: not a list, not the console.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from committees.models import Membership
from committees.permissions import BOARD, OFFICE, is_secretary_of
from foundation.clock import day_of, written_day
from jobs.domain.queueing import queue_mails
from sessions.models import OpeningRequest
from sessions.permissions import barred_from_deciding

if TYPE_CHECKING:
    from collections.abc import Collection

    from committees.models import MembershipQuerySet, User


LOOKED_BACK = dt.timedelta(days=2)  # further than any pause of the tick that nobody notices
WAS_OF_THE_OFFICE = dt.timedelta(days=30)  # who has left it since then is told as well


def tell_offices(*, at: dt.datetime) -> int:
    """Tell the whole office of each secretary and clerk who was appointed; return how many mails.

    Whoever has just been put out of it is told too, or the newcomer's first act could be that.
    """
    fresh = Membership.objects.with_role(*OFFICE).filter(
        given_on__gte=day_of(at - LOOKED_BACK), given_on__lte=day_of(at)
    )
    wanted = []
    for role in fresh.select_related("user", "committee").order_by("pk"):
        words = {
            "committee": role.committee.name,
            "person": role.user.full_name,
            "role": role.role,
            "starts_on": written_day(role.starts_on),
        }
        page = reverse("committees:member_list_of", args=[role.committee.code])
        once = f"office:{role.pk}:{role.given_on}"
        for name, to, is_here in _addresses(role, on=day_of(at)):
            shown = {**words, "name": name, "page": page if is_here else ""}
            wanted.append((to, f"{once}:{to}", shown))
    return len(queue_mails("emails/reports/newcomer", wanted, at=at)) if wanted else 0


def _addresses(role: Membership, *, on: dt.date) -> list[tuple[str, str, bool]]:
    """Return [(name, address, can it open the page?), …] of the office as it was and is, and of
    its mailboxes."""
    committee = role.committee
    people = (
        Membership.objects.with_role(*OFFICE)
        .filter(committee=committee, starts_on__lte=role.given_on, user__is_active=True)
        .filter(Q(ends_on=None) | Q(ends_on__gte=role.given_on - WAS_OF_THE_OFFICE))
        .exclude(user=role.user_id)
        .exclude(user__email="")
    )
    found = {to: ("", True) for to in (committee.email, committee.second_email) if to}
    for one in people.select_related("user").order_by("pk"):
        is_here = one.ends_on is None or one.ends_on > on
        was_here = found.get(one.user.email, ("", False))[1]
        found[one.user.email] = (one.user.full_name, is_here or was_here)
    return [(name, to, is_here) for to, (name, is_here) in found.items()]


def tell_of_openings(*, at: dt.datetime) -> int:
    """Tell the Board of a request for a name, and whoever asked of the decision; how many mails."""
    since = at - LOOKED_BACK
    found = OpeningRequest.objects.filter(
        Q(at__gt=since, decision=None, lapses_at__gt=at)
        | Q(decision__at__gt=since, decision__verdict__in=("agreed", "refused"))
    )
    wanted = []
    requests = list(found.select_related("decision", "committee", "by").order_by("pk"))
    barred = barred_from_deciding(requests)
    for request in requests:
        stage = request.decision.verdict if hasattr(request, "decision") else "asked"
        words = {
            "is_asked": stage == "asked",
            "is_agreed": stage == "agreed",
            "committee": request.committee.name,
            "code": request.code,
        }
        if stage == "asked":
            people = [one.user for one in _of_the_board(request, on=day_of(at))]
            people = [one for one in people if one.pk not in barred[request.pk]]
            page = reverse("sessions:opening_decide", args=[request.pk])
        else:
            people = [request.by] if is_secretary_of(request.by, request.committee) else []
            page = reverse("sessions:question_unseal", args=[request.question_id])
        for person in people:
            if person.is_active and person.email:
                once = f"opening:{request.pk}:{stage}:{person.pk}"
                wanted.append(
                    (person.email, once, {**words, "name": person.full_name, "page": page})
                )
    return len(queue_mails("emails/reports/opening", wanted, at=at)) if wanted else 0


def _of_the_board(request: OpeningRequest, *, on: dt.date) -> MembershipQuerySet:
    people = Membership.objects.active(on=on).with_role(*BOARD).filter(committee=request.board_id)
    return people.select_related("user")


def newcomers(committee_ids: Collection[int], *, on: dt.date, besides: User) -> list[Membership]:
    """Return the roles in these offices that were given in the last 30 days, for the office's home.

    `besides` is the person who looks: nobody needs to be told of the own role.
    """
    found = Membership.objects.with_role(*OFFICE).filter(
        committee__in=committee_ids, given_on__gt=on - WAS_OF_THE_OFFICE
    )
    found = found.exclude(user=besides).select_related("user", "committee")
    return list(found.order_by("-given_on", "pk"))
