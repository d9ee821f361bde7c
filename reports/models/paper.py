"""What an office writes for a conference: its plan, the public notice, the invitation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from committees.models import Committee, Role
from committees.permissions import OFFICE
from foundation.clock import day_of
from foundation.looks import Stateful
from foundation.moves import Move
from reports.states import PAPER_MOVES, PaperState
from sessions.models import Conference

if TYPE_CHECKING:
    from committees.models import User


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: User) -> Self:
        """The own office's, and to everybody of the committee the notice that was published: one that
        was issued later, as for another day, is not, until its own day is entered."""
        office = Q(conference__committee_id__in=user.committees_as(*OFFICE))
        own = Q(conference__committee_id__in=user.committees_as(*Role))
        published = Q(
            kind=Paper.Kind.NOTICE,
            state=PaperState.ISSUED,
            issued_at__date__lte=F("conference__notice_published_on"),
        )
        return self.filter(office | (own & published))

    def issued(self) -> Self:
        return self.exclude(state=PaperState.DRAFT)


class Paper(Stateful, models.Model):
    """One paper of a conference. Issued, it is `snapshot` and never changes.

    `texts` holds what the office wrote in place of what is proposed: {place: text}. A newer paper
    of the same kind takes the place of an issued one, and says so.
    """

    MOVES = PAPER_MOVES
    STATES = PaperState

    class Kind(models.TextChoices):
        PLAN = "plan", _("Plan")
        NOTICE = "notice", _("Public notice")
        INVITATION = "invitation", pgettext_lazy("paper", "Invitation")

    class Capacity(models.TextChoices):
        COMMITTEE = "T/M ĐẢNG ỦY", "T/M ĐẢNG ỦY"
        STANDING = "T/M BAN THƯỜNG VỤ", "T/M BAN THƯỜNG VỤ"
        BY_ORDER = "T/L BAN THƯỜNG VỤ", "T/L BAN THƯỜNG VỤ"

    class Post(models.TextChoices):
        SECRETARY = "BÍ THƯ", "BÍ THƯ"
        DEPUTY = "PHÓ BÍ THƯ", "PHÓ BÍ THƯ"
        OFFICE = "CHÁNH VĂN PHÒNG", "CHÁNH VĂN PHÒNG"

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="papers")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(max_length=20, choices=PaperState, default=PaperState.DRAFT)
    texts = models.JSONField(default=dict)
    sign_capacity = models.CharField(
        _("signing capacity"), max_length=30, choices=Capacity, default=Capacity.COMMITTEE
    )
    sign_post = models.CharField(
        _("post of the signer"), max_length=30, choices=Post, default=Post.SECRETARY
    )
    signer = models.CharField(_("signer"), max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    number = models.PositiveIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="issued_papers"
    )
    snapshot = models.JSONField(null=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ("conference", "kind", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "kind"],
                condition=Q(state="draft"),
                name="one_paper_draft",
            ),
            models.UniqueConstraint(
                fields=["conference", "kind"],
                condition=Q(state="issued"),
                name="one_paper_stands",
            ),
            models.CheckConstraint(
                name="an_issued_paper_is_whole",
                condition=Q(state="draft", issued_at=None, snapshot=None, number=None)
                | (
                    ~Q(state="draft")
                    & Q(issued_at__isnull=False, snapshot__isnull=False, number__isnull=False)
                    & ~Q(snapshot_sha256="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.conference}"

    @property
    def committee(self) -> Committee:
        return self.conference.committee

    @property
    def is_draft(self) -> bool:
        return self.state == PaperState.DRAFT

    @property
    def is_issued(self) -> bool:
        return self.state != PaperState.DRAFT

    @property
    def is_superseded(self) -> bool:
        return self.state == PaperState.SUPERSEDED

    @property
    def issued_on(self) -> dt.date | None:
        return day_of(self.issued_at) if self.issued_at else None


class PaperMove(Move):
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="moves")
