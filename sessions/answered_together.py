"""What a published answer says of others: to which questions it was given, which it cites.

By code to whoever may read them, else how many. For many answers in a fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sessions.models import Answer, Citation, Question
from sessions.queries import answered_for
from sessions.states import AnswerState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from committees.models import User


@dataclass(frozen=True)
class Together:
    codes: list[str]  # of those that the reader may read, this one among them
    others: int  # how many besides

    @property
    def count(self) -> int:
        return len(self.codes) + self.others


def tell_together(answers: Iterable[Answer], *, to: User | None) -> None:
    """Give each published answer a `together`: None, or the questions that it answers as one.

    `to` is who reads; without one nobody else's question has a code.
    """
    answers = list(answers)
    groups: defaultdict[Any, list[Answer]] = defaultdict(list)
    shared = {one.shared for one in answers} - {None}
    if shared:
        rows = Answer.objects.filter(shared__in=shared, state=AnswerState.PUBLISHED)
        for row in rows.select_related("question__conference").order_by("question__number", "pk"):
            groups[row.shared].append(row)
    pks = [row.question_id for rows in groups.values() for row in rows]
    read = _readable(pks, to) if pks and to else set()
    for one in answers:
        group = groups[one.shared] if one.shared else []
        codes = [row.question.code for row in group if row.pk == one.pk or row.question_id in read]
        one.together = Together(codes, len(group) - len(codes)) if len(group) > 1 else None  # type: ignore[attr-defined]  # for the page


def _readable(pks: Iterable[Any], user: User) -> set[Any]:
    handled = Question.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True)
    cleared = answered_for(list(user.roles)).filter(question__in=pks)
    return {*handled, *cleared.values_list("question", flat=True)}


@dataclass(frozen=True)
class Cited:
    question: Question
    answer: Answer | None  # as it is valid now, if the reader may open it


def tell_cited(answers: Iterable[Answer], *, to: User | None) -> None:
    """Give each published answer `cites`: the earlier ones that it says to be valid."""
    answers = list(answers)
    rows = Citation.objects.filter(answer__in=answers).select_related("cited__question__conference")
    found = list(rows)
    open_to = {}
    if found and to:
        readable = answered_for(list(to.roles)).filter(
            question__in={one.cited.question_id for one in found}
        )
        open_to = {answer.question_id: answer for answer in readable}
    for one in answers:
        one.cites = [  # type: ignore[attr-defined]  # for the page
            Cited(row.cited.question, open_to.get(row.cited.question_id))
            for row in found
            if row.answer_id == one.pk
        ]
