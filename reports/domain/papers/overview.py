"""All papers of one conference: which there are, how each stands, by when it is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.domain.papers.letters import is_outdated, number_of
from reports.models import Paper
from reports.states import PaperState

if TYPE_CHECKING:
    import datetime as dt

    from django_stubs_ext import StrOrPromise

    from sessions.models import Conference


@dataclass
class Row:
    """One kind of paper that is issued, as the page of papers has it."""

    kind: str
    label: StrOrPromise
    due_on: dt.date | None
    draft: Paper | None = None
    issued: Paper | None = None
    older: list[Paper] = field(default_factory=list)
    typed_number: str = (
        ""  # what was written down by hand, where nothing of this kind was issued here
    )
    typed_on: dt.date | None = None
    differs: bool = False  # what was written down is not what was issued here
    is_unread: bool = False  # the notice that stands is newer than the day of publishing

    @property
    def number(self) -> str:
        return number_of(self.issued) if self.issued else self.typed_number

    @property
    def is_there(self) -> bool:
        return bool(self.issued or self.typed_number or self.typed_on)

    @property
    def is_outdated(self) -> bool:
        return self.issued is not None and is_outdated(self.issued)


def papers_of(conference: Conference) -> list[Row]:
    """Return a Row for plan, notice and invitation."""
    due = {
        Paper.Kind.PLAN: conference.plan_due_on,
        Paper.Kind.NOTICE: conference.notice_due_on,
    }
    rows = {kind: Row(kind, kind.label, due.get(kind)) for kind in Paper.Kind}
    found = Paper.objects.filter(conference=conference).select_related("issued_by")
    for paper in found.order_by("pk"):
        paper.conference = conference
        row = rows[Paper.Kind(paper.kind)]
        if paper.is_draft:
            row.draft = paper
        elif paper.state == PaperState.ISSUED:
            row.issued = paper
        else:
            row.older.insert(0, paper)
    plan = rows[Paper.Kind.PLAN]
    plan.typed_number, plan.typed_on = conference.plan_number, conference.plan_issued_on
    if plan.issued:
        recorded = (plan.typed_number, plan.typed_on)
        plan.differs = recorded != (number_of(plan.issued), plan.issued.issued_on)
    notice, published_on = rows[Paper.Kind.NOTICE], conference.notice_published_on
    if published_on and notice.issued and notice.issued.issued_on:
        notice.is_unread = notice.issued.issued_on > published_on
    return list(rows.values())
