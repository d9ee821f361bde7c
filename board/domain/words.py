"""The Board's own words in its consolidated report: what is proposed from the figures, and what it wrote.

A proposal says what the figures show, and nothing where they show nothing: then a person writes, or
the place is left out of what is issued. Written in Vietnamese, as the document is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from board.domain.consolidated_lists import promises_of
from committees.models import Committee
from foundation.given import given
from foundation.versions import OutdatedVersion, claim_version
from reports.documents.formatting import cell_text
from reports.domain.numbers import bare, is_number
from reports.models import ConsolidatedText, Report

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from committees.models import User
    from periods.models import ReportingPeriod


PLACES = {
    "guidance": "Công tác chỉ đạo, hướng dẫn, đôn đốc của Ban",
    "good": "Kết quả nổi bật",
    "limits": "Hạn chế",
    "causes": "Nguyên nhân",
    "lessons": "Kinh nghiệm",
    "tasks": "Nhiệm vụ 6 tháng tới",
    "asks": "Kiến nghị Ban Thường vụ",
}
PRAISED = "strengths"  # the place of a committee's report that tells what went well
NAMED = 20  # committees at most in one sentence


def proposals(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return {key: proposed text} of every place, of figures as `consolidated_figures` gives them."""
    made = {
        "guidance": _guidance(figures),
        "limits": "\n".join(_limits(figures)),
        "tasks": _tasks(figures),
        "asks": _asks(figures),
    }
    return {key: made.get(key, "") for key in PLACES}


def texts_of(
    board: Committee, period: ReportingPeriod, figures: Mapping[str, Any]
) -> dict[str, str]:
    """Return {key: text}: what the Board wrote, or else what is proposed."""
    written = ConsolidatedText.objects.filter(board=board, period=period)
    return {**proposals(figures), **dict(written.values_list("key", "text"))}


@transaction.atomic
def write_text(
    board: Committee,
    period: ReportingPeriod,
    *,
    key: str,
    text: str,
    version: int,
    by: User,
    at: dt.datetime,
) -> ConsolidatedText:
    """Keep the Board's words for one place. `version` is 0 where nothing was written before.

    Raises OutdatedVersion when somebody else was faster, and KeyError for an unknown place.
    """
    if key not in PLACES:
        raise KeyError(key)
    Committee.objects.select_for_update(no_key=True).get(pk=board.pk)
    found = ConsolidatedText.objects.filter(board=board, period=period, key=key).first()
    if found is None:
        if version:
            raise OutdatedVersion(key)
        return ConsolidatedText.objects.create(
            board=board, period=period, key=key, text=text, changed_by=by, changed_at=at
        )
    claim_version(found, version)
    found.text, found.changed_by, found.changed_at = text, by, at
    found.save(update_fields=["text", "changed_by", "changed_at"])
    return found


def use_proposal(board: Committee, period: ReportingPeriod, *, key: str) -> None:
    """Throw the Board's words for one place away; the proposal stands again."""
    ConsolidatedText.objects.filter(board=board, period=period, key=key).delete()


def practices(board: Committee, period: ReportingPeriod) -> list[tuple[int, str, str]]:
    """Return [(report id, name of the committee, what it says went well), …] of the reports received.

    In the committees' own words, as they were issued.
    """
    reports = (
        Report.objects.current()
        .filter(obligation__period=period, obligation__board=board)
        .exclude(inbox_item__data_missing=True)
        .select_related("obligation__committee")
        .order_by("obligation__committee__position", "obligation__committee__name")
    )
    said = [
        (report.pk, report.committee.name, _praised(given(report.snapshot)["document"]))
        for report in reports
    ]
    return [one for one in said if one[2]]


def _praised(document: Mapping[str, Any]) -> str:
    return "\n".join(
        block["text"] for block in document["body"] if block.get("key") == PRAISED and block["text"]
    )


def mismatched(
    words: Mapping[str, str], document: Mapping[str, Any], *, quoted: Iterable[str] = ()
) -> dict[str, list[str]]:
    """Return {key: [numbers]} of the places with a number that the figures do not bear out.

    It stands neither in a table of `document`, nor in a sentence that was made from the figures,
    nor in what a committee wrote, `quoted`.
    """
    known = set(document_numbers(document)).union(*map(bare, quoted))
    found = {key: sorted(bare(text) - known) for key, text in words.items()}
    return {key: numbers for key, numbers in found.items() if numbers}


def document_numbers(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield every number that stands in a document, without its points."""
    for block in [
        *document["body"],
        *(one for annex in document["annexes"] for one in annex["body"]),
    ]:
        if block["type"] == "table":
            for row in [*block["rows"], block["total"] or []]:
                for cell in row:
                    if is_number(cell):
                        yield from bare(cell_text(cell))
        elif "text" in block:
            yield from bare(block["text"])


# --- what is proposed -------------------------------------------------------------------------


def _guidance(figures: Mapping[str, Any]) -> str:
    reminders = sum(row["reminders"] for row in figures["committees"])
    reminded = sum(row["reminders"] > 0 for row in figures["committees"])
    if not reminders:
        return ""
    return (
        f"Cổng đối thoại đã nhắc {cell_text(reminders)} lượt, đối với {cell_text(reminded)} đảng ủy, "
        "về việc tổ chức hội nghị và gửi báo cáo."
    )


def _limits(figures: Mapping[str, Any]) -> Iterator[str]:
    committees, size = figures["committees"], figures["size"]
    not_held = [row["name"] for row in committees if not row["conferences"]]
    late = [f"{row['name']} ({row['days_late']} ngày)" for row in committees if row["days_late"]]
    missing = [row["name"] for row in committees if not row["received"]]
    for names, what in (
        (not_held, "chưa tổ chức hội nghị"),
        (missing, "chưa có báo cáo được nhận"),
        (late, "gửi báo cáo chậm"),
    ):
        if names:
            yield f"{cell_text(len(names))} đảng ủy {what}: {_listed(names)}."
    if size and size["overdue"]:
        yield f"{cell_text(size['overdue'])} nội dung quá hạn trả lời tại ngày chốt số liệu."
    if figures["repeated"]:
        yield f"{cell_text(len(figures['repeated']))} nội dung được nhiều đảng ủy cùng phản ánh."


def _tasks(figures: Mapping[str, Any]) -> str:
    committees = figures["committees"]
    missing = sum(not row["received"] for row in committees)
    carried = promises_of(committees)[4]
    lines = []
    if missing:
        lines.append(f"Đôn đốc {cell_text(missing)} đảng ủy chưa có báo cáo được nhận trong kỳ.")
    if carried:
        lines.append(f"Theo dõi việc thực hiện {cell_text(carried)} kết luận chuyển kỳ sau.")
    return "\n".join(lines)


def _asks(figures: Mapping[str, Any]) -> str:
    number = sum(
        len(row["figures"]["escalated"]) for row in figures["committees"] if row["figures"]
    )
    if not number:
        return ""
    return f"Xem xét, cho ý kiến về {cell_text(number)} kiến nghị vượt thẩm quyền nêu tại Biểu 7."


def _listed(names: Iterable[str]) -> str:
    """Name them, and say how many more there are where that would fill a page."""
    known = list(names)
    more = len(known) - NAMED
    listed = "; ".join(known[:NAMED])
    return f"{listed}; và {cell_text(more)} đảng ủy khác" if more > 0 else listed
