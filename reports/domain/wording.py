"""Words that the report, the consolidated report and the papers of a conference share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from foundation.codes import in_groups
from reports.documents.formatting import cell_text, short_document_date
from reports.suppression import TOTAL

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


SCHEMA = 1  # of a document and its figures
RATED = {
    "answered": "đã giải đáp được câu hỏi",
    "partly": "giải đáp một phần",
    "not": "chưa giải đáp được",
}
KINDS = {"regular": "định kỳ", "extraordinary": "đột xuất"}
# What the dialogue rests on, as plan and report begin.
GROUNDS = (
    "Thực hiện Công văn số 1672-CV/ĐUK, ngày 22/02/2024 của Ban Thường vụ Đảng ủy Khối các "
    "cơ quan Trung ương về việc triển khai thực hiện một số nội dung của Luật Thực hiện dân "
    "chủ ở cơ sở; Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15, ngày 10/11/2022 và Nghị "
    "định số 59/2023/NĐ-CP, ngày 14/8/2023 của Chính phủ, "
)
WHY_HIDDEN = "để không ai bị nhận ra qua những số quá nhỏ."


def short_date(value: Any) -> str:
    """Return a date (or its ISO form) as documents write it, and an empty string for none."""
    return short_document_date(value) if value else ""


def starts_of(conference: Mapping[str, Any]) -> dt.datetime:
    """Return when a conference of the figures began, on the clocks here."""
    return timezone.localtime(datetime.fromisoformat(conference["starts_at"]))


def verified_by(code: str) -> dict[str, dict[str, str]]:
    """Return what a document says about where it can be checked, nothing for a draft."""
    if not code:
        return {}
    printed = in_groups(code)
    return {"verify": {"code": printed, "url": f"{settings.BASE_URL}/verify/{printed}/"}}


def ratings_in_words(ratings: Mapping[str, Any] | None) -> str:
    """Say how the askers rated the answers, as far as it may be told. `ratings` as in figures."""
    if not ratings or ratings[TOTAL] is None:
        # One sentence for too few and for numbers that would betray each other: which of the
        # two it is would tell them.
        return (
            f"Không công bố số lượt đánh giá câu trả lời: chưa đủ {settings.FEWEST_SHOWN} lượt, "
            "hoặc có số quá nhỏ khiến người đánh giá bị nhận ra."
        )
    shown = [f"{cell_text(ratings[value])} {words}" for value, words in RATED.items()
             if ratings[value] is not None]  # fmt: skip
    hidden = [words for value, words in RATED.items() if ratings[value] is None]
    text = f"Có {cell_text(ratings[TOTAL])} lượt đánh giá câu trả lời"
    text += f": {', '.join(shown)}." if shown else "."
    if hidden:
        text += f" Không công bố số lượt {' và số lượt '.join(hidden)}, {WHY_HIDDEN}"
    return text
