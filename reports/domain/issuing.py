"""Issuing: one act, one transaction, after which the report cannot be lost or be late."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from committees.models import Committee
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.codes import VERIFICATION_LENGTH, new_code
from foundation.crashing import crash_point
from foundation.moves import MoveNotAllowed, move
from periods.models import Obligation
from reports.domain.checking import checklist
from reports.domain.drafting import report_snapshot
from reports.domain.inbox import add_to_inbox
from reports.domain.ordering import order_report_mail, order_report_pdf
from reports.domain.snapshots import digest
from reports.figures import committee_figures
from reports.models import DocumentCounter, Report
from reports.queries import board_addresses
from reports.states import ReportState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from committees.models import User
    from reports.domain.checking import Item
    from reports.models import InboxItem


REPORT = "BC"
AS_LONG_AS = dt.timedelta(days=90)  # after a deadline; older drafts are history


class ReportNotReady(Exception):
    """Something on the pre-signing checklist blocks the report; `items` says what."""

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__(", ".join(item.code for item in items))
        self.items = items


@transaction.atomic
def issue_report(
    report: Report, *, by: User | None, at: dt.datetime, automatic: bool = False
) -> Report:
    """Freeze the draft, number it and lay it in the Board's inbox; order the PDF and the mail.

    `automatic` is for the deadline's own act: it takes no number, and the document says that
    nobody has approved it. Raises ReportNotReady or MoveNotAllowed, and then nothing has
    happened.
    """
    report.refresh_from_db(from_queryset=Report.objects.select_for_update(no_key=True))
    if report.state == ReportState.DRAFT:
        # Counted once: what is checked is what is frozen, whatever others change meanwhile.
        figures = committee_figures(report.obligation, at=at)
        blocking = [item for item in checklist(report, at=at, figures=figures) if item.blocks]
        if blocking:
            raise ReportNotReady(blocking)
        number = None if automatic else take_number(report.committee, REPORT, on=day_of(at))
        report.is_automatic = automatic
        report.verification_code = new_code(VERIFICATION_LENGTH)
        snapshot = report_snapshot(report, number=number, at=at, figures=figures)
    else:
        number = snapshot = None  # move() refuses below
    move(
        report,
        ReportState.ISSUED,
        by=by,
        at=at,
        number=number,
        is_automatic=automatic,
        verification_code=report.verification_code,
        issued_at=at,
        issued_by=by,
        snapshot=snapshot,
        snapshot_sha256=digest(snapshot),
    )
    for older in Report.objects.current().filter(
        obligation=report.obligation, version__lt=report.version
    ):
        move(older, ReportState.SUPERSEDED, by=by, at=at, reason=f"v{report.version}")
    arrived = deposit(report, at=at)
    transaction.on_commit(lambda: crash_point("after_freeze_commit"))
    order_report_pdf(report, at=at)
    for address in board_addresses(report.obligation.board):
        order_report_mail(
            "emails/reports/report_delivered",
            report,
            to=address,
            once=f"report:{report.pk}:{address}",
            at=at,
        )
    act = Act.AUTO_ISSUED if automatic else Act.REPORT_ISSUED
    _record(act, report, by, sha256=report.snapshot_sha256, inbox=arrived.digest)
    return report


def deposit_unissued(*, at: dt.datetime) -> list[Report]:
    """Deposit complete drafts whose deadline has passed, where the Board has switched that on.

    Decisions, "Periods and deadlines": never otherwise, and always marked as not approved; nor for
    a committee that the Board has said to be exempt.
    Returns the reports.
    """
    due = Report.objects.filter(
        state=ReportState.DRAFT, version=1, obligation__period__auto_issue=True,
        obligation__is_exempt=False,
        obligation__period__due_before__lte=day_of(at),
        obligation__period__due_before__gt=day_of(at) - AS_LONG_AS,
    ).select_related("obligation__period", "obligation__committee")  # fmt: skip
    deposited = []
    for report in due:
        if at < report.obligation.deadline:
            continue
        try:
            deposited.append(issue_report(report, by=None, at=at, automatic=True))
        except (ReportNotReady, MoveNotAllowed):
            continue  # not complete: it stays missing; or the secretary was faster
    return deposited


def _record(act: Act, report: Report, by: User | None, **facts: Any) -> None:
    audit.record(
        act,
        by=by,
        committee=report.committee,
        subject=f"{report.period.code} v{report.version}",
        report=report.pk,
        **facts,
    )


def take_number(issuer: Committee, doc_type: str, *, on: dt.date) -> int:
    """Return the next number of the issuer's documents of this type in its term, from 1.

    The counter's row stays locked until the transaction ends. Quy định về thể loại,
    thẩm quyền ban hành và thể thức văn bản của Đảng: numbers run through the term.
    """
    counter, _ = DocumentCounter.objects.get_or_create(
        issuer=issuer, doc_type=doc_type, term=issuer.term(on=on)
    )
    counter.refresh_from_db(from_queryset=DocumentCounter.objects.select_for_update(no_key=True))
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def deposit(report: Report, *, at: dt.datetime) -> InboxItem:
    """Write the delivery of record: the report lies in the Board's inbox."""
    board = Committee.objects.select_for_update(no_key=True).get(pk=report.obligation.board_id)
    return add_to_inbox(report, board, at=at)


@transaction.atomic
def correct_report(report: Report, *, by: User, at: dt.datetime) -> Report:
    """Open a new version of an issued report: a draft that begins with the same words.

    Asked for twice, it is the same draft.
    """
    Obligation.objects.select_for_update(no_key=True).get(pk=report.obligation_id)
    newest = Report.objects.filter(obligation=report.obligation).latest("version")
    if newest.state == ReportState.DRAFT:
        return newest
    draft = Report.objects.create(
        obligation=report.obligation,
        version=newest.version + 1,
        sign_capacity=newest.sign_capacity,
        sign_post=newest.sign_post,
        signer=newest.signer,
        not_held_reason=newest.not_held_reason,
        not_held_until=newest.not_held_until,
        created_at=at,
        changed_at=at,
    )
    draft.narratives.bulk_create(
        [
            draft.narratives.model(
                report=draft,
                key=narrative.key,
                text=narrative.text,
                changed_by=by,
                changed_at=at,
            )
            for narrative in newest.narratives.all()
        ]
    )
    _record(Act.REPORT_CORRECTED, draft, by)
    return draft
