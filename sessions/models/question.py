"""A question, what became of it, and the answers to it."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Role
from committees.permissions import OFFICE
from committees.standing_in import in_force
from foundation.clock import day_of
from foundation.given import given
from foundation.looks import Stateful
from foundation.moves import Move
from sessions.codes import question_code
from sessions.models.conference import Conference
from sessions.models.theme import Theme
from sessions.searching import coded
from sessions.states import (
    ANSWER_MOVES,
    COUNTED,
    IN_PROGRESS,
    QUESTION_MOVES,
    AnswerState,
    ConferenceState,
    QuestionState,
)

if TYPE_CHECKING:
    from committees.models import User


# What lies in the inbox of the sorting page: not sorted yet, or its text not cleared.
TO_SORT = Q(state=QuestionState.RECEIVED) | Q(state__in=COUNTED, edited_ok=False)
# What another committee has handed over, and the office that got it has not assigned yet.
TRANSFERRED_HERE = Q(state=QuestionState.CLASSIFIED, transferred_from__isnull=False)


def due_before(day: dt.date) -> Q:
    """The one condition of what is due before `day`: while the asker is asked back nothing is."""
    return Q(due_on__lt=day, clock_stopped_on=None)


def is_deputy(user: User) -> Exists:
    """The condition that `user` is the deputy of whoever it is assigned to, today."""
    return Exists(
        in_force().filter(deputy=user, leader=OuterRef("assignee"), committee=OuterRef("committee"))
    )


# By when it is due; nothing while the asker is asked back.
RUNNING_DUE = Case(When(clock_stopped_on=None, then=F("due_on")))


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> Self:
        """What `user` handles: all of the own office's committees; what a leader answers or
        contributes to. And what the own office has handed to another committee, to follow it."""
        offices = user.committees_as(*OFFICE)
        return self.filter(
            Q(committee_id__in=offices)
            | Q(transferred_from_id__in=offices)
            | self._concerning_leader(user)
            | self._concerning_deputy(user)
        )

    def answered_by(self, user: User) -> Self:
        """What is assigned to `user`, or to a leader whose deputy `user` is today."""
        return self.filter(Q(assignee=user) | is_deputy(user))

    def _concerning_deputy(self, user: User) -> Q:
        """What a leader answers whose deputy `user` is, where `user` is no office."""
        others = set(user.roles) - set(user.committees_as(*OFFICE))
        return Q(is_deputy(user), committee_id__in=others) if others else Q(pk__in=[])

    def _concerning_leader(self, user: User) -> Q:
        """What a leader answers, or contributes to, in the own committees."""
        if not (committees := user.committees_as(Role.LEADER)):
            return Q(pk__in=[])
        # A subquery: a join would repeat rows and spoil every Count() after it.
        contributing = Question._base_manager.filter(co_responders__person=user)
        return Q(committee_id__in=committees) & (
            Q(assignee=user) | Q(pk__in=contributing.values("pk"))
        )

    def counted(self) -> Self:
        """Every question that a report counts: not withdrawn, and merged ones only once."""
        return self.filter(state__in=COUNTED)

    def to_sort(self) -> Self:
        """Those that wait for the office's hand: not sorted yet, or their text not cleared."""
        return self.filter(TO_SORT)

    def in_progress(self) -> Self:
        return self.filter(state__in=IN_PROGRESS)

    def with_code(self, text: str) -> Self:
        """Those that `text` names: one by "HN2-C012", a few by "C12" or "HN2"; else none."""
        condition = coded(text)
        return self.filter(condition) if condition else self.none()

    def overdue(self, *, on: dt.date) -> Self:
        """Those that wait for an answer past their due date, on the day `on`."""
        return self.filter(due_before(on), state__in=IN_PROGRESS)


class Question(Stateful, models.Model):
    """One question. Nothing here names its asker, except `author` of a named one.

    `receipt` is the keyed hash of the code that the asker keeps. `received_at` of a question
    that is not named is the beginning of its week, whatever its level: nothing tells a
    confidential question from an anonymous one.

    `form_print` is the keyed hash of the key of its form, so that a form is taken once; the key
    itself, of which a receipt's code may be made, is kept nowhere (sessions.sent_forms).

    `asker_key` is a keyed pseudonym (sessions.askers.identity) by which the asker of a
    confidential question finds it; its key is not in the database. It stands on no named
    question: beside an author it would name the askers of all that bear the same.
    `original_text` is never changed after triage; `display_text`, when set, is what others
    read instead.
    """

    MOVES = QUESTION_MOVES
    STATES = QuestionState
    MOVES_RAISE_VERSION = True

    class Kind(models.TextChoices):
        OPINION = "opinion", _("Opinion")
        RECOMMENDATION = "recommendation", _("Recommendation")
        PROPOSAL = "proposal", _("Proposal")
        ASPIRATION = "aspiration", _("Thoughts and aspirations")
        FEEDBACK = "feedback", _("Report of a problem")

    class Level(models.TextChoices):
        NAMED = "named", _("Named")
        CONFIDENTIAL = "confidential", _("Confidential")
        ANONYMOUS = "anonymous", _("Anonymous")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        PAPER = "paper", _("Paper slip")
        BOX = "box", _("Suggestion box")
        CELL = "cell", _("Cell meeting")
        ORAL = "oral", _("Spoken at the conference")

    class ReturnCode(models.TextChoices):
        OUT_OF_SCOPE = "out_of_scope", _("Outside the scope of the dialogue")
        FINAL_DECISION = "final_decision", _("Already settled by a final decision")
        COMPLAINT = "complaint", _("A complaint or denunciation, which has its own procedure")
        UNCLEAR = "unclear", _("The content is not clear enough to be answered")
        SECRET = "secret", _("Contains information that may not be handled here")
        OFFENSIVE = "offensive", _("Offensive content")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(Conference, models.PROTECT, related_name="questions")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="questions")
    # Who has handed it to `committee`, as long as that stands: there it was asked, and who asked stays there.
    transferred_from = models.ForeignKey(
        Committee, models.PROTECT, null=True, editable=False, related_name="transferred_questions"
    )
    number = models.PositiveIntegerField(null=True, editable=False)
    state = models.CharField(max_length=20, choices=QuestionState, default=QuestionState.RECEIVED)
    theme = models.ForeignKey(
        Theme, models.PROTECT, related_name="questions", verbose_name=_("theme")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    level = models.CharField(
        _("who may know who asks"), max_length=12, choices=Level, default=Level.CONFIDENTIAL
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.PORTAL)
    raised_live = models.BooleanField(_("raised at the conference"), default=False)
    original_text = models.TextField(_("question"))
    display_text = models.TextField(_("text that others read"), blank=True)
    edited_ok = models.BooleanField(_("text cleared for the report"), default=False)
    in_report = models.BooleanField(_("described in the report"), default=False)
    folded = models.TextField(editable=False, default="")

    asker_key = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="named_questions"
    )
    asker_name = models.CharField(_("name of the asker"), max_length=150, blank=True)
    asker_unit = models.CharField(_("unit of the asker"), max_length=150, blank=True)
    form_print = models.UUIDField(null=True, unique=True, editable=False)
    receipt = models.CharField(  # noqa: DJ001 (unique, and not every question has one)
        max_length=64, null=True, unique=True, editable=False
    )

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="assigned_questions"
    )
    assigned_unit = models.CharField(_("answering unit"), max_length=200, blank=True)
    due_on = models.DateField(_("answer due on"), null=True, blank=True)
    # Since when the due date stands still, because the asker is asked back (domain/pausing.py).
    # That it has a date which was not over then the database holds (0007_clocks_that_stand).
    clock_stopped_on = models.DateField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged_questions"
    )
    return_code = models.CharField(_("reason"), max_length=15, choices=ReturnCode, blank=True)
    return_text = models.TextField(_("explanation for the asker"), blank=True)
    passed_to = models.CharField(_("passed to"), max_length=200, blank=True)
    passed_reason = models.TextField(_("why"), blank=True)
    times_raised = models.PositiveSmallIntegerField(_("raised for the nth time"), default=1)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ("received_at", "id")
        indexes = [
            models.Index(
                fields=["conference", "state", "-received_at", "-id"], name="question_queue"
            ),
            models.Index(fields=["conference", "-received_at", "-id"], name="question_all"),
            models.Index(fields=["assignee", "state", "due_on"], name="question_by_assignee"),
            # Narrow and with all that is asked for, so that the numbers above the queue are counted in the index alone.
            models.Index(
                fields=["conference", "committee", "state", "edited_ok"], name="question_numbers"
            ),
            models.Index(
                fields=["conference", "-received_at", "-id"],
                condition=TO_SORT,
                name="question_inbox",
            ),
            models.Index(
                fields=["committee", "state"],
                condition=Q(transferred_from__isnull=False),
                name="question_transferred",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="question_number_once"),
            models.CheckConstraint(
                name="only_a_named_question_has_an_author",
                condition=Q(level="named") | Q(author=None, asker_name="", asker_unit=""),
            ),
            models.CheckConstraint(
                name="only_a_confidential_question_has_a_key",
                condition=Q(level="confidential") | Q(asker_key=""),
            ),
            models.CheckConstraint(
                name="an_assigned_question_has_a_due_date",
                condition=~Q(state="assigned") | Q(due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_merged_question_has_a_target",
                condition=~Q(state="merged") | Q(merged_into__isnull=False),
            ),
            models.CheckConstraint(
                name="a_declined_question_has_a_reason",
                condition=~Q(state="declined") | ~Q(return_code=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code or str(self.id)[:8]

    @property
    def code(self) -> str:
        """What the question is called in lists and reports; given at triage, not on arrival."""
        return question_code(self.conference.number, self.number) if self.number else ""

    @property
    def text(self) -> str:
        """What everybody but the office reads."""
        return self.display_text or self.original_text

    @cached_property
    def contributors(self) -> frozenset[int]:
        """The ids of those who contribute to the answer."""
        if not getattr(self, "has_contributors", True):
            return frozenset()
        return frozenset(self.co_responders.order_by().values_list("person", flat=True))

    @property
    def is_transferred(self) -> bool:
        return self.transferred_from_id is not None

    @property
    def keeper(self) -> Committee:
        """The committee whose office may know who asked: the one that has handed it on, if any."""
        return self.transferred_from or self.committee

    @property
    def waits_here(self) -> bool:
        """Is it in progress in the committee where it was asked?"""
        return self.state in IN_PROGRESS and not self.is_transferred

    @property
    def is_assigned(self) -> bool:
        return self.state == QuestionState.ASSIGNED

    @property
    def is_elsewhere(self) -> bool:
        """Does another body answer it, so that the office writes down what came from there?"""
        return self.state in (QuestionState.ESCALATED, QuestionState.REFERRED)

    @property
    def is_declined(self) -> bool:
        return self.state == QuestionState.DECLINED

    @property
    def is_merged(self) -> bool:
        return self.state == QuestionState.MERGED

    def wanted_on(self, *, at: dt.datetime) -> dt.date | None:
        """By when it is to be answered: what is asked before a conference, before it is held.

        None while the asker is asked back.
        """
        if self.clock_stopped_on is not None:
            return None
        conference = self.conference
        is_ahead = conference.state == ConferenceState.SCHEDULED and at < conference.starts_at
        if self.due_on and is_ahead:
            return min(self.due_on, conference.held_on - dt.timedelta(days=1))
        return self.due_on


class QuestionMove(Move):
    question = models.ForeignKey(Question, models.CASCADE, related_name="moves")


class Answer(Stateful, models.Model):
    """One version of the answer to a question. At most one version is published.

    Answers that were given as one, to several questions, bear the same `shared`.
    """

    MOVES = ANSWER_MOVES
    STATES = AnswerState

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    state = models.CharField(max_length=20, choices=AnswerState, default=AnswerState.DRAFT)
    number = models.PositiveSmallIntegerField(default=1)
    live = models.BooleanField(_("given at the conference"), default=False)
    text = models.TextField(_("answer"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="written_answers"
    )
    answered_by = models.CharField(_("answered by"), max_length=400)  # with a deputy's mark
    remarks = models.TextField(_("remarks of the secretary"), blank=True)
    shared = models.UUIDField(null=True, db_index=True, editable=False)
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="answer_version_once"),
            models.UniqueConstraint(
                fields=["question"], condition=Q(state="published"), name="one_published_answer"
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(state__in=("draft", "submitted")),
                name="one_answer_in_work",
            ),
            models.CheckConstraint(
                name="a_published_answer_has_its_moment",
                condition=~Q(state__in=("published", "superseded")) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} · {self.number}"

    @property
    def answered_on(self) -> dt.date:
        """The day it was given: at the conference, however late the office wrote it down."""
        if not self.live:
            return day_of(given(self.published_at))
        conference = self.question.conference
        ended_on = max(conference.held_on, day_of(conference.ends_at))
        return min(max(day_of(given(self.published_at)), conference.held_on), ended_on)


class AnswerMove(Move):
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="moves")
