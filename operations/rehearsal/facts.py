"""What came of the play: plain facts from rows, mails and files, for `checks` to judge.

Everything is JSON-able, so that a kept rehearsal can be judged again.
"""

import hashlib

from django.conf import settings

from foundation import audit, files
from foundation.clock import day_of
from foundation.models import AuditEntry
from jobs.models import Alarm, Delivery, Rendering
from operations.rehearsal.pdf_text import text_of
from periods.models import Obligation
from reports.domain.inbox import verify_inbox
from reports.models import ConsolidatedReport, Escalation, InboxItem, Report
from reports.states import ReportState


def gather(script, seen, letters):
    """Return {what: facts} of the performance that `script` and `seen` tell of."""
    due_before = seen["due_before"]
    reports = list(
        Report.objects.exclude(state=ReportState.DRAFT)
        .filter(obligation__period__due_before=due_before)
        .select_related("obligation__committee", "inbox_item", "rendering")
        .order_by("pk")
    )
    return {
        "due_before": due_before,
        "script": script,
        "seen": seen,
        "rules": {
            "reminders": list(settings.REMINDER_DAYS),
            "warnings": [list(one) for one in settings.EARLY_WARNINGS],
            "told_after": dict(settings.ESCALATE_AFTER),
            "draft_days": settings.DRAFT_DAYS,
        },
        "obligations": sorted(
            Obligation.objects.filter(period__due_before=due_before).values_list(
                "committee__code", flat=True
            )
        ),
        "reports": [_report(report) for report in reports],
        "files": [
            _file(job) for job in Rendering.objects.select_related("report__obligation__committee")
        ],
        "mails": [_mail(one) for one in Delivery.objects.order_by("pk")],
        "letters": letters,
        "told": [
            [one.obligation.committee.code, one.stage, one.delivery.state, f"{day_of(one.at)}"]
            for one in Escalation.objects.select_related("obligation__committee", "delivery")
        ],
        "alarms": [
            [alarm.code, _iso(alarm.raised_at), _iso(alarm.cleared_at)]
            for alarm in Alarm.objects.order_by("pk")
        ],
        "arrivals": [_arrival(item) for item in InboxItem.objects.order_by("board_id", "number")],
        "inbox_damages": [str(damage) for damage in verify_inbox()],
        "acts": _acts(),
        "consolidated": _consolidated(),
    }


def _iso(at):
    return at.isoformat() if at else None


def _mail(one):
    """Return the mail, and whether the date of a report called for it."""
    names = ("message_id", "to", "template", "state", "smtp_text")
    said = {name: getattr(one, name) for name in names}
    report = getattr(one.waits_for, "report", None)
    return {
        **said,
        "report_id": report.pk if report else None,
        "is_step": bool(one.context.get("obligations")),
    }


def _report(report):
    figures = report.snapshot["figures"]
    return {
        "pk": report.pk,
        "committee": report.committee.code,
        "version": report.version,
        "state": report.state,
        "number": report.number,
        "issued_at": _iso(report.issued_at),
        "arrived_at": _iso(report.inbox_item.deposited_at),
        "totals": figures["totals"],
        "conferences": len(figures["conferences"]),
        "not_held_reason": report.not_held_reason,
        "code": report.verification_code,
    }


def _file(job):
    """Return what is written of the file and what lies on the disk."""
    try:
        content = files.path_of(job.file).read_bytes() if job.file else b""
    except OSError:
        content = b""
    report = getattr(job, "report", None)
    return {
        "kind": job.kind,
        "committee": report.committee.code if report else None,
        "version": report.version if report else None,
        "state": job.state,
        "attempt": job.attempt,
        "is_plain": job.is_plain,
        "sha256": job.sha256,
        "on_disk": hashlib.sha256(content).hexdigest(),
        "events": list(job.events.values_list("event", flat=True)),
        "text": text_of(content) if content.startswith(b"%PDF-") and report else "",
    }


def _arrival(item):
    return {
        "board": item.board_id,
        "number": item.number,
        "report": item.report_id,
        "snapshot": item.report.snapshot_sha256,
        "at": _iso(item.deposited_at),
        "previous": item.previous,
        "digest": item.digest,
    }


def _acts():
    """Return the chain of acts: what each entry says of the one before, and what verify finds."""
    try:
        verified: int | str = audit.verify()[0]
    except audit.ChainBroken as broken:
        verified = str(broken)
    links = AuditEntry.objects.order_by("number").values_list("number", "previous", "digest")
    return {"verified": verified, "links": [list(link) for link in links]}


def _consolidated():
    """Return what the Board's report says of whom: {name: line of the table of the missing}."""
    made = ConsolidatedReport.objects.order_by("pk").last()
    if made is None:
        return None
    tables = [
        block
        for block in _blocks(made.snapshot["document"])
        if block.get("name") == "missing" and block.get("type") == "table"
    ]
    return {
        "missing": {row[1]: row[2] for table in tables for row in table["rows"]},
        "size": made.snapshot["figures"]["size"],
    }


def _blocks(thing):
    if isinstance(thing, dict):
        yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for part in thing:
            yield from _blocks(part)
