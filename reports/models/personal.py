"""What a person asks for about the own data, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Role
from committees.permissions import OFFICE
from foundation import looks
from foundation.clock import written_day
from foundation.looks import Look, Stateful
from sessions.models import Question

if TYPE_CHECKING:
    from committees.models import User


class PersonalRequestQuerySet(models.QuerySet["PersonalRequest"]):
    def open(self) -> Self:
        return self.filter(state=PersonalRequest.State.OPEN)

    def visible_to(self, user: User) -> Self:
        """What `user` decides: the office's, the head's of a Board; an administrator what nobody
        else can. Of questions the office alone hears."""
        whose = Q(committee_id__in=user.committees_as(*OFFICE)) | (
            Q(committee_id__in=user.committees_as(Role.HEAD))
            & ~Q(kind=PersonalRequest.Kind.QUESTION)
        )
        if user.is_superuser:
            whose |= Q(committee=None)
        return self.filter(whose)


class PersonalRequest(Stateful, models.Model):
    """A wish of one person about the own data, with the day by which it is answered.

    Somebody without an account asks on paper: then there is no `person`, `name` is who asked,
    and `reply` what was handed over.

    `question` is named only while it is open: once a name is taken off, nothing may lead back.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("Correct my name")
        QUESTION = "question", _("Take my name off a question")
        ACCOUNT = "account", _("Remove my data from my account")
        PAPER = "paper", _("Asked for on paper")

    class State(looks.State):
        OPEN = "open", Look.NOW, _("waits for a decision")
        DONE = "done", Look.DONE, _("done")
        REFUSED = "refused", Look.OFF, _("refused")
        WITHDRAWN = "withdrawn", Look.OFF, _("withdrawn")

    STATES = State

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="personal_requests"
    )
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True)
    asked_on = models.DateField()
    due_on = models.DateField()
    reply = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_on = models.DateField(null=True)

    objects = PersonalRequestQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(state="open", question=None),
                name="one_open_request_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["person", "question"],
                condition=Q(state="open"),
                name="one_open_request_of_a_question",
            ),
            models.CheckConstraint(
                name="a_request_on_paper_has_no_account",
                condition=Q(kind="paper", person=None, committee__isnull=False)
                | (~Q(kind="paper") & Q(person__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_settled_request_names_no_question",
                condition=Q(state="open") | Q(question=None),
            ),
            models.CheckConstraint(
                name="a_decided_request_has_its_day",
                condition=~Q(state__in=("done", "refused")) | Q(decided_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_request_has_a_reason",
                condition=~Q(state="refused") | ~Q(reply=""),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def asker(self) -> str:
        """Who asked, in words."""
        return self.person.full_name if self.person else self.name

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {written_day(self.asked_on)}"
