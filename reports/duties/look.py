"""What duties are looked up with: for one person or for everybody, each query once."""

import datetime as dt
from collections import Counter
from functools import cached_property
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateField,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from committees.models import Membership, Role
from committees.permissions import BOARD, OFFICE
from foundation.clock import day_and_month, day_of
from periods.models import Obligation, ReportingPeriod
from periods.windows import with_window
from reports.domain import escalating
from reports.queries import desk_rows
from sessions import waiting
from sessions.domain import identity, news, unsealing
from sessions.models import (
    Answer,
    Commitment,
    Conference,
    ConferenceMove,
    OpeningRequest,
    Question,
)
from sessions.models.question import TO_SORT
from sessions.states import (
    AnswerState,
    CommitmentState,
    ConferenceState,
    QuestionState,
)

WAITING = "waiting"
COLUMNS = (
    "what", "conference", "committee", "key", "on", "to_sort", "fresh", "owed", "unit",
    "unit_on", "chased", "chased_on",
)  # fmt: skip
REMEMBERED = dt.timedelta(days=400)  # for which a conference still asks for its papers
TOLD_FOR = dt.timedelta(days=7)  # that a secretary is reminded that a Board refused
PERIODS = 4  # the newest ones, of which a report may still be owed


class Look:
    """One look at what waits at `at`: for `person`, or for everybody who can be written to.

    `read` tells what an asker has read already (sessions.domain.news). With `is_mail` it is
    looked up for a mail to the person: who asked without a name is not spoken of there.
    """

    def __init__(self, *, at, person=None, read=frozenset(), open_alarms=0, is_mail=False):
        self._found = {}
        self.at, self.today, self.person = at, day_of(at), person
        self.is_mail = is_mail or person is None
        self.read, self.open_alarms = read, open_alarms

    # --- who ------------------------------------------------------------------------

    def once(self, look_up):
        """Return what `look_up` finds with this Look; asked again, it is not looked up again.

        For rooms above, whose rows this list knows nothing of.
        """
        if look_up not in self._found:
            self._found[look_up] = look_up(self)
        return self._found[look_up]

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
        held: dict[Any, Any] = {}
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
        found: dict[Any, Any] = {}
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
            name = f"{name} ({day_and_month(conference.held_on)})"
        return self.about(name, conference.committee, who)

    @cached_property
    def _names(self):
        return Counter((one.committee_id, one.short_name) for one in self.conferences)

    # --- conferences and questions ---------------------------------------------------

    @cached_property
    def _all_conferences(self):
        """Every conference of the person's committees, and of those that were merged into them;
        for everybody, those of the offices.

        One pass: what an office owes, what an asker has asked and what a report counts all
        speak of the same few rows.
        """
        moves = ConferenceMove.objects.filter(conference=OuterRef("pk"))
        closed = moves.filter(to_state=ConferenceState.CLOSED, actor=None)
        if self.person is not None:
            found = Conference.objects.of_or_merged_into(list(self._held))
        else:
            found = Conference.objects.filter(
                committee_id__in=self.committees(*OFFICE), ends_at__gte=self.at - REMEMBERED
            ).exclude(state=ConferenceState.CANCELLED)
        return list(
            found.select_related("committee", "attendance")
            .annotate(
                held_at=Subquery(
                    moves.filter(to_state=ConferenceState.HELD).order_by("at").values("at")[:1]
                ),
                closed_alone_at=Subquery(closed.order_by("-at").values("at")[:1]),
            )
            .order_by("starts_at")
        )

    @cached_property
    def conferences(self):
        """Those of the offices that may still ask for something, the earliest first."""
        offices, since = set(self.committees(*OFFICE)), self.at - REMEMBERED
        return [
            one
            for one in self._all_conferences
            if one.committee_id in offices
            and one.state != ConferenceState.CANCELLED
            and one.ends_at >= since
        ]

    @cached_property
    def waiting(self):
        """What questions ask of the offices: [{"conference", "to_sort", "unit", …}]."""
        return [one for one in self._of_questions if one["what"] == WAITING]

    @cached_property
    def replies(self):
        """What came back and waits: [(what, conference, committee, key, day)].

        `what` is "clear", "object" or "reply".
        """
        return [
            (one["what"], one["conference"], one["committee"], one["key"], one["on"])
            for one in self._of_questions
            if one["what"] != WAITING
        ]

    @cached_property
    def _of_questions(self):
        """What questions ask of offices and secretaries, in one query: counted, then one by one."""
        offices, secretaries = self.committees(*OFFICE), self.committees(Role.SECRETARY)
        of_unit = waiting.owed_by_unit()
        of_leader = waiting.owed_by_others(today=self.today, person=self.person)
        counted = (
            Question.objects.filter(
                TO_SORT | Q(state=QuestionState.ASSIGNED), committee_id__in=offices
            )
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
                unit_on=Min("due_on", filter=of_unit),
                chased=Count("pk", filter=of_leader),
                chased_on=Min("due_on", filter=of_leader),
            )
        )
        none = Value(None, output_field=DateField())
        padding = dict.fromkeys(("to_sort", "fresh", "owed", "unit", "chased"), Value(0))
        parts = [
            Question.objects.filter(rule, committee_id__in=committees)
            .order_by()
            .annotate(
                what=Value(what), key=Cast("pk", CharField()), on=F(day),
                **padding, unit_on=none, chased_on=none,
            )
            for what, rule, day, committees in (
                ("clear", waiting.to_clear(), "due_on", secretaries),
                ("object", waiting.objected(), "appeal__replied_on", secretaries),
                ("reply", waiting.replied(), "due_on", offices),
            )
        ]  # fmt: skip
        rows = [part.values_list(*COLUMNS) for part in (counted, *parts)]
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows[0].union(*rows[1:], all=True)]

    @cached_property
    def named_conferences(self):
        """{id: Conference} of all that `waiting` and `replies` speak of."""
        known = {conference.pk: conference for conference in self._all_conferences}
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
        found = (
            found.filter(assignee__isnull=False)
            .select_related("conference__committee", "assignee")
            .annotate(came_back=waiting.sent_back())
        )
        return [
            question
            for question in found.order_by("due_on", "pk")
            if question.assignee in self.members(question.committee_id)
        ]

    @cached_property
    def sent_back(self):
        """The drafts of `handed` questions that the secretary has given back, with remarks."""
        back = [question for question in self.handed if question.came_back]
        if not back:
            return []
        drafts = Answer.objects.filter(state=AnswerState.DRAFT, question__in=back)
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
            mine = identity.questions_of(
                self.person, conferences=[one.pk for one in self._all_conferences]
            )
        found = news.with_news(mine, at=self.at).select_related("conference__committee", "author")
        return [
            (self.person or question.author, question)
            for question in found.order_by("pk")
            if self.person
            or question.author in self.members(question.committee_id)
            or question.author in self.members(question.conference.committee_id)
        ]

    def news_of(self, asker, question):
        """Return what the asker has not read about the question, or None."""
        found = news.news_of(question, asker=asker, at=self.at)
        return None if found is None or found.mark in self.read else found

    @cached_property
    def _openings_near(self):
        return unsealing.requests_near(self.person)

    @cached_property
    def openings(self):
        """The requests for this person's sealed name of which the person has not read."""
        return unsealing.told_to(self.person, at=self.at, near=self._openings_near, read=self.read)

    @cached_property
    def openings_to_decide(self):
        """The requests for names that wait for the Boards, the oldest first."""
        boards = self.committees(*BOARD)
        if not boards:
            return []
        found = OpeningRequest.objects.waiting(at=self.at).filter(board__in=boards)
        return list(found.select_related("committee").order_by("at", "pk"))

    @cached_property
    def openings_decided(self):
        """What Boards decided of late about the requests of secretaries, still to be looked at."""
        if self.person is not None:
            mine = self.committees(Role.SECRETARY)
            found = [one for one in self._openings_near if one.committee_id in mine]
        else:
            since = self.at - TOLD_FOR
            decided = OpeningRequest.objects.filter(
                Q(decision__at__gt=since) | Q(decision=None, lapses_at__gt=since), unsealing=None
            )
            found = list(decided.select_related("committee", "decision", "unsealing"))
        return [one for one in found if self._is_to_tell(one)]

    def _is_to_tell(self, request):
        stage = request.stage(at=self.at)
        if stage == request.Stage.AGREED:
            return unsealing.is_shown(request, at=self.at)
        ended = {
            request.Stage.REFUSED: lambda: request.decision.at,
            request.Stage.LAPSED: lambda: request.lapses_at,
        }
        return stage in ended and ended[stage]() > self.at - TOLD_FOR

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
            with_window(Obligation.objects.filter(mine, period__in=newest))
            .select_related("committee__watch_officer", "board", "period")
            .order_by("-period__year", "-period__half", "committee__position", "committee__name")
        )
        known = self._all_conferences if self.person is not None and not boards else None
        return desk_rows(list(obligations), at=self.at, known=known)

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
