"""The tables of moves: what a report may become."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("report", "Draft")
    ISSUED = "issued", _("Issued")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged by the Board")
    RETURNED = "returned", _("Returned for completion")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


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
