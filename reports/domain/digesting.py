"""One mail a day for each person: all that waits for them, when something of it is due a word.

Reminders, warnings, what is told by name, answers and promises that fall due. What the mail
says is looked up once more at the moment of sending; then never a question's text or number.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from committees.models import Membership, User
from dialogue_portal.clock import day_of
from reports.domain import escalating
from reports.domain.queueing import queue_mail
from reports.domain.steps import first_shown, is_due_step, step_of
from reports.models import Delivery, Obligation, ReminderSent, ReportingPeriod
from reports.queries import DeskRow, desk_rows, offices_of
from sessions.models import Commitment, Question
from sessions.states import AnswerState, CommitmentState, QuestionState

TEMPLATE = "emails/reports/reminder"
STAGE_WORDS = {
    "no_date": "chưa có lịch hội nghị",
    "not_held": "chưa tổ chức hội nghị",
    "no_draft": "chưa hoàn thiện dự thảo báo cáo",
    "not_issued": "chưa phát hành báo cáo",
    "missing": "đã quá hạn, chưa gửi báo cáo",
}


@dataclass
class Waiting:
    """What waits for one person, and whether any of it is due a word today."""

    person: User
    reports: list[DeskRow] = field(default_factory=list)
    escalated: list[tuple[DeskRow, list[str]]] = field(default_factory=list)
    answers: list[dt.date] = field(default_factory=list)  # their due dates
    commitments: list[dt.date] = field(default_factory=list)
    is_due: bool = False

    def __bool__(self):
        return bool(self.reports or self.escalated or self.answers or self.commitments)

    def context(self, *, today):
        """Return what the templates say, JSON-able; the ids serve to look it up again."""
        return {
            "person": self.person.pk,
            "name": self.person.full_name,
            "day": f"{today:%d/%m/%Y}",
            "number": len(self.reports)
            + len(self.escalated)
            + len(self.answers)
            + len(self.commitments),
            "obligations": [row.obligation.pk for row in self.reports],
            "escalations": [row.obligation.pk for row, _ in self.escalated],
            "reports": [
                _report(row, row.warnings if row.days_left >= 0 else []) for row in self.reports
            ],
            "escalated": [_report(row, stages) for row, stages in self.escalated],
            "answers": _counted(self.answers, today),
            "commitments": _counted(self.commitments, today),
        }


def _report(row, stages):
    return {
        "committee": row.obligation.committee.name,
        "period": row.obligation.period.label,
        "due_before": f"{row.obligation.due_before:%d/%m/%Y}",
        "days_left": row.days_left,
        "days_over": -row.days_left,
        "status": row.status,
        "stages": "; ".join(STAGE_WORDS[stage] for stage in stages),
    }


def _counted(days, today):
    if not days:
        return None
    return {
        "number": len(days),
        "first": f"{min(days):%d/%m/%Y}",
        "over": sum(day < today for day in days),
    }


# --- once a day -----------------------------------------------------------------------


def queue_digests(*, since, at):
    """Queue the day's mails; return how many. `since` is the day of the ones before.

    Called in a transaction: what is written down as said and the mail that says it are one.
    """
    today, bag = day_of(at), {}
    _collect_reports(bag, today=today, at=at)
    for kind, rows in (("answers", _answers(today=today)), ("commitments", _promises(today=today))):
        _collect_due(bag, kind, rows, since=since, today=today)
    return sum(_queue(waiting, at=at) for waiting in bag.values() if waiting.is_due)


def _collect_reports(bag, *, today, at):
    rows = [row for row in _open_rows(_watched(today), at=at) if _is_near(row)]
    obligations = [row.obligation for row in rows]
    offices = offices_of({obligation.committee_id for obligation in obligations}, on=today)
    said = set(
        ReminderSent.objects.filter(obligation__in=obligations).values_list(
            "obligation_id", "step", "due_before"
        )
    )
    to_tell = escalating.people_to_tell(obligations, on=today)
    told = escalating.told_before(obligations)
    fresh = []
    for row in rows:
        new = [mark for mark in _marks(row, today) if (row.obligation.pk, *mark) not in said]
        fresh += [(row, *mark) for mark in new]
        for person in offices.get(row.obligation.committee_id, []):
            waiting = _of(bag, person)
            waiting.reports.append(row)
            waiting.is_due |= bool(new)
        stages = escalating.stages_to_tell(row, on=today)
        for person in to_tell[row.obligation.pk] if stages else []:
            waiting = _of(bag, person)
            waiting.escalated.append((row, stages))
            waiting.is_due |= any(
                escalating.key_of(row, stage, person) not in told for stage in stages
            )
    ReminderSent.objects.bulk_create(
        [
            ReminderSent(
                obligation=row.obligation,
                period=row.obligation.period,
                step=step,
                due_before=due_before,
                at=at,
            )
            for row, step, due_before in fresh
        ],
        ignore_conflicts=True,
    )


def _watched(today):
    """What is owed in the running period, and in the one before it while it is not settled."""
    periods = ReportingPeriod.objects.filter(starts_on__lte=today).order_by("-year", "-half")[:2]
    return Obligation.objects.filter(period__in=[period.pk for period in periods])


def _open_rows(obligations, *, at):
    found = obligations.select_related("committee__watch_officer", "board", "period")
    return [row for row in desk_rows(list(found), at=at) if not row.is_settled]


def _is_near(row):
    first_warning = max(days for days, _ in settings.EARLY_WARNINGS)
    return row.days_left < max(first_warning, *settings.REMINDER_DAYS)


def _marks(row, today):
    """Return what the day calls for a word about: [(step or code of a warning, date), …]."""
    step = step_of(row.obligation, on=today)
    return [
        (mark, row.obligation.due_before) for mark in [*([step] if step else []), *row.warnings]
    ]


def _of(bag, person):
    return bag.setdefault(person.pk, Waiting(person))


def _collect_due(bag, kind, rows, *, since, today):
    for person, due_on in rows:
        waiting = _of(bag, person)
        getattr(waiting, kind).append(due_on)
        waiting.is_due |= is_due_step(
            due_on, days_before=settings.DUE_REMINDER_DAYS[kind], since=since, today=today
        )


def _answers(*, today, person=None):
    """Return [(leader, due date), …] of questions that wait for an answer of theirs."""
    still_there = Membership.objects.active(on=today).filter(
        user=OuterRef("assignee"), committee=OuterRef("committee")
    )
    found = (
        Question.objects.filter(
            Exists(still_there),
            state=QuestionState.ASSIGNED,
            due_on__lte=first_shown(settings.DUE_REMINDER_DAYS["answers"], today=today),
            assignee__is_active=True,
        )
        .exclude(assignee__email="")
        .exclude(answers__state=AnswerState.SUBMITTED)
    )
    return _with_people(found, "assignee", person)


def _promises(*, today, person=None):
    """Return [(who promised, due date), …] of what is not done yet."""
    found = Commitment.objects.filter(
        state=CommitmentState.OPEN,
        due_on__lte=first_shown(settings.DUE_REMINDER_DAYS["commitments"], today=today),
        owner__is_active=True,
    ).exclude(owner__email="")
    return _with_people(found, "owner", person)


def _with_people(found, name, person):
    if person is not None:
        found = found.filter(Q((name, person)))
    pairs = list(found.order_by("due_on").values_list(name, "due_on"))
    people = {person.pk: person} if person else User.objects.in_bulk({pk for pk, _ in pairs})
    return [(people[pk], due_on) for pk, due_on in pairs]


def _queue(waiting, *, at):
    today = day_of(at)
    delivery, is_new = queue_mail(
        TEMPLATE,
        to=waiting.person.email,
        once=f"daily:{today}:{waiting.person.pk}",
        at=at,
        context=waiting.context(today=today),
    )
    if is_new:
        escalating.note_told(waiting.escalated, person=waiting.person, delivery=delivery, at=at)
    return is_new


# --- at the moment of sending ---------------------------------------------------------


def bring_up_to_date(delivery, *, at):
    """Let the mail say what still stands at `at`; return False if nothing does.

    Neither does what a newer mail to the same person says again.
    """
    today = day_of(at)
    waiting = _still_waiting(delivery, today=today, at=at)
    escalating.forget_mended(delivery, waiting.escalated if waiting else [])
    if not waiting:
        return False
    delivery.context = waiting.context(today=today)
    return True


def _still_waiting(delivery, *, today, at):
    context = delivery.context
    person = User.objects.filter(pk=context["person"], is_active=True).first()
    if person is None or _has_newer(delivery):
        return None
    waiting = Waiting(person)
    ids = {*context["obligations"], *context["escalations"]}
    rows = _open_rows(Obligation.objects.filter(pk__in=ids), at=at)
    obligations = [row.obligation for row in rows]
    offices = offices_of({obligation.committee_id for obligation in obligations}, on=today)
    to_tell = escalating.people_to_tell(obligations, on=today)
    for row in rows:
        if person in offices.get(row.obligation.committee_id, []) and _is_near(row):
            waiting.reports.append(row)
        stages = escalating.stages_to_tell(row, on=today)
        if stages and person in to_tell[row.obligation.pk]:
            waiting.escalated.append((row, stages))
    waiting.answers = [due_on for _, due_on in _answers(today=today, person=person)]
    waiting.commitments = [due_on for _, due_on in _promises(today=today, person=person)]
    return waiting


def _has_newer(delivery):
    newer = Delivery.objects.filter(template=TEMPLATE, to=delivery.to, pk__gt=delivery.pk)
    return any(other.context.get("person") == delivery.context["person"] for other in newer)
