"""What one file with all reports of a period holds, and what is missing from it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from foundation.given import given
from foundation.xlsx import cell
from jobs.states import JobState
from reports.documents.formatting import moment_in_words
from reports.models import Report
from reports.queries import desk
from reports.states import ReportState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Generator, Iterable

    from committees.models import Committee
    from periods.models import ReportingPeriod
    from reports.desk_row import DeskRow


MANIFEST = (
    *("file", "committee_code", "committee_name", "number", "issued_at", "version", "state"),
    *("deposited_unapproved", "sha256"),
)
MISSING_NAME = "BAO-CAO-CON-THIEU.txt"
NO_PDF: dict[str | None, str] = {
    JobState.FAILED: "đã nhận, tệp PDF dựng bị lỗi",
    None: "đã nhận, tệp PDF đang được dựng",
}
WITHDRAWN = "đã thu hồi, chưa gửi lại"
REMARKS = {
    "automatic": "bản tổng hợp tự động, chưa phê duyệt; không tính là đã gửi",
    "returned": "đã trả lại để hoàn thiện, chưa có bản mới",
}
NOT_THERE = {
    "incomplete": "đã trả lại vì thiếu số liệu, chưa gửi lại",
    "missing": "chưa gửi, quá hạn {days} ngày",
    "draft": "chưa gửi, đang soạn dự thảo",
    "held": "chưa gửi, đã tổ chức hội nghị",
    "scheduled": "chưa gửi, chưa đến ngày hội nghị",
    "none": "chưa gửi, chưa có lịch hội nghị",
}


def packed_and_missing(
    period: ReportingPeriod, board: Committee, *, at: dt.datetime
) -> tuple[list[Report], list[tuple[Committee, str]], list[Committee]]:
    """Return (the reports whose PDF is there, [(committee, why its report is not), …], who is exempt)."""
    reports = {
        report.obligation_id: report
        for report in Report.objects.current()
        .filter(obligation__period=period, obligation__board=board)
        .exclude(inbox_item__data_missing=True)
        .select_related("obligation__committee", "rendering")
        .defer("snapshot")
    }
    rows = sorted(
        desk(period, board, at=at),
        key=lambda row: (row.obligation.committee.position, row.obligation.committee.name),
    )
    packed: list[Report] = []
    missing: list[tuple[Committee, str]] = []
    exempt: list[Committee] = []
    for row in rows:
        if row.is_exempt:
            exempt.append(row.obligation.committee)
            continue
        report = reports.get(row.obligation.pk)
        if report is None:
            missing.append((row.obligation.committee, _why(row)))
        elif given(report.rendering).state == JobState.DONE:
            packed.append(report)
        else:
            why = NO_PDF.get(given(report.rendering).state, NO_PDF[None])
            missing.append((row.obligation.committee, why))
    return packed, missing, exempt


def _why(row: DeskRow) -> str:
    if row.versions and given(row.report).state == ReportState.WITHDRAWN:
        return WITHDRAWN
    return NOT_THERE.get(row.status, NOT_THERE["none"]).format(days=row.days_over)


def missing_list(
    period: ReportingPeriod, packed: Any, missing: Any, exempt: Any, *, at: dt.datetime
) -> str:
    """Return the list as a text that Windows opens as it is: BOM and its line ends."""
    remarked = [(one.obligation.committee, remark) for one in packed if (remark := _remark(one))]
    lines = [
        f"Báo cáo {period.label}, đóng gói lúc {moment_in_words(localtime(at))}",
        "Báo cáo phát hành, trả lại hoặc thu hồi sau thời điểm này không có trong tệp.",
        f"Có trong tệp: {len(packed)}/{len(packed) + len(missing)} báo cáo.",
        "",
        *(["Còn thiếu:"] if missing else ["Không thiếu báo cáo nào."]),
        *_numbered(missing),
        *(["", "Được miễn trong kỳ, không tính vào số trên:"] if exempt else []),
        *(f"{number}. {one.name}." for number, one in enumerate(exempt, 1)),
        *(["", "Cần lưu ý trong các báo cáo có trong tệp:"] if remarked else []),
        *_numbered(remarked),
    ]
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def manifest(packed: Iterable[tuple[str, Report]]) -> str:
    """Return what each file of [(name, report), …] is, as .csv with BOM: one line a report."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(MANIFEST)
    for name, report in packed:
        committee = report.obligation.committee
        lines.writerow(
            [
                name,
                cell(committee.code),
                cell(committee.name),
                report.number or "",
                localtime(given(report.issued_at)).isoformat(timespec="seconds"),
                report.version,
                report.state,
                "true" if report.is_automatic else "false",
                given(report.rendering).sha256,
            ]
        )
    return "\ufeff" + written.getvalue()


def _numbered(said: Any) -> Generator[Any, None, None]:
    return (f"{number}. {one.name}: {words}." for number, (one, words) in enumerate(said, 1))


def _remark(report: Report) -> str:
    """What must be known of a report that is packed, or nothing."""
    if report.is_automatic:
        return REMARKS["automatic"]
    return REMARKS["returned"] if report.state == ReportState.RETURNED else ""
