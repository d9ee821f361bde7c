"""The minutes of a conference (biên bản hội nghị đối thoại), made from what was recorded.

No asker is named. What nobody wrote down is left open for the office. Until the chair has them they
are drawn anew each time; see `reports.domain.approving` for what is frozen.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from foundation.clock import day_of
from foundation.shape import is_plain
from hall.models import Minutes
from hall.queries import course_of
from reports.documents.blocks import heading, paragraph
from reports.documents.formatting import hour_in_words
from reports.domain.conference_papers import (
    attendance_in_words,
    conference_paper,
    diverted_in_words,
    hour,
    in_words,
    person_and_post,
    totals_in_words,
    where,
)
from reports.domain.papers.saying import told_apart
from reports.domain.report_tables import items_by_group, table_commitments
from reports.figures import conference_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hall.models import Turn, TurnNote
    from sessions.models import Conference


OPEN = "……………"


def minutes_document(conference: Conference, *, at: dt.datetime) -> dict[str, Any]:
    """Return the minutes as a document, as of `at`, for the chair and whoever took them to sign."""
    figures = conference_figures(conference, at=at)
    return minutes_from(conference, figures, own_words(conference), course_of(conference))


def own_words(conference: Conference) -> Minutes:
    """Return what the minutes say in words of their own, also before there are any."""
    found = Minutes.objects.filter(conference=conference, number=0).first()
    return found or Minutes(conference=conference)


def minutes_from(
    conference: Conference, figures: Mapping[str, Any], own: Minutes, course: Sequence[Turn]
) -> dict[str, Any]:
    """Return the document of what was read already, so that all of it is of one moment."""
    held = figures["conference"]
    return conference_paper(
        conference,
        kind="minutes",
        code="BB",
        type="BIÊN BẢN",
        abstract=told_apart(conference),
        body=_body(conference, figures, own, course),
        sign={"capacity": "", "post": "CHỦ TRÌ HỘI NGHỊ", "person": held["chair"]},
        cosign={"post": "NGƯỜI GHI BIÊN BẢN", "person": held["minutes_taker"]},
        issued_on=conference.held_on,
        printed=figures["items"],
    )


def _body(
    conference: Conference, figures: Mapping[str, Any], own: Minutes, course: Sequence[Turn]
) -> list[dict[str, Any]]:
    held = figures["conference"]
    committee = conference.committee.naming(on=conference.held_on).name
    return [
        paragraph(
            f"Hồi {hour(held['starts_at'])}, {in_words(conference.held_on)}, tại {where(figures)}, "
            f"{committee} tổ chức hội nghị đối thoại ({held['title']})."
        ),
        heading(1, "I- THÀNH PHẦN"),
        heading(2, "1. Chủ trì, lãnh đạo trả lời, người ghi biên bản"),
        *[paragraph(line) for line in _people(held)],
        heading(2, "2. Người dự"),
        paragraph(attendance_in_words(figures)),
        *_labelled("Có mặt", own.present),
        *_labelled("Vắng mặt", own.absent),
        heading(1, "II- NỘI DUNG VÀ DIỄN BIẾN"),
        heading(2, "1. Chương trình"),
        agenda_block(figures),
        heading(2, "2. Diễn biến"),
        paragraph(_turns(held)),
        *([{"type": "bullets", "items": [turn_line(turn) for turn in course]}] if course else []),
        *_written(held["summary"]),
        heading(1, "III- Ý KIẾN, KIẾN NGHỊ VÀ NỘI DUNG TRẢ LỜI"),
        *[
            paragraph(text)
            for text in (totals_in_words(figures), diverted_in_words(figures))
            if text
        ],
        *(items_by_group(figures) if figures["items"] else []),
        heading(1, "IV- KẾT LUẬN CỦA CHỦ TRÌ"),
        *(_written(held["conclusion"]) or [paragraph(OPEN)]),
        {**table_commitments(figures), "caption": "Nội dung giao thực hiện sau hội nghị"},
        paragraph(f"Hội nghị kết thúc hồi {_end(held)}."),
    ]


def _people(held: Mapping[str, Any]) -> Iterator[str]:
    yield f"Chủ trì: {person_and_post(held['chair'], held['chair_post'])}."
    if held["co_chair"]:
        yield f"Đồng chủ trì: {held['co_chair']}."
    if held["answerers"]:
        yield f"Lãnh đạo trả lời: {', '.join(held['answerers'])}."
    yield f"Người ghi biên bản: {held['minutes_taker'] or OPEN}."


def agenda_block(figures: Mapping[str, Any]) -> dict[str, Any]:
    if not figures["agenda"]:
        return paragraph(OPEN)
    lines = [
        ", ".join(filter(None, [item["time"], item["title"], item["speaker"]])) + "."
        for item in figures["agenda"]
    ]
    return {"type": "bullets", "items": lines}


def _turns(held: Mapping[str, Any]) -> str:
    if held["turns"] is None:
        return f"Số lượt phát biểu: {OPEN}"
    return f"Có {held['turns']} lượt phát biểu tại hội nghị."


def turn_line(turn: Turn) -> str:
    """Return who answered what and when, as the desk recorded it, and what the office adds.

    The words of the answer follow in III, once.
    """
    minutes, seconds = divmod(int(turn.lasted(at=turn.began_at).total_seconds()), 60)
    begins = f"{hour_in_words(timezone.localtime(turn.began_at))}, {turn.question.code}"
    lasted = f"{minutes} phút {seconds:02} giây" if minutes else f"{seconds} giây"
    if turn.is_answered:
        line = f"{begins} ({lasted}): {who_answered(turn)} trả lời."
    else:
        line = f"{begins} ({lasted}): sẽ trả lời bằng văn bản{_with_what(turn)}."
    said = what_was_said(turn)
    return f"{line}\n{said}" if said else line


def _with_what(turn: Turn) -> str:
    """Say under which code III tells of a question that was merged since."""
    other = turn.question.merged_into
    return f", cùng với {other.code}" if other else ""


def who_answered(turn: Turn) -> str:
    """Return whom the minutes name: as the office says, else as the answer given there does."""
    note = note_on(turn)
    live = [answer.answered_by for answer in turn.question.answers.all() if answer.live]
    return (note and note.answered_by) or (live or [turn.answered_by])[0]


def what_was_said(turn: Turn) -> str:
    """Return what the course tells besides: of a question that is answered later what was said to it."""
    note = note_on(turn)
    if note and note.text:
        return note.text
    return "" if turn.is_answered else turn.gist


def note_on(turn: Turn) -> TurnNote | None:
    return getattr(turn, "note", None)


def _labelled(label: str, text: str) -> list[dict[str, Any]]:
    if not text.strip():
        return []
    return [paragraph(f"{label}: {text}" if is_plain(text) else f"{label}:\n{text}")]


def _written(text: str) -> list[dict[str, Any]]:
    return [paragraph(text)] if text.strip() else []


def _end(held: Mapping[str, Any]) -> str:
    """Return the hour of the end, with the day where it is another one."""
    ends = timezone.localtime(dt.datetime.fromisoformat(held["ends_at"]))
    if day_of(ends).isoformat() == held["held_on"]:
        return f"{hour(held['ends_at'])} cùng ngày"
    return f"{hour(held['ends_at'])}, {in_words(day_of(ends))}"
