"""The last act of sorting on a question, and what stood before it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models.question import Question


class SortingStep(models.Model):
    """What an act of sorting changed, kept until the next one or for some days: it can be undone.

    Acts on several questions at once share a `batch`. `before` holds what the question was,
    `version` the one it got by the act: with any other, something has happened since.
    """

    class Act(models.TextChoices):
        SORT = "sort", _("Saved")
        ASSIGN = "assign", _("Assigned")
        CLEAR = "clear", _("Text cleared")
        MERGE = "merge", _("Merged")
        DECLINE = "decline", _("Returned")
        REFER = "refer", _("Referred")
        ESCALATE = "escalate", _("Put to a higher level")
        RECONSIDER = "reconsider", _("Taken up again")

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="last_step"
    )
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    act = models.CharField(max_length=10, choices=Act)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField()
    before = models.JSONField(encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"{self.question_id}: {self.act}"
