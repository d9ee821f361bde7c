"""The queue of the sorting page and the question opened beside it, in a fixed number of queries."""

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.clock import day_of
from foundation.search import words as words_of
from foundation.text import fold
from sessions import waiting
from sessions.models import (
    Answer,
    AssignmentReply,
    Attachment,
    Clarification,
    Contribution,
    CoResponder,
    HoldingReply,
    InternalNote,
    Question,
    QuestionMove,
)
from sessions.searching import searched
from sessions.states import COUNTED, IN_PROGRESS, QuestionState

PAGE = 50
RANKS = "01234"  # of hits, as foundation.search counts them
INBOX, ALL = "inbox", "all"
# What the chips above the queue show, in this order.
STATES = (
    QuestionState.RECEIVED,
    QuestionState.CLASSIFIED,
    QuestionState.ASSIGNED,
    QuestionState.ANSWERED_LIVE,
    QuestionState.ANSWERED_WRITTEN,
    QuestionState.ESCALATED,
    QuestionState.REFERRED,
    QuestionState.DECLINED,
    QuestionState.MERGED,
    QuestionState.WITHDRAWN,
)
SHOWN = (
    *("conference", "number", "state", "display_text", "original_text", "level", "channel"),
    *("raised_live", "due_on", "clock_stopped_on", "received_at", "edited_ok", "assigned_unit"),
)


@dataclass(frozen=True)
class Queue:
    """One page of a conference's questions; `older` leads to the next page."""

    questions: list
    older: str  # the cursor of the next page, or nothing
    newer: bool  # is this not the first page?
    following: Question | None  # the first of the next page

    def neighbours(self, question):
        """Return (the one before, the one after) on the way through the queue, each or None."""
        rows = [*self.questions, *filter(None, [self.following])]
        here = next((n for n, row in enumerate(rows) if row.pk == question.pk), None)
        if here is None:  # it has left the view that is shown: the first one is next
            return None, rows[0] if rows else None
        return (
            rows[here - 1] if here else None,
            rows[here + 1] if here + 1 < len(rows) else None,
        )


def in_hand(conference):
    """Return the questions of the conference that are sorted in the office that looks.

    `offices` are the person's; what was handed to another committee is not among them.
    """
    offices = getattr(conference, "offices", None)
    questions = conference.questions.all()
    return questions if offices is None else questions.filter(committee_id__in=offices)


def matching(conference, *, state="", theme=None, channel="", search=""):
    """Return the questions of the conference that the filters of the queue leave."""
    found = in_hand(conference)
    if state in QuestionState.values:
        found = found.filter(state=state)
    elif state == INBOX or (state != ALL and not search.strip()):
        found = found.to_sort()
    if theme:
        found = found.filter(Q(theme=theme) | Q(theme__parent=theme))
    if channel:
        found = found.filter(channel=channel)
    best_first = ["rank"] if search.strip() else []
    return searched(found, search).order_by(*best_first, "-received_at", "-id")


def queue(conference, *, after="", page=PAGE, **filters):
    """Return one page of questions, the best hits of a search or the newest first.

    Paged by key: no counting, no skipping.
    """
    found = (
        matching(conference, **filters)
        .only(*SHOWN)
        .annotate(
            theme_name=F("theme__name"),
            assignee_name=F("assignee__full_name"),
            has_files=Exists(Attachment.objects.filter(question=OuterRef("pk"))),
            **taking_on(),
        )
    )
    if cursor := _cursor(after):
        rank, moment, pk = cursor
        here = Q(received_at__lt=moment) | Q(received_at=moment, id__lt=pk)
        found = found.filter(Q(rank__gt=rank) | Q(here, rank=rank))
    rows = list(found[: page + 1])
    last = rows[page - 1] if len(rows) > page else None
    return Queue(
        questions=rows[:page],
        older=f"{last.rank}_{last.received_at.isoformat()}_{last.pk}" if last else "",
        newer=bool(after),
        following=rows[page] if last else None,
    )


def taking_on():
    """What tells whether a question was taken on: given back, or untaken and since when."""
    said = AssignmentReply.objects.filter(
        question=OuterRef("pk"), by=OuterRef("assignee"), is_standing=True
    )
    handed = QuestionMove.objects.filter(
        question=OuterRef("pk"), to_state=QuestionState.ASSIGNED
    ).order_by("-at", "-pk")
    assigned = Q(state=QuestionState.ASSIGNED, assignee__isnull=False)
    return {
        "is_given_back": Case(When(waiting.given_back(), then=True), default=False),
        "untaken_since": Case(
            When(assigned & ~Q(Exists(said)), then=Subquery(handed.values("at")[:1])),
        ),
    }


def is_untaken(question, *, today):
    """Was it handed to a leader so long ago that there should be a word whether it is taken on?"""
    since = question.untaken_since
    return since is not None and (today - day_of(since)).days > settings.ACCEPT_DAYS


def _cursor(text):
    try:
        rank, moment, pk = text.split("_")
        at = dt.datetime.fromisoformat(moment.replace(" ", "+"))
        return (RANKS.index(rank), at, uuid.UUID(pk)) if at.tzinfo else None
    except ValueError:
        return None


def chips(conference):
    """Return [(state, label, number)]: the inbox, the states that occur, and all."""
    counted = in_hand(conference).order_by().values_list("state", "edited_ok")
    numbers: dict[str, int] = {}
    inbox = every = 0
    for state, is_cleared, number in counted.annotate(number=Count("*")):
        numbers[state] = numbers.get(state, 0) + number
        every += number
        if state == QuestionState.RECEIVED or (state in COUNTED and not is_cleared):
            inbox += number
    return [
        (INBOX, pgettext_lazy("questions", "To do"), inbox),
        *((state.value, state.label, numbers[state]) for state in STATES if numbers.get(state)),
        (ALL, _("All"), every),
    ]


def to_open(questions):
    """Return the questions with what the open one shows, and whether there is more to ask for.

    What few questions have, an author or one they live on in, is asked for when it is shown;
    their conference is known to whoever opens one.
    """
    return questions.select_related("rating", "appeal").annotate(
        has_merged=Exists(Question.objects.filter(merged_into=OuterRef("pk"))),
        has_answers=Exists(Answer.objects.filter(question=OuterRef("pk"))),
        has_files=Exists(Attachment.objects.filter(question=OuterRef("pk"))),
        has_notes=Exists(InternalNote.objects.filter(question=OuterRef("pk"))),
        has_requests=Exists(Clarification.objects.filter(question=OuterRef("pk"))),
        is_asked_back=Exists(Clarification.objects.open().filter(question=OuterRef("pk"))),
        has_moves=Exists(QuestionMove.objects.filter(question=OuterRef("pk"))),
        has_contributors=Exists(CoResponder.objects.filter(question=OuterRef("pk"))),
        has_contributions=Exists(Contribution.objects.filter(question=OuterRef("pk"))),
        has_holding_reply=Exists(HoldingReply.objects.filter(question=OuterRef("pk"))),
        has_said=Exists(AssignmentReply.objects.filter(question=OuterRef("pk"))),
        **taking_on(),
    )


def similar_questions(question, *, most=6):
    """Return open questions of the conference that share phrases with this one, the most alike first.

    Vietnamese words are mostly pairs of syllables: what counts is how many neighbouring
    pairs the two hold in common.
    """
    words = [fold(word) for word in words_of(question.original_text)[:60]]
    pairs = list(dict.fromkeys(" ".join(pair) for pair in pairwise(words)))[:24]
    if len(pairs) < 2:
        return []
    shared = sum(
        (Case(When(folded__contains=f" {pair} ", then=1), default=0) for pair in pairs),
        start=Value(0),
    )
    return list(
        question.conference.questions.filter(state__in=IN_PROGRESS)
        .exclude(pk=question.pk)
        .annotate(shared=shared)
        .filter(shared__gte=2)
        .order_by("-shared", "number", "pk")[:most]
    )
