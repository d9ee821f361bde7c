from reports.models.consolidated import ConsolidatedReport, ConsolidatedText, PeriodArchive
from reports.models.delivery import (
    Escalation,
    InboxItem,
    OfficeReminder,
    Told,
)
from reports.models.paper import Paper, PaperMove
from reports.models.personal import PersonalRequest
from reports.models.purge import Purge, Redaction
from reports.models.rehearsal import Rehearsal
from reports.models.report import DocumentCounter, Narrative, Report, ReportMove, SignedCopy

__all__ = [
    "ConsolidatedReport",
    "ConsolidatedText",
    "DocumentCounter",
    "Escalation",
    "InboxItem",
    "Narrative",
    "OfficeReminder",
    "Paper",
    "PaperMove",
    "PeriodArchive",
    "PersonalRequest",
    "Purge",
    "Redaction",
    "Rehearsal",
    "Report",
    "ReportMove",
    "SignedCopy",
    "Told",
]
