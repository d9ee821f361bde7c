"""A file that was sent with a question, cleaned of what it told about its maker."""

import uuid

from django.db import models

from sessions.models.question import Question


class Attachment(models.Model):
    """One cleaned file. Its name is neutral: the name it came with is never kept.

    `sha256` names the file in the store (dialogue_portal.files); `size` is in bytes.
    An anonymous question has none.
    """

    class Kind(models.TextChoices):
        PNG = "png", "PNG"
        JPG = "jpg", "JPEG"
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="attachments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="attachment_number_once")
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        """What the file is called when it is downloaded."""
        return f"dinh-kem-{self.number}.{self.kind}"
