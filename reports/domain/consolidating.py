"""The Board's consolidated report: what the committees' issued snapshots add up to.

Only frozen figures are read, so the sum can be checked against the signed reports.
"""

from django.db import transaction
from django.db.models import Count, Max

from committees.models import Committee
from dialogue_portal import audit
from dialogue_portal.audit import Act
from dialogue_portal.clock import day_of
from dialogue_portal.codes import VERIFICATION_LENGTH, new_code
from reports.documents.blocks import column, heading, paragraph
from reports.documents.formatting import moment_in_words
from reports.documents.profile import profile_on
from reports.domain.drafting import RATED, SCHEMA, ratings_in_words, short_date, verified_by
from reports.domain.ordering import order_consolidated_pdf
from reports.domain.snapshots import assert_intact, digest
from reports.figures import OUTCOMES, answered_rate, percentage
from reports.models import ConsolidatedReport, ReminderSent, Report, ReportingPeriod
from reports.queries import desk
from reports.suppression import TOTAL

THEME_FIGURES = ("items", "before", "live", *OUTCOMES, "overdue")
NAMES = {
    "above_base": "Đảng ủy cấp trên cơ sở",
    "base": "Đảng ủy cơ sở",
}


@transaction.atomic
def consolidate(board, period, *, by, at):
    """Freeze a consolidated report of all that is issued at `at`, and order its PDF."""
    Committee.objects.select_for_update().get(pk=board.pk)
    last = ConsolidatedReport.objects.filter(board=board, period=period).aggregate(
        last=Max("version")
    )["last"]
    figures = consolidated_figures(board, period, at=at)
    code = new_code(VERIFICATION_LENGTH)
    snapshot = {
        "schema": SCHEMA,
        "period": period.code,
        "figures": figures,
        "document": {
            **consolidated_document(board, period, figures, at=at),
            **verified_by(code),
        },
    }
    report = ConsolidatedReport.objects.create(
        board=board,
        period=period,
        version=(last or 0) + 1,
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


def consolidated_figures(board, period, *, at):
    """Return the figures of biểu 1 to 4 and of the annex, as of `at`, JSON-able."""
    rows = desk(period, board, at=at)
    rows.sort(key=lambda row: (row.obligation.committee.kind, row.obligation.committee.position))
    snapshots = _snapshots(period, board)
    reminders = dict(
        ReminderSent.objects.filter(obligation__period=period, step__startswith="T")
        .values_list("obligation_id")
        .annotate(times=Count("pk"))
    )
    committees = [
        _committee(row, snapshots.get(row.obligation.pk), reminders.get(row.obligation.pk, 0))
        for row in rows
    ]
    reported = [row for row in committees if row["figures"]]
    return {
        "as_of": at.isoformat(),
        "committees": committees,
        "themes": _themes(reported),
        "size": size_of(committees),
        "before": _size_then(period, board, back=1),
        "year_before": _size_then(period, board, back=2),
    }


def _snapshots(period, board):
    """Return {obligation id: frozen figures} of the current issued versions.

    Raises DamagedSnapshot: nothing is added up from what somebody has changed by hand.
    """
    found = {}
    for report in Report.objects.current().filter(
        obligation__period=period, obligation__board=board
    ):
        assert_intact(report)
        found[report.obligation_id] = report.snapshot["figures"]
    return found


def _committee(row, figures, reminders):
    committee = row.obligation.committee
    conferences = figures["conferences"] if figures else []
    return {
        "name": committee.name,
        "kind": committee.kind,
        "party_members": committee.party_members,
        "plan_on": next((c["plan_issued_on"] for c in conferences if c["plan_issued_on"]), None),
        "conferences": len(conferences) if figures else None,
        "last_held_on": conferences[-1]["held_on"] if conferences else None,
        "present": (figures["attendance_total"] or {}).get("present") if figures else None,
        "issued_on": day_of(row.first_issued_at).isoformat() if row.first_issued_at else None,
        "status": row.status,
        "days_late": row.days_late,
        "days_over": max(0, -row.days_left),
        "not_held_reason": row.report.not_held_reason if row.report else "",
        "reminders": reminders,
        "version": row.report.version if row.report and figures else None,
        "figures": figures
        and {
            "totals": figures["totals"],
            "themes": figures["themes"],
            "ratings": figures.get("ratings"),
            "turns": figures["counts"]["turns"],
            "previous": len(figures["previous"]),
            "previous_done": sum(line["state"] == "done" for line in figures["previous"]),
        },
    }


def ratings_of(committees):
    """Return (how many committees published ratings, their sums); None where one hides a number.

    Only published numbers are added up: the sum tells nothing that the reports do not.
    """
    published = [
        row["figures"]["ratings"]
        for row in committees
        if row["figures"] and row["figures"]["ratings"] and row["figures"]["ratings"][TOTAL]
    ]
    return len(published), {
        key: None if None in (numbers := [one[key] for one in published]) else sum(numbers)
        for key in (*RATED, TOTAL)
    }


def _themes(reported):
    rows = []
    names = dict.fromkeys(theme["theme"] for row in reported for theme in row["figures"]["themes"])
    for name in names:
        of_this = [
            theme
            for row in reported
            for theme in row["figures"]["themes"]
            if theme["theme"] == name
        ]
        row = {figure: sum(theme[figure] for theme in of_this) for figure in THEME_FIGURES}
        rows.append(
            {
                "theme": name,
                **row,
                "rate": answered_rate(row),
                "committees": sum(theme["items"] > 0 for theme in of_this),
            }
        )
    total = sum(row["items"] for row in rows)
    return [{**row, "share": percentage(row["items"], total)} for row in rows]


def theme_total(themes):
    """Return the line of all groups together."""
    total = {figure: sum(row[figure] for row in themes) for figure in THEME_FIGURES}
    return {
        **total,
        "rate": answered_rate(total),
        "share": percentage(total["items"], total["items"]),
    }


def size_of(committees):
    """Return the ten indicators that periods are compared by; None where nothing is known."""
    reported = [row for row in committees if row["figures"]]
    if not reported:
        return None
    totals = [row["figures"]["totals"] for row in reported]
    summed = {
        name: sum(total[name] for total in totals) for name in (*OUTCOMES, "items", "overdue")
    }
    previous = sum(row["figures"]["previous"] for row in reported)
    return {
        "held": sum(bool(row["conferences"]) for row in committees),
        "conferences": sum(row["conferences"] or 0 for row in committees),
        "present": sum(row["present"] or 0 for row in committees),
        "turns": sum(row["figures"]["turns"] or 0 for row in reported),
        "items": summed["items"],
        "live_rate": percentage(summed["answered_live"], summed["items"]),
        "rate": answered_rate(summed),
        "overdue": summed["overdue"],
        "escalated": summed["escalated"],
        "done_rate": percentage(sum(row["figures"]["previous_done"] for row in reported), previous),
    }


def _size_then(period, board, *, back):
    """Return the indicators of the period `back` half-years earlier, or None."""
    months = period.year * 2 + period.half - 1 - back
    earlier = ReportingPeriod.objects.filter(year=months // 2, half=months % 2 + 1).first()
    if earlier is None:
        return None
    snapshots = _snapshots(earlier, board)
    return size_of(
        [
            {
                "conferences": len(figures["conferences"]),
                "present": (figures["attendance_total"] or {}).get("present"),
                "figures": {
                    "totals": figures["totals"],
                    "turns": figures["counts"]["turns"],
                    "previous": len(figures["previous"]),
                    "previous_done": sum(line["state"] == "done" for line in figures["previous"]),
                },
            }
            for figures in snapshots.values()
        ]
    )


# --- the document -------------------------------------------------------------------

INDICATORS = (
    ("held", "Số đảng ủy tổ chức"),
    ("conferences", "Số cuộc đối thoại"),
    ("present", "Lượt người dự"),
    ("turns", "Lượt phát biểu"),
    ("items", "Số nội dung ý kiến, kiến nghị"),
    ("live_rate", "Trả lời trực tiếp (%)"),
    ("rate", "Đã trả lời (%)"),
    ("overdue", "Quá hạn"),
    ("escalated", "Kiến nghị cấp trên"),
    ("done_rate", "Hoàn thành kết luận kỳ trước (%)"),
)
STATUS = {
    "issued": "Đúng hạn",
    "late": "Chậm",
    "missing": "Chưa gửi, quá hạn",
    "incomplete": "Trả lại, thiếu số liệu",
    "automatic": "Bản tự động, chưa phê duyệt",
    "draft": "Chưa gửi",
    "held": "Chưa gửi",
    "scheduled": "Chưa gửi",
    "none": "Chưa gửi",
}


def consolidated_document(board, period, figures, *, at):
    """Return the consolidated report as a document of the Board: a draft for its head to sign."""
    today = day_of(at)
    naming = board.naming(on=today)
    superior = board.parent.naming(on=today)
    head = board.memberships.active(on=today).with_role("head").select_related("user").first()
    return {
        "schema": SCHEMA,
        "kind": "consolidated",
        "profile": profile_on(today),
        "draft_no": None,
        "note": "",
        "superior": superior.header_name,
        "issuer": naming.header_name,
        "number": None,
        "symbol": f"BC/{naming.symbol}",
        "place": naming.place,
        "issued_on": None,
        "year": today.year,
        "type": "BÁO CÁO",
        "abstract": "tổng hợp kết quả hội nghị đối thoại với cán bộ, đảng viên, công chức, "
        f"viên chức và người lao động {period.label}",
        "body": _body(board, period, figures, at),
        "sign": {
            "capacity": "",
            "post": "TRƯỞNG BAN",
            "person": head.user.full_name if head else "",
        },
        "recipients": [
            f"Ban Thường vụ {superior.name} (để báo cáo)",
            "Thường trực Đảng ủy",
            "Các ban, Văn phòng Đảng ủy",
            f"Lưu {naming.name}",
        ],
        "annexes": [
            {
                "title": "TÌNH HÌNH TỔ CHỨC HỘI NGHỊ VÀ GỬI BÁO CÁO",
                "landscape": True,
                "body": [_table_committees(figures)],
            },
            {
                "title": "KẾT QUẢ XỬ LÝ THEO TỪNG ĐẢNG ỦY",
                "landscape": True,
                "body": [_table_outcomes(figures)],
            },
            {
                "title": "DANH SÁCH ĐẢNG ỦY CHƯA GỬI, GỬI CHẬM BÁO CÁO",
                "landscape": False,
                "body": [_table_missing(figures)],
            },
        ],
    }


def _body(board, period, figures, at):
    committees = figures["committees"]
    reported = sum(row["figures"] is not None for row in committees)
    on_time = sum(row["status"] == "issued" for row in committees)
    late = sum(row["status"] == "late" for row in committees)
    incomplete = sum(row["status"] == "incomplete" for row in committees)
    automatic = sum(row["status"] == "automatic" for row in committees)
    held = sum(bool(row["conferences"]) for row in committees)
    size = figures["size"]
    totals = theme_total(figures["themes"])
    results = (
        f"Toàn Khối tổ chức {size['conferences']} cuộc đối thoại với {_number(size['present'])} "
        f"lượt người dự, {_number(size['turns'])} lượt phát biểu; tổng hợp {_number(size['items'])} "
        f"nội dung ý kiến, kiến nghị, tỷ lệ đã trả lời {_decimal(size['rate'])}%."
        if size
        else "Chưa có báo cáo nào được phát hành đến thời điểm chốt số liệu."
    )
    return [
        paragraph(
            f"{board.naming(on=day_of(at)).name} tổng hợp kết quả hội nghị đối thoại "
            f"{period.label}, số liệu chốt đến {moment_in_words(at.astimezone(period.deadline.tzinfo))}, như sau:"
        ),
        heading(1, "I- TÌNH HÌNH TRIỂN KHAI"),
        heading(2, "1. Tình hình tổ chức và báo cáo của các đảng ủy"),
        paragraph(
            f"Có {len(committees)} đảng ủy phải tổ chức đối thoại và gửi báo cáo trước ngày "
            f"{short_date(period.due_before)}. Đã tổ chức: {held} đảng ủy; đã gửi báo cáo: "
            f"{reported} ({_decimal(percentage(reported, len(committees)))}%), trong đó đúng hạn "
            f"{on_time}, chậm {late}"
            + (f", trả lại vì thiếu số liệu {incomplete}" if incomplete else "")
            + (f", bản tự động chưa phê duyệt {automatic}" if automatic else "")
            + f"; chưa gửi: {len(committees) - reported}."
        ),
        paragraph("Biểu 1 chi tiết từng đảng ủy tại Phụ lục 1."),
        _table_kinds(committees),
        heading(1, "II- KẾT QUẢ ĐỐI THOẠI"),
        heading(2, "1. Quy mô chung"),
        paragraph(results),
        _table_periods(figures),
        heading(2, "2. Ý kiến theo nhóm nội dung"),
        paragraph(
            f"Trong {_number(totals['items'])} nội dung: trả lời trực tiếp "
            f"{_number(totals['answered_live'])}, bằng văn bản {_number(totals['answered_written'])}, "
            f"đang xem xét {_number(totals['in_progress'])}, kiến nghị cấp trên "
            f"{_number(totals['escalated'])}, chuyển cơ quan chức năng {_number(totals['referred'])}, "
            f"không thuộc phạm vi {_number(totals['declined'])}."
        ),
        _table_themes(figures),
        paragraph("Biểu 4 chi tiết kết quả xử lý theo từng đảng ủy tại Phụ lục 2."),
        heading(2, "3. Đánh giá của người hỏi"),
        paragraph(_ratings_in_words(committees)),
    ]


def _ratings_in_words(committees):
    publishing, ratings = ratings_of(committees)
    if not publishing:
        return "Chưa có đảng ủy nào đủ số lượt đánh giá câu trả lời để công bố."
    return (
        f"Tổng hợp từ {publishing} báo cáo có công bố số liệu đánh giá. {ratings_in_words(ratings)}"
    )


def _number(value):
    return "–" if value is None else f"{value:,}".replace(",", ".")


def _decimal(value):
    return "–" if value is None else f"{value:g}".replace(".", ",")


def _table_kinds(committees):
    rows = []
    for kind, name in NAMES.items():
        of_kind = [row for row in committees if row["kind"] == kind]
        if of_kind:
            rows.append([name, *_kind_cells(of_kind)])
    return {
        "type": "table",
        "name": "kinds",
        "caption": "Biểu 1 (tóm tắt). Tình hình tổ chức hội nghị và gửi báo cáo",
        "columns": [
            column("Loại hình", 30, "left"),
            column("Số đảng ủy", 14),
            column("Đã tổ chức", 14),
            column("Đã báo cáo", 14),
            column("Đúng hạn", 14),
            column("Chậm", 14),
            column("Chưa gửi", 14),
        ],
        "rows": rows,
        "total": ["Tổng", *_kind_cells(committees)],
        "empty": "Không phát sinh.",
    }


def _kind_cells(rows):
    return [
        len(rows),
        sum(bool(row["conferences"]) for row in rows),
        sum(row["figures"] is not None for row in rows),
        sum(row["status"] == "issued" for row in rows),
        sum(row["status"] == "late" for row in rows),
        sum(row["figures"] is None for row in rows),
    ]


def _table_committees(figures):
    rows = []
    for number, row in enumerate(figures["committees"], 1):
        status = STATUS[row["status"]]
        if row["days_late"]:
            status = f"Chậm {row['days_late']} ngày"
        rows.append(
            [
                number,
                row["name"],
                NAMES.get(row["kind"], ""),
                row["party_members"],
                short_date(row["plan_on"]),
                row["conferences"],
                short_date(row["last_held_on"]),
                row["present"],
                short_date(row["issued_on"]),
                status,
                row["not_held_reason"] if row["conferences"] == 0 else "",
            ]
        )
    known = [row for row in figures["committees"] if row["figures"]]
    return {
        "type": "table",
        "name": "sheet1",
        "caption": "Biểu 1. Tình hình tổ chức hội nghị và gửi báo cáo",
        "columns": [
            column("TT", 4),
            column("Đảng ủy", 23, "left"),
            column("Loại hình", 16, "left"),
            column("Số đảng viên", 6),
            column("Kế hoạch (ngày)", 8),
            column("Số cuộc", 5),
            column("Ngày hội nghị gần nhất", 8),
            column("Lượt người dự", 6),
            column("Ngày gửi báo cáo", 8),
            column("Đúng hạn, chậm, chưa gửi", 8),
            column("Không tổ chức (lý do)", 8, "left"),
        ],
        "rows": rows,
        "total": [
            "",
            "Tổng",
            "",
            sum(row["party_members"] or 0 for row in figures["committees"]),
            "",
            sum(row["conferences"] or 0 for row in known),
            "",
            sum(row["present"] or 0 for row in known),
            "",
            "",
            "",
        ],
        "empty": "Không phát sinh.",
    }


def _table_periods(figures):
    now, before, year_before = figures["size"], figures["before"], figures["year_before"]

    def value(size, name):
        return size[name] if size else None

    def change(name, then):
        a, b = value(now, name), value(then, name)
        return (
            None
            if a is None or b is None
            else round(a - b, 1)
            if isinstance(a - b, float)
            else a - b
        )

    return {
        "type": "table",
        "name": "sheet2",
        "caption": "Biểu 2. So sánh các kỳ",
        "columns": [
            column("Chỉ tiêu", 34, "left"),
            column("Kỳ này", 13),
            column("Kỳ trước", 13),
            column("Tăng, giảm", 13),
            column("Cùng kỳ năm trước", 14),
            column("Tăng, giảm", 13),
        ],
        "rows": [
            [
                label,
                value(now, name),
                value(before, name),
                change(name, before),
                value(year_before, name),
                change(name, year_before),
            ]
            for name, label in INDICATORS
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }


def _table_themes(figures):
    names = (*THEME_FIGURES, "rate", "committees", "share")
    total = {**theme_total(figures["themes"]), "committees": ""}
    return {
        "type": "table",
        "name": "sheet3",
        "caption": "Biểu 3. Ý kiến, kiến nghị theo nhóm nội dung và kết quả xử lý, toàn Khối",
        "columns": [
            column("TT", 4),
            column("Nhóm nội dung", 17, "left"),
            *[
                column(label, 7.6 if label.startswith("Chuyển") else 6.4)
                for label in (
                    "Số nội dung",
                    "Gửi trước",
                    "Nêu tại hội nghị",
                    "Trả lời trực tiếp",
                    "Trả lời văn bản",
                    "Đang xem xét",
                    "Kiến nghị cấp trên",
                    "Chuyển CQ chức năng",
                    "Ngoài phạm vi",
                    "Quá hạn",
                    "Đã trả lời (%)",
                    "Số đảng ủy có ý kiến",
                    "Tỷ trọng (%)",
                )
            ],
        ],
        "rows": [
            [number, row["theme"], *(row[name] for name in names)]
            for number, row in enumerate(figures["themes"], 1)
        ],
        "total": ["", "Tổng", *(total[name] for name in names)] if figures["themes"] else None,
        "empty": "Không phát sinh.",
    }


def _table_outcomes(figures):
    names = ("items", *OUTCOMES, "overdue", "rate")
    known = [row for row in figures["committees"] if row["figures"]]
    total = theme_total(figures["themes"])
    return {
        "type": "table",
        "name": "sheet4",
        "caption": "Biểu 4. Kết quả xử lý theo từng đảng ủy",
        "columns": [
            column("TT", 4),
            column("Đảng ủy", 26, "left"),
            *[
                column(label, 8)
                for label in (
                    "Số nội dung",
                    "Trả lời trực tiếp",
                    "Bằng văn bản",
                    "Đang xem xét",
                    "Kiến nghị cấp trên",
                    "Chuyển CQ chức năng",
                    "Ngoài phạm vi",
                    "Quá hạn",
                    "Tỷ lệ trả lời (%)",
                )
            ],
        ],
        "rows": [
            [number, row["name"], *(row["figures"]["totals"][name] for name in names)]
            for number, row in enumerate(known, 1)
        ],
        "total": ["", "Tổng", *(total[name] for name in names)] if known else None,
        "empty": "Chưa có báo cáo.",
    }


def _table_missing(figures):
    rows = [
        row
        for row in figures["committees"]
        if row["status"] in ("late", "incomplete", "automatic") or not row["figures"]
    ]
    return {
        "type": "table",
        "name": "missing",
        "caption": "",
        "columns": [
            column("TT", 6),
            column("Đảng ủy", 44, "left"),
            column("Tình hình", 26, "left"),
            column("Ngày gửi", 14),
            column("Số lần đôn đốc", 10),
        ],
        "rows": [
            [
                number,
                row["name"],
                f"Chậm {row['days_late']} ngày"
                if row["days_late"]
                else STATUS[row["status"]]
                if row["status"] in ("incomplete", "automatic")
                else f"Chưa gửi, quá hạn {row['days_over']} ngày"
                if row["status"] == "missing"
                else "Chưa gửi, chưa đến hạn",
                short_date(row["issued_on"]),
                row["reminders"],
            ]
            for number, row in enumerate(rows, 1)
        ],
        "total": None,
        "empty": "Tất cả các đảng ủy đã gửi đúng hạn.",
    }
