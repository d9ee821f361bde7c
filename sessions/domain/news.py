"""What an asker has not read yet: answered, settled otherwise, objection decided.

Nothing of the reading is written down here: what was read is told by marks that the asker's
own browser keeps (sessions.read_marks).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from foundation.clock import day_of, start_of
from sessions.models import (
    Answer,
    Appeal,
    Clarification,
    HoldingReply,
    OpeningRequest,
    Question,
    QuestionMove,
    Transfer,
)
from sessions.states import IN_PROGRESS, AnswerState, QuestionState

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from committees.models import User


FRESH_FOR = dt.timedelta(days=60)  # whoever has no marks is not shown the news of years
SETTLED_OTHERWISE = (QuestionState.DECLINED, QuestionState.REFERRED, QuestionState.ESCALATED)


@dataclass(frozen=True)
class News:
    """The newest of what has become of one question; `mark` is how it is known to be read."""

    question: Question
    words: str
    mark: str
    fingerprint: str


def with_news(questions: QuerySet[Question], *, at: dt.datetime) -> QuerySet[Any]:
    """Return those of the questions of which there may be news, with what news_of() looks at."""
    since = day_of(at - FRESH_FOR)
    ways = Q(question=OuterRef("pk")) | Q(question=OuterRef("merged_into"))
    answers = Answer.objects.filter(ways, state=AnswerState.PUBLISHED)
    moves = QuestionMove.objects.filter(question=OuterRef("pk"), to_state=OuterRef("state"))
    appeals = Appeal.objects.filter(question=OuterRef("pk")).exclude(reply="")
    holding = HoldingReply.objects.filter(ways)
    transfers = Transfer.objects.filter(ways).order_by("-pk")
    annotated = questions.annotate(
        held_at=Subquery(holding.order_by("-at").values("at")[:1]),
        answer_pk=Subquery(answers.order_by("-pk").values("pk")[:1]),
        answered_at=Subquery(answers.order_by("-pk").values("published_at")[:1]),
        moved_at=Subquery(moves.order_by("-at").values("at")[:1]),
        decided_on=Subquery(appeals.values("replied_on")[:1]),
        transfer_pk=Subquery(transfers.values("pk")[:1]),
        transferred_at=Subquery(transfers.values("at")[:1]),
        returned_at=Subquery(transfers.values("returned_at")[:1]),
        is_asked_back=Exists(Clarification.objects.open().filter(question=OuterRef("pk"))),
    )
    return annotated.filter(
        Q(is_asked_back=True)
        | Q(answered_at__gte=start_of(since))
        | Q(moved_at__gte=start_of(since), state__in=SETTLED_OTHERWISE)
        | Q(decided_on__gte=since)
        | Q(held_at__gte=start_of(since))
        | Q(transferred_at__gte=start_of(since))
        | Q(returned_at__gte=start_of(since))
    )


def unread(
    questions: QuerySet[Question],
    *,
    asker: User,
    at: dt.datetime,
    read: Collection[str] = frozenset(),
) -> dict[UUID, News]:
    """Return {question id: News} of those of the asker's questions with news not read yet."""
    found = {}
    for question in with_news(questions, at=at):
        news = news_of(question, asker=asker, at=at)
        if news and news.mark not in read:
            found[question.pk] = news
    return found


def news_of(question: Any, *, asker: User, at: dt.datetime) -> News | None:
    """Return the News of a question from with_news() for its `asker`, or None."""
    words, fingerprint = _told(question, at=at)
    if not words:
        return None
    return News(question, words, mark_of(asker, fingerprint), fingerprint)


def of_the_unnamed(*, at: dt.datetime) -> list[tuple[int, str]]:
    """Return [(conference id, key), …] of the news of all that was asked without a name."""
    unnamed = Question.objects.exclude(level=Question.Level.NAMED)
    found = []
    for question in with_news(unnamed, at=at):
        words, fingerprint = _told(question, at=at)
        if words:
            found.append((question.conference_id, fingerprint))
        if question.is_asked_back and question.state in IN_PROGRESS:
            found.append((question.conference_id, f"{question.pk}:asked back"))
    asked_for = OpeningRequest.objects.filter(at__gte=at - FRESH_FOR).order_by()
    return found + [
        (one.question.conference_id, f"{one.pk}:name {one.stage(at=at)}")
        for one in asked_for.select_related("question", "decision", "unsealing")
    ]


def _told(question: Any, *, at: dt.datetime) -> tuple[str, str]:
    """Return (the newest in words, how this state of things is known), "" where nothing is new."""
    since, parts, words = day_of(at - FRESH_FOR), [], ""
    if question.held_at:
        parts.append("held")
        if day_of(question.held_at) >= since:
            words = _("a first reply, with a new date")
    if question.transfer_pk:
        came_back = question.returned_at is not None
        moved_at = question.returned_at or question.transferred_at
        parts.append(f"{'r' if came_back else 't'}{question.transfer_pk}")
        if day_of(moved_at) >= since and not (question.held_at and question.held_at > moved_at):
            words = _("back in your committee") if came_back else _("handed to another committee")
    if question.state in SETTLED_OTHERWISE:
        parts.append(question.state)
        if question.moved_at and day_of(question.moved_at) >= since:
            words = _settled(question)
    if question.answer_pk:
        parts.append(f"a{question.answer_pk}")
        if day_of(question.answered_at) >= since:
            words = _("answered")
    if question.decided_on:
        parts.append("decided")
        if question.decided_on >= since:
            words = _("your objection was decided")
    return words, f"{question.pk}:{':'.join(parts)}"


def _settled(question: Question) -> str:
    words: dict[str, str] = {
        QuestionState.DECLINED: _("returned with a reason"),
        QuestionState.REFERRED: _("passed on to the competent body"),
        QuestionState.ESCALATED: _("put to a higher level"),
    }
    return words[question.state]


def mark_of(asker: User, fingerprint: str) -> str:
    """Return the few characters that stand for "this person has read this"."""
    value = f"{asker.pk}:{fingerprint}"
    return salted_hmac("sessions.news", value, algorithm="sha256").hexdigest()[:10]
