"""Consolidating: what the Board makes of its committees' reports, frozen and numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures
from board.domain.ordering import order_consolidated_pdf
from board.domain.words import texts_of
from committees.models import Committee
from foundation import audit
from foundation.audit import Act
from foundation.codes import VERIFICATION_LENGTH, new_code
from reports.domain.snapshots import digest
from reports.domain.wording import SCHEMA, verified_by
from reports.models import ConsolidatedReport

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User
    from periods.models import ReportingPeriod


@transaction.atomic
def consolidate(
    board: Committee, period: ReportingPeriod, *, by: User, at: dt.datetime, after: Any = None
) -> ConsolidatedReport:
    """Freeze a consolidated report of all that is issued at `at`, and order its PDF.

    `after` is the newest version that the person saw: where a newer one has been made meanwhile,
    perhaps by pressing twice, it is that one.
    """
    Committee.objects.select_for_update(no_key=True).get(pk=board.pk)
    last = ConsolidatedReport.objects.filter(board=board, period=period).order_by("version").last()
    if last and after is not None and last.version > after:
        return last
    figures = consolidated_figures(board, period, at=at)
    words = texts_of(board, period, figures)
    code = new_code(VERIFICATION_LENGTH)
    snapshot = {
        "schema": SCHEMA,
        "period": period.code,
        "figures": figures,
        "words": words,
        "document": {
            **consolidated_document(board, period, figures, words=words, at=at),
            **verified_by(code),
        },
    }
    report = ConsolidatedReport.objects.create(
        board=board,
        period=period,
        version=last.version + 1 if last else 1,
        cutoff_at=at,
        snapshot=snapshot,
        snapshot_sha256=digest(snapshot),
        verification_code=code,
        ordered_by=by,
    )
    order_consolidated_pdf(report, at=at)
    audit.record(
        Act.CONSOLIDATED,
        by=by,
        committee=board,
        subject=f"{period.code} v{report.version}",
        sha256=report.snapshot_sha256,
    )
    return report
