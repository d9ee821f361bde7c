from reports.models.consolidated import ConsolidatedReport
from reports.models.delivery import (
    Alarm,
    Delivery,
    Escalation,
    Heartbeat,
    InboxItem,
    JobEvent,
    Rendering,
    Told,
)
from reports.models.period import (
    Extension,
    Obligation,
    PeriodChange,
    ReminderSent,
    ReportingPeriod,
)
from reports.models.personal import PersonalRequest
from reports.models.purge import Purge, Redaction
from reports.models.rehearsal import Rehearsal
from reports.models.report import DocumentCounter, Narrative, Report, ReportMove, SignedCopy

__all__ = [
    "Alarm",
    "ConsolidatedReport",
    "Delivery",
    "DocumentCounter",
    "Escalation",
    "Extension",
    "Heartbeat",
    "InboxItem",
    "JobEvent",
    "Narrative",
    "Obligation",
    "PeriodChange",
    "PersonalRequest",
    "Purge",
    "Redaction",
    "Rehearsal",
    "ReminderSent",
    "Rendering",
    "Report",
    "ReportMove",
    "ReportingPeriod",
    "SignedCopy",
    "Told",
]
