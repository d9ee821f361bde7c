"""The tables of moves: what a report may become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from foundation.looks import Look, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ReportState(State):
    DRAFT = "draft", Look.WAITING, pgettext_lazy("report", "Draft")
    ISSUED = "issued", Look.DONE, _("Issued")
    ACKNOWLEDGED = "acknowledged", Look.DONE, _("Acknowledged by the Board")
    RETURNED = "returned", Look.LATE, _("Returned for completion")
    SUPERSEDED = "superseded", Look.OFF, _("Superseded")
    WITHDRAWN = "withdrawn", Look.OFF, _("Withdrawn")


REPORT_MOVES = {
    ReportState.DRAFT: {ReportState.ISSUED},
    ReportState.ISSUED: {
        ReportState.ACKNOWLEDGED,
        ReportState.RETURNED,
        ReportState.SUPERSEDED,
        ReportState.WITHDRAWN,
    },
    # What the Board has acknowledged is corrected by a new version and no longer withdrawn.
    ReportState.ACKNOWLEDGED: {ReportState.RETURNED, ReportState.SUPERSEDED},
    ReportState.RETURNED: {ReportState.SUPERSEDED, ReportState.WITHDRAWN},
    ReportState.SUPERSEDED: set(),
    ReportState.WITHDRAWN: set(),
}
ISSUED_ONCE = (
    ReportState.ISSUED,
    ReportState.ACKNOWLEDGED,
    ReportState.RETURNED,
    ReportState.SUPERSEDED,
    ReportState.WITHDRAWN,
)
REPLACED = (ReportState.SUPERSEDED, ReportState.WITHDRAWN)


class PaperState(State):
    """What the office writes for a conference: plan, public notice, invitation."""

    DRAFT = "draft", Look.WAITING, pgettext_lazy("paper", "Draft")
    ISSUED = "issued", Look.DONE, pgettext_lazy("paper", "Issued")
    SUPERSEDED = "superseded", Look.OFF, pgettext_lazy("paper", "Replaced by a newer one")


PAPER_MOVES = {
    PaperState.DRAFT: {PaperState.ISSUED},
    PaperState.ISSUED: {PaperState.SUPERSEDED},
    PaperState.SUPERSEDED: set(),
}


class Standing(State):
    """Where a committee stands in a period, the most urgent first. Derived, never stored."""

    MISSING = "missing", Look.LATE
    AUTOMATIC = "automatic", Look.LATE, _("Deposited by itself, not approved")
    INCOMPLETE = "incomplete", Look.LATE, _("Returned: data was missing")
    NONE = "none", Look.LATE, _("No date yet")
    SCHEDULED = "scheduled", Look.WAITING, _("Scheduled")
    HELD = "held", Look.NOW, _("Held, no draft yet")
    DRAFT = "draft", Look.WAITING, _("In draft")
    LATE = "late", Look.LATE
    ISSUED = "issued", Look.DONE, _("Issued in time")
    EXEMPT = "exempt", Look.OFF, _("Exempt in this period")

    def words(self, *, late: int, over: int) -> StrOrPromise:
        """How a committee stands, with the days that its report came late or is overdue."""
        if self == Standing.LATE:
            words = ngettext("Issued %(days)s day late", "Issued %(days)s days late", late)
            return words % {"days": late}
        if self == Standing.MISSING:
            words = ngettext(
                "Missing, %(days)s day overdue", "Missing, %(days)s days overdue", over
            )
            return words % {"days": over}
        return self.label
