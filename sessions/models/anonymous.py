"""Vouchers for anonymous questions, and the place where those wait to be mixed.

Nothing here names a person, tells a moment finer than a week or counts upwards, but for
`BlindIssue`: it says that a person was given vouchers, which everybody was, long before.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from periods.models import half_in_words
from sessions.models.conference import Conference
from sessions.models.question import Question
from sessions.models.theme import Theme


class VoucherRound(models.Model):
    """One half-year of one committee: one public key, the same for everybody.

    Blind vouchers are given out on the days from `issues_from` up to, not including,
    `issues_until`, which is the day the question window opens.
    """

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="voucher_rounds")
    half = models.CharField(max_length=6)  # 2026-1
    issues_from = models.DateField()
    issues_until = models.DateField()
    public_key = models.TextField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ("-half", "committee")
        constraints = [
            models.UniqueConstraint(fields=["committee", "half"], name="one_round_a_half")
        ]

    def __str__(self) -> str:
        return f"{self.committee} · {self.half}"

    @property
    def half_label(self) -> str:
        """The half-year as people write it: 6 tháng cuối năm 2026."""
        year, half = self.half.split("-")
        return half_in_words(int(year), int(half))


class BlindIssue(models.Model):
    """This person was given the blind vouchers of this round, as everybody was.

    `request` is the hash of the blinded messages: the same request is answered again, so
    that a reply lost on the way costs nobody the vouchers. It cannot be matched with them.
    """

    round = models.ForeignKey(VoucherRound, models.CASCADE, related_name="issues")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    request = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="vouchers_once_a_person")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PaperVoucher(models.Model):
    """A slip that was printed, known by the keyed hash of its code alone.

    The slips of one `batch` were printed together: the office could hand each to other people,
    so the group in which an asker is hidden is the batch.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    round = models.ForeignKey(VoucherRound, models.CASCADE, related_name="slips")
    batch = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.pk)


class SpentVoucher(models.Model):
    """A voucher that was used, of either kind."""

    digest = models.CharField(max_length=64, primary_key=True)
    round = models.ForeignKey(VoucherRound, models.CASCADE, related_name="spent")

    def __str__(self) -> str:
        return str(self.pk)


class SeatRound(models.Model):
    """The passes of one hall, in which one asks on the spot and needs no voucher: one public key.

    They are given out, unseen, to each telephone that follows while it `is_open`; `drawn` is to
    how many: the group in which whoever uses one is hidden.
    """

    conference = models.OneToOneField(
        Conference, models.PROTECT, primary_key=True, related_name="seat_round"
    )
    public_key = models.TextField()
    is_open = models.BooleanField(default=False)
    drawn = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def committee(self) -> Committee:
        return self.conference.committee


class SpentPass(models.Model):
    """A pass that was used."""

    digest = models.CharField(max_length=64, primary_key=True)
    round = models.ForeignKey(SeatRound, models.CASCADE, related_name="spent")

    def __str__(self) -> str:
        return str(self.pk)


class StagedQuestion(models.Model):
    """An anonymous question until the mixer hands it on; what comes from a hall, within a minute."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(Conference, models.PROTECT, related_name="staged_questions")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=Question.Kind)
    text = models.TextField()
    receipt = models.CharField(max_length=64, unique=True)
    week = models.CharField(max_length=8)
    is_from_hall = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.pk)


class MixerTurn(models.Model):
    """One turn of the mixer, taken once however many processes try."""

    due_at = models.DateTimeField(_("due"), primary_key=True)

    def __str__(self) -> str:
        return str(self.pk)
