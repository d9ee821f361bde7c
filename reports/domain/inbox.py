"""The inbox as a chain: each arrival bears the digest of the one before it, Board by Board.

What was numbered, deposited and issued is also noted in the record of acts, so that not even
a chain that was computed anew from its beginning passes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foundation.audit import Act
from foundation.models import AuditEntry
from hall.models import Submission
from jobs.domain.alarms import clear_alarm, raise_alarm
from jobs.models import Heartbeat
from reports.domain.snapshots import is_intact
from reports.models import ConsolidatedReport, InboxItem, Redaction, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from committees.models import Committee


FIRST = "0" * 64
DAMAGED = "inbox_damaged"
AT_ONCE = 50
EVERY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Damage:
    """One place where the inbox is not what was written. `code` is missing, order, changed,
    rewritten, undelivered, snapshot, consolidated, minutes or unordered."""

    code: str
    where: str
    report_id: int | None = None

    def __str__(self) -> str:
        return f"{self.where}: {WHY[self.code]}"


WHY = {
    "missing": "it is missing",
    "order": "it does not follow the one before",
    "changed": "its content was changed",
    "rewritten": "it is not what the record of acts says",
    "undelivered": "it was issued and lies in no inbox",
    "snapshot": "its snapshot was changed",
    "consolidated": "its snapshot was changed",
    "minutes": "their snapshot was changed",
    "unordered": "a text was taken out of it, and the record of acts knows of no order",
}


def link(
    previous: str,
    board_id: int,
    number: int,
    report_id: int,
    snapshot_sha256: str,
    deposited_at: dt.datetime,
) -> str:
    """Return the digest of one arrival, in hexadecimal."""
    facts = (
        previous,
        str(board_id),
        str(number),
        str(report_id),
        snapshot_sha256,
        deposited_at.astimezone(dt.UTC).isoformat(),
    )
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def add_to_inbox(report: Report, board: Committee, *, at: dt.datetime) -> InboxItem:
    """Write the next arrival of `board`, whose row the caller has locked."""
    last = InboxItem.objects.filter(board=board).order_by("number").last()
    number, previous = (last.number + 1, last.digest) if last else (1, FIRST)
    return InboxItem.objects.create(
        report=report,
        board=board,
        number=number,
        deposited_at=at,
        previous=previous,
        digest=link(previous, board.pk, number, report.pk, report.snapshot_sha256, at),
    )


def verify_inbox() -> list[Damage]:
    """Return every Damage of the inboxes and of the frozen snapshots; an empty list is well."""
    return [
        *_broken_links(),
        *_undelivered(),
        *_rewritten(),
        *_damaged_snapshots(),
        *_redacted_by_nobody(),
    ]


def _broken_links() -> Iterator[Damage]:
    board, number, previous = None, 0, FIRST
    items = InboxItem.objects.select_related("report", "board").defer("report__snapshot")
    for item in items.order_by("board_id", "number").iterator(1_000):
        if item.board_id != board:
            board, number, previous = item.board_id, 0, FIRST
        for gone in range(number + 1, item.number):
            yield Damage("missing", _place(item.board, gone))
        facts = (item.number, item.report_id, item.report.snapshot_sha256, item.deposited_at)
        if item.digest != link(item.previous, item.board_id, *facts):
            yield Damage("changed", _place(item.board, item.number), item.report_id)
        elif item.number == number + 1 and item.previous != previous:
            yield Damage("order", _place(item.board, item.number), item.report_id)
        number, previous = item.number, item.digest


def _place(board: Committee, number: int) -> str:
    return f"{board.code} no. {number}"


def _undelivered() -> Iterator[Damage]:
    """What was cut off at the end of a chain still stands among the reports."""
    for report in Report.objects.issued().filter(inbox_item=None).defer("snapshot"):
        yield Damage("undelivered", f"report {report.pk}", report.pk)


def _rewritten() -> Iterator[Damage]:
    noted = {
        entry["report"]: entry["inbox"]
        for entry in AuditEntry.objects.filter(act__in=(Act.REPORT_ISSUED, Act.AUTO_ISSUED))
        .order_by("number")
        .values_list("facts", flat=True)
        if "inbox" in entry
    }
    there = dict(InboxItem.objects.values_list("report_id", "digest"))
    for report_id, digest in noted.items():
        if there.get(report_id) != digest:
            yield Damage("rewritten", f"report {report_id}", report_id)


def _damaged_snapshots() -> Iterator[Damage]:
    for report in Report.objects.issued().order_by("pk").iterator(AT_ONCE):
        if not is_intact(report):
            yield Damage("snapshot", f"report {report.pk}", report.pk)
    for consolidated in ConsolidatedReport.objects.order_by("pk").iterator(AT_ONCE):
        if not is_intact(consolidated):
            yield Damage("consolidated", f"consolidated report {consolidated.pk}")
    for submission in Submission.objects.order_by("pk").iterator(AT_ONCE):
        if not is_intact(submission):
            yield Damage("minutes", f"minutes {submission}")


def _redacted_by_nobody() -> Iterator[Damage]:
    """What was taken out of a snapshot stands in the record of acts, with the hash of what is left."""
    ordered = {
        sha256
        for facts in AuditEntry.objects.filter(act=Act.PURGED).values_list("facts", flat=True)
        for sha256 in facts.get("redacted", {}).values()
    }
    for redaction in Redaction.objects.exclude(sha256__in=ordered):
        yield Damage("unordered", f"{redaction}", redaction.report_id)


def check_inbox(*, at: dt.datetime) -> list[Damage]:
    """Verify everything and raise the alarm, or clear it when all is well. Returns the damages."""
    found = verify_inbox()
    if found:
        raise_alarm(DAMAGED, detail="; ".join(map(str, found))[:500], at=at)
    else:
        clear_alarm(DAMAGED, at=at)
    return found


def check_inbox_if_due(*, at: dt.datetime) -> None:
    """Check once a day; in the first minute of a new installation there is nothing to check."""
    beat, is_new = Heartbeat.objects.get_or_create(name="inbox", defaults={"at": at})
    if not is_new and at - beat.at >= EVERY:
        Heartbeat.objects.filter(name="inbox").update(at=at)
        check_inbox(at=at)


def note_damage(report: Report, *, at: dt.datetime) -> None:
    """Raise the alarm for one report whose damage somebody has come upon."""
    note_damaged(f"report {report.pk}: {WHY['snapshot']}", at=at)


def note_damaged(what: str, *, at: dt.datetime) -> None:
    """Raise the alarm for minutes, or another document, that are not what was frozen."""
    raise_alarm(DAMAGED, detail=what[:500], at=at)


def note_opened(report: Report, *, at: dt.datetime) -> None:
    """Note when the Board first opened the report."""
    InboxItem.objects.filter(report=report, opened_at=None).update(opened_at=at)
