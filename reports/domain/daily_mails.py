"""One mail a day for each person: all that waits for them, when something of it is due a word.

It says what the home page says, from the one list of duties, and is looked up once more at the
moment of sending. What lies in the queue is the person and ids: no number, no question, no word.
Who asked without a name is reached by a word to everybody of the committee (announcing).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import translation

from committees.models import User
from duties.lists import duties_in, in_groups
from duties.look import Look
from foundation.clock import day_of, written_day
from foundation.shape import lines
from jobs.domain.queueing import queue_mails
from jobs.models import Delivery
from periods.domain.steps import is_due_step, step_of
from periods.models import ReminderSent
from reports.domain import announcing, escalating
from reports.duties import looks
from reports.models import Told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from duties.duty import Duty
    from periods.models import Obligation
    from reports.desk_row import DeskRow


TEMPLATE = "emails/reports/reminder"
WATCHED = 2  # periods of which reports are reminded: the running one and the one before
STAGE_WORDS = {
    "no_date": "chưa có lịch hội nghị",
    "not_held": "chưa tổ chức hội nghị",
    "no_draft": "chưa hoàn thiện dự thảo báo cáo",
    "not_issued": "chưa phát hành báo cáo",
    "missing": "đã quá hạn, chưa gửi báo cáo",
}


@dataclass
class Waiting:
    """What waits for one person, and what of it calls for a word today."""

    person: User
    duties: list[Any] = field(default_factory=list)
    announced: list[Any] = field(default_factory=list)  # conferences with news for whoever asked
    obligations: list[Any] = field(default_factory=list)  # whose next step is said today
    keys: list[Any] = field(default_factory=list)  # (kind, key) of what was said once it is queued
    is_due: bool = False

    @property
    def told(self) -> list[tuple[DeskRow, list[str]]]:
        """[(DeskRow, stages), …] of what the person is told by name."""
        return [pair for duty in self.duties for pair in duty.rows if pair[1]]

    def ids(self) -> dict[str, Any]:
        """Return what the queue keeps: who, and what to look up again."""
        return {
            "person": self.person.pk,
            "obligations": self.obligations,
            "news": [key for duty in self.duties if duty.is_news for key in duty.keys],
            "conferences": [conference.pk for conference in self.announced],
        }

    def words(self, *, today: dt.date) -> dict[str, Any]:
        """Return what the templates say."""
        return {
            "name": self.person.full_name,
            "day": written_day(today),
            "number": len(self.duties),
            "groups": [
                (about, [_said(duty, today) for duty in duties])
                for about, duties in in_groups(self.duties)
            ],
            "announced": [
                {"name": one.short_name, "committee": one.committee.name} for one in self.announced
            ],
        }


def _said(duty: Duty, today: dt.date) -> dict[str, Any]:
    row: DeskRow | None = duty.row if duty.row is not None and duty.row.is_open else None
    left = duty.days(today=today)
    return {
        "what": duty.what,
        "url": duty.url,
        "label": duty.label,
        "remarks": list(lines(duty.remarks)),
        "on": written_day(duty.on) if duty.on and row is None else "",
        "days_left": left,
        "days_over": -left if left is not None else 0,
        "due_before": written_day(row.obligation.due_before) if row else "",
        "stages": _stages(row.warnings) if row and row.days_left >= 0 else "",
        "rows": [
            {
                "committee": one.obligation.committee.name,
                "due_before": written_day(one.obligation.due_before),
                "days_left": one.days_left,
                "days_over": one.days_over,
                "stages": _stages(stages or ["missing"]),
            }
            for one, stages in duty.rows
        ],
    }


def _stages(codes: Iterable[str]) -> str:
    return "; ".join(STAGE_WORDS[code] for code in codes)


# --- once a day -----------------------------------------------------------------------


def queue_daily_mails(*, since: dt.date, at: dt.datetime) -> int:
    """Queue the day's mails; return how many. `since` is the day of the ones before.

    Called in a transaction: what is written down as said and the mail that says it are one.
    """
    look = Look(at=at)
    with translation.override("vi"):
        bag = _collected(look)
        marks = _marks(look)
        told = escalating.told_before([row.obligation for row in looks.desk_rows_of(look)])
        news = announcing.news_at(at)
        known = set(Told.objects.values_list("person_id", "kind", "key"))
        for waiting in bag.values():
            _note_what_calls(waiting, marks, told, known, since=since, today=look.today)
        for person, conferences in announcing.addressed(look, news, known).items():
            bag.setdefault(person.pk, Waiting(person)).announced = conferences
        _write_down(bag, news, marks, at=at)
        return _queue([w for w in bag.values() if w.is_due or w.announced], at=at)


def _collected(look: Look) -> dict[int, Waiting]:
    bag: dict[int, Waiting] = {}
    for duty in _mailed(look):
        bag.setdefault(duty.who.pk, Waiting(duty.who)).duties.append(duty)
    return bag


def _mailed(look: Look) -> list[Duty]:
    return [duty for duty in duties_in(look) if duty.is_mailed]


def _marks(look: Look) -> dict[int, list[tuple[str, Obligation]]]:
    """Return {obligation id: [(step or code of a warning, date), …]} that nobody has heard of."""
    newest = {row.obligation.period_id: row.obligation.period for row in looks.desk_rows_of(look)}
    watched = sorted(newest, key=lambda pk: newest[pk].starts_on)[-WATCHED:]
    rows = {
        row.obligation.pk: row
        for row in looks.desk_rows_of(look)
        if row.obligation.period_id in watched and row.is_open
    }
    said = set(
        ReminderSent.objects.filter(obligation__in=rows).values_list(
            "obligation_id", "step", "due_before"
        )
    )
    found: dict[int, list[tuple[str, Obligation]]] = {}
    for pk, row in rows.items():
        step = step_of(row.obligation, on=look.today)
        for mark in [*([step] if step else []), *row.warnings]:
            if (pk, mark, row.obligation.due_before) not in said:
                found.setdefault(pk, []).append((mark, row.obligation))
    return found


def _note_what_calls(
    waiting: Waiting,
    marks: dict[int, list[tuple[str, Obligation]]],
    told: Collection[Any],
    known: Collection[Any],
    *,
    since: dt.date,
    today: dt.date,
) -> None:
    """Note what of it calls for a word today; what is news is said once and then left out."""
    person, kept = waiting.person, []
    for duty in waiting.duties:
        is_new = any((person.pk, duty.kind, key) not in known for key in duty.keys)
        calls = is_new
        if duty.row is not None:
            pk = duty.row.obligation.pk
            if pk in marks:
                waiting.obligations.append(pk)
            calls |= pk in marks
        elif duty.rows:
            calls |= any(
                escalating.key_of(row, stage, person) not in told
                for row, stages in duty.rows
                for stage in stages
            )
        elif duty.on:
            calls |= is_due_step(duty.on, days_before=duty.days_before, since=since, today=today)
        waiting.is_due |= calls
        if is_new or not duty.is_news:
            kept.append(duty)
    waiting.keys = [(duty.kind, key) for duty in waiting.duties for key in duty.keys]
    waiting.duties = kept


def _write_down(
    bag: dict[int, Waiting],
    news: Any,
    marks: dict[int, list[tuple[str, Obligation]]],
    *,
    at: dt.datetime,
) -> None:
    """Write what is said. Told is made anew each day, in no order: its rows tell no moment."""
    said: set[tuple[Any, ...]] = {
        (waiting.person.pk, *one) for waiting in bag.values() for one in waiting.keys
    }
    said |= {(None, announcing.KIND, key) for _conference, key in news}
    rows = [Told(person_id=person, kind=kind, key=key) for person, kind, key in said]
    random.SystemRandom().shuffle(rows)
    Told.objects.all().delete()
    Told.objects.bulk_create(rows, batch_size=500)
    ReminderSent.objects.bulk_create(
        [
            ReminderSent(
                obligation=obligation,
                period_id=obligation.period_id,
                step=step,
                due_before=obligation.due_before,
                at=at,
            )
            for found in marks.values()
            for step, obligation in found
        ],
        ignore_conflicts=True,
    )


def _queue(waiting: Sequence[Waiting], *, at: dt.datetime) -> int:
    today = day_of(at)
    wanted = {f"daily:{today}:{one.person.pk}": one for one in waiting}
    queued = queue_mails(
        TEMPLATE,
        [(one.person.email, once, one.ids()) for once, one in wanted.items()],
        at=at,
    )
    for delivery in queued:
        one = wanted[delivery.once]
        if one.told:
            escalating.note_told(one.told, person=one.person, delivery=delivery, at=at)
    return len(queued)


# --- at the moment of sending ---------------------------------------------------------


def bring_up_to_date(delivery: Delivery, *, at: dt.datetime) -> bool:
    """Let the mail say what still stands at `at`; return False if nothing does.

    Neither does what a newer mail to the same person says again.
    """
    with translation.override("vi"):
        waiting = _still_waiting(delivery, at=at)
        escalating.forget_mended(delivery, waiting.told if waiting else [])
        if waiting is None or not (waiting.announced or any(map(_can_call, waiting.duties))):
            return False
        delivery.context = waiting.words(today=day_of(at))
        return True


def _still_waiting(delivery: Delivery, *, at: dt.datetime) -> Waiting | None:
    context = delivery.context
    person = User.objects.filter(pk=context["person"], is_active=True).first()
    if person is None or _has_newer(delivery):
        return None
    look, news = Look(at=at, person=person, is_mail=True), set(context["news"])
    duties = [duty for duty in _mailed(look) if not (duty.is_news and news.isdisjoint(duty.keys))]
    return Waiting(person, duties, announcing.still_addressed(look, context["conferences"]))


def _can_call(duty: Duty) -> bool:
    """Is it of a sort that a mail is sent for? What only has arrived is said beside it."""
    if duty.rows:
        return any(stages for _row, stages in duty.rows)
    return bool(duty.keys or duty.on)


def _has_newer(delivery: Delivery) -> bool:
    newer = Delivery.objects.filter(template=TEMPLATE, to=delivery.to, pk__gt=delivery.pk)
    return any(other.context.get("person") == delivery.context["person"] for other in newer)
