"""What the desk of a running conference shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Sum

from hall.models import Hall, Minutes
from hall.states import TAKEN, TurnState
from sessions.models import Answer, Question, Theme
from sessions.states import COUNTED, IN_PROGRESS, AnswerState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hall.models import DeskAct, Turn
    from sessions.models import Conference


QUEUE = 60  # questions that the desk draws, each with its acts; it says how many more wait
DONE = 50  # turns that the desk shows; the minutes have all


@dataclass(frozen=True)
class Desk:
    hall: Hall
    waiting: list[Question]  # in the order in which they are taken
    held_back: list[Question]
    now: Turn | None
    done: list[Turn]  # the newest first
    last: DeskAct | None  # what would be undone next

    @property
    def heard(self) -> set[int]:
        """Return the groups of themes that have been on the floor: the chair is fair to the others."""
        turns = [*self.done, *filter(None, [self.now])]
        return {turn.question.theme.group.pk for turn in turns}

    @property
    def is_open(self) -> bool:
        """Does the question on the floor still wait for its answer?"""
        return self.now is not None and self.now.question.state in IN_PROGRESS

    @property
    def shown(self) -> list[Question]:
        return self.waiting[:QUEUE]

    @property
    def more(self) -> int:
        """Return how many wait behind those that are shown."""
        return len(self.waiting) - len(self.shown)

    @property
    def following(self) -> Question | None:
        return self.waiting[0] if self.waiting else None


def waiting_in(hall: Hall) -> QuerySet[Question]:
    """Return the open questions of the hall in the order of its queue, with their places."""
    return (
        Question.objects.filter(
            conference=hall.pk,
            committee=hall.conference.committee_id,
            state__in=IN_PROGRESS,
        )
        .exclude(turns__state__in=(TurnState.RUNNING, TurnState.IN_WRITING))
        .select_related("conference", "theme__parent", "assignee", "author", "place")
        .order_by(
            F("place__position").asc(nulls_last=True),
            "theme__number",
            F("number").asc(nulls_last=True),
            "pk",
        )
    )


def stamp(hall: Hall) -> str:
    """Return what tells whether a page of the hall is still right: how far the hall has come, and
    its questions, which others sort, change and send meanwhile."""
    asked = Question.objects.filter(conference=hall.pk)
    told = asked.aggregate(number=Count("pk"), versions=Sum("version"))
    return f"{hall.change}-{told['number']}-{told['versions'] or 0}-{hall.conference.state}"


def is_held_back(question: Question) -> bool:
    """Say whether a question of `waiting_in` is passed over; one without a place is not."""
    place = getattr(question, "place", None)
    return place is not None and place.is_held_back


def turns_taken(hall: Hall) -> QuerySet[Turn]:
    """Return the turns that the minutes tell of, in their order."""
    return hall.turns.filter(state__in=TAKEN).order_by("began_at", "number")


def course_of(conference: Conference) -> list[Turn]:
    """Return the turns of the conference, each with its question and, as the question's only answer,
    the one that is published; none where it had no desk."""
    hall = Hall.objects.filter(pk=conference.pk).first()
    if hall is None:
        return []
    published = Answer.objects.filter(state=AnswerState.PUBLISHED)
    return list(
        turns_taken(hall)
        .select_related("question__conference", "question__committee", "note")
        .prefetch_related(Prefetch("question__answers", published))
    )


def heard_by_all(hall: Hall) -> dict[str, Any]:
    """Return what may be followed from every seat: {now, is_now_read, taken, counts}.

    Of what was taken only what was cleared for others, the newest first; nobody's name.
    """
    turns = hall.turns.select_related("question__theme__parent", "commitment")
    now = turns.filter(state=TurnState.RUNNING).first()
    taken = turns.filter(state__in=TAKEN).order_by("-ended_at")[:DONE]
    return {
        "now": now,
        "is_now_read": now is not None and may_be_read_by_all(now.question),
        "taken": [turn for turn in taken if may_be_read_by_all(turn.question)],
        "counts": {"taken": turns_taken(hall).count()},
    }


def may_be_read_by_all(question: Question) -> bool:
    """Was the text cleared for others, and does the question still stand?"""
    return question.edited_ok and question.state in COUNTED


def counts(hall: Hall) -> dict[str, int]:
    """Return how many questions were taken and how many wait, as the screen tells the hall."""
    return {"taken": turns_taken(hall).count(), "waiting": waiting_in(hall).count()}


def last_act(hall: Hall) -> DeskAct | None:
    """Return what would be undone next, or None."""
    acts = hall.acts.filter(undone_at=None, is_final=False)
    acts = acts.select_related("question__conference", "by")
    return acts.order_by("-number").first()


def desk(hall: Hall) -> Desk:
    """Return what the desk shows at this moment."""
    questions = list(waiting_in(hall))
    turns = hall.turns.select_related(
        "question__conference", "question__author", "question__theme__parent", "commitment"
    )
    return Desk(
        hall=hall,
        waiting=[one for one in questions if not is_held_back(one)],
        held_back=[one for one in questions if is_held_back(one)],
        now=turns.filter(state=TurnState.RUNNING).first(),
        done=list(turns.filter(state__in=TAKEN).order_by("-ended_at", "-number")[:DONE]),
        last=last_act(hall),
    )


def theme_of_the_floor() -> Theme | None:
    """Return the group for what belongs to no other: what is spoken is sorted afterwards."""
    groups = Theme.objects.filter(committee=None, parent=None, is_active=True)
    return groups.order_by("-number").first()


def minutes_of(conference: Conference) -> list[Minutes]:
    """Return the minutes of the conference, before anybody has written to them too, and their addenda."""
    found = list(
        Minutes.objects.filter(conference=conference)
        .select_related("changed_by", "approved_by")
        .order_by("number")
    )
    return found or [Minutes(conference=conference)]
