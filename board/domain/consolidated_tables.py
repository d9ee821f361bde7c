"""The tables (biểu) of the Board's consolidated report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from board.domain.consolidated_figures import (
    THEME_FIGURES,
    first_replies_of,
    mean_days,
    theme_total,
)
from reports.documents.tables import columns_of
from reports.domain.wording import short_date
from reports.figures import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


NAMES = {
    "above_base": "Đảng ủy cấp trên cơ sở",
    "base": "Đảng ủy cơ sở",
}
INDICATORS = (
    ("committees", "Số đảng ủy phải tổ chức"),
    ("held", "Số đảng ủy đã tổ chức"),
    ("conferences", "Số cuộc đối thoại"),
    ("present", "Lượt người dự"),
    ("turns", "Lượt phát biểu"),
    ("reports", "Số báo cáo được tổng hợp"),
    ("items", "Số nội dung ý kiến, kiến nghị"),
    ("live_rate", "Trả lời trực tiếp (%)"),
    ("rate", "Đã trả lời (%)"),
    ("first_replies", "Đang xem xét, đã trả lời bước đầu"),
    ("overdue", "Quá hạn tại ngày chốt số liệu"),
    ("escalated", "Kiến nghị cấp trên"),
    ("done_rate", "Hoàn thành kết luận kỳ trước (%)"),
)


def standing_in_words(row: Any) -> str:
    """Say of one committee whether its report is in, and what is missing of it."""
    if row["status"] in ("issued", "late"):
        return f"Chậm {row['days_late']} ngày" if row["days_late"] else "Đúng hạn"
    if row["status"] == "incomplete":
        return "Trả lại, thiếu số liệu"
    if row["status"] == "automatic":
        return "Bản tự động, chưa phê duyệt"
    not_sent = "Đã tổ chức, chưa báo cáo" if row["conferences"] else "Chưa gửi"
    if row["status"] == "missing":
        return f"{not_sent}, quá hạn {row['days_over']} ngày"
    return not_sent if row["conferences"] else f"{not_sent}, chưa đến hạn"


def table_kinds(committees: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Biểu 1, one line a kind of committee. Received, sent back, automatic and not sent add up."""
    rows = []
    for kind, name in NAMES.items():
        of_kind = [row for row in committees if row["kind"] == kind]
        if of_kind:
            rows.append([name, *_kind_cells(of_kind)])
    return {
        "type": "table",
        "name": "kinds",
        "caption": "Biểu 1 (tóm tắt). Tình hình tổ chức hội nghị và gửi báo cáo",
        "columns": columns_of("kinds"),
        "rows": rows,
        "total": ["Tổng", *_kind_cells(committees)],
        "empty": "Không phát sinh.",
    }


def _kind_cells(rows: Sequence[Any]) -> list[Any]:
    def count(*statuses: str) -> int:
        return sum(row["status"] in statuses for row in rows)

    settled = ("issued", "late", "incomplete", "automatic")
    return [
        len(rows),
        sum(bool(row["conferences"]) for row in rows),
        sum(row["received"] for row in rows),
        count("issued"),
        count("late"),
        count("incomplete"),
        count("automatic"),
        sum(row["status"] not in settled for row in rows),
        held_unreported(rows),
    ]


def held_unreported(rows: Sequence[Any]) -> int:
    return sum(bool(row["conferences"]) and not row["received"] for row in rows)


def table_committees(figures: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [
            number,
            row["name"],
            NAMES.get(row["kind"], ""),
            row["party_members"],
            short_date(row["plan_on"]),
            row["conferences"],
            short_date(row["last_held_on"]),
            row["present"] if row["conferences"] else 0,
            short_date(row["issued_on"]),
            standing_in_words(row),
            _remark(row, figures["window"]),
        ]
        for number, row in enumerate(figures["committees"], 1)
    ]
    size = figures["size"]
    return {
        "type": "table",
        "name": "sheet1",
        "caption": "Biểu 1. Tình hình tổ chức hội nghị và gửi báo cáo",
        "columns": columns_of("sheet1"),
        "rows": rows,
        "total": [
            "",
            f"Tổng ({size['held']}/{size['committees']} đảng ủy đã tổ chức)" if size else "Tổng",
            "",
            sum(row["party_members"] or 0 for row in figures["committees"]),
            "",
            size["conferences"] if size else 0,
            "",
            size["present"] if size else 0,
            "",
            "",
            "",
        ],
        "empty": "Không phát sinh.",
    }


def _remark(row: Mapping[str, Any], window: Sequence[str]) -> str:
    """Why no conference was held, and whether the committee began or ended within the period."""
    first, last = window
    said = [row["not_held_reason"]]
    if row["active_from"] > first:
        said.append(f"Hoạt động từ ngày {short_date(row['active_from'])}")
    if row["active_until"] and row["active_until"] < last:
        ended = f"Kết thúc hoạt động ngày {short_date(row['active_until'])}"
        said.append(ended + (f", nhập vào {row['successor']}" if row["successor"] else ""))
    return "; ".join(filter(None, said))


def table_periods(figures: Mapping[str, Any]) -> dict[str, Any]:
    now, before, year_before = figures["size"], figures["before"], figures["year_before"]

    def value(size: Any, name: str) -> Any | None:
        return size.get(name) if size else None  # frozen before it was counted: not known

    def change(name: str, then: Any) -> Any | None:
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
        "columns": columns_of("sheet2"),
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


def table_themes(figures: Mapping[str, Any]) -> dict[str, Any]:
    names = (*THEME_FIGURES, "rate", "committees", "share")
    total = {**theme_total(figures["themes"]), "committees": ""}
    return {
        "type": "table",
        "name": "sheet3",
        "caption": "Biểu 3. Ý kiến, kiến nghị theo nhóm nội dung và kết quả xử lý, toàn Khối",
        "columns": columns_of("sheet3"),
        "rows": [
            [number, row["theme"], *(row[name] for name in names)]
            for number, row in enumerate(figures["themes"], 1)
        ],
        "total": ["", "Tổng", *(total[name] for name in names)] if figures["themes"] else None,
        "empty": "Không phát sinh.",
    }


def table_outcomes(figures: Mapping[str, Any]) -> dict[str, Any]:
    names = ("items", *OUTCOMES, "overdue", "rate")
    known = [row for row in figures["committees"] if row["figures"]]
    total = theme_total(figures["themes"])
    return {
        "type": "table",
        "name": "sheet4",
        "caption": "Biểu 4. Kết quả xử lý theo từng đảng ủy",
        "columns": columns_of("sheet4"),
        "rows": [
            [number, row["name"], *(row["figures"]["totals"][name] for name in names),
             *_time_taken([row["figures"]])]
            for number, row in enumerate(known, 1)
        ],
        "total": ["", f"Tổng ({len(known)} báo cáo)", *(total[name] for name in names),
                  *_time_taken([row["figures"] for row in known])]
        if known
        else None,
        "empty": "Chưa có báo cáo.",
    }  # fmt: skip


def _time_taken(reported: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [mean_days(reported), first_replies_of(reported)]


def table_missing(figures: Mapping[str, Any]) -> dict[str, Any]:
    rows = [row for row in figures["committees"] if row["status"] != "issued"]
    return {
        "type": "table",
        "name": "missing",
        "caption": "",
        "columns": columns_of("missing"),
        "rows": [
            [
                number,
                row["name"],
                standing_in_words(row),
                short_date(row["issued_on"]),
                row["reminders"],
            ]
            for number, row in enumerate(rows, 1)
        ],
        "total": None,
        "empty": "Tất cả các đảng ủy đã gửi đúng hạn.",
    }
