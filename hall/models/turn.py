"""One question on the floor, and the acts of the desk, each of which can be undone."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.looks import Stateful
from foundation.moves import Move
from hall.models.hall import Hall
from hall.states import TURN_MOVES, TurnState
from sessions.models import Commitment, Question


class Turn(Stateful, models.Model):
    """A question that was called up: for how long it was on the floor, and what was said to it.

    `paused` are the seconds for which the clock stood; since `paused_at` it stands again. The gist
    is saved while it is typed, by whoever types, and so is what is being `promised` with it, field by
    field as it was typed; `version` tells who typed over whom.
    """

    MOVES = TURN_MOVES
    STATES = TurnState

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, related_name="turns")
    state = models.CharField(max_length=12, choices=TurnState, default=TurnState.RUNNING)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    paused = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    gist = models.TextField(_("gist of the answer"), blank=True)
    answered_by = models.CharField(_("answered by"), max_length=200, blank=True)
    promised = models.JSONField(default=dict)
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, null=True, related_name="made_in_turns"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["hall", "number"], name="turn_number_once"),
            models.UniqueConstraint(
                fields=["hall"], condition=Q(state="running"), name="one_turn_on_the_floor"
            ),
            models.CheckConstraint(
                name="a_turn_that_is_over_has_its_end",
                condition=Q(state="running") | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hall_id} · {self.number}"

    @property
    def is_answered(self) -> bool:
        return self.state == TurnState.ANSWERED

    def lasted(self, *, at: dt.datetime) -> dt.timedelta:
        """Return for how long the question has been on the floor, without the pauses, at `at`."""
        until = self.ended_at or self.paused_at or at
        spent = until - self.began_at - dt.timedelta(seconds=self.paused)
        return max(spent, dt.timedelta())


class TurnMove(Move):
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="moves")


class DeskAct(models.Model):
    """One act of the desk, with what stood before it. `key` is its form's: it is done once.

    The newest that is not undone can be undone, then the one before it. One that is final stays:
    something else has happened since.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Called up")
        ANSWER = "answer", _("Answered")
        LATER = "later", _("Answer in writing")
        PUT_BACK = "put_back", _("Put back")
        FLOOR = "floor", _("Question from the floor")
        PLACE = "place", _("Queue changed")
        CLOCK = "clock", _("Clock")
        SCREEN = "screen", _("Screen")
        SPEAKER = "speaker", _("List of speakers")
        MERGE = "merge", _("Merged")

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="acts")
    number = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind)
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="desk_acts")
    turn = models.ForeignKey(Turn, models.CASCADE, null=True, related_name="acts")
    before = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    is_final = models.BooleanField(default=False)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["hall", "number"], name="desk_act_number_once"),
            models.UniqueConstraint(fields=["hall", "key"], name="desk_act_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hall_id} · {self.number} · {self.kind}"

    @property
    def words(self) -> str:
        """Return what was typed into its form: the question from the floor, or the answer."""
        if self.kind == self.Kind.FLOOR and self.question is not None:
            return self.question.original_text
        return self.turn.gist if self.turn is not None else ""
