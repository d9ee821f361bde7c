"""An earlier answer that a later one says still to be valid."""

from __future__ import annotations

from django.db import models

from sessions.models.question import Answer
from sessions.states import AnswerState


class Citation(models.Model):
    """`answer` repeats what `cited` said. Once that was corrected, the office must look again."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="citations")
    cited = models.ForeignKey(Answer, models.PROTECT, related_name="cited_by")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["answer", "cited"], name="an_answer_is_cited_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_outdated(self) -> bool:
        return self.cited.state == AnswerState.SUPERSEDED
