"""A conference while it runs, and where each question stands in its queue."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sessions.models import Conference, Question


class Hall(models.Model):
    """What the pages of one running conference share.

    `change` grows by one with every act, so that a page asks whether it is still right by one
    number. Whoever acts locks this row first: acts of one hall happen one after the other.
    `code` is what people type who follow from their seats. `shown` is what the screen shows; the link of another `screen_round` opens it no more.
    """

    class Shown(models.TextChoices):
        TITLE = "title", _("Title")
        QUESTION = "question", _("Question")
        NOTHING = "nothing", _("Nothing")

    conference = models.OneToOneField(
        Conference, models.CASCADE, primary_key=True, related_name="hall"
    )
    change = models.PositiveBigIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(editable=False)
    turn_minutes = models.PositiveSmallIntegerField(_("minutes for a turn"), null=True, blank=True)

    code = models.CharField(max_length=8, unique=True, editable=False)
    shown = models.CharField(max_length=10, choices=Shown, default=Shown.TITLE)
    shown_question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="+")
    takes_from_seats = models.BooleanField(default=False)
    also = models.PositiveIntegerField(default=0, editable=False)  # the sum of its places'
    screen_round = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_shown_question_is_there",
                condition=~Q(shown="question") | Q(shown_question__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.conference_id} · {self.change}"

    @property
    def turn_seconds(self) -> int | None:
        """For how many seconds a question may be on the floor, or None: for as long as it takes."""
        return self.turn_minutes and self.turn_minutes * 60


class Place(models.Model):
    """Where the desk has put a question, and its marks. One that nobody moved has no position.

    Who asked the same from a seat is not known: only how many did."""

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="place"
    )
    hall = models.ForeignKey(Hall, models.CASCADE, related_name="places")
    position = models.IntegerField(null=True)
    is_starred = models.BooleanField(_("starred"), default=False)
    is_held_back = models.BooleanField(_("held back"), default=False)
    also = models.PositiveIntegerField(default=0)  # how many asked the same from their seats

    class Meta:
        ordering = ("position", "pk")
        indexes = [models.Index(fields=["hall", "position"], name="place_in_queue")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.position}"

    @property
    def marks(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("position", "is_starred", "is_held_back")}
