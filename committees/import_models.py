"""A list of committees or people from a file, checked before it is applied."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportDraft(models.Model):
    """A checked list, waiting for somebody to apply it as a whole or not at all."""

    class Kind(models.TextChoices):
        COMMITTEES = "committees", _("Committees")
        PEOPLE = "people", _("People")

    kind = models.CharField(max_length=12, choices=Kind)
    file_name = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    # What of the file was not read as a row, or read though it is hidden.
    notes = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="import_drafts"
    )
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    # What applying has made and changed, for undoing it.
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name
