"""What one file with all reports of a period holds, and what is missing from it."""

from reports.documents.formatting import short_document_date
from reports.models import Report
from reports.queries import desk
from reports.states import JobState

MISSING_NAME = "BAO-CAO-CON-THIEU.txt"
NO_PDF = {
    JobState.FAILED: "đã nhận, tệp PDF dựng bị lỗi",
    None: "đã nhận, tệp PDF đang được dựng",
}
NOT_THERE = {
    "incomplete": "đã trả lại vì thiếu số liệu, chưa gửi lại",
    "missing": "chưa gửi, quá hạn {days} ngày",
    "draft": "chưa gửi, đang soạn dự thảo",
    "held": "chưa gửi, đã tổ chức hội nghị",
    "scheduled": "chưa gửi, chưa đến ngày hội nghị",
    "none": "chưa gửi, chưa có lịch hội nghị",
}


def packed_and_missing(period, board, *, at):
    """Return (the reports whose PDF is there, [(committee, why its report is not), …])."""
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
    packed, missing = [], []
    for row in rows:
        report = reports.get(row.obligation.pk)
        if report is None:
            why = NOT_THERE.get(row.status, NOT_THERE["none"]).format(days=row.days_over)
            missing.append((row.obligation.committee, why))
        elif report.rendering.state == JobState.DONE:
            packed.append(report)
        else:
            why = NO_PDF.get(report.rendering.state, NO_PDF[None])
            missing.append((row.obligation.committee, why))
    return packed, missing


def missing_list(period, packed, missing, *, on):
    """Return the list as a text that Windows opens as it is: BOM and its line ends."""
    lines = [
        f"Báo cáo {period.label}, đóng gói ngày {short_document_date(on)}",
        f"Có trong tệp: {packed}/{packed + len(missing)} báo cáo.",
        "",
        *(["Còn thiếu:"] if missing else ["Không thiếu báo cáo nào."]),
        *(f"{number}. {one.name}: {why}." for number, (one, why) in enumerate(missing, 1)),
    ]
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)
