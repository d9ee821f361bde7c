"""What the office and the leader who answers say to each other about a question."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models.question import Question
from sessions.models.transfer import Transfer


class InternalNote(models.Model):
    """A note that nobody but who handles the question reads; in no report and no copy of data.

    It is taken back on its day alone. A correction is a note of its own that replaces the
    earlier one, which stays to be read. `transfer` is the one during which it was written in
    another committee: the two offices do not read each other's notes.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="notes")
    text = models.TextField(_("internal note"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_on = models.DateField()
    transfer = models.ForeignKey(
        Transfer, models.CASCADE, null=True, editable=False, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="replacement", editable=False
    )

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.pk)
