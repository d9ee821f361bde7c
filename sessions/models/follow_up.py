"""What goes back and forth after a question was asked: clarification, rating, appeal.

The asker's part bears no name and no moment finer than a week, in every level.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models.question import Question
from sessions.models.transfer import Transfer


class ClarificationQuerySet(models.QuerySet["Clarification"]):
    def open(self) -> Self:
        """Those that wait for the asker's reply."""
        return self.filter(reply="", withdrawn_on=None)


class Clarification(models.Model):
    """The office asks the asker back; the asker answers with the receipt or signed in.

    `clock_stopped_on` and `clock_ran_on` are the days between which the due date stood still, the
    second no finer than the week where a reply has ended it. `transfer` is the one during which
    another committee has asked.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="clarifications")
    text = models.TextField(_("What is not clear?"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    reply = models.TextField(_("reply"), blank=True)
    reply_week = models.CharField(max_length=8, blank=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    transfer = models.ForeignKey(
        Transfer, models.CASCADE, null=True, editable=False, related_name="+"
    )
    clock_stopped_on = models.DateField(null=True)
    clock_ran_on = models.DateField(null=True)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=models.Q(reply="", withdrawn_on=None),
                name="one_open_clarification",
            ),
            models.CheckConstraint(
                name="what_is_withdrawn_has_no_reply",
                condition=models.Q(withdrawn_on=None) | models.Q(reply=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        return not self.reply and self.withdrawn_on is None


class Rating(models.Model):
    """Did the answer answer the question? The asker may think again; the last word counts."""

    class Value(models.TextChoices):
        ANSWERED = "answered", _("Yes, it answers my question")
        PARTLY = "partly", _("Partly")
        NOT = "not", _("No")

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="rating"
    )
    value = models.CharField(max_length=8, choices=Value)
    why = models.TextField(_("Why?"), blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class Appeal(models.Model):
    """The asker's one objection to how the question was settled, and the secretary's reply."""

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="appeal"
    )
    text = models.TextField()
    week = models.CharField(max_length=8)
    reply = models.TextField(_("Reply"), blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    replied_on = models.DateField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
