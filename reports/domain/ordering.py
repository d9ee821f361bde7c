"""Ordering: write the row that is the queue, then ring the doorbell."""

import logging

from django.db import IntegrityError, transaction

from foundation import audit, tracing
from foundation.audit import Act
from foundation.bells import ring
from foundation.clock import day_of
from foundation.text import file_name
from reports.domain.queueing import queue_mail
from reports.models import Rehearsal, Rendering

TASKS = {
    "rendering": "reports.tasks.render_file",
    "delivery": "reports.tasks.send_delivery",
    "rehearsal": "operations.tasks.play",
}
REHEARSED_WITH = 61  # made-up committees, as many as a real Board has
log = logging.getLogger(__name__)


def order_report_pdf(report, *, at):
    """Ask for the PDF of an issued report."""
    rendering = Rendering.objects.create(
        kind=Rendering.Kind.REPORT_PDF,
        report=report,
        created_at=at,
        next_at=at,
        file_name=report_file_name(report) + ".pdf",
    )
    _ring("rendering", rendering.pk)
    return rendering


def report_file_name(report):
    """Return the ASCII stem of the report's files: bao-cao-2026-H1-a01-v1."""
    committee = report.obligation.committee
    return f"bao-cao-{report.period.code}-{file_name(committee.code)}-v{report.version}"


def order_consolidated_pdf(consolidated, *, at):
    """Ask for the PDF of a consolidated report."""
    rendering = Rendering.objects.create(
        kind=Rendering.Kind.CONSOLIDATED_PDF,
        consolidated=consolidated,
        created_at=at,
        next_at=at,
        file_name=f"bao-cao-tong-hop-{consolidated.period.code}-v{consolidated.version}.pdf",
    )
    _ring("rendering", rendering.pk)
    return rendering


def order_period_zip(period, board, *, at):
    """Ask for one file with every report that `board` has received for `period`."""
    rendering = Rendering.objects.create(
        kind=Rendering.Kind.PERIOD_ZIP,
        period=period,
        board=board,
        created_at=at,
        next_at=at,
        file_name=f"bao-cao-{period.code}-{day_of(at):%Y%m%d}.zip",
    )
    _ring("rendering", rendering.pk)
    return rendering


def order_delivery(template, *, to, once, at, report=None, context=None):
    """Ask for one mail to one address; a second order with the same `once` changes nothing."""
    delivery, is_new = queue_mail(template, to=to, once=once, at=at, report=report, context=context)
    if is_new:
        _ring("delivery", delivery.pk)
    return delivery


def order_rehearsal(board, *, by, at):
    """Ask for a rehearsal of a deadline day; return (rehearsal, is_new).

    While one of the Board's is being played, it is that one.
    """
    try:
        with transaction.atomic():
            rehearsal = Rehearsal.objects.create(
                board=board, ordered_by=by, committees=REHEARSED_WITH, created_at=at, next_at=at
            )
            _ring("rehearsal", rehearsal.pk)
            audit.record(Act.REHEARSED, by=by, committee=board, rehearsal=rehearsal.pk)
    except IntegrityError:
        return Rehearsal.objects.filter(board=board).first(), False  # ended meanwhile or not
    return rehearsal, True


def _ring(kind, pk):
    transaction.on_commit(lambda: _write_down(kind, pk), robust=True)
    ring(TASKS[kind], pk)


def _write_down(kind, pk):
    """Say in a line, which bears the name of the request, what it has ordered."""
    with tracing.working_on(kind, pk):
        log.info("Job ordered")
