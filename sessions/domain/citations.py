"""Citing what was answered at an earlier conference and is valid still.

Which answers are cited is kept beside the text, as long as the text names their question.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foundation.clock import written_day
from foundation.shape import is_plain
from sessions.models import Answer, Citation
from sessions.queries import answered_for, published_answer
from sessions.similar import similar_answered

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sessions.models import Question


MOST = 5  # are offered


def may_be_cited(question: Question) -> QuerySet[Answer]:
    """Return the published answers of the committee's earlier conferences, which members read."""
    return answered_for([question.committee_id]).filter(
        question__conference__starts_at__lt=question.conference.starts_at
    )


def earlier_answers(question: Question) -> list[Answer]:
    """Return those to questions that sound like this one, the most alike first."""
    return similar_answered(
        question.committee, question.text, most=MOST, among=may_be_cited(question)
    )


def sentence_about(cited: Answer) -> str:
    """Say where and when it was answered, what was said, and that it is valid. Vietnamese in place."""
    question, text = cited.question, cited.text.strip()
    head = (
        f"Nội dung này đã được trả lời tại {question.conference.title}, "
        f"ngày {written_day(cited.answered_on)} (câu hỏi {question.code}):"
    )
    said = f" “{text}”" if is_plain(text) else f"\n{text}\n"
    end = "Đến nay vẫn còn hiệu lực."
    return f"{head}{said} {end}" if is_plain(text) else f"{head}{said}{end}"


def with_citation(text: str, cited: Answer) -> str:
    """Return the text with the sentence at its end, unless it names the question already."""
    if names(text, cited):
        return text
    return f"{text.rstrip()}\n{sentence_about(cited)}" if text.strip() else sentence_about(cited)


def names(text: str, cited: Answer) -> bool:
    return re.search(rf"\b{re.escape(cited.question.code)}\b", text) is not None


def note_citation(answer: Answer, cited: Answer | None) -> None:
    """Keep which answers the draft cites: `cited` besides, and none that its text left out."""
    if cited is not None:
        Citation.objects.get_or_create(answer=answer, cited=cited)
    for one in citations_of(answer):
        if not names(answer.text, one.cited):
            one.delete()


def carry_on(answer: Answer, *, to: Answer) -> None:
    """Let another version, or a copy, cite the same questions: as they are answered by now."""
    to.citations.all().delete()
    for one in citations_of(answer):
        if names(to.text, one.cited):
            now = published_answer(one.cited.question) or one.cited
            Citation.objects.get_or_create(answer=to, cited=now)


def citations_of(answer: Answer) -> list[Citation]:
    return list(answer.citations.select_related("cited__question__conference"))


def outdated_citations(answer: Answer | None) -> list[Citation]:
    """Return what the answer cites that was corrected since, each with what is valid `now`."""
    found = [one for one in citations_of(answer) if one.is_outdated] if answer else []
    for one in found:
        one.now = published_answer(one.cited.question)  # type: ignore[attr-defined]  # for the page
    return found
