"""Of what the dialogue could ask of one person, what is there at all: rows of which one must be."""

from django.db.models import Q

from committees.models import Deputyship, Role
from committees.permissions import OFFICE
from duties.look import there
from sessions.models import (
    Answer,
    Appeal,
    AssignmentReply,
    Clarification,
    Commitment,
    CoResponder,
    OpeningRequest,
    Question,
    Transfer,
)
from sessions.models.question import TO_SORT, TRANSFERRED_HERE
from sessions.states import AnswerState, CommitmentState, QuestionState


@there
def assigned(look):
    return Question.objects.filter(state=QuestionState.ASSIGNED, assignee=look.person)


@there
def stands_in(look):
    return Deputyship.objects.filter(deputy=look.person, ended_on=None)


@there
def contributes(look):
    return CoResponder.objects.filter(person=look.person)


@there
def has_promised(look):
    return Commitment.objects.filter(state=CommitmentState.OPEN, owner=look.person)


@there
def late_promises(look):
    late = Q(committee_id__in=look.committees(*OFFICE), due_on__lt=look.today)
    return Commitment.objects.filter(late, state=CommitmentState.OPEN)


@there
def names_asked_for(look):
    """About anybody: there are few, and which concern the person no row says."""
    return OpeningRequest.objects.all()


@there
def to_sort_or_answer(look):
    found = Question.objects.filter(TO_SORT | Q(state=QuestionState.ASSIGNED))
    return found.filter(committee_id__in=look.committees(*OFFICE))


@there
def to_clear(look):
    found = Answer.objects.filter(state=AnswerState.SUBMITTED)
    return found.filter(question__committee_id__in=look.committees(Role.SECRETARY))


@there
def objected(look):
    found = Appeal.objects.filter(reply="")
    return found.filter(question__committee_id__in=look.committees(Role.SECRETARY))


@there
def replied(look):
    found = Clarification.objects.exclude(reply="")
    return found.filter(question__committee_id__in=look.committees(*OFFICE))


@there
def transferred(look):
    return Question.objects.filter(TRANSFERRED_HERE, committee_id__in=look.committees(*OFFICE))


@there
def came_back(look):
    found = Transfer.objects.filter(returned_at__isnull=False)
    return found.filter(question__committee_id__in=look.committees(*OFFICE))


@there
def given_back(look):
    found = AssignmentReply.objects.filter(is_standing=True, insisted_at=None)
    return found.filter(question__committee_id__in=look.committees(*OFFICE))
