"""The sealed name of a confidential asker, and what two bodies do before it is opened."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Role
from committees.permissions import BOARD
from foundation.clock import written_day
from foundation.looks import Look, State
from sessions.models.question import Question

if TYPE_CHECKING:
    from committees.models import User


SHOWN_FOR = dt.timedelta(hours=24)  # from the agreement on; the database holds to it as well


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

    def __str__(self) -> str:
        return f"{self.question_id}"


class OpeningRequestQuerySet(models.QuerySet["OpeningRequest"]):
    def waiting(self, *, at: dt.datetime) -> Self:
        """Those that the Board has still to answer."""
        return self.filter(decision=None, lapses_at__gt=at)

    def visible_to(self, user: User) -> Self:
        """Those of the person's Boards, and those of the committees the person is secretary of."""
        return self.filter(
            Q(board_id__in=user.committees_as(*BOARD))
            | Q(committee_id__in=user.committees_as(Role.SECRETARY))
        )

    def to_be_decided_by(self, user: User) -> Self:
        """Those that were sent to a Board for which `user` works."""
        return self.filter(board_id__in=user.committees_as(*BOARD))


class OpeningRequest(models.Model):
    """A secretary asks a Board to agree that one name is opened. Never changed or removed.

    What the Board reads of it stands here: committee, code and reason, and nothing of the
    question. Who asked the question stands nowhere: the asker finds it with the question.
    """

    class Stage(State):
        ASKED = "asked", Look.NOW, _("Waits for the Board")
        AGREED = "agreed", Look.DONE, _("The Board agreed")
        OPENED = "opened", Look.DONE, _("The name was opened")
        REFUSED = "refused", Look.OFF, _("The Board refused")
        WITHDRAWN = "withdrawn", Look.OFF, _("Taken back by the secretary")
        LAPSED = "lapsed", Look.OFF, _("Lapsed without an answer")

        @property
        def is_asked(self) -> bool:
            return self is type(self).ASKED

        @property
        def is_opened(self) -> bool:
            return self is type(self).OPENED

        @property
        def is_refused(self) -> bool:
            return self is type(self).REFUSED

        @property
        def is_withdrawn(self) -> bool:
            return self is type(self).WITHDRAWN

        @property
        def is_lapsed(self) -> bool:
            return self is type(self).LAPSED

    question = models.ForeignKey(Question, models.PROTECT, related_name="opening_requests")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="opening_requests")
    board = models.ForeignKey(Committee, models.PROTECT, related_name="+")
    code = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    reason = models.TextField()
    at = models.DateTimeField()
    lapses_at = models.DateTimeField()

    objects = OpeningRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=["by", "at"], name="opening_by_day"),
            models.Index(fields=["committee", "at"], name="opening_by_committee"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {written_day(self.at)}"

    def stage(self, *, at: dt.datetime) -> OpeningRequest.Stage:
        """Return where it stands at `at`."""
        if hasattr(self, "unsealing"):
            return self.Stage.OPENED
        if hasattr(self, "decision"):
            return self.Stage(self.decision.verdict)
        return self.Stage.ASKED if at < self.lapses_at else self.Stage.LAPSED

    @property
    def shown_until(self) -> dt.datetime:
        """Return when the name, once agreed to, is closed again."""
        return self.decision.at + SHOWN_FOR


class OpeningDecision(models.Model):
    """What became of a request: one for each, and final.

    The database takes an agreement and a refusal from a person of the Board alone, and a
    withdrawal from whoever has asked (sessions.migrations.0002_guards).
    """

    class Verdict(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")

    request = models.OneToOneField(OpeningRequest, models.PROTECT, related_name="decision")
    verdict = models.CharField(max_length=9, choices=Verdict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_refusal_has_a_reason", condition=~Q(verdict="refused") | ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.verdict}"


class Unsealing(models.Model):
    """The name of a request that was agreed to has been read. Never changed or removed.

    By whom, of which question and why stands in the request, and nowhere else.
    """

    request = models.OneToOneField(OpeningRequest, models.PROTECT, related_name="unsealing")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.request}"
