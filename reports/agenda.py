"""What a person must do now, and by when: the home page, most urgent first."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Role
from committees.permissions import OFFICE, boards_of
from dialogue_portal.clock import day_of
from reports.models import Obligation, Report, ReportingPeriod
from reports.queries import desk_rows, desk_totals, period_on
from reports.states import ReportState
from sessions.models import Answer, Commitment, Conference, Question
from sessions.states import AnswerState, CommitmentState, ConferenceState, QuestionState


@dataclass(frozen=True)
class Todo:
    """One thing to do: a sentence, a day, one button. `url` is a name with its arguments."""

    text: str
    on: dt.date | None
    url: str
    args: tuple
    label: str

    def days(self, *, today):
        return (self.on - today).days if self.on else None


def agenda_of(user, *, at):
    """Return the home page of `user`: todos, the running conference and the period."""
    today = day_of(at)
    period = period_on(today)
    conferences, waiting = _conferences_of(user, at=at), _waiting(user)
    todos = [
        *_office(user, conferences, period, waiting, at=at),
        *_leader(user),
        *_promises(*waiting["commitments"]),
        *_board(user, period, at=at),
        *_asker(conferences, at=at),
    ]
    todos.sort(key=lambda todo: todo.on or dt.date.max)
    ahead = (ConferenceState.SCHEDULED, ConferenceState.HELD)
    running = [conference for conference in conferences if conference.state in ahead]
    return {
        "todos": todos,
        "running": min(running, key=lambda conference: conference.starts_at, default=None),
        "period": period,
        "today": today,
        "now": at,
    }


def _conferences_of(user, *, at):
    """Return the conferences that may still ask something of somebody, with their new questions."""
    return list(
        Conference.objects.visible_to(user)
        .exclude(state=ConferenceState.CANCELLED)
        .filter(ends_at__gte=at - dt.timedelta(days=400))
        .select_related("committee", "chair", "attendance")
        .annotate(fresh=Count("questions", filter=Q(questions__state=QuestionState.RECEIVED)))
        .order_by("starts_at")
    )


# --- the secretary's office ---------------------------------------------------------


def _waiting(user):
    """Return {"answers": (how many to clear, first due), "commitments": (own ones, first due)}.

    One query for both.
    """
    answers = Answer.objects.filter(
        state=AnswerState.SUBMITTED,
        question__committee_id__in=user.committees_as(Role.SECRETARY),
    ).annotate(what=Value("answers"), due_on=F("question__due_on"))
    commitments = Commitment.objects.filter(owner=user, state=CommitmentState.OPEN).annotate(
        what=Value("commitments")
    )
    answers, commitments = (
        found.order_by().values("what").annotate(number=Count("pk"), first=Min("due_on"))
        for found in (answers, commitments)
    )
    counted = answers.union(commitments).values_list("what", "number", "first")
    return {"answers": (0, None), "commitments": (0, None)} | {
        what: (number, first) for what, number, first in counted
    }


def _office(user, conferences, period, waiting, *, at):
    committees = user.committees_as(*OFFICE)
    if not committees:
        return
    own = [conference for conference in conferences if conference.committee_id in committees]
    yield from _conferences(own, day_of(at), at)
    yield from _questions(own)
    yield from _answers_to_clear(*waiting["answers"])
    yield from _reports(committees, period, at)


def _conferences(conferences, today, at):
    for conference in conferences:
        if conference.state == ConferenceState.CLOSED:
            continue
        what = {"title": conference.title}
        if conference.state == ConferenceState.POSTPONED:
            yield Todo(
                _("Set a new date for “%(title)s”.") % what,
                None,
                "sessions:conference_detail",
                (conference.pk,),
                _("Open"),
            )
        elif conference.state == ConferenceState.SCHEDULED and conference.starts_at <= at:
            yield Todo(
                _("Confirm that “%(title)s” was held.") % what,
                conference.held_on,
                "sessions:conference_detail",
                (conference.pk,),
                _("Confirm"),
            )
        elif conference.state == ConferenceState.HELD:
            if getattr(conference, "attendance", None) is None:
                yield Todo(
                    _("Record attendance and results of “%(title)s”.") % what,
                    conference.held_on,
                    "sessions:conference_results",
                    (conference.pk,),
                    _("Record the results"),
                )
            elif conference.conclusion_issued_on is None:
                yield Todo(
                    _("Issue the conclusion notice of “%(title)s”.") % what,
                    conference.conclusion_due_on,
                    "sessions:conference_results",
                    (conference.pk,),
                    _("Enter the papers"),
                )
        else:
            yield from _papers(conference, today)


def _papers(conference, today):
    """Plan and notice, once their day is near."""
    what, soon = {"title": conference.title}, today + dt.timedelta(days=14)
    has_plan = conference.plan_number or conference.plan_issued_on
    if not has_plan and conference.plan_due_on <= soon:
        yield Todo(
            _("Issue the plan of “%(title)s”.") % what,
            conference.plan_due_on,
            "sessions:conference_results",
            (conference.pk,),
            _("Enter the papers"),
        )
    if conference.notice_published_on is None and conference.notice_due_on <= soon:
        yield Todo(
            _("Publish the notice of “%(title)s”.") % what,
            conference.notice_due_on,
            "sessions:conference_results",
            (conference.pk,),
            _("Enter the papers"),
        )


def _questions(conferences):
    for conference in conferences:
        if conference.fresh:
            yield Todo(
                ngettext(
                    "%(count)d new question waits to be sorted: “%(title)s”.",
                    "%(count)d new questions wait to be sorted: “%(title)s”.",
                    conference.fresh,
                )
                % {"count": conference.fresh, "title": conference.title},
                conference.notice_due_on,
                "sessions:triage",
                (conference.pk,),
                _("Sort"),
            )


def _answers_to_clear(number, first):
    if number:
        yield Todo(
            ngettext(
                "%(count)d written answer waits for your clearance.",
                "%(count)d written answers wait for your clearance.",
                number,
            )
            % {"count": number},
            first,
            "sessions:answer_list",
            (),
            _("Read"),
        )


def _reports(committees, period, at):
    owed = (
        Obligation.objects.filter(committee_id__in=committees, period__starts_on__lte=day_of(at))
        .select_related("committee", "period", "board")
        .order_by("-period__year", "-period__half")[:8]
    )
    for row in desk_rows(list(owed), at=at):
        if todo := _report_todo(row, is_running=row.obligation.period == period):
            yield todo


def _report_todo(row, *, is_running):
    report, period = row.report, row.obligation.period
    last_day = row.obligation.last_day
    names = {"period": period.label, "committee": row.obligation.committee.name}
    draft = (
        row.versions[-1] if row.versions and row.versions[-1].state == ReportState.DRAFT else None
    )
    if draft and (row.status in ("draft", "missing", "incomplete", "automatic") or row.is_settled):
        return Todo(
            _("Complete and issue the report of %(period)s.") % names,
            last_day,
            "reports:report_detail",
            (draft.pk,),
            _("Open the draft"),
        )
    if report and report.state == ReportState.RETURNED:
        return Todo(
            _("The Board has returned the report of %(period)s to be completed.") % names,
            last_day,
            "reports:report_detail",
            (report.pk,),
            _("Read the remarks"),
        )
    if row.status == "none" and is_running:
        return Todo(
            _("Schedule the dialogue conference of %(period)s.") % names,
            last_day,
            "sessions:conference_create",
            (),
            _("Schedule"),
        )
    if row.status in ("held", "missing"):
        return Todo(
            _("Draft the report of %(period)s.") % names,
            last_day,
            "reports:report_list",
            (),
            _("Draft"),
        )
    return None


# --- leaders, and those who promised ------------------------------------------------


def _leader(user):
    if not user.committees_as(Role.LEADER):
        return
    waiting = (
        Question.objects.filter(assignee=user, state=QuestionState.ASSIGNED)
        .exclude(answers__state=AnswerState.SUBMITTED)
        .aggregate(count=Count("pk"), first=Min("due_on"))
    )
    if waiting["count"]:
        yield Todo(
            ngettext(
                "%(count)d question waits for your answer.",
                "%(count)d questions wait for your answer.",
                waiting["count"],
            )
            % {"count": waiting["count"]},
            waiting["first"],
            "sessions:answer_list",
            (),
            _("Answer"),
        )


def _promises(number, first):
    if number:
        yield Todo(
            ngettext(
                "%(count)d commitment is yours to fulfil.",
                "%(count)d commitments are yours to fulfil.",
                number,
            )
            % {"count": number},
            first,
            "sessions:commitment_list",
            (),
            _("Open"),
        )


# --- the Board ----------------------------------------------------------------------


def _board(user, period, *, at):
    board = boards_of(user).first()
    if board is None:
        return
    fresh = Report.objects.filter(obligation__board=board, state=ReportState.ISSUED).aggregate(
        count=Count("pk"), first=Min("issued_at")
    )
    if fresh["count"]:
        yield Todo(
            ngettext(
                "%(count)d report waits to be acknowledged; it came on %(day)s.",
                "%(count)d reports wait to be acknowledged; the first came on %(day)s.",
                fresh["count"],
            )
            % {"count": fresh["count"], "day": f"{day_of(fresh['first']):%d/%m/%Y}"},
            day_of(at),  # what has arrived is never overdue: no rule says by when
            "reports:board_desk",
            (),
            _("Open the desk"),
        )
    by_period = {}
    obligations = (
        Obligation.objects.filter(
            board=board, period__in=_last_two(period), period__starts_on__lte=day_of(at)
        )
        .select_related("committee", "period", "board")
        .order_by("-period__year", "-period__half")
    )
    for row in desk_rows(list(obligations), at=at):
        by_period.setdefault(row.obligation.period, []).append(row)
    for watched, rows in by_period.items():
        totals = desk_totals(rows)
        names = {"settled": totals["settled"], "total": totals["total"], "period": watched.label}
        if watched == period:
            yield Todo(
                _("%(settled)d of %(total)d reports of %(period)s are in.") % names,
                watched.last_day,
                "reports:board_desk_of",
                (watched.code,),
                _("Open the desk"),
            )
        elif totals["missing"]:
            yield Todo(
                ngettext(
                    "%(count)d report of %(period)s is missing.",
                    "%(count)d reports of %(period)s are missing.",
                    totals["missing"],
                )
                % {"count": totals["missing"], "period": watched.label},
                watched.last_day,
                "reports:board_desk_of",
                (watched.code,),
                _("Open the desk"),
            )


def _last_two(period):
    """The running period and the one before it, as a condition for the database."""
    if period is None:
        return ReportingPeriod.objects.none()
    return ReportingPeriod.objects.filter(Q(pk=period.pk) | Q(due_before=period.starts_on))


# --- everybody may ask --------------------------------------------------------------


def _asker(conferences, *, at):
    for conference in conferences:
        if conference.takes_questions(at=at):
            yield Todo(
                _("Send your question to “%(title)s”.") % {"title": conference.title},
                day_of(conference.asks_close_at)
                if at < conference.asks_close_at
                else conference.held_on,
                "sessions:question_ask",
                (conference.pk,),
                _("Ask"),
            )
