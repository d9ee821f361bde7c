"""A question that one committee has handed to another, and perhaps has got back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from sessions.models.question import Question


class Transfer(models.Model):
    """That a question went from one committee to another, why, and how it came back.

    While one stands the question's `transferred_from` is its `from_committee`, but for mergers
    since. `version` is the one that the question had when it was handed over, or came back: with
    any other somebody has worked at it since.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="transfers")
    from_committee = models.ForeignKey(Committee, models.PROTECT, related_name="+")
    to_committee = models.ForeignKey(Committee, models.PROTECT, related_name="+")
    reason = models.TextField(_("Why"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    return_reason = models.TextField(_("Why it comes back"), blank=True)
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(returned_at=None),
                name="one_standing_transfer",
            ),
            models.CheckConstraint(
                name="a_transfer_leads_elsewhere",
                condition=~Q(from_committee=F("to_committee")),
            ),
            models.CheckConstraint(
                name="a_standing_transfer_has_no_return",
                condition=Q(returned_at__isnull=False) | Q(returned_by=None, return_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
