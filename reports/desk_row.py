"""One committee's line on the Board's desk: what is there, what is missing, what it is warned of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings

from reports.states import ReportState, Standing

if TYPE_CHECKING:
    import datetime as dt

    from django_stubs_ext import StrOrPromise

    from foundation.looks import Look
    from periods.models import Obligation
    from reports.models import Report
    from sessions.models import Conference


@dataclass
class DeskRow:
    """One committee's line on the Board's desk. `status` is derived, never stored."""

    obligation: Obligation
    status: str  # one of Standing
    days_left: int  # until the last good day; negative: days too late
    conference: Conference | None = None
    report: Report | None = None
    first_issued_at: dt.datetime | None = None  # of the version that is held against the deadline
    days_late: int = 0
    versions: list[Any] = field(default_factory=list)
    conferences: list[Any] = field(default_factory=list)  # held or to come, by day
    # Whom to turn to in the office, {name, phone, email}, where the Board's desk has looked it up.
    contact: dict[str, str] = field(default_factory=dict)
    told: list[Any] = field(default_factory=list)  # Escalations that were sent and still hold

    @property
    def look(self) -> Look:
        return Standing(self.status).look

    @property
    def words(self) -> StrOrPromise:
        return Standing(self.status).words(late=self.days_late, over=self.days_over)

    @property
    def is_settled(self) -> bool:
        return self.status in (Standing.ISSUED, Standing.LATE)

    @property
    def is_exempt(self) -> bool:
        """Has the Board exempted it, and is there neither a conference nor a report?"""
        return self.status == Standing.EXEMPT

    @property
    def takes_part(self) -> bool:
        """Has it a conference, ahead or held, or does a report of it lie with the Board?"""
        return self.conference is not None or self.status in (
            *(Standing.ISSUED, Standing.LATE, Standing.AUTOMATIC, Standing.INCOMPLETE),
        )

    @property
    def is_open(self) -> bool:
        """Is a report still owed, or owed again?"""
        return not (self.is_settled or self.is_exempt)

    @property
    def held(self) -> list[Conference]:
        """The conferences that took place and that the report counts, by day."""
        return [conference for conference in self.conferences if conference.happened]

    @property
    def is_held_unreported(self) -> bool:
        """Was a conference held of which no report has been received?"""
        return bool(self.held) and self.is_open

    @property
    def is_overdue(self) -> bool:
        """Has the date passed without a whole, approved report?"""
        return self.days_left < 0 and self.is_open

    @property
    def needs_a_draft(self) -> bool:
        """Has nothing been begun, or was the newest version withdrawn?"""
        return not self.versions or self.versions[-1].state == ReportState.WITHDRAWN

    @property
    def warnings(self) -> list[str]:
        """What should have happened by now, as codes of EARLY_WARNINGS, the latest first."""
        if not self.is_open or self.status == "automatic":
            return []
        done = {
            "no_date": self.conference is not None or self.explains_why_not,
            "not_held": self.steps["held"] or self.explains_why_not,
            "no_draft": any(report.was_touched for report in self.versions),
            "not_issued": False,
        }
        return [
            code
            for days, code in reversed(settings.EARLY_WARNINGS)
            if self.days_left < days and not done[code]
        ]

    @property
    def says_it_already(self) -> bool:
        """Is the latest warning what the status says?"""
        return self.status == "none" and self.warnings[:1] == ["no_date"]

    @property
    def explains_why_not(self) -> bool:
        """Has the office given the reason why there was no conference?"""
        return any(report.not_held_reason for report in self.versions)

    @property
    def days_over(self) -> int:
        """How many days the deadline has passed."""
        return max(0, -self.days_left)

    @property
    def steps(self) -> dict[str, bool]:
        """How far the committee has come: {step: reached}, from the date to the Board's receipt."""
        held = self.conference is not None and self.conference.happened
        return {
            "dated": self.conference is not None,
            "held": held,
            "drafted": bool(self.versions),
            "issued": self.is_settled,
            "acknowledged": self.report is not None
            and self.report.state == ReportState.ACKNOWLEDGED,
        }
