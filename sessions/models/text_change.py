"""Words that others could read already, and that the office changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sessions.models.commitment import Commitment
from sessions.models.question import Question


class TextChange(models.Model):
    """What a cleared text of a question, or a commitment, said before and after a correction.

    Of answers each version is kept whole; their reason stands with the move that published it.
    What askers change of their own questions is not kept.
    """

    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="text_changes")
    commitment = models.ForeignKey(
        Commitment, models.CASCADE, null=True, related_name="text_changes"
    )
    before = models.TextField()
    after = models.TextField()
    reason = models.TextField(_("Why"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="a_changed_text_belongs_to_one_thing",
                condition=Q(question=None, commitment__isnull=False)
                | Q(question__isnull=False, commitment=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
