"""A rehearsal of a deadline day that a Board has ordered, and what its checks found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from committees.models import Committee
from committees.permissions import BOARD
from foundation.clock import written_moment
from jobs.models import Job
from jobs.states import JobState

if TYPE_CHECKING:
    from committees.models import User


class RehearsalQuerySet(models.QuerySet["Rehearsal"]):
    def visible_to(self, user: User) -> Self:
        """The Board's own."""
        return self.filter(board_id__in=user.committees_as(*BOARD))


class Rehearsal(Job):
    """Played in a place of its own; only what its checks found comes back, into `findings`."""

    board = models.ForeignKey(Committee, models.PROTECT, related_name="rehearsals")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    committees = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    findings = models.JSONField(default=list)

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["board"],
                condition=Q(state__in=(JobState.QUEUED, JobState.RUNNING)),
                name="one_rehearsal_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.board} {written_moment(self.created_at)}"

    @property
    def failed(self) -> list[str]:
        """The codes of the checks that failed."""
        return [one["code"] for one in self.findings if not one["ok"]]

    @property
    def has_passed(self) -> bool:
        return self.state == JobState.DONE and bool(self.findings) and not self.failed
