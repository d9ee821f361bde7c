"""The queue of the sorting page and the question opened beside it, in a fixed number of queries."""

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
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
    Transfer,
)
from sessions.models.question import TO_SORT, TRANSFERRED_HERE
from sessions.searching import searched
from sessions.states import COUNTED, IN_PROGRESS, QuestionState

PAGE = 50
RANKS = "01234"  # of hits, as foundation.search counts them
INBOX, ALL, HANDED_ON = "inbox", "all", "handed_on"
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
    *("committee", "transferred_from"),
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


def handed_on(questions, offices):
    """Return those that the offices have handed to another committee, and follow there."""
    found = questions.filter(transferred_from_id__in=offices)
    return found.exclude(committee_id__in=offices)


def with_number_handed_on(conferences, offices):
    """Return the conferences, each with how many of its questions the offices follow elsewhere."""
    found = handed_on(Question.objects.filter(conference=OuterRef("pk")), offices).order_by()
    counted = found.values("conference").annotate(number=Count("pk")).values("number")
    return conferences.annotate(number_handed_on=Coalesce(Subquery(counted), 0))


def is_foreign(conference):
    """Is all that is sorted here handed over by the committee that holds the conference?"""
    return getattr(conference, "handled_by", conference.committee) != conference.committee


def inbox_of(conference):
    """The condition of what waits for the office's hand, with what came from another committee."""
    if not is_foreign(conference):
        return TO_SORT
    return TO_SORT | (TRANSFERRED_HERE & Q(edited_ok=True))


def matching(conference, *, state="", theme=None, channel="", search=""):
    """Return the questions of the conference that the filters of the queue leave."""
    found = in_hand(conference)
    if state == HANDED_ON:
        found = handed_on(conference.questions.all(), conference.offices)
    if state in QuestionState.values:
        found = found.filter(state=state)
    elif state == INBOX or (state not in (ALL, HANDED_ON) and not search.strip()):
        found = found.filter(inbox_of(conference))
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
    if filters.get("state") == HANDED_ON:
        found = found.annotate(handler_name=F("committee__name"))
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
    if is_foreign(conference):
        inbox += in_hand(conference).filter(TRANSFERRED_HERE, edited_ok=True).count()
    away = getattr(conference, "number_handed_on", 0)
    return [
        (INBOX, pgettext_lazy("questions", "To do"), inbox),
        *((state.value, state.label, numbers[state]) for state in STATES if numbers.get(state)),
        *([(HANDED_ON, _("Transferred to others"), away)] if away else []),
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
        has_transfers=Exists(Transfer.objects.filter(question=OuterRef("pk"))),
        has_said=Exists(AssignmentReply.objects.filter(question=OuterRef("pk"))),
        **taking_on(),
    )


def similar_questions(question, *, most=6):
    """Return open questions of the conference, of the same committee, that share phrases with this
    one, the most alike first.

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
        question.conference.questions.filter(
            state__in=IN_PROGRESS, committee=question.committee_id, transferred_from=None
        )
        .exclude(pk=question.pk)
        .annotate(shared=shared)
        .filter(shared__gte=2)
        .order_by("-shared", "number", "pk")[:most]
    )
