"""The Board's consolidated report as a document: a draft for its head to sign."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from board.domain.consolidated_figures import ratings_of, theme_total
from board.domain.consolidated_lists import (
    promises_of,
    table_beyond,
    table_exempt,
    table_indicators,
    table_overdue,
    table_promises,
    table_repeated,
    table_requests,
    table_sources,
)
from board.domain.consolidated_tables import (
    held_unreported,
    table_committees,
    table_kinds,
    table_missing,
    table_outcomes,
    table_periods,
    table_themes,
)
from board.domain.words import PLACES
from foundation.clock import day_of
from reports.documents.blocks import heading, numbered, paragraph
from reports.documents.formatting import (
    cell_text,
    moment_in_words,
    number_and_symbol,
    short_document_date,
)
from reports.documents.profile import profile_on
from reports.domain.wording import SCHEMA, ratings_in_words, short_date
from reports.figures import percentage
from reports.openings import in_words, together

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from committees.models import Committee, User
    from periods.models import ReportingPeriod
    from reports.models import ConsolidatedReport


# Reports that lie there and do not count as sent.
APART = {
    "incomplete": "trả lại vì thiếu số liệu",
    "automatic": "bản tự động chưa phê duyệt",
}


def consolidated_document(
    board: Committee,
    period: ReportingPeriod,
    figures: Mapping[str, Any],
    *,
    at: dt.datetime,
    words: Mapping[str, str] | None = None,
    number: int | None = None,
    signer: User | None = None,
    replaces: ConsolidatedReport | None = None,
) -> dict[str, Any]:
    """Return the document of `figures`, as `consolidated_figures` gives them; a draft for the head
    of the Board without `number`, else signed by `signer`. `words` are the Board's, {key: text};
    `replaces` is the issued version whose place it takes."""
    today = day_of(at)
    naming = board.naming(on=today)
    superior = board.parent.naming(on=today)
    head = board.memberships.active(on=today).with_role("head").select_related("user").first()
    person = signer or (head.user if head else None)
    return {
        "schema": SCHEMA,
        "kind": "consolidated",
        "profile": profile_on(today),
        "draft_no": None,
        "note": "",
        "superior": superior.header_name,
        "issuer": naming.header_name,
        "number": number,
        "symbol": f"BC/{naming.symbol}",
        "place": naming.place,
        "issued_on": today.isoformat() if number else None,
        "year": today.year,
        "type": "BÁO CÁO",
        "abstract": "tổng hợp kết quả hội nghị đối thoại với cán bộ, đảng viên, công chức, "
        f"viên chức và người lao động {period.label}",
        "body": [
            *_replaced(replaces),
            *_body(board, period, figures, at, words=words or {}, is_final=bool(number)),
        ],
        "sign": {
            "capacity": "",
            "post": "TRƯỞNG BAN",
            "person": person.full_name if person else "",
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
                "body": [
                    table_committees(figures),
                    *([table_exempt(figures)] if figures.get("exempt") else []),
                ],
            },
            {
                "title": "KẾT QUẢ XỬ LÝ THEO TỪNG ĐẢNG ỦY",
                "landscape": True,
                "body": [table_outcomes(figures)],
            },
            {
                "title": "DANH SÁCH ĐẢNG ỦY CHƯA GỬI, GỬI CHẬM BÁO CÁO",
                "landscape": False,
                "body": [table_missing(figures)],
            },
            {
                "title": "DANH MỤC KIẾN NGHỊ VƯỢT THẨM QUYỀN",
                "landscape": True,
                "body": [table_beyond(figures)],
            },
            {
                "title": "CÁCH TÍNH CHỈ TIÊU",
                "landscape": False,
                "body": [
                    paragraph(f"Số liệu chốt đến {_cut_off(figures)}."),
                    table_indicators(),
                    table_sources(figures),
                ],
            },
        ],
    }


def _body(
    board: Committee,
    period: ReportingPeriod,
    figures: Mapping[str, Any],
    at: dt.datetime,
    *,
    words: Mapping[str, str],
    is_final: bool,
) -> list[dict[str, Any]]:
    """Return the sections of the outline, in its order."""

    def place(key: str) -> tuple[str, list[dict[str, Any]]]:
        """Return (title, blocks): what is issued has no empty place."""
        text = words.get(key, "").strip()
        return PLACES[key], [paragraph(text or "…", key=key)] if text or not is_final else []

    requests = _requests(figures, is_final=is_final)
    assessed = list(numbered(*map(place, ("good", "limits", "causes", "lessons"))))
    return [
        _lead(board, period, figures, at),
        heading(1, "I- TÌNH HÌNH TRIỂN KHAI"),
        *numbered(
            place("guidance"),
            ("Tình hình tổ chức và báo cáo của các đảng ủy", _organised(period, figures)),
        ),
        heading(1, "II- KẾT QUẢ ĐỐI THOẠI"),
        heading(2, "1. Quy mô chung"),
        *_size(figures),
        heading(2, "2. Ý kiến theo nhóm nội dung"),
        *_questions(figures),
        *_openings(figures["committees"]),
        heading(2, "3. Vấn đề nổi lên, lặp lại nhiều nơi"),
        *_repeated(figures),
        heading(2, "4. Đánh giá của người hỏi"),
        paragraph(_ratings(figures["committees"])),
        heading(1, "III- THỰC HIỆN KẾT LUẬN CÁC KỲ TRƯỚC"),
        *_promises(figures),
        heading(1, "IV- ĐÁNH GIÁ"),
        *(assessed or [paragraph("Không phát sinh.")]),
        heading(1, "V- PHƯƠNG HƯỚNG, KIẾN NGHỊ"),
        *numbered(place("tasks"), (PLACES["asks"], [*place("asks")[1], *requests])),
    ]


def _replaced(before: ConsolidatedReport | None) -> list[dict[str, Any]]:
    """Name the paper that a newer one takes the place of."""
    if before is None:
        return []
    known = before.snapshot["document"]
    number = number_and_symbol(known["number"], known["symbol"]).replace("Số", "số")
    day = short_document_date(date.fromisoformat(known["issued_on"]))
    return [paragraph(f"Báo cáo này thay thế Báo cáo {number}, ngày {day}.")]


def _repeated(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        paragraph(
            f"Số nội dung được từ hai đảng ủy trở lên phản ánh với cùng câu chữ: "
            f"{len(figures['repeated'])}. Nội dung giống nhau về ý nhưng khác câu chữ chưa được gộp."
        ),
        table_repeated(figures),
    ]


def _promises(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    every, done, under_way, late, carried = promises_of(figures["committees"])
    if not every:
        return [paragraph("Các báo cáo không có kết luận của kỳ trước."), table_promises(figures)]
    return [
        paragraph(
            f"Tổng số {cell_text(every)} kết luận của kỳ trước: đã xong {cell_text(done)} "
            f"({cell_text(percentage(done, every))}%), đang thực hiện {cell_text(under_way)}, quá hạn "
            f"{cell_text(late)}; chuyển kỳ sau {cell_text(carried)}."
        ),
        table_promises(figures),
        *([table_overdue(figures)] if late else []),
    ]


def _requests(figures: Mapping[str, Any], *, is_final: bool) -> list[dict[str, Any]]:
    requests = table_requests(figures, is_final=is_final)
    number = len(requests["rows"])
    return [
        paragraph(
            f"Các đảng ủy có {number} kiến nghị vượt thẩm quyền; chi tiết tại Phụ lục 4."
            if number
            else "Không có kiến nghị vượt thẩm quyền trong các báo cáo được tổng hợp."
        ),
        requests,
    ]


def _openings(committees: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The names that secretaries asked to have opened, of all committees, reported or not."""
    counts = together([row["openings"] for row in committees if row.get("openings")])
    return [paragraph(text) for text in (in_words(counts),) if text]


def _lead(
    board: Committee, period: ReportingPeriod, figures: Mapping[str, Any], at: dt.datetime
) -> dict[str, Any]:
    return paragraph(
        f"{board.naming(on=day_of(at)).name} tổng hợp kết quả hội nghị đối thoại "
        f"{period.label}, số liệu chốt đến {_cut_off(figures)}, như sau:"
    )


def _cut_off(figures: Mapping[str, Any]) -> str:
    return moment_in_words(timezone.localtime(datetime.fromisoformat(figures["as_of"])))


def _organised(period: ReportingPeriod, figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    committees = figures["committees"]
    received = sum(row["received"] for row in committees)
    by_status = {row["status"]: 0 for row in committees}
    for row in committees:
        by_status[row["status"]] += 1
    counts = {name: by_status.get(name, 0) for name in ("issued", "late", *APART)}
    apart = [f"; {APART[name]} {counts[name]}" for name in APART if counts[name]]
    not_sent = len(committees) - received - sum(counts[name] for name in APART)
    waiting = held_unreported(committees)
    return [
        paragraph(
            f"Có {len(committees)} đảng ủy phải tổ chức đối thoại và gửi báo cáo trước ngày "
            f"{short_date(period.due_before)}. Đã tổ chức: "
            f"{sum(bool(row['conferences']) for row in committees)} đảng ủy"
            + (f", trong đó {waiting} đã tổ chức, chưa báo cáo" if waiting else "")
            + f". Đã gửi báo cáo: {received} ({cell_text(percentage(received, len(committees)))}%), "
            f"trong đó đúng hạn {counts['issued']}, chậm {counts['late']}"
            + "".join(apart)
            + f"; chưa gửi: {not_sent}."
        ),
        paragraph("Biểu 1 chi tiết từng đảng ủy tại Phụ lục 1."),
        *_freed(figures),
        table_kinds(committees),
    ]


def _freed(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say who is exempt, by name: without it one would look for them among those that owe."""
    freed = figures.get("exempt")  # not there in what was frozen before there were any
    if not freed:
        return []
    names = "; ".join(row["name"] for row in freed)
    return [
        paragraph(
            f"Có {len(freed)} đảng ủy được miễn trong kỳ, không tính trong các số liệu trên: {names}; "
            "lý do tại Phụ lục 1."
        )
    ]


def _size(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    size = figures["size"]
    if not size or not size["conferences"]:
        return [
            paragraph("Chưa có hội nghị nào được tổ chức đến thời điểm chốt số liệu."),
            table_periods(figures),
        ]
    return [
        paragraph(
            f"Toàn Khối có {cell_text(size['held'])} đảng ủy tổ chức {cell_text(size['conferences'])} cuộc "
            f"đối thoại với {cell_text(size['present'])} lượt người dự"
            + _known_of(size, "counted", "số người dự")
            + f", {cell_text(size['turns'])} lượt phát biểu"
            + _known_of(size, "turns_counted", "số lượt phát biểu")
            + "."
        ),
        *[paragraph(text) for text in [_unlike(figures)] if text],
        table_periods(figures),
    ]


def _known_of(size: Any, counted: Any, what: str) -> str:
    """Say of how many conferences a number is known, where it is not of all."""
    if size[counted] == size["conferences"]:
        return ""
    return f" ({cell_text(size[counted])}/{cell_text(size['conferences'])} cuộc đã ghi {what})"


def _unlike(figures: Mapping[str, Any]) -> str:
    """Say where two periods are not built from equally many reports."""
    now = figures["size"]["reports"]
    others = [
        f"{words} {cell_text(then['reports'])} báo cáo"
        for words, then in (
            ("kỳ trước", figures["before"]),
            ("cùng kỳ năm trước", figures["year_before"]),
        )
        if then and then["reports"] != now
    ]
    if not others:
        return ""
    return (
        f"Số liệu ý kiến, kiến nghị kỳ này tổng hợp từ {cell_text(now)} báo cáo, "
        f"{', '.join(others)}; khi so sánh cần lưu ý số báo cáo không bằng nhau."
    )


def _questions(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    committees, size = figures["committees"], figures["size"]
    if not size or not size["reports"]:
        return [paragraph("Chưa có báo cáo nào được phát hành đến thời điểm chốt số liệu.")]
    totals = theme_total(figures["themes"])
    automatic = sum(row["status"] == "automatic" for row in committees)
    return [
        paragraph(
            f"Tổng hợp từ {cell_text(size['reports'])} báo cáo của {cell_text(size['committees'])} đảng ủy"
            + (f" (có {automatic} bản tự động chưa phê duyệt)" if automatic else "")
            + f": {cell_text(totals['items'])} nội dung ý kiến, kiến nghị; trả lời trực tiếp "
            f"{cell_text(totals['answered_live'])}, bằng văn bản {cell_text(totals['answered_written'])}, "
            f"đang xem xét {cell_text(totals['in_progress'])}, kiến nghị cấp trên "
            f"{cell_text(totals['escalated'])}, chuyển cơ quan chức năng {cell_text(totals['referred'])}, "
            f"không thuộc phạm vi {cell_text(totals['declined'])}. Tỷ lệ đã trả lời: "
            f"{cell_text(totals['rate'])}%. Quá hạn tại thời điểm chốt số liệu: "
            f"{cell_text(totals['overdue'])}." + _first_replies(size["first_replies"])
        ),
        table_themes(figures),
        paragraph("Biểu 4 chi tiết kết quả xử lý theo từng đảng ủy tại Phụ lục 2."),
    ]


def _first_replies(number: int | None) -> str:
    if number is None:
        return ""
    return f" Trong số đang xem xét, {cell_text(number)} nội dung đã được trả lời bước đầu."


def _ratings(committees: Sequence[Mapping[str, Any]]) -> str:
    publishing, ratings = ratings_of(committees)
    if not publishing:
        return "Chưa có báo cáo nào công bố số liệu đánh giá câu trả lời."
    return (
        f"Tổng hợp từ {publishing} báo cáo có công bố số liệu đánh giá. {ratings_in_words(ratings)}"
    )
