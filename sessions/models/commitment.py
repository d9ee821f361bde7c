"""What was promised at a conference, by whom, by when, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from foundation.looks import Stateful
from foundation.moves import Move
from sessions.codes import commitment_code
from sessions.models.conference import Conference
from sessions.models.question import Question
from sessions.states import COMMITMENT_MOVES, CommitmentState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: User) -> Self:
        """Those of the committees in which `user` holds any role: promises are public inside."""
        own = list(user.roles)  # also those that another committee has taken over since
        return self.filter(
            models.Q(committee_id__in=own) | models.Q(conference__committee_id__in=own)
        )

    def overdue(self, *, on: dt.date) -> Self:
        return self.filter(state=CommitmentState.OPEN, due_on__lt=on)


class Commitment(Stateful, models.Model):
    """One thing to be done after a conference. Overdue is derived, never stored."""

    MOVES = COMMITMENT_MOVES
    STATES = CommitmentState

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="commitments")
    conference = models.ForeignKey(Conference, models.PROTECT, related_name="commitments")
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=CommitmentState, default=CommitmentState.OPEN)
    text = models.TextField(_("what will be done"))
    lead_unit = models.CharField(_("responsible unit"), max_length=200)
    co_units = models.CharField(_("co-ordinating units"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("responsible person"),
    )
    due_on = models.DateField(_("due on"))
    result = models.TextField(_("result"), blank=True)
    evidence = models.CharField(_("evidence (number of the document)"), max_length=200, blank=True)
    settled_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ("conference", "number")
        indexes = [models.Index(fields=["committee", "state", "due_on"], name="commitment_open")]
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="commitment_number_once"),
            models.CheckConstraint(
                name="an_open_commitment_is_not_settled",
                condition=models.Q(state="open", settled_on=None)
                | models.Q(state__in=("done", "cancelled"), settled_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return commitment_code(self.conference.number, self.number)

    @property
    def taken_over_from(self) -> str:
        """Return the name of the merged committee that had promised it, or nothing."""
        made_by = self.conference.committee
        return "" if made_by.pk == self.committee_id else made_by.name

    @property
    def is_open(self) -> bool:
        return self.state == CommitmentState.OPEN

    @property
    def is_done(self) -> bool:
        return self.state == CommitmentState.DONE

    def is_overdue(self, *, on: dt.date) -> bool:
        return self.state == CommitmentState.OPEN and self.due_on < on


class CommitmentMove(Move):
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="moves")

    @property
    def words(self) -> Any:
        """What happened, as the history says it."""
        if self.to_state == CommitmentState.DONE:
            return gettext("done")
        if self.to_state == CommitmentState.CANCELLED:
            return gettext("struck off")
        return gettext("taken up again") if self.from_state else gettext("written down")


class Progress(models.Model):
    """A line on how a commitment comes along."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="progress")
    text = models.TextField(_("progress"))
    evidence = models.CharField(_("evidence (number of the document)"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return self.text[:40]
