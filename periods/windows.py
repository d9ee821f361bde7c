"""Which days an obligation counts: those of its period, and those of the time it was given.

A conference between the deadline of a period and an extended one counts in the period that was
extended, and so not in the next: every conference counts in exactly one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from periods.models import Obligation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from committees.models import Committee


def with_window(obligations: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Return the obligations, each with `given_until`, so that windows_of() asks no more."""
    given = Obligation.objects.filter(
        committee=OuterRef("committee"),
        extended_to__gt=F("period__due_before"),
        extended_to__lt=OuterRef("period__due_before"),
    )
    return obligations.annotate(
        given_until=Subquery(given.order_by("-extended_to").values("extended_to")[:1])
    )


def windows_of(obligations: Collection[Obligation]) -> dict[int, tuple[dt.date, dt.date]]:
    """Return {obligation id: (first day, day after the last)}. At most one query."""
    if all(hasattr(one, "given_until") for one in obligations):
        return {
            one.pk: (_first_day(one, filter(None, [given])), one.due_before)
            for one in obligations
            for given in [getattr(one, "given_until", None)]
        }
    taken: dict[int, list[dt.date]] = {}
    for pk, until in Obligation.objects.filter(
        committee__in={one.committee_id for one in obligations},
        extended_to__gt=F("period__due_before"),
        period__starts_on__lt=max((one.period.starts_on for one in obligations), default=None),
    ).values_list("committee_id", "extended_to"):
        if until is not None:
            taken.setdefault(pk, []).append(until)
    return {
        one.pk: (_first_day(one, taken.get(one.committee_id, ())), one.due_before)
        for one in obligations
    }


def _first_day(obligation: Obligation, taken: Iterable[dt.date]) -> dt.date:
    """The day after the time that the period before was given, if that reaches into this one."""
    period = obligation.period
    return max(
        period.starts_on, *(day for day in (period.starts_on, *taken) if day < period.due_before)
    )


def window_of(obligation: Obligation) -> tuple[dt.date, dt.date]:
    return windows_of([obligation])[obligation.pk]


def obligations_counting(day: dt.date, committee: Committee) -> QuerySet[Obligation]:
    """Return the obligations that may count a conference on `day`, the one that does first."""
    return (
        Obligation.objects.filter(
            committee=committee,
            period__starts_on__lte=day,
        )
        .alias(until=Greatest("period__due_before", Coalesce("extended_to", "period__due_before")))
        .filter(until__gt=day)
        .select_related("period")
        .order_by("period__starts_on")
    )
