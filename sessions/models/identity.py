"""The sealed name of a confidential asker, and every time it was opened."""

from django.conf import settings
from django.db import models

from committees.models import Committee
from sessions.models.question import Question


class SealedIdentity(models.Model):
    """Who asked a confidential question, closed with the committee's public key.

    The private key lies outside the database (`key_name` in KEYS_DIR). What is inside
    names its question as well, so that two blobs cannot be swapped.
    """

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="sealed_identity"
    )
    key_name = models.CharField(max_length=60)
    blob = models.BinaryField()

    def __str__(self):
        return f"{self.question_id}"


class Unsealing(models.Model):
    """One opening of one name, and why. The database refuses to change or remove it.

    `asker_key` is a keyed pseudonym by which the asker is told on the next page view.
    """

    question = models.ForeignKey(Question, models.PROTECT, related_name="unsealings")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="unsealings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    reason = models.TextField()
    at = models.DateTimeField()
    asker_key = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["by", "at"], name="unsealing_by_day")]

    def __str__(self):
        return f"{self.question} · {self.at:%d/%m/%Y}"


class UnsealingSeen(models.Model):
    """The asker has read that the name was opened. No moment: it is nobody's business."""

    unsealing = models.OneToOneField(
        Unsealing, models.CASCADE, primary_key=True, related_name="seen"
    )

    def __str__(self):
        return str(self.pk)
