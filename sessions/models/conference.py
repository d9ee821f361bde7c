"""A dialogue conference: its dates, its people and what happened at it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from foundation.clock import day_of, start_of, written_month
from foundation.looks import Stateful
from foundation.moves import Move
from sessions.codes import conference_code
from sessions.states import (
    CONFERENCE_AHEAD,
    CONFERENCE_HAPPENED,
    CONFERENCE_MOVES,
    CONFERENCE_RUNNING,
    ConferenceState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from committees.models import User


class ConferenceQuerySet(models.QuerySet["Conference"]):
    def visible_to(self, user: User) -> Self:
        """Those of the committees in which `user` holds any role today."""
        return self.filter(committee_id__in=list(user.roles))

    def of_or_merged_into(self, committees: Iterable[Any]) -> Self:
        """Those of the committees, and of the ones that were merged into them."""
        return self.filter(
            Q(committee__in=committees)
            | Q(committee__successor__in=committees)
            | Q(committee__successor__successor__in=committees)
        )

    def happened(self) -> Self:
        return self.filter(state__in=CONFERENCE_HAPPENED)

    def ahead(self) -> Self:
        return self.filter(state__in=CONFERENCE_AHEAD)

    def running(self) -> Self:
        """Those that are on the calendar, or held and not closed."""
        return self.filter(state__in=CONFERENCE_RUNNING)

    def between(self, first: dt.date, before: dt.date) -> Self:
        """Those that lie on a day from `first` up to, not including, `before`."""
        return self.filter(starts_at__gte=start_of(first), starts_at__lt=start_of(before))

    def taking_questions(self, *, at: dt.datetime) -> Self:
        """Those whose question window is open at `at`, or which are being held."""
        return self.filter(
            Q(state=ConferenceState.SCHEDULED, asks_open_at__lte=at, asks_close_at__gt=at)
            | Q(state__in=CONFERENCE_RUNNING) & Q(starts_at__lte=at, ends_at__gt=at)
        )


class Conference(Stateful, models.Model):
    """One hội nghị đối thoại. The lead-time line is kept as days; `asks_*` as instants."""

    MOVES = CONFERENCE_MOVES
    STATES = ConferenceState

    class Kind(models.TextChoices):
        REGULAR = "regular", _("Regular")
        EXTRAORDINARY = "extraordinary", _("Extraordinary")

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        ONLINE = "online", _("Online")
        HYBRID = "hybrid", _("In person and online")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="conferences")
    number = models.PositiveIntegerField(editable=False)
    state = models.CharField(
        max_length=20, choices=ConferenceState, default=ConferenceState.SCHEDULED
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.REGULAR)
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.IN_PERSON)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="chaired", verbose_name=_("chair")
    )
    chair_post = models.CharField(_("post of the chair"), max_length=120, blank=True)
    co_chair = models.CharField(_("co-chair"), max_length=200, blank=True)
    minutes_taker = models.CharField(_("minutes taker"), max_length=200, blank=True)
    answerers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="answers_at", verbose_name=_("answering leaders")
    )

    plan_due_on = models.DateField(_("plan issued by"))
    asks_open_at = models.DateTimeField(_("questions open"))
    asks_close_at = models.DateTimeField(_("questions close"))
    notice_due_on = models.DateField(_("public notice by"))
    conclusion_due_on = models.DateField(_("conclusion notice by"))
    answers_due_on = models.DateField(_("written answers by"))

    plan_number = models.CharField(_("number of the plan"), max_length=60, blank=True)
    plan_issued_on = models.DateField(_("plan issued on"), null=True, blank=True)
    plan_lead_unit = models.CharField(_("lead unit"), max_length=200, blank=True)
    collection_channels = models.CharField(
        _("how questions are collected"), max_length=300, blank=True
    )
    notice_published_on = models.DateField(_("notice published on"), null=True, blank=True)
    notice_channels = models.CharField(
        _("how the notice was published"), max_length=300, blank=True
    )
    turns = models.PositiveIntegerField(
        pgettext_lazy("count", "speaking turns"), null=True, blank=True
    )
    summary = models.TextField(_("course of the conference"), blank=True)
    conclusion = models.TextField(_("conclusion of the chair"), blank=True)
    diverted = models.PositiveIntegerField(
        _("complaints and denunciations passed on"), null=True, blank=True
    )
    minutes_signed_on = models.DateField(_("minutes signed on"), null=True, blank=True)
    conclusion_number = models.CharField(
        _("number of the conclusion notice"), max_length=60, blank=True
    )
    conclusion_issued_on = models.DateField(_("conclusion notice issued on"), null=True, blank=True)

    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    last_question_number = models.PositiveIntegerField(default=0, editable=False)

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at",)
        indexes = [
            models.Index(fields=["committee", "-starts_at"], name="conference_by_committee"),
            models.Index(fields=["starts_at"], name="conference_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["committee", "number"], name="conference_number_once"),
            models.CheckConstraint(
                name="conference_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="question_window_ends_after_it_begins",
                condition=Q(asks_close_at__gt=F("asks_open_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        """What its questions and commitments are called by; see `sessions.codes`."""
        return conference_code(self.number)

    @property
    def held_on(self) -> dt.date:
        """The day that decides which period counts the conference."""
        return day_of(self.starts_at)

    @property
    def short_name(self) -> str:
        """What lists and paths of pages call it; the title is for papers."""
        month = written_month(self.held_on)
        if self.kind == self.Kind.EXTRAORDINARY:
            return gettext("Extraordinary dialogue %(month)s") % {"month": month}
        return gettext("Dialogue %(month)s") % {"month": month}

    @property
    def has_plan(self) -> bool:
        return bool(self.plan_number or self.plan_issued_on)

    @property
    def has_conclusion_notice(self) -> bool:
        return bool(self.conclusion_number or self.conclusion_issued_on)

    @property
    def happened(self) -> bool:
        return self.state in CONFERENCE_HAPPENED

    @property
    def is_postponed(self) -> bool:
        return self.state == ConferenceState.POSTPONED

    @property
    def is_cancelled(self) -> bool:
        return self.state == ConferenceState.CANCELLED

    def lies_ahead(self, *, at: dt.datetime) -> bool:
        """Is it on the calendar, and has it not begun?"""
        return self.state == ConferenceState.SCHEDULED and at < self.starts_at

    def goes_on(self, *, at: dt.datetime, days_before: int = 0) -> bool:
        """Is it one of its own days, or one of the `days_before` it, and is it neither over nor off?"""
        first = self.held_on - dt.timedelta(days=days_before)
        return self.state in CONFERENCE_RUNNING and first <= day_of(at) <= day_of(self.ends_at)

    @property
    def is_called_off(self) -> bool:
        return self.state in (ConferenceState.POSTPONED, ConferenceState.CANCELLED)

    def takes_questions(self, *, at: dt.datetime) -> bool:
        """Is the window open, or is the conference going on?"""
        if self.state == ConferenceState.SCHEDULED and self.asks_open_at <= at < self.asks_close_at:
            return True
        return self.state in CONFERENCE_RUNNING and self.starts_at <= at < self.ends_at

    def window_ends_at(self, *, at: dt.datetime) -> dt.datetime | None:
        """Return until when questions can be sent, now that it is `at`; None while postponed."""
        if self.state == ConferenceState.POSTPONED:
            return None
        return self.ends_at if at >= self.starts_at else self.asks_close_at

    def is_window_over(self, *, at: dt.datetime) -> bool:
        """Has the time for questions passed, if only until the conference begins?"""
        if self.state in (ConferenceState.CANCELLED, ConferenceState.CLOSED):
            return True
        return (
            self.state != ConferenceState.POSTPONED
            and at >= self.asks_close_at
            and not self.takes_questions(at=at)
        )


class ConferenceMove(Move):
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="moves")


class AgendaItem(models.Model):
    conference = models.ForeignKey(Conference, models.CASCADE, related_name="agenda")
    position = models.PositiveIntegerField()
    time = models.TimeField(_("time"), null=True, blank=True)
    title = models.CharField(_("content"), max_length=200)
    speaker = models.CharField(_("in charge"), max_length=120, blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """How many came, by group. A conference without this row has not been counted: blank is not 0."""

    conference = models.OneToOneField(Conference, models.CASCADE, related_name="attendance")
    invited = models.PositiveIntegerField(_("invited"))
    present = models.PositiveIntegerField(_("present"))
    party_members = models.PositiveIntegerField(_("Party members"))
    civil_servants = models.PositiveIntegerField(_("civil servants"))
    public_employees = models.PositiveIntegerField(_("public employees"))
    workers = models.PositiveIntegerField(_("workers"))
    women = models.PositiveIntegerField(_("women"))
    online = models.PositiveIntegerField(_("online"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attendance_groups_within_present",
                condition=Q(party_members__lte=F("present"))
                & Q(women__lte=F("present"))
                & Q(online__lte=F("present"))
                & Q(present__gte=F("civil_servants") + F("public_employees") + F("workers")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.present}/{self.invited}"
