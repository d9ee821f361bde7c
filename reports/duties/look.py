"""What duties are looked up with: for one person or for everybody, each query once."""

import datetime as dt
from collections import Counter
from functools import cached_property

from django.db.models import CharField, Count, F, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast
from django.utils import timezone

from committees.models import Membership, Role
from committees.permissions import BOARD, OFFICE
from dialogue_portal.clock import day_of
from reports.domain import escalating
from reports.models import Obligation, ReportingPeriod
from reports.queries import desk_rows
from sessions import waiting
from sessions.domain import identity, news, unsealing
from sessions.models import (
    Answer,
    Commitment,
    Conference,
    ConferenceMove,
    Question,
)
from sessions.models.question import TO_SORT
from sessions.states import (
    AnswerState,
    CommitmentState,
    ConferenceState,
    QuestionState,
)

REMEMBERED = dt.timedelta(days=400)  # for which a conference still asks for its papers
PERIODS = 4  # the newest ones, of which a report may still be owed


class Look:
    """One look at what waits at `at`: for `person`, or for everybody who can be written to.

    `read` tells what an asker has read already (sessions.domain.news). With `is_mail` it is
    looked up for a mail to the person: who asked without a name is not spoken of there.
    """

    def __init__(self, *, at, person=None, read=frozenset(), open_alarms=0, is_mail=False):
        self.at, self.today, self.person = at, day_of(at), person
        self.is_mail = is_mail or person is None
        self.read, self.open_alarms = read, open_alarms

    # --- who ------------------------------------------------------------------------

    @cached_property
    def _held(self):
        """{committee id: {role: [people]}} of today."""
        if self.person is not None and self.today == timezone.localdate():
            return {
                pk: {role: [self.person] for role in roles}
                for pk, roles in self.person.roles.items()
            }
        found = Membership.objects.active(on=self.today).select_related("user")
        if self.person is not None:
            found = found.filter(user=self.person)
        else:
            found = found.filter(user__is_active=True).exclude(user__email="")
        held = {}
        for one in found.order_by("committee", "pk"):
            people = held.setdefault(one.committee_id, {}).setdefault(Role(one.role), [])
            if one.user not in people:
                people.append(one.user)
        return held

    def people(self, committee_id, *roles):
        """Return who holds one of `roles` in the committee, each once."""
        held = self._held.get(committee_id, {})
        return list(dict.fromkeys(user for role in roles for user in held.get(role, [])))

    def members(self, committee_id):
        return self.people(committee_id, *Role)

    def committees(self, *roles):
        """Return the ids of the committees in which somebody holds one of `roles`."""
        return [pk for pk, held in self._held.items() if held.keys() & set(roles)]

    @cached_property
    def _committees_of(self):
        found = {}
        for pk, held in self._held.items():
            for people in held.values():
                for user in people:
                    found.setdefault(user.pk, set()).add(pk)
        return found

    def about(self, thing, committee, who):
        """Name a thing; and its committee too where the person serves more than one."""
        if len(self._committees_of.get(who.pk, ())) > 1:
            return f"{thing} · {committee.name}"
        return thing

    def about_conference(self, conference, who):
        """Name a conference; with its day where another of its committee has the same name."""
        name = conference.short_name
        if self._names[conference.committee_id, name] > 1:
            name = f"{name} ({conference.held_on:%d/%m})"
        return self.about(name, conference.committee, who)

    @cached_property
    def _names(self):
        return Counter((one.committee_id, one.short_name) for one in self.conferences)

    # --- conferences and questions ---------------------------------------------------

    @cached_property
    def conferences(self):
        """Those of the offices that may still ask for something, the earliest first."""
        moves = ConferenceMove.objects.filter(conference=OuterRef("pk"))
        closed = moves.filter(to_state=ConferenceState.CLOSED, actor=None)
        return list(
            Conference.objects.filter(committee_id__in=self.committees(*OFFICE))
            .exclude(state=ConferenceState.CANCELLED)
            .filter(ends_at__gte=self.at - REMEMBERED)
            .select_related("committee", "attendance")
            .annotate(
                held_at=Subquery(
                    moves.filter(to_state=ConferenceState.HELD).order_by("at").values("at")[:1]
                ),
                closed_alone_at=Subquery(closed.order_by("-at").values("at")[:1]),
            )
            .order_by("starts_at")
        )

    @cached_property
    def waiting(self):
        """What questions ask of the offices: [{"conference", "to_sort", "unit", …}]. One query."""
        of_unit = waiting.owed_by_unit()
        of_leader = waiting.owed_by_others(today=self.today, person=self.person)
        counted = (
            Question.objects.filter(
                TO_SORT | Q(state=QuestionState.ASSIGNED),
                committee_id__in=self.committees(*OFFICE),
            )
            .order_by()
            .values("conference")
            .annotate(
                to_sort=Count("pk", filter=TO_SORT),
                fresh=Count("pk", filter=Q(state=QuestionState.RECEIVED)),
                owed=Count("pk", filter=waiting.is_owed()),
                unit=Count("pk", filter=of_unit),
                unit_on=Min("due_on", filter=of_unit),
                chased=Count("pk", filter=of_leader),
                chased_on=Min("due_on", filter=of_leader),
            )
        )
        return list(counted)

    @cached_property
    def replies(self):
        """What came back and waits: [(what, conference, key, day)] in one query.

        `what` is "clear", "object" or "reply".
        """
        secretaries = self.committees(Role.SECRETARY)
        columns = ("what", "conference", "key", "on")
        answers = Question.objects.filter(
            waiting.to_clear(), committee_id__in=secretaries
        ).annotate(
            what=Value("clear"),
            key=Cast("pk", CharField()),
            on=F("due_on"),
        )
        appeals = Question.objects.filter(
            waiting.objected(), committee_id__in=secretaries
        ).annotate(
            what=Value("object"),
            key=Cast("pk", CharField()),
            on=F("appeal__replied_on"),
        )
        clarifications = Question.objects.filter(
            waiting.replied(), committee_id__in=self.committees(*OFFICE)
        ).annotate(
            what=Value("reply"),
            key=Cast("pk", CharField()),
            on=F("due_on"),
        )
        parts = [
            found.order_by().values_list(*columns) for found in (answers, appeals, clarifications)
        ]
        return list(parts[0].union(*parts[1:], all=True))

    @cached_property
    def named_conferences(self):
        """{id: Conference} of all that `waiting` and `replies` speak of."""
        known = {conference.pk: conference for conference in self.conferences}
        wanted = {one["conference"] for one in self.waiting} | {one[1] for one in self.replies}
        if missing := wanted - known.keys():
            known |= Conference.objects.select_related("committee").in_bulk(missing)
        return known

    @cached_property
    def handed(self):
        """The questions that wait for the person they were handed to, the earliest due first."""
        found = Question.objects.filter(waiting.is_owed())
        if self.person is not None:
            found = found.filter(assignee=self.person)
        found = found.filter(assignee__isnull=False).select_related(
            "conference__committee", "assignee"
        )
        return [
            question
            for question in found.order_by("due_on", "pk")
            if question.assignee in self.members(question.committee_id)
        ]

    @cached_property
    def sent_back(self):
        """The drafts of `handed` questions that the secretary has given back, with remarks."""
        if not self.handed:
            return []
        drafts = Answer.objects.filter(state=AnswerState.DRAFT, question__in=self.handed)
        return list(drafts.exclude(remarks="").annotate(times=Count("moves")).order_by("question"))

    @cached_property
    def commitments(self):
        """The open ones that concern anybody here, the earliest due first."""
        found = Commitment.objects.filter(state=CommitmentState.OPEN)
        if self.person is not None:
            late = Q(committee_id__in=self.committees(*OFFICE), due_on__lt=self.today)
            found = found.filter(Q(owner=self.person) | late)
        return list(found.select_related("committee", "owner").order_by("due_on", "pk"))

    # --- askers -----------------------------------------------------------------------

    @cached_property
    def asked(self):
        """[(asker, question)] with what may be new of it; of everybody, the named ones alone."""
        if self.is_mail:
            mine = Question.objects.filter(author__isnull=False)  # named ones alone have one
            if self.person is not None:
                mine = mine.filter(author=self.person)
        else:
            mine = identity.questions_of(self.person) if self._held else Question.objects.none()
        found = news.with_news(mine, at=self.at).select_related("conference__committee", "author")
        return [
            (self.person or question.author, question)
            for question in found.order_by("pk")
            if self.person or question.author in self.members(question.committee_id)
        ]

    def news_of(self, asker, question):
        """Return what the asker has not read about the question, or None."""
        found = news.news_of(question, asker=asker, at=self.at)
        return None if found is None or found.mark in self.read else found

    @cached_property
    def openings(self):
        """The openings of this person's sealed name that were not put away."""
        return list(unsealing.unread_by(self.person))

    # --- reports ----------------------------------------------------------------------

    @cached_property
    def rows(self):
        """The DeskRows of the newest periods: what offices owe and what Boards are owed."""
        offices, boards = self.committees(*OFFICE), self.committees(*BOARD)
        mine = Q(committee_id__in=offices) | Q(board_id__in=boards)
        if self.person is not None and not (offices or boards):
            return []
        periods = ReportingPeriod.objects.filter(starts_on__lte=self.today)
        newest = periods.order_by("-year", "-half").values("pk")[:PERIODS]
        obligations = (
            Obligation.objects.filter(mine, period__in=list(newest.values_list("pk", flat=True)))
            .select_related("committee__watch_officer", "board", "period")
            .order_by("-period__year", "-period__half", "committee__position", "committee__name")
        )
        return desk_rows(list(obligations), at=self.at)

    @cached_property
    def to_tell(self):
        """{obligation id: [people]} who are told by name of what is not in."""
        boards = set(self.committees(*BOARD))
        owed = [row.obligation for row in self.rows if row.obligation.board_id in boards]
        return escalating.people_to_tell(owed, on=self.today)

    def is_to_warn(self, row):
        """Is this person told by name that the committee of `row` is about to miss a date?"""
        stages = escalating.stages_to_tell(row, on=self.today)
        named = escalating.people_to_tell([row.obligation], on=self.today)
        return bool(stages) and not row.is_overdue and self.person in named[row.obligation.pk]

    def board_rows(self, period):
        """Return the DeskRows of `period` that the Boards of the person are owed."""
        boards = set(self.committees(*BOARD))
        owed = [row for row in self.rows if row.obligation.board_id in boards]
        return [row for row in owed if period and row.obligation.period_id == period.pk]

    def is_running(self, period):
        return period.starts_on <= self.today < period.due_before
