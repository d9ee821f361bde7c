"""What the people to whom a question was handed say to that, and what stands about it since."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sessions.models.question import Question


class AssignmentReply(models.Model):
    """A leader takes a question on, or asks for it to be handed to somebody else, and why.

    One reply of a person stands at a time (`is_standing`); what was said before, or before the
    question was handed to the person anew, is kept. `insisted_…` is the office's word that it
    stays with whoever gave it back. The asker reads none of it.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Taken on")
        REFUSED = "refused", _("Given back")

    question = models.ForeignKey(Question, models.CASCADE, related_name="assignment_replies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Who said it in that leader's place.
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.TextField(_("Why it should be answered by somebody else"), blank=True)
    proposed = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    is_standing = models.BooleanField(default=True)
    insisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    insisted_at = models.DateTimeField(null=True)
    insisted_because = models.TextField(_("Why it stays as it was assigned"), blank=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "by"],
                condition=Q(is_standing=True),
                name="one_standing_reply_to_an_assignment",
            ),
            models.CheckConstraint(
                name="a_question_given_back_has_a_reason",
                condition=~Q(verdict="refused") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="insisting_has_a_reason",
                condition=Q(insisted_at=None, insisted_by=None, insisted_because="")
                | (
                    Q(verdict="refused", insisted_at__isnull=False, insisted_by__isnull=False)
                    & ~Q(insisted_because="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_refused(self) -> bool:
        return self.verdict == self.Verdict.REFUSED

    @property
    def is_open(self) -> bool:
        """Given back, and the office has not said yet that it stays."""
        return self.is_standing and self.is_refused and self.insisted_at is None


class CoResponder(models.Model):
    """A further leader who contributes to the answer; whom it is assigned to answers for it."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="co_responders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        ordering = ("person__name_order", "pk")
        constraints = [
            models.UniqueConstraint(fields=["question", "person"], name="co_responder_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Contribution(models.Model):
    """One version of what a co-responder gives to the answer; the last one counts, all are kept."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="contributions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("Contribution to the answer"))
    at = models.DateTimeField()
    earlier: list[Contribution]  # as sessions.domain.contributions has looked them up

    class Meta:
        ordering = ("by__name_order", "by", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "by", "number"], name="contribution_version_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HoldingReply(models.Model):
    """The one word that an asker gets before the answer: why it takes longer, and until when.

    It is no answer: the question stays in progress. One for each question, whatever comes later.
    """

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="holding_reply"
    )
    text = models.TextField(_("First reply"))
    reason = models.TextField(_("Why it takes longer"))
    due_before = models.DateField()
    due_on = models.DateField(_("Answer due on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_holding_reply_gives_more_time",
                condition=Q(due_on__gt=models.F("due_before")),
            ),
            models.CheckConstraint(
                name="a_holding_reply_says_something", condition=~Q(text="") & ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
