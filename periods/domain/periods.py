"""Reporting periods: when they open, what they oblige to, and how their date is moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from committees.models import Committee
from committees.permissions import boards_of
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of, written_day
from periods.domain.steps import escalation_dates, reminder_dates, warning_dates
from periods.models import Exemption, Extension, Obligation, PeriodChange, ReportingPeriod

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from committees.calendar import WorkingCalendar
    from committees.models import User


class DateNotPossible(Exception):
    """The new date would leave a period without a day."""


class OthersReceive(Exception):
    """The period is not one Board's alone: what holds for everybody is not for one to change."""


def default_due_before(year: int, half: int) -> dt.date:
    """Return the day before which the report is due unless the Board has set another.

    "Trước ngày 25/6 và tháng 12" (Công văn 1672-CV/ĐUK, 22/02/2024); the text names no
    day in December, the same day is the default.
    """
    month, day = settings.REPORT_DUE[half]
    return dt.date(year, month, day)


@dataclass(frozen=True)
class Origin:
    """How the last day of an obligation came about, and what hangs on it."""

    default: dt.date  # the rule's date, before anybody moved it
    last_day: dt.date
    last_working_day: dt.date  # the same, unless the last day is a day off
    skipped: list[tuple[dt.date, str]]  # [(day off, its name), …] between the two
    working_days: int  # left, the last day included
    reminders: dict[str, dt.date]  # {step: day}
    warnings: dict[str, dt.date]  # {code: day}
    escalations: dict[str, dt.date]  # {stage: day}

    @property
    def ends_on_day_off(self) -> bool:
        return self.last_day != self.last_working_day

    @property
    def steps(self) -> list[tuple[dt.date, str, str]]:
        """What happens on which day: [(day, "reminder", "warning" or "told", its code), …]."""
        kinds = (
            ("warning", self.warnings),
            ("reminder", self.reminders),
            ("told", self.escalations),
        )
        return sorted((day, kind, code) for kind, days in kinds for code, day in days.items())


def origin_of(obligation: Obligation, *, calendar: WorkingCalendar, at: dt.datetime) -> Origin:
    """Return the Origin of an obligation: the deadline itself never moves for a day off."""
    due_before, last_day = obligation.due_before, obligation.last_day
    last_working_day = calendar.previous_working_day(last_day)
    return Origin(
        default=default_due_before(obligation.period.year, obligation.period.half),
        last_day=last_day,
        last_working_day=last_working_day,
        skipped=calendar.skipped(last_day, last_working_day),
        working_days=calendar.working_days_between(day_of(at), due_before),
        reminders=reminder_dates(due_before),
        warnings=warning_dates(due_before),
        escalations=escalation_dates(due_before),
    )


def half_year_of(day: dt.date) -> tuple[int, int]:
    """Return (year, half) of the period that the day `day` lies in, by the default dates."""
    if day < default_due_before(day.year, 1):
        return day.year, 1
    if day < default_due_before(day.year, 2):
        return day.year, 2
    return day.year + 1, 1


def following(year: int, half: int) -> tuple[int, int]:
    return (year, 2) if half == 1 else (year + 1, 1)


@transaction.atomic
def open_periods(*, at: dt.datetime) -> ReportingPeriod:
    """Make sure that the period of today exists and that nobody is missing in it.

    Safe to call at any time and any number of times. Returns the running period.
    """
    today = day_of(at)
    last = ReportingPeriod.objects.order_by("-year", "-half").first()
    if last is None:
        last = _open_first(today)
    while last.due_before <= today:
        year, half = following(last.year, last.half)
        last, _ = ReportingPeriod.objects.get_or_create(
            year=year,
            half=half,
            defaults={
                "starts_on": last.due_before,
                "due_before": default_due_before(year, half),
            },
        )
    running = ReportingPeriod.objects.get(starts_on__lte=today, due_before__gt=today)
    oblige_everybody(running)
    return running


def _open_first(today: dt.date) -> ReportingPeriod:
    year, half = half_year_of(today)
    before = (year, 1) if half == 2 else (year - 1, 2)
    return ReportingPeriod.objects.create(
        year=year,
        half=half,
        starts_on=default_due_before(*before),
        due_before=default_due_before(year, half),
    )


def oblige_everybody(period: ReportingPeriod) -> None:
    """Give every committee that is active in the period its obligation, and nobody else.

    A committee that was closed before a period began owes nothing in it, also where that was
    written down later, whichever period it is; what it has begun to write stays, and what the
    Board has said of it.
    """
    Obligation.objects.filter(
        reports=None,
        extensions=None,
        exemptions=None,
        committee__active_until__lt=F("period__starts_on"),
    ).delete()
    boards = Committee.objects.filter(kind=Committee.Kind.BOARD).active_between(
        period.starts_on, period.due_before
    )
    Obligation.objects.bulk_create(
        [
            Obligation(period=period, committee=committee, board=board)
            for board in boards
            for committee in Committee.objects.reporting_to(board).active_between(
                period.starts_on, period.due_before
            )
        ],
        ignore_conflicts=True,
    )


def release(committees: Iterable[Committee]) -> None:
    """Let the committees owe nothing where nothing has come of it yet: they are to be removed."""
    owed = Obligation.objects.filter(committee__in=committees)
    owed.filter(reports=None, extensions=None, exemptions=None).delete()


def _after(period: ReportingPeriod) -> ReportingPeriod | None:
    year, half = following(period.year, period.half)
    return ReportingPeriod.objects.filter(year=year, half=half).first()


def can_be_due(period: ReportingPeriod, to: dt.date) -> bool:
    """Does `to` leave this period and the next one a day, and is it another date?"""
    after = _after(period)
    return period.starts_on < to != period.due_before and not (after and to >= after.due_before)


@transaction.atomic
def change_due_date(
    period: ReportingPeriod, *, to: dt.date, reason: str, by: User, at: dt.datetime
) -> ReportingPeriod:
    """Set another date for everybody, with a reason; the next period begins where this ends.

    Raises DateNotPossible, and OthersReceive where everybody is not `by`'s to decide for.
    """
    if others_receive(period, by):
        raise OthersReceive
    period = ReportingPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    if not can_be_due(period, to):
        raise DateNotPossible
    after = _after(period)
    PeriodChange.objects.create(
        period=period, due_from=period.due_before, due_to=to, reason=reason, by=by, at=at
    )
    period.due_before = to
    period.save(update_fields=["due_before"])
    if after:
        after.starts_on = to
        after.save(update_fields=["starts_on"])
    audit.record(Act.PERIOD_MOVED, by=by, subject=period.code, to=f"{to}", reason=reason)
    return period


@transaction.atomic
def extend(
    obligation: Obligation, *, to: dt.date, reason: str, by: User, at: dt.datetime
) -> Obligation:
    """Give one committee until `to`, the first day that is too late, and keep the reason.

    An earlier date than it has shortens the time; the period's own date takes it back. Raises
    DateNotPossible unless `to` is another date, from the period's up to `LONGEST_EXTENSION`
    days later.
    """
    obligation.refresh_from_db(
        from_queryset=Obligation.objects.select_for_update(no_key=True, of=("self",))
    )
    before = obligation.due_before
    if not can_extend_to(obligation, to):
        raise DateNotPossible
    Extension.objects.create(
        obligation=obligation, due_from=before, due_to=to, reason=reason, by=by, at=at
    )
    obligation.extended_to = to if to > obligation.period.due_before else None
    obligation.save(update_fields=["extended_to"])
    audit.record(
        Act.DATE_EXTENDED if to > before else Act.DATE_SHORTENED,
        by=by,
        committee=obligation.committee,
        subject=obligation.period.code,
        to=f"{to}",
        reason=reason,
    )
    return obligation


@transaction.atomic
def extend_all(
    obligations: Iterable[Obligation], *, to: dt.date, reason: str, by: User, at: dt.datetime
) -> None:
    """Give several committees until `to`, as `extend` does with one: all of them, or none.

    Raises DateNotPossible where the date fits one of them not.
    """
    for obligation in sorted(obligations, key=lambda one: one.pk):  # always locked in this order
        extend(obligation, to=to, reason=reason, by=by, at=at)


def can_extend_to(obligation: Obligation, to: dt.date) -> bool:
    """Is `to` another date, from the period's own up to the latest that may be given?"""
    return to != obligation.due_before and (
        obligation.period.due_before <= to <= latest_extension(obligation)
    )


def latest_extension(obligation: Obligation) -> dt.date:
    """Return the last date that the Board may set for one committee."""
    return obligation.period.due_before + dt.timedelta(days=settings.LONGEST_EXTENSION)


@transaction.atomic
def set_exempt(
    obligation: Obligation, *, on: bool, reason: str, by: User, at: dt.datetime
) -> Obligation:
    """Exempt a committee from a period, or end that, and keep the reason.

    Said again it changes nothing. It counts only while the committee has neither a conference
    nor a report of the period: whoever takes part all the same is not left out.
    """
    obligation.refresh_from_db(
        from_queryset=Obligation.objects.select_for_update(no_key=True, of=("self",))
    )
    if obligation.is_exempt == on:
        return obligation
    Exemption.objects.create(obligation=obligation, is_on=on, reason=reason, by=by, at=at)
    obligation.is_exempt = on
    obligation.save(update_fields=["is_exempt"])
    audit.record(
        Act.EXEMPTED if on else Act.EXEMPTION_ENDED,
        by=by,
        committee=obligation.committee,
        subject=obligation.period.code,
        reason=reason,
    )
    return obligation


@transaction.atomic
def set_auto_issue(period: ReportingPeriod, *, on: bool, reason: str, by: User) -> None:
    """Say whether complete drafts are deposited, marked as not approved, at the deadline.

    Raises OthersReceive.
    """
    if others_receive(period, by):
        raise OthersReceive
    changed = ReportingPeriod.objects.filter(pk=period.pk, auto_issue=not on).update(auto_issue=on)
    if changed:
        audit.record(Act.AUTO_ISSUE_SET, by=by, subject=period.code, on=on, reason=reason)
    period.refresh_from_db()


def others_receive(period: ReportingPeriod, user: User) -> bool:
    """Do committees report in this period to a Board that `user` does not work for?

    Before anybody owes anything in it, each Board that is active in it will receive.
    """
    mine = boards_of(user)
    if period.obligations.exists():
        return period.obligations.exclude(board__in=mine).exists()
    boards = Committee.objects.filter(kind=Committee.Kind.BOARD).exclude(pk__in=mine)
    return bool(boards.active_between(period.starts_on, period.due_before).exists())


def not_for_others() -> str:
    """Return the sentence where a Board would decide for the committees of another one."""
    return _(
        "Other Boards receive in this period too. Give your own committees more time, one by one."
    )


def date_not_possible(period: ReportingPeriod) -> str:
    """Return the sentence beside the field when a date does not fit between its neighbours."""
    return _(
        "The date must be another one than now, after %(day)s and before the next period's date."
    ) % {"day": written_day(period.starts_on)}


def extension_not_possible(obligation: Obligation) -> str:
    """Return the sentence beside the field when a committee's date cannot be the one typed."""
    return _(
        "The date must be another one than now, not before %(first)s and not after %(last)s."
    ) % {
        "first": written_day(obligation.period.due_before),
        "last": written_day(latest_extension(obligation)),
    }


def extensions_not_possible(obligations: Sequence[Obligation], to: dt.date) -> str:
    """Return the sentence when a date cannot be that of all of several, with those it cannot be of."""
    refused = [one for one in obligations if not can_extend_to(one, to)] or obligations
    return _("%(sentence)s It does not fit: %(names)s.") % {
        "sentence": extension_not_possible(refused[0]),
        "names": "; ".join(one.committee.name for one in refused),
    }
