"""Who answers in a leader's place, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    import datetime as dt


class DeputyshipQuerySet(models.QuerySet["Deputyship"]):
    def to_come(self, *, on: dt.date) -> Self:
        """Those that are not over on the day `on`."""
        return self.filter(ends_on__gte=on, ended_on=None)


class Deputyship(models.Model):
    """For some days a member does for a leader what has to be done with assigned questions.

    It ends by itself after `ends_on`; `ended_on` is the day on which the office ended it before.
    """

    committee = models.ForeignKey(
        "committees.Committee", models.PROTECT, related_name="deputyships"
    )
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputyships")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.TextField(_("reason"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    given_on = models.DateField(editable=False)
    ended_on = models.DateField(null=True, editable=False)

    objects = DeputyshipQuerySet.as_manager()

    class Meta:
        ordering = ("starts_on", "pk")
        indexes = [models.Index(fields=["deputy", "ends_on"], name="deputyship_by_deputy")]
        constraints = [
            models.CheckConstraint(
                name="deputyship_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="nobody_is_the_own_deputy", condition=~Q(deputy=F("leader"))
            ),
            models.CheckConstraint(
                name="nobody_makes_themselves_a_deputy", condition=~Q(deputy=F("given_by"))
            ),
            models.CheckConstraint(name="deputyship_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} · {self.leader} · {self.committee}"
