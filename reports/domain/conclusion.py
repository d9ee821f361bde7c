"""The conclusion notice of a conference (thông báo kết luận): what was settled, what was not,
and who does what by when. No asker is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reports.documents.blocks import heading, paragraph
from reports.documents.tables import columns_of
from reports.documents.words import UNEDITED, outcome
from reports.domain.conference_papers import (
    conference_paper,
    diverted_in_words,
    in_words,
    person_and_post,
    totals_in_words,
    where,
)
from reports.domain.drafting import secretary_of
from reports.domain.minutes import OPEN
from reports.domain.papers.saying import told_apart
from reports.domain.report_tables import CHANNEL_LABEL, items_by_group, table_commitments
from reports.domain.wording import short_date
from reports.figures import conference_figures

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sessions.models import Conference


SETTLED = ("answered_live", "answered_written")
PENDING = ("in_progress", "escalated", "referred")


def conclusion_document(conference: Conference, *, at: dt.datetime) -> dict[str, Any]:
    """Return the conclusion notice as a document, as of `at`, for the secretary to sign.

    Its number and date are printed where the office has recorded them, and left open otherwise;
    a text that nobody has cleared makes it a draft.
    """
    figures = conference_figures(conference, at=at)
    issued_on = conference.conclusion_issued_on
    paper = conference_paper(
        conference,
        kind="conclusion",
        code="TB",
        type="THÔNG BÁO",
        abstract=_abstract(conference, figures),
        body=_body(conference, figures),
        sign={
            "capacity": "T/M ĐẢNG ỦY",
            "post": "BÍ THƯ",
            "person": secretary_of(conference.committee, on=issued_on or conference.held_on),
        },
        issued_on=issued_on,
        printed=[item for item in figures["items"] if item["outcome"] in (*SETTLED, *PENDING)],
        recipients=_recipients(conference),
    )
    if paper["draft_no"]:
        return paper  # a number stands on what is issued, never on a draft
    return {**paper, "number": _number(conference.conclusion_number, paper["symbol"])}


def _number(recorded: str, symbol: str) -> int | None:
    """Return 3 of "03-TB/ĐU", or None where something else or nothing is recorded."""
    found = re.fullmatch(rf"(\d{{1,6}})-{re.escape(symbol)}", recorded.strip())
    return int(found[1]) if found else None


def _abstract(conference: Conference, figures: Mapping[str, Any]) -> str:
    held = figures["conference"]
    chair = person_and_post(held["chair"], held["chair_post"])
    return f"kết luận của đồng chí {chair} tại {told_apart(conference)}"


def _recipients(conference: Conference) -> list[str]:
    superior = conference.committee.parent
    on = conference.conclusion_issued_on or conference.held_on
    above = [f"Ban Thường vụ {superior.naming(on=on).name} (để báo cáo)"] if superior else []
    return [
        *above,
        "Lãnh đạo cơ quan; Công đoàn",
        "Các chi bộ, đơn vị trực thuộc (để thực hiện)",
        "Lưu Văn phòng Đảng ủy",
    ]


def _body(conference: Conference, figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    held, items = figures["conference"], figures["items"]
    committee = conference.committee.naming(on=conference.held_on).name
    settled = [item for item in items if item["outcome"] in SETTLED]
    pending = [item for item in items if item["outcome"] in PENDING]
    return [
        paragraph(
            f"{in_words(conference.held_on).capitalize()}, tại {where(figures)}, {committee} tổ chức "
            f"hội nghị đối thoại ({held['title']}). {_present(held)}Sau khi nghe các ý kiến và nội dung "
            f"trả lời, đồng chí {person_and_post(held['chair'], held['chair_post'])} kết luận như sau:"
        ),
        heading(1, "I- KẾT LUẬN CHUNG"),
        paragraph(held["conclusion"] if held["conclusion"].strip() else OPEN),
        paragraph(totals_in_words(figures)),
        *[paragraph(text) for text in (diverted_in_words(figures),) if text],
        heading(1, "II- NỘI DUNG ĐÃ ĐƯỢC GIẢI ĐÁP"),
        *_answers(settled),
        heading(1, "III- NỘI DUNG CHƯA GIẢI QUYẾT"),
        _table_pending(pending),
        heading(1, "IV- TỔ CHỨC THỰC HIỆN"),
        {**table_commitments(figures), "caption": "Nội dung giao thực hiện sau hội nghị"},
        paragraph(_what_is_due(held, pending)),
    ]


def _answers(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return question and answer of each; how it came is told in the minutes."""
    return [
        {**block, "items": [_without_channel(record) for record in block["items"]]}
        if block["type"] == "records"
        else block
        for block in items_by_group({"items": items})
    ]


def _without_channel(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record, "lines": [one for one in record["lines"] if one["label"] != CHANNEL_LABEL]}


def _what_is_due(held: Mapping[str, Any], pending: Sequence[Mapping[str, Any]]) -> str:
    if any(item["outcome"] == "in_progress" for item in pending):
        return (
            "Các đơn vị được giao trả lời bằng văn bản các nội dung đang xem xét chậm nhất ngày "
            f"{short_date(held['answers_due_on'])} và báo cáo kết quả thực hiện về Văn phòng Đảng ủy."
        )
    return "Các đơn vị được giao báo cáo kết quả thực hiện về Văn phòng Đảng ủy."


def _present(held: Mapping[str, Any]) -> str:
    attendance = held["attendance"]
    return f"Hội nghị có {attendance['present']} người dự. " if attendance else ""


def _table_pending(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "type": "table",
        "name": "pending",
        "caption": "",
        "columns": columns_of("pending"),
        "rows": [
            [
                number,
                item["code"],
                item["text"] or UNEDITED,
                item["unit"] or None,
                short_date(item["due_on"]) or None,
                outcome(item),
            ]
            for number, item in enumerate(items, 1)
        ],
        "total": None,
        "empty": "Không phát sinh.",
    }
