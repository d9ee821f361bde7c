"""The tables and annexes of a committee's report: every figure as `reports.figures` counted it.

Where a period has several conferences, each row says which one it is of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.shape import followed
from reports.documents.blocks import heading, paragraph
from reports.documents.formatting import hour_in_words
from reports.documents.tables import columns_of
from reports.documents.words import UNEDITED, answer_told, how_raised, outcome
from reports.domain.wording import KINDS, short_date, starts_of
from reports.figures import percentage

if TYPE_CHECKING:
    from collections.abc import Mapping


CHANNEL_LABEL = "Hình thức gửi"


def of_conferences(figures: Mapping[str, Any]) -> str:
    """Return " (hội nghị ngày … và …)", or nothing where there is no other to be told from."""
    held = figures.get("conferences", ())
    if len(held) < 2:
        return ""
    days = list(dict.fromkeys(short_date(one["held_on"]) for one in held))
    return " (hội nghị ngày " + " và ".join(filter(None, [", ".join(days[:-1]), days[-1]])) + ")"


def table_attendance(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Bảng 1."""
    names = ("invited", "present", "party_members", "civil_servants", "public_employees",
             "workers", "women", "online")  # fmt: skip

    def cells(numbers: Mapping[str, Any] | None) -> list[float | None]:
        if numbers is None:
            return [None] * (len(names) + 1)
        return [
            *(numbers[name] for name in names),
            percentage(numbers["present"], numbers["invited"]),
        ]

    total = figures["attendance_total"]
    return {
        "type": "table",
        "name": "table1",
        "caption": "Bảng 1. Thành phần dự hội nghị",
        "columns": columns_of("table1"),
        "rows": [
            [number, _which(conference, figures), *cells(conference["attendance"])]
            for number, conference in enumerate(figures["conferences"], 1)
        ],
        "total": ["", "Tổng", *cells(total)] if figures["conferences"] else None,
        "empty": "Không phát sinh.",
    }


def _which(conference: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    """The day, and the kind or the hour where that tells it from another."""
    day, others = short_date(conference["held_on"]), figures["conferences"]
    if len(others) > 1:
        day += f" ({KINDS[conference['kind']]})"
    if sum(one["held_on"] == conference["held_on"] for one in others) > 1:
        day = f"{hour_in_words(starts_of(conference))}, {day}"
    return day


def table_previous(
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    """Bảng 2."""
    return {
        "type": "table",
        "name": "table2",
        "caption": "Bảng 2. Kết quả thực hiện kết luận của kỳ trước",
        "columns": columns_of("table2"),
        "rows": [
            [
                number,
                followed(row["text"], f"({_promised(row)})"),
                row["lead_unit"],
                short_date(row["due_on"]),
                row["result"] or None,
                commitment_state(row, is_previous=True),
                row["evidence"] or None,
            ]
            for number, row in enumerate(figures["previous"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }


def _promised(row: Mapping[str, Any]) -> str:
    """Return the code, and whose it was where the committee has taken it over."""
    made_by = row.get("taken_over_from")
    return f"{row['code']}, tiếp nhận từ {made_by}" if made_by else row["code"]


def commitment_state(row: Mapping[str, Any], *, is_previous: bool = False) -> str:
    """Return the state of a commitment in words; what is still open is carried on."""
    if row["state"] == "done":
        return "Đã xong"
    state = "Quá hạn" if row["is_overdue"] else "Đang thực hiện"
    return f"{state}; chuyển kỳ sau" if is_previous else state


def table_themes(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Bảng 3."""
    names = ("items", "before", "live", "answered_live", "answered_written", "in_progress",
             "escalated", "referred", "declined", "overdue", "rate")  # fmt: skip
    return {
        "type": "table",
        "name": "table3",
        "caption": "Bảng 3. Ý kiến, kiến nghị theo nhóm nội dung và kết quả xử lý"
        + of_conferences(figures),
        "columns": columns_of("table3"),
        "rows": [
            [number, row["theme"], *(row[name] for name in names)]
            for number, row in enumerate(figures["themes"], 1)
        ],
        "total": ["", "Tổng", *(figures["totals"][name] for name in names)],
        "empty": "Không phát sinh.",
    }


def table_commitments(
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    """Bảng 4."""
    return {
        "type": "table",
        "name": "table4",
        "caption": "Bảng 4. Nội dung giao thực hiện sau hội nghị" + of_conferences(figures),
        "columns": columns_of("table4"),
        "rows": [
            [
                number,
                row["code"],
                row["text"],
                row["lead_unit"],
                row["co_units"] or None,
                short_date(row["due_on"]),
                commitment_state(row),
                row["evidence"] or None,
            ]
            for number, row in enumerate(figures["commitments"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }


def table_escalated(
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    """Bảng 5."""
    return {
        "type": "table",
        "name": "table5",
        "caption": "Bảng 5. Kiến nghị vượt thẩm quyền" + of_conferences(figures),
        "columns": columns_of("table5"),
        "rows": [
            [
                number,
                followed(item["text"] or UNEDITED, f"({item['code']})"),
                item["passed_reason"],
                item["passed_to"],
                item["supporters"],
                item["times_raised"],
            ]
            for number, item in enumerate(figures["escalated"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }


# --- annexes ------------------------------------------------------------------------


def annexes(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "title": "DANH MỤC Ý KIẾN, KIẾN NGHỊ VÀ NỘI DUNG TRẢ LỜI"
            + of_conferences(figures).upper(),
            "landscape": False,
            "body": items_by_group(figures),
        },
        {
            "title": "DANH MỤC NỘI DUNG ĐANG XỬ LÝ, QUÁ HẠN" + of_conferences(figures).upper(),
            "landscape": True,
            "body": [_table_open_items(figures)],
        },
    ]


def items_by_group(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Phụ lục 1: long texts as plain records, grouped; a table of them would be slow and thin.

    No asker is named, whoever may know the name elsewhere.
    """
    if not figures["items"]:
        return [paragraph("Không phát sinh.")]
    blocks, group = [], None
    for number, item in enumerate(figures["items"], 1):
        if item["group"] != group:
            group = item["group"]
            blocks += [heading(2, group), {"type": "records", "items": []}]
        blocks[-1]["items"].append(
            _record(number, item, is_one_of_many=len(figures.get("conferences", ())) > 1)
        )
    return blocks


def _record(number: int, item: Mapping[str, Any], *, is_one_of_many: bool) -> dict[str, Any]:
    lines = [
        ("Nội dung", item["text"] or UNEDITED),
        *([("Hội nghị", f"ngày {short_date(item['held_on'])}")] if is_one_of_many else []),
        (
            CHANNEL_LABEL,
            f"{how_raised(item)}. Kết quả: {outcome(item)}.",
        ),
    ]
    if item["answer"]:
        lines.append(("Trả lời", answer_told(item)))
        lines.append(
            (
                "Người trả lời",
                f"{item['answered_by']}, ngày {short_date(item['answered_on'])}",
            )
        )
    if item["times_raised"] > 1:
        lines.append(("Lần thứ", str(item["times_raised"])))
    return {
        "title": f"{number}. {item['code'] or 'Chưa phân loại'}",
        "lines": [{"label": label, "text": text} for label, text in lines],
    }


def _table_open_items(
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "type": "table",
        "name": "annex2",
        "caption": "",
        "columns": columns_of("annex2"),
        "rows": [
            [
                number,
                item["code"],
                item["text"] or UNEDITED,
                item["unit"],
                short_date(item["due_on"]) if item["due_on"] else None,
                item["days_overdue"],
                short_date(item.get("first_reply_on")) or None,
            ]
            for number, item in enumerate(figures["open_items"], 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }
