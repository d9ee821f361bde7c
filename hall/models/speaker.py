"""Who has asked to speak in the hall, who speaks, and for how long everybody spoke."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.models.hall import Hall
from hall.models.turn import Turn


class Speaker(models.Model):
    """Somebody who asked for the floor, in the order in which they did.

    Nobody has begun: they wait. Whoever spoke while a question was on the floor spoke to it: `turn`.
    `paused` are the seconds for which the clock stood; since `paused_at` it stands again.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", pgettext_lazy("of a speaker", "Question")
        FOLLOW_UP = "follow_up", _("Further question")
        REMARK = "remark", _("Remark")

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="speakers")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=150)
    unit = models.CharField(_("unit"), max_length=150, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUESTION)
    turn = models.ForeignKey(Turn, models.SET_NULL, null=True, related_name="speakers")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    paused = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    is_gone = models.BooleanField(default=False)

    MARKS = ("turn_id", "began_at", "ended_at", "paused", "paused_at", "is_gone")

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["hall", "number"], name="speaker_number_once"),
            models.UniqueConstraint(
                fields=["hall"],
                condition=Q(began_at__isnull=False, ended_at__isnull=True),
                name="one_speaks",
            ),
            models.CheckConstraint(
                name="who_has_ended_has_begun",
                condition=Q(ended_at__isnull=True) | Q(began_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hall_id} · {self.number}"

    @property
    def waits(self) -> bool:
        return self.began_at is None and not self.is_gone

    @property
    def speaks(self) -> bool:
        return self.began_at is not None and self.ended_at is None

    def lasted(self, *, at: dt.datetime) -> dt.timedelta:
        """Return for how long this person has spoken, without the pauses, at `at`."""
        if self.began_at is None:
            return dt.timedelta()
        until = self.ended_at or self.paused_at or at
        return max(until - self.began_at - dt.timedelta(seconds=self.paused), dt.timedelta())

    @property
    def marks(self) -> dict[str, Any]:
        """Return what undoing puts back."""
        return {name: getattr(self, name) for name in self.MARKS}
