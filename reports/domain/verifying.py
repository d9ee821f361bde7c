"""What everybody may know of an issued document who holds its code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from foundation.clock import day_of
from foundation.codes import VERIFICATION_LENGTH, read_code, with_check
from foundation.given import given
from jobs.models import JobEvent
from jobs.states import JobState
from reports.documents.formatting import number_and_symbol
from reports.models import ConsolidatedReport, Report
from reports.states import ReportState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

    from foundation.looks import Look
    from jobs.models import Rendering


WORDS = {
    ReportState.ISSUED: _("In force"),
    ReportState.SUPERSEDED: _("Replaced by a newer version"),
    ReportState.WITHDRAWN: _("Withdrawn"),
    ReportState.DRAFT: _("Draft, not signed"),
}


@dataclass(frozen=True)
class Checked:
    """An issued document as its code shows it: no text of it, and no name but the issuer's.

    `sha256` and `size` (bytes) are those of its PDF, `earlier` the hashes of PDFs that were
    made of it before, `signed` those of its signed copies.
    """

    code: str
    issuer: str
    title: str
    period: str
    number: str
    issued_on: dt.date
    version: int
    standing: str
    is_newest: bool = True
    sha256: str = ""
    size: int = 0
    earlier: list[Any] = field(default_factory=list)
    signed: list[Any] = field(default_factory=list)
    redacted_on: dt.date | None = None

    @property
    def word(self) -> StrPromise:
        return WORDS[ReportState(self.standing)]

    @property
    def look(self) -> Look:
        return ReportState(self.standing).look

    @property
    def is_draft(self) -> bool:
        return self.standing == ReportState.DRAFT

    @property
    def is_superseded(self) -> bool:
        return self.standing == ReportState.SUPERSEDED

    @property
    def is_withdrawn(self) -> bool:
        return self.standing == ReportState.WITHDRAWN


def find_document(typed: str) -> Checked | None:
    """Return what the code `typed`, in any way of writing it, stands for, or None."""
    body = read_code(typed, VERIFICATION_LENGTH)
    if body is None:
        return None
    code = with_check(body)
    report = (
        Report.objects.issued()
        .filter(verification_code=code)
        .select_related("obligation__period", "rendering", "redaction")
        .first()
    )
    if report is not None:
        return _of_report(report, code)
    consolidated = (
        ConsolidatedReport.objects.filter(verification_code=code)
        .select_related("period", "redaction")
        .first()
    )
    return _of_consolidated(consolidated, code) if consolidated else None


def _redacted_on(source: Report | ConsolidatedReport) -> dt.date | None:
    redaction = getattr(source, "redaction", None)
    return day_of(redaction.at) if redaction else None


def _of_report(report: Report, code: str) -> Checked:
    return Checked(
        code=code,
        redacted_on=_redacted_on(report),
        **_printed(given(report.snapshot)["document"]),
        period=report.period.name,
        issued_on=day_of(given(report.issued_at)),
        version=report.version,
        standing=report.state if report.state in WORDS else ReportState.ISSUED,
        **_hashes(report.rendering),
        signed=list(report.signed_copies.values_list("sha256", flat=True)),
    )


def _of_consolidated(consolidated: ConsolidatedReport, code: str) -> Checked:
    newer = ConsolidatedReport.objects.filter(
        board=consolidated.board_id,
        period=consolidated.period_id,
        version__gt=consolidated.version,
    )
    return Checked(
        code=code,
        redacted_on=_redacted_on(consolidated),
        **_printed(consolidated.snapshot["document"]),
        period=consolidated.period.name,
        issued_on=day_of(consolidated.cutoff_at),
        version=consolidated.version,
        standing=ReportState.DRAFT,  # numbered and signed outside, by the head of the Board
        is_newest=not newer.exists(),
        **_hashes(consolidated.rendering),
    )


def _printed(document: Mapping[str, Any]) -> dict[str, Any]:
    number, symbol = document["number"], document["symbol"]
    return {
        "issuer": document["issuer"],
        "title": f"{document['type']} {document['abstract']}",
        "number": number_and_symbol(number, symbol).removeprefix("Số ") if number else "",
    }


def _hashes(rendering: Rendering | None) -> dict[str, Any]:
    if rendering is None or rendering.state != JobState.DONE:
        return {}
    made = JobEvent.objects.filter(rendering=rendering, event=JobEvent.Event.DONE)
    earlier = set(made.values_list("detail", flat=True)) - {rendering.sha256, ""}
    return {"sha256": rendering.sha256, "size": rendering.size or 0, "earlier": sorted(earlier)}
