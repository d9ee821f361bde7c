"""A file that came with a question, an answer or a commitment, cleaned of what it told of its maker."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from sessions.models.commitment import Commitment, Progress
from sessions.models.question import Answer, Question

OWNERS = ("question", "answer", "commitment", "progress")


def _one_owner() -> Q:
    found = Q()
    for owner in OWNERS:
        found |= Q(**{f"{name}__isnull": name != owner for name in OWNERS})
    return found


class Attachment(models.Model):
    """One cleaned file. Its name is neutral: the name it came with is never kept.

    It belongs to one thing, and whoever may read that may have it. `sha256` names the file in
    the store (foundation.files); `size` is in bytes. `lost_signature`: what was sent bore a
    digital signature, which nothing that is written anew can keep. An anonymous question has none.
    """

    class Kind(models.TextChoices):
        PNG = "png", "PNG"
        JPG = "jpg", "JPEG"
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"

    NAMES = {
        "question": "dinh-kem",
        "answer": "tra-loi",
        "commitment": "cam-ket",
        "progress": "tien-do",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="attachments")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="attachments")
    commitment = models.ForeignKey(
        Commitment, models.CASCADE, null=True, related_name="attachments"
    )
    progress = models.ForeignKey(Progress, models.CASCADE, null=True, related_name="attachments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    lost_signature = models.BooleanField(default=False)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.CheckConstraint(name="attachment_of_one_thing", condition=_one_owner()),
            models.UniqueConstraint(fields=["question", "number"], name="attachment_number_once"),
            *(
                models.UniqueConstraint(fields=[name, "number"], name=f"attachment_of_{name}_once")
                for name in OWNERS[1:]
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_kind(self) -> str:
        """Which of OWNERS it belongs to."""
        return next(name for name in OWNERS if getattr(self, f"{name}_id") is not None)

    @property
    def remark(self) -> str:
        """What must be known of it beside its name, or nothing."""
        return (
            _("its digital signature was removed when it was cleaned")
            if self.lost_signature
            else ""
        )

    @property
    def name(self) -> str:
        """What the file is called when it is downloaded."""
        return f"{self.NAMES[self.owner_kind]}-{self.number}.{self.kind}"
