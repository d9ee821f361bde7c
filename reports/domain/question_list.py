"""All questions of one conference as a list of the office: on paper, in Word, as a spreadsheet.

In the order of their codes, which tells nothing of when one came. Nothing in it tells a
confidential question from an anonymous one; of one with a name it tells the unit alone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import F, Prefetch, Q
from django.utils.translation import override

from foundation.audit import Act
from foundation.clock import day_of
from foundation.models import AuditEntry
from reports.documents.blocks import paragraph, table
from reports.documents.tables import columns_of
from reports.domain.conference_papers import conference_paper
from reports.domain.papers.handouts import NO_NUMBER, NOBODY
from reports.domain.wording import short_date
from sessions.askers import public as askers
from sessions.askers.public import NOBODY as NAME_NOT_GIVEN
from sessions.models import Answer, Commitment
from sessions.states import AnswerState, CommitmentState, QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from committees.models import User
    from sessions.models import Conference, Question, Theme


NOT_NAMED = "Không nêu tên"
UNSAID = "–"
SHOWN = 10  # downloads on the page


def rows_of(
    conference: Conference, *, reader: User, state: str = "", theme: Theme | None = None
) -> list[dict[str, Any]]:
    """Return what the list tells of each question; withdrawn ones are left out.

    `state` and `theme` narrow it as on the sorting page.
    """
    answers = Answer.objects.filter(state=AnswerState.PUBLISHED)
    promised = Commitment.objects.exclude(state=CommitmentState.CANCELLED).select_related(
        "conference"
    )
    found = (
        conference.questions.filter(
            Q(committee=conference.committee_id) | Q(transferred_from=conference.committee_id)
        )
        .exclude(state=QuestionState.WITHDRAWN)
        .select_related("theme", "assignee", "author", "merged_into", "committee")
        .prefetch_related(
            Prefetch("answers", answers, to_attr="published"),
            Prefetch("commitments", promised, to_attr="promised"),
        )
        # What has no code is in no order at all: the ids are drawn.
        .order_by(F("number").asc(nulls_last=True), "id")
    )
    if state:
        found = found.filter(state=state)
    if theme:
        found = found.filter(Q(theme=theme) | Q(theme__parent=theme))
    first: dict[Any, str] = {}
    with override("vi"):
        return [_row(one, conference, reader, first) for one in found]


def _row(
    question: Question, conference: Conference, reader: User, first: dict[Any, str]
) -> dict[str, Any]:
    elsewhere = question.committee.name if question.is_transferred else ""
    question.conference, question.committee = conference, conference.committee
    if elsewhere:
        question.transferred_from = conference.committee
    if question.merged_into:
        question.merged_into.conference = conference
    answer = question.published[0] if question.published else None  # type: ignore[attr-defined]  # read ahead
    as_in = ""
    if answer:
        answer.question = question
        told = first.setdefault(answer.shared, question.code) if answer.shared else question.code
        as_in = told if told != question.code else ""
    leader = question.assignee.full_name if question.assignee else ""
    return {
        "code": question.code,
        "theme": question.theme.name,
        "unit": _unit(question, reader),
        "text": question.text,
        "state": _state(question),
        # Who answers it in another committee is that committee's own.
        "who": elsewhere or ", ".join(filter(None, [leader, question.assigned_unit])),
        "due_on": question.due_on,
        "answer": f"Trả lời chung với câu hỏi {as_in}." if as_in else answer.text if answer else "",
        "answered_by": answer.answered_by if answer else "",
        "answered_on": answer.answered_on if answer else None,
        "commitments": "\n".join(
            f"{one.code}: {one.text} ({one.lead_unit}, hạn {short_date(one.due_on.isoformat())})"
            for one in question.promised  # type: ignore[attr-defined]  # read ahead
        ),
    }


def _unit(question: Question, reader: User) -> str:
    """The unit of whoever asked by name, to whom the name may be shown; else the same words."""
    if askers.asker_shown_to(question, reader) == NAME_NOT_GIVEN:
        return NOT_NAMED
    return question.asker_unit or UNSAID


def _state(question: Question) -> str:
    word = str(question.get_state_display())
    if question.merged_into:
        return f"{word} ({question.merged_into})"
    return f"{word}: {question.passed_to}" if question.passed_to else word


# --- drawn ------------------------------------------------------------------------------


def question_list(
    conference: Conference, rows: Iterable[Mapping[str, Any]], *, narrowed: str, at: dt.datetime
) -> dict[str, Any]:
    """Return the document for PDF and Word: a record for each question."""
    rows = list(rows)
    records = [_record(number, row) for number, row in enumerate(rows, 1)]
    body = [paragraph(_lead(rows, narrowed)), {"type": "records", "items": records}]
    return _sheet(conference, body if rows else body[:1], at=at)


def question_sheet(
    conference: Conference, rows: Iterable[Mapping[str, Any]], *, narrowed: str, at: dt.datetime
) -> dict[str, Any]:
    """Return the document of which the spreadsheet is made: one question a row."""
    columns = columns_of("questions")
    rows = list(rows)
    cells = [
        [number, *(row[column["key"]] for column in columns[1:])]
        for number, row in enumerate(rows, 1)
    ]
    empty = "" if cells else "Không có câu hỏi nào."
    caption = _lead(rows, narrowed)
    return _sheet(
        conference, [table("questions", columns, cells, caption=caption, empty=empty)], at=at
    )


def _lead(rows: list[Mapping[str, Any]], narrowed: str) -> str:
    which = f" Lọc theo: {narrowed}." if narrowed else ""
    return f"Có {len(rows)} câu hỏi, không kể câu đã rút.{which}"


LINES = (
    ("Nhóm nội dung", "theme"),
    ("Đơn vị hỏi", "unit"),
    ("Nội dung", "text"),
    ("Tình trạng", "state"),
    ("Phân công", "who"),
    ("Hạn trả lời", "due_on"),
    ("Trả lời", "answer"),
    ("Người trả lời", "answered_by"),
    ("Ngày trả lời", "answered_on"),
    ("Cam kết", "commitments"),
)


def _record(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    said = [(label, row[name]) for label, name in LINES if row[name]]
    return {
        "title": f"{number}. {row['code'] or 'Chưa phân loại'}",
        "lines": [{"label": label, "text": _written(value)} for label, value in said],
    }


def _written(value: Any) -> str:
    return short_date(value.isoformat()) if isinstance(value, dt.date) else str(value)


def _sheet(conference: Conference, body: Any, *, at: dt.datetime) -> dict[str, Any]:
    document = conference_paper(
        conference,
        kind="handout",
        code="",
        type="DANH SÁCH CÂU HỎI",
        abstract=f"của hội nghị đối thoại ngày {short_date(conference.held_on.isoformat())}",
        body=body,
        sign=NOBODY,
        issued_on=day_of(at),
    )
    note = "Lưu hành trong văn phòng; không phát cho người dự."
    return {**document, **NO_NUMBER, "note": note}


# --- who took it away ---------------------------------------------------------------------


def downloads_of(conference: Conference) -> list[AuditEntry]:
    """Return the last entries of the record about lists of this conference that were taken away."""
    found = AuditEntry.objects.filter(
        act=Act.DOWNLOADED, committee_id=conference.committee_id, facts__questions_of=conference.pk
    )
    return list(found[:SHOWN])
