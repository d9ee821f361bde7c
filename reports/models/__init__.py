from reports.models.consolidated import ConsolidatedReport
from reports.models.delivery import Delivery, Heartbeat, InboxItem, Rendering
from reports.models.period import Obligation, PeriodChange, ReminderSent, ReportingPeriod
from reports.models.report import DocumentCounter, Narrative, Report, ReportMove

__all__ = [
    "ConsolidatedReport",
    "Delivery",
    "DocumentCounter",
    "Heartbeat",
    "InboxItem",
    "Narrative",
    "Obligation",
    "PeriodChange",
    "ReminderSent",
    "Rendering",
    "Report",
    "ReportMove",
    "ReportingPeriod",
]
