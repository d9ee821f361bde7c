"""What the kinds of the dialogue look up: for one person or for everybody, each query once."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast

from committees.models import Role, User
from committees.permissions import BOARD, OFFICE
from committees.standing_in import LED_BY, in_force
from duties.lists import SHOWING, brings
from duties.look import looked_up
from foundation.clock import day_and_month
from sessions import read_marks, waiting
from sessions.askers import public as askers
from sessions.domain import news
from sessions.duties import there
from sessions.models import (
    Answer,
    Commitment,
    Conference,
    ConferenceMove,
    Contribution,
    CoResponder,
    OpeningRequest,
    Question,
)
from sessions.models.question import RUNNING_DUE, TO_SORT
from sessions.states import (
    CONFERENCE_RUNNING,
    AnswerState,
    CommitmentState,
    ConferenceState,
    QuestionState,
)

SHOWING.add("sessions:conference_detail")
WAITING = "waiting"
COLUMNS = (
    "what", "conference", "committee", "key", "on", "to_sort", "fresh", "owed", "unit",
    "unit_on", "chased", "chased_on",
)  # fmt: skip
REMEMBERED = dt.timedelta(days=400)  # for which a conference still asks for its papers
TOLD_FOR = dt.timedelta(days=7)  # that a secretary is reminded that a Board refused


@looked_up
def all_conferences(look):
    """Every conference of the person's committees, and of those that were merged into them;
    for everybody, those of the offices.

    One pass: what an office owes, what an asker has asked and what a report counts all
    speak of the same few rows.
    """
    moves = ConferenceMove.objects.filter(conference=OuterRef("pk"))
    closed = moves.filter(to_state=ConferenceState.CLOSED, actor=None)
    if look.person is not None:
        found = Conference.objects.of_or_merged_into(list(look.held))
    else:
        found = Conference.objects.filter(
            committee_id__in=look.committees(*OFFICE), ends_at__gte=look.at - REMEMBERED
        ).exclude(state=ConferenceState.CANCELLED)
    return list(
        found.select_related("committee", "attendance")
        .annotate(
            held_at=Subquery(
                moves.filter(to_state=ConferenceState.HELD).order_by("at").values("at")[:1]
            ),
            closed_alone_at=Subquery(closed.order_by("-at").values("at")[:1]),
        )
        .order_by("starts_at", "pk")
    )


@looked_up
def conferences(look):
    """Those of the offices that may still ask for something, the earliest first."""
    offices, since = set(look.committees(*OFFICE)), look.at - REMEMBERED
    return [
        one
        for one in all_conferences(look)
        if one.committee_id in offices
        and one.state != ConferenceState.CANCELLED
        and one.ends_at >= since
    ]


@looked_up
def _names(look):
    return Counter((one.committee_id, one.short_name) for one in conferences(look))


def about_conference(look, conference, who):
    """Name a conference; with its day where another of its committee has the same name."""
    name = conference.short_name
    if _names(look)[conference.committee_id, name] > 1:
        name = f"{name} ({day_and_month(conference.held_on)})"
    return look.about(name, conference.committee, who)


@looked_up
def asked_of_offices(look):
    """What questions ask of the offices: [{"conference", "to_sort", "unit", …}]."""
    return [one for one in _of_questions(look) if one["what"] == WAITING]


@looked_up
def replies(look):
    """What came back and waits: [(what, conference, committee, key, day)].

    `what` is "clear", "object", "reply", "returned", "transferred" or "came_back".
    """
    return [
        (one["what"], one["conference"], one["committee"], one["key"], one["on"])
        for one in _of_questions(look)
        if one["what"] != WAITING
    ]


@looked_up
def _of_questions(look):
    """What questions ask of offices and secretaries, in one query: counted, then one by one."""
    offices, secretaries = look.committees(*OFFICE), look.committees(Role.SECRETARY)
    if not offices:
        return []
    of_unit = waiting.owed_by_unit()
    of_leader = waiting.owed_by_others(today=look.today, person=look.person)
    counted = (
        Question.objects.filter(TO_SORT | Q(state=QuestionState.ASSIGNED), committee_id__in=offices)
        .order_by()
        .values("conference", "committee")
        .annotate(
            what=Value(WAITING),
            key=Value("", output_field=CharField()),
            on=Value(None, output_field=DateField()),
            to_sort=Count("pk", filter=TO_SORT),
            fresh=Count("pk", filter=Q(state=QuestionState.RECEIVED)),
            owed=Count("pk", filter=waiting.is_owed()),
            unit=Count("pk", filter=of_unit),
            unit_on=Min(RUNNING_DUE, filter=of_unit),
            chased=Count("pk", filter=of_leader),
            chased_on=Min(RUNNING_DUE, filter=of_leader),
        )
    )
    none = Value(None, output_field=DateField())
    padding = dict.fromkeys(("to_sort", "fresh", "owed", "unit", "chased"), Value(0))
    parts: list[Any] = [
        Question.objects.filter(rule, committee_id__in=committees)
        .order_by()
        .annotate(
            what=Value(what), key=Cast("pk", CharField()), on=day,
            **padding, unit_on=none, chased_on=none,
        )
        for is_there, what, rule, day, committees in (
            (there.to_clear, "clear", waiting.to_clear(), RUNNING_DUE, secretaries),
            (there.objected, "object", waiting.objected(), F("appeal__replied_on"), secretaries),
            (there.replied, "reply", waiting.replied(), RUNNING_DUE, offices),
            (there.given_back, "returned", waiting.given_back(), RUNNING_DUE, offices),
            (there.transferred, "transferred", waiting.transferred(), RUNNING_DUE, offices),
            (there.came_back, "came_back", waiting.came_back(), RUNNING_DUE, offices),
        )
        if is_there(look)
    ]  # fmt: skip
    if there.to_sort_or_answer(look):
        parts.insert(0, counted)
    if not parts:
        return []
    first, *others = (part.values_list(*COLUMNS) for part in parts)
    rows = first.union(*others, all=True) if others else first
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@looked_up
def named_conferences(look):
    """{id: Conference} of all that `waiting` and `replies` speak of."""
    known = {conference.pk: conference for conference in all_conferences(look)}
    wanted = {one["conference"] for one in asked_of_offices(look)} | {
        one[1] for one in replies(look)
    }
    if missing := wanted - known.keys():
        known |= Conference.objects.select_related("committee").in_bulk(missing)
    return known


@looked_up
def handed(look):
    """[(who, question)] of those that wait for whom they were handed to, and for the deputy of
    that leader, the earliest due first."""
    if not (there.assigned(look) or there.stands_in(look)):
        return []
    found = Question.objects.filter(waiting.is_owed() & ~waiting.given_back())
    if look.person is not None:
        found = found.answered_by(look.person)
    found = (
        found.filter(assignee__isnull=False)
        .select_related("conference__committee", "assignee")
        .annotate(came_back=waiting.sent_back())
    )
    return [
        (who, question)
        for question in found.order_by("due_on", "pk")
        for who in _answering(look, question)
        if who in look.members(question.committee_id)
    ]


def _answering(look, question):
    """Whom it is assigned to, and the deputy; for one person that person, whichever it is."""
    if look.person is not None:
        return [look.person]
    return [
        question.assignee,
        *_deputies(look).get((question.committee_id, question.assignee_id), ()),
    ]


@looked_up
def _deputies(look):
    """{(committee id, leader id): [the deputy of today]}."""
    found: dict[tuple[int, int], list[User]] = {}
    for one in in_force(on=look.today).select_related("deputy"):
        found.setdefault((one.committee_id, one.leader_id), []).append(one.deputy)
    return found


@looked_up
def to_contribute(look):
    """[(leader, question)] to which a leader is to contribute and has not, the earliest first."""
    if not there.contributes(look):
        return []
    given = Contribution.objects.filter(question=OuterRef("question"), by=OuterRef("person"))
    owed = Question.objects.filter(waiting.is_owed())
    found = CoResponder.objects.filter(~Exists(given), question__in=owed)
    if look.person is not None:
        found = found.filter(person=look.person)
    rows = found.select_related("person", "question__conference__committee")
    return [
        (one.person, one.question)
        for one in rows.order_by("question__due_on", "question")
        if one.person in look.people(one.question.committee_id, *LED_BY)
    ]


@looked_up
def sent_back(look):
    """The drafts of `handed` questions that the secretary has given back, with remarks."""
    back = {question for _who, question in handed(look) if question.came_back}
    if not back:
        return []
    drafts = Answer.objects.filter(state=AnswerState.DRAFT, question__in=back)
    return list(drafts.exclude(remarks="").annotate(times=Count("moves")).order_by("question"))


@looked_up
def commitments(look):
    """The open ones that concern anybody here, the earliest due first."""
    if not (there.has_promised(look) or there.late_promises(look)):
        return []
    found = Commitment.objects.filter(state=CommitmentState.OPEN)
    if look.person is not None:
        late = Q(committee_id__in=look.committees(*OFFICE), due_on__lt=look.today)
        found = found.filter(Q(owner=look.person) | late)
    return list(found.select_related("committee", "owner").order_by("due_on", "pk"))


@looked_up
def asked(look):
    """[(asker, question)] with what may be new of it; of everybody, the named ones alone."""
    if look.is_mail:
        mine = Question.objects.filter(author__isnull=False)  # named ones alone have one
        if look.person is not None:
            mine = mine.filter(author=look.person)
    else:
        conferences_here = [one.pk for one in all_conferences(look)]
        mine = askers.questions_of(look.person, conferences=conferences_here)
        if not conferences_here or not mine.exists():
            return []  # most have never asked, and to look for news costs more
    found = news.with_news(mine, at=look.at).select_related("conference__committee", "author")
    return [
        (look.person or question.author, question)
        for question in found.order_by("pk")
        if look.person
        or question.author in look.members(question.committee_id)
        or question.author in look.members(question.conference.committee_id)
    ]


def news_of(look, asker, question):
    """Return what the asker has not read about the question, or None."""
    found = news.news_of(question, asker=asker, at=look.at)
    return None if found is None or found.mark in look.read else found


@looked_up
def _openings_near(look):
    return askers.openings_near(look.person) if there.names_asked_for(look) else []


@looked_up
def openings(look):
    """The requests for this person's sealed name of which the person has not read."""
    return askers.openings_told_to(
        look.person, at=look.at, near=_openings_near(look), read=look.read
    )


@looked_up
def openings_to_decide(look):
    """The requests for names that wait for the Boards, the oldest first."""
    boards = look.committees(*BOARD)
    if not (boards and there.names_asked_for(look)):
        return []
    found = OpeningRequest.objects.waiting(at=look.at).filter(board__in=boards)
    return list(found.select_related("committee").order_by("at", "pk"))


@looked_up
def openings_decided(look):
    """What Boards decided of late about the requests of secretaries, still to be looked at."""
    if look.person is not None:
        mine = look.committees(Role.SECRETARY)
        found = [one for one in _openings_near(look) if one.committee_id in mine]
    else:
        since = look.at - TOLD_FOR
        decided = OpeningRequest.objects.filter(
            Q(decision__at__gt=since) | Q(decision=None, lapses_at__gt=since), unsealing=None
        )
        found = list(decided.select_related("committee", "decision", "unsealing"))
    return [one for one in found if _is_to_tell(look, one)]


def _is_to_tell(look, request):
    stage = request.stage(at=look.at)
    if stage == request.Stage.AGREED:
        return askers.is_opening_shown(request, at=look.at)
    ended = {
        request.Stage.REFUSED: lambda: request.decision.at,
        request.Stage.LAPSED: lambda: request.lapses_at,
    }
    return stage in ended and ended[stage]() > look.at - TOLD_FOR


def _own(look):
    return [one for one in all_conferences(look) if one.committee_id in look.held]


def invitations(look):
    """Return the conferences to which the person may send a question now. Nobody has to."""
    return [one for one in _own(look) if one.takes_questions(at=look.at)]


def running(look):
    """Return the earliest conference of the person's committees that runs or lies ahead, or None."""
    return next((one for one in _own(look) if one.state in CONFERENCE_RUNNING), None)


@brings("read")
def read_of(request):
    """What this browser has read already."""
    return frozenset(read_marks.read_marks(request))
