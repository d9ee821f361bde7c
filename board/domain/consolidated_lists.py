"""Biểu 5 to 7, and the annexes that list: promises, requests beyond one's competence, sources."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from reports.documents.blocks import table
from reports.documents.formatting import number_and_symbol
from reports.documents.tables import columns_of
from reports.documents.words import OUTCOMES, UNEDITED
from reports.domain.wording import short_date
from reports.figures import percentage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


EMPTY = "Không phát sinh."
LONGEST_OVERDUE = 10
INDICATORS = (
    (
        "Đảng ủy phải tổ chức",
        "Đảng ủy hoạt động ít nhất một ngày trong kỳ; đảng ủy thành lập hoặc sáp nhập trong kỳ vẫn "
        "được tính, ghi chú tại Biểu 1. Đảng ủy được miễn trong kỳ không tính, nêu riêng.",
    ),
    (
        "Đã tổ chức",
        "Đảng ủy có ít nhất một hội nghị đã diễn ra trong kỳ, tính từ dữ liệu hội nghị, dù đã báo cáo "
        "hay chưa.",
    ),
    (
        "Đúng hạn",
        "Phát hành báo cáo trước thời hạn của đảng ủy đó, kể cả thời hạn được gia hạn.",
    ),
    (
        "Số liệu ý kiến, kiến nghị",
        "Cộng từ số liệu đã chốt trong báo cáo của từng đảng ủy; không tính báo cáo bị trả lại vì "
        "thiếu số liệu. Số liệu không có thì ghi “–”, không ghi 0.",
    ),
    ("Tỷ lệ trả lời trực tiếp", "Trả lời trực tiếp chia cho số nội dung."),
    (
        "Tỷ lệ đã trả lời",
        "Trả lời trực tiếp và bằng văn bản, chia cho số nội dung trừ phần ngoài phạm vi và phần chuyển "
        "cơ quan chức năng.",
    ),
    (
        "Quá hạn",
        "Nội dung đang xem xét trong báo cáo và đến thời điểm chốt số liệu vẫn quá hạn trả lời; là một "
        "phần của “Đang xem xét”, không cộng thêm.",
    ),
    (
        "Đã trả lời bước đầu",
        "Nội dung đang xem xét đã có trả lời bước đầu và hẹn lại hạn; chưa tính là đã trả lời.",
    ),
    (
        "Số ngày trả lời trung bình",
        "Trung bình số ngày (theo lịch) từ ngày hội nghị đến ngày trả lời bằng văn bản; trả lời trước "
        "hội nghị tính 0 ngày, trả lời trực tiếp không tính.",
    ),
    (
        "Hoàn thành kết luận kỳ trước",
        "Kết luận của kỳ trước đã xong chia cho toàn bộ kết luận kỳ trước trong báo cáo, kể cả phần "
        "chuyển kỳ; quá hạn tính đến ngày của từng báo cáo.",
    ),
    (
        "Nội dung được nhiều nơi phản ánh",
        "Nội dung đã biên tập có cùng câu chữ trong báo cáo của từ hai đảng ủy trở lên; nội dung giống "
        "nhau về ý nhưng khác câu chữ không gộp.",
    ),
)


def table_exempt(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Annex 1: who is exempt in the period, since when and why."""
    return table(
        "exempt",
        columns_of("exempt"),
        [
            [number, row["name"], short_date(row["on"]), row["reason"]]
            for number, row in enumerate(figures["exempt"], 1)
        ],
        caption="Đảng ủy được miễn trong kỳ",
    )


def table_repeated(figures: Mapping[str, Any]) -> dict[str, Any]:
    return table(
        "sheet5",
        columns_of("sheet5"),
        [
            [
                number,
                row["text"],
                row["group"],
                row["committees"],
                row["items"],
                row["times"],
                "; ".join(f"{OUTCOMES[name]}: {count}" for name, count in row["outcomes"].items()),
            ]
            for number, row in enumerate(figures["repeated"], 1)
        ],
        caption="Biểu 5. Nội dung được nhiều nơi phản ánh",
        empty=EMPTY,
    )


def promises_of(committees: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return how many conclusions of earlier periods: all, done, under way, late, carried on."""
    reported = [row["figures"] for row in committees if row["figures"]]
    every, done, late = (
        sum(one[name] for one in reported)
        for name in ("previous", "previous_done", "previous_overdue")
    )
    return [every, done, every - done - late, late, every - done]


def table_promises(figures: Mapping[str, Any]) -> dict[str, Any]:
    known = [row for row in figures["committees"] if row["figures"]]
    rows = [(row["name"], promises_of([row])) for row in known]
    total = promises_of(known)
    return table(
        "sheet6",
        columns_of("sheet6"),
        [
            [number, name, *counts, percentage(counts[1], counts[0])]
            for number, (name, counts) in enumerate(rows, 1)
        ],
        total=["", f"Tổng ({len(known)} báo cáo)", *total, percentage(total[1], total[0])]
        if known
        else None,
        caption="Biểu 6. Thực hiện kết luận kỳ trước",
        empty="Chưa có báo cáo.",
    )


def table_overdue(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The promises that have been late the longest."""
    late = sorted(
        (promise["due_on"], row["name"], promise)
        for row, promise in _of_reports(figures, "overdue_promises")
    )
    return table(
        "longest",
        columns_of("longest"),
        [
            [number, name, promise["code"], promise["text"], promise["lead_unit"], short_date(due)]
            for number, (due, name, promise) in enumerate(late[:LONGEST_OVERDUE], 1)
        ],
        caption=f"Kết luận quá hạn lâu nhất (nhiều nhất {LONGEST_OVERDUE} kết luận)",
        empty=EMPTY,
    )


def table_requests(figures: Mapping[str, Any], *, is_final: bool = False) -> dict[str, Any]:
    """In a draft with room for the Board's opinion; what is issued has no empty place."""
    opinion = None if is_final else ""
    return table(
        "sheet7",
        columns_of("sheet7"),
        [
            [number, item["text"] or UNEDITED, row["name"], item["times_raised"],
             item["passed_to"], opinion]
            for number, (row, item) in enumerate(_of_reports(figures, "escalated"), 1)
        ],
        caption="Biểu 7. Kiến nghị đề nghị Ban Thường vụ, cơ quan cấp trên xem xét",
        empty=EMPTY,
    )  # fmt: skip


def table_beyond(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Annex 4: the same requests, with their codes, reasons and supporters."""
    return table(
        "beyond",
        columns_of("beyond"),
        [
            [number, row["name"], item["code"], item["text"] or UNEDITED, item["passed_reason"],
             item["passed_to"], item["supporters"], item["times_raised"]]
            for number, (row, item) in enumerate(_of_reports(figures, "escalated"), 1)
        ],
        empty=EMPTY,
    )  # fmt: skip


def table_indicators() -> dict[str, Any]:
    """Annex 5: what each figure means."""
    return table("indicators", columns_of("indicators"), [list(row) for row in INDICATORS])


def table_sources(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Annex 5: the reports that the sums rest on. A committee without one stands as such."""
    return table(
        "sources",
        columns_of("sources"),
        [[number, row["name"], *_source(row)] for number, row in enumerate(figures["committees"], 1)],
        caption="Báo cáo nguồn của số liệu",
        empty=EMPTY,
    )  # fmt: skip


def _source(row: Mapping[str, Any]) -> list[Any]:
    source = row["source"]
    if not source:
        return ["Không có báo cáo được tính", None, None, None]
    number = number_and_symbol(source["number"], source["symbol"])
    return [
        number if source["number"] else "Bản tự động, không số",
        row["version"],
        short_date(source["issued_on"]),
        source["sha256"],
    ]


def _of_reports(figures: Mapping[str, Any], name: str) -> list[tuple[Mapping[str, Any], Any]]:
    """Return (committee, line) of every line of that name that the reports have."""
    return list(
        chain.from_iterable(
            ((row, line) for line in row["figures"][name])
            for row in figures["committees"]
            if row["figures"]
        )
    )
