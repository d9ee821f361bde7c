"""Which questions wait for whom: one rule for the list of duties and the page it leads to."""

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q

from committees.models import Role
from committees.permissions import OFFICE
from sessions.models import (
    Answer,
    Appeal,
    AssignmentReply,
    Clarification,
    Contribution,
    CoResponder,
    Question,
    Transfer,
)
from sessions.models.question import TRANSFERRED_HERE, due_before, is_deputy
from sessions.states import ANSWERABLE, AnswerState, QuestionState

SOON = dt.timedelta(days=3)  # before an answer of somebody else is due, the office is told
A_DAY = dt.timedelta(days=1)
UNSORTED = (QuestionState.RECEIVED, QuestionState.CLASSIFIED)
IN_WORK = (AnswerState.DRAFT, AnswerState.SUBMITTED)


def is_submitted():
    return Exists(Answer.objects.filter(question=OuterRef("pk"), state=AnswerState.SUBMITTED))


def is_owed():
    """Assigned, and no answer lies before the secretary."""
    return Q(state=QuestionState.ASSIGNED) & ~Q(is_submitted())


def given_back():
    """Whoever it is assigned to has given it back, and the office has not decided yet."""
    refused = AssignmentReply.objects.filter(
        question=OuterRef("pk"),
        by=OuterRef("assignee"),
        verdict=AssignmentReply.Verdict.REFUSED,
        is_standing=True,
        insisted_at=None,
    )
    return Q(Exists(refused), state=QuestionState.ASSIGNED)


def owed_by_unit():
    """Owed by a unit that nobody signs in for: the office enters the answer."""
    return is_owed() & Q(assignee=None)


def owed_by_others(*, today, person=None):
    """Owed by a leader, other than `person`, and due or overdue."""
    late = is_owed() & Q(assignee__isnull=False) & due_before(today + SOON + A_DAY)
    late &= ~given_back()
    return late if person is None else late & ~Q(assignee=person)


def to_contribute(person):
    """The person was named beside whoever answers, and has not contributed anything yet."""
    named = CoResponder.objects.filter(question=OuterRef("pk"), person=person)
    given = Contribution.objects.filter(question=OuterRef("pk"), by=person)
    return is_owed() & Q(Exists(named)) & ~Q(Exists(given))


def sent_back():
    """The secretary has given the draft back, with remarks."""
    drafts = Answer.objects.filter(question=OuterRef("pk"), state=AnswerState.DRAFT)
    return Q(Exists(drafts.exclude(remarks="")))


def to_clear():
    return Q(is_submitted(), state__in=ANSWERABLE)


def objected():
    return Q(Exists(Appeal.objects.filter(question=OuterRef("pk"), reply="")))


def replied():
    """The asker has replied to what the office asked back, and it is not sorted yet."""
    asked_here = Q(question__transferred_from=None) | Q(
        transfer__returned_at=None, transfer__isnull=False
    )
    replies = Clarification.objects.filter(asked_here, question=OuterRef("pk")).exclude(reply="")
    return Q(Exists(replies), state__in=UNSORTED)


def transferred():
    """Another committee has handed it over, and it was neither assigned nor given back yet."""
    return TRANSFERRED_HERE


def came_back():
    """The committee it was handed to has given it back, and nobody has worked at it since."""
    ended = Transfer.objects.filter(
        question=OuterRef("pk"), returned_at__isnull=False, version=OuterRef("version")
    )
    return Q(Exists(ended), state=QuestionState.CLASSIFIED, transferred_from=None)


def questions_waiting(user, what, *, today, conference=None):
    """Return the questions of one kind that wait for `user`, the earliest due first."""
    office = Q(committee_id__in=user.committees_as(*OFFICE))
    secretary = Q(committee_id__in=user.committees_as(Role.SECRETARY))
    rules = {
        "own": lambda: (
            is_owed() & (Q(assignee=user) | Q(is_deputy(user))) & ~sent_back() & ~given_back()
        ),
        "beside": lambda: to_contribute(user),
        "units": lambda: office & owed_by_unit(),
        "owed": lambda: office & is_owed(),
        "due": lambda: office & owed_by_others(today=today, person=user),
        "clearance": lambda: secretary & to_clear(),
        "objections": lambda: secretary & objected(),
        "replies": lambda: office & replied(),
        "returned": lambda: office & given_back(),
        "came_back": lambda: office & came_back(),
    }
    found = Question.objects.visible_to(user).filter(rules[what]())
    if conference is not None:
        found = found.filter(conference_id=conference)
    return (
        found.select_related("conference", "theme", "assignee")
        .prefetch_related(
            Prefetch("answers", Answer.objects.filter(state__in=IN_WORK), to_attr="in_work")
        )
        .order_by("due_on", "pk")
    )
