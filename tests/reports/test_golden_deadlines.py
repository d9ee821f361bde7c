"""C-08: what is due when, by a table worked out by hand, in whatever zone the process runs.

Each line of the table is one period and one committee; the dates are read off a calendar, not
computed. The properties then say of every year from 2025 to 2040 what the lines say of some.
"""

import datetime as dt
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committees.calendar import WorkingCalendar
from committees.models import Committee
from committees.reference import days_off
from foundation.clock import day_of, start_of
from periods.domain import periods
from periods.domain.steps import (
    escalation_dates,
    is_due_step,
    reminder_dates,
    step_of,
    warning_dates,
)
from periods.models import Obligation, ReportingPeriod
from reports.desk_row import DeskRow
from reports.domain.escalating import stages_to_tell
from reports.queries import days_left
from tests.world import HANOI

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles")
DAY, TICK = dt.timedelta(days=1), dt.timedelta(microseconds=1)


@contextmanager
def living_in(zone):
    """Let the process live in another zone than the portal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(params=ZONES)
def zone(request):
    with living_in(request.param):
        yield request.param


def on(text):
    return dt.date(*map(int, reversed(text.split("/"))))


def owed(*, year, half, due_before=None, extended_to=None):
    """An obligation as the database would give it, without one."""
    period = ReportingPeriod(
        year=year,
        half=half,
        starts_on=dt.date(2000, 1, 1),
        due_before=due_before or periods.default_due_before(year, half),
    )
    return Obligation(
        period=period, committee=Committee(), board=Committee(), extended_to=extended_to
    )


# year, half, moved to, more time until | last day in time, the last working day before it |
# T-30, -14, -7, -3, -1 | warnings T-45, -20, -10, -3 | told by name: no_date, not_held,
# no_draft, not_issued, missing
TABLE = """
2025 1 - - | 24/06/2025 24/06/2025 | 26/05 11/06 18/06 22/06 24/06 | 11/05 05/06 15/06 22/06 | 21/05 10/06 18/06 23/06 26/06
2025 2 - - | 24/12/2025 24/12/2025 | 25/11 11/12 18/12 22/12 24/12 | 10/11 05/12 15/12 22/12 | 20/11 10/12 18/12 23/12 26/12
2026 1 - - | 24/06/2026 24/06/2026 | 26/05 11/06 18/06 22/06 24/06 | 11/05 05/06 15/06 22/06 | 21/05 10/06 18/06 23/06 26/06
2026 2 - - | 24/12/2026 24/12/2026 | 25/11 11/12 18/12 22/12 24/12 | 10/11 05/12 15/12 22/12 | 20/11 10/12 18/12 23/12 26/12
2027 1 - - | 24/06/2027 24/06/2027 | 26/05 11/06 18/06 22/06 24/06 | 11/05 05/06 15/06 22/06 | 21/05 10/06 18/06 23/06 26/06
2027 2 - - | 24/12/2027 24/12/2027 | 25/11 11/12 18/12 22/12 24/12 | 10/11 05/12 15/12 22/12 | 20/11 10/12 18/12 23/12 26/12
2028 1 - - | 24/06/2028 23/06/2028 | 26/05 11/06 18/06 22/06 24/06 | 11/05 05/06 15/06 22/06 | 21/05 10/06 18/06 23/06 26/06
2028 2 - - | 24/12/2028 22/12/2028 | 25/11 11/12 18/12 22/12 24/12 | 10/11 05/12 15/12 22/12 | 20/11 10/12 18/12 23/12 26/12
2029 1 - - | 24/06/2029 22/06/2029 | 26/05 11/06 18/06 22/06 24/06 | 11/05 05/06 15/06 22/06 | 21/05 10/06 18/06 23/06 26/06
2029 2 - - | 24/12/2029 24/12/2029 | 25/11 11/12 18/12 22/12 24/12 | 10/11 05/12 15/12 22/12 | 20/11 10/12 18/12 23/12 26/12
2026 1 01/07/2026 - | 30/06/2026 30/06/2026 | 01/06 17/06 24/06 28/06 30/06 | 17/05 11/06 21/06 28/06 | 27/05 16/06 24/06 29/06 02/07
2026 1 02/05/2026 - | 01/05/2026 29/04/2026 | 02/04 18/04 25/04 29/04 01/05 | 18/03 12/04 22/04 29/04 | 28/03 17/04 25/04 30/04 03/05
2026 1 28/04/2026 - | 27/04/2026 24/04/2026 | 29/03 14/04 21/04 25/04 27/04 | 14/03 08/04 18/04 25/04 | 24/03 13/04 21/04 26/04 29/04
2026 1 03/09/2026 - | 02/09/2026 28/08/2026 | 04/08 20/08 27/08 31/08 02/09 | 20/07 14/08 24/08 31/08 | 30/07 19/08 27/08 01/09 04/09
2026 1 23/08/2026 - | 22/08/2026 22/08/2026 | 24/07 09/08 16/08 20/08 22/08 | 09/07 03/08 13/08 20/08 | 19/07 08/08 16/08 21/08 24/08
2026 2 31/12/2026 - | 30/12/2026 30/12/2026 | 01/12 17/12 24/12 28/12 30/12 | 16/11 11/12 21/12 28/12 | 26/11 16/12 24/12 29/12 01/01
2026 2 02/01/2027 - | 01/01/2027 31/12/2026 | 03/12 19/12 26/12 30/12 01/01 | 18/11 13/12 23/12 30/12 | 28/11 18/12 26/12 31/12 03/01
2026 2 01/12/2026 - | 30/11/2026 30/11/2026 | 01/11 17/11 24/11 28/11 30/11 | 17/10 11/11 21/11 28/11 | 27/10 16/11 24/11 29/11 02/12
2026 2 13/02/2027 - | 12/02/2027 12/02/2027 | 14/01 30/01 06/02 10/02 12/02 | 30/12 24/01 03/02 10/02 | 09/01 29/01 06/02 11/02 14/02
2026 2 12/02/2027 - | 11/02/2027 04/02/2027 | 13/01 29/01 05/02 09/02 11/02 | 29/12 23/01 02/02 09/02 | 08/01 28/01 05/02 10/02 13/02
2027 2 01/03/2028 - | 29/02/2028 29/02/2028 | 31/01 16/02 23/02 27/02 29/02 | 16/01 10/02 20/02 27/02 | 26/01 15/02 23/02 28/02 02/03
2027 2 29/02/2028 - | 28/02/2028 28/02/2028 | 30/01 15/02 22/02 26/02 28/02 | 15/01 09/02 19/02 26/02 | 25/01 14/02 22/02 27/02 01/03
2026 2 01/03/2027 - | 28/02/2027 26/02/2027 | 30/01 15/02 22/02 26/02 28/02 | 15/01 09/02 19/02 26/02 | 25/01 14/02 22/02 27/02 02/03
2027 2 01/02/2028 - | 31/01/2028 24/01/2028 | 02/01 18/01 25/01 29/01 31/01 | 18/12 12/01 22/01 29/01 | 28/12 17/01 25/01 30/01 02/02
2027 1 17/04/2027 - | 16/04/2027 15/04/2027 | 18/03 03/04 10/04 14/04 16/04 | 03/03 28/03 07/04 14/04 | 13/03 02/04 10/04 15/04 18/04
2027 1 04/05/2027 - | 03/05/2027 29/04/2027 | 04/04 20/04 27/04 01/05 03/05 | 20/03 14/04 24/04 01/05 | 30/03 19/04 27/04 02/05 05/05
2027 1 04/09/2027 - | 03/09/2027 01/09/2027 | 05/08 21/08 28/08 01/09 03/09 | 21/07 15/08 25/08 01/09 | 31/07 20/08 28/08 02/09 05/09
2028 1 05/04/2028 - | 04/04/2028 03/04/2028 | 06/03 22/03 29/03 02/04 04/04 | 20/02 16/03 26/03 02/04 | 01/03 21/03 29/03 03/04 06/04
2028 1 03/05/2028 - | 02/05/2028 28/04/2028 | 03/04 19/04 26/04 30/04 02/05 | 19/03 13/04 23/04 30/04 | 29/03 18/04 26/04 01/05 04/05
2028 2 05/09/2028 - | 04/09/2028 31/08/2028 | 06/08 22/08 29/08 02/09 04/09 | 22/07 16/08 26/08 02/09 | 01/08 21/08 29/08 03/09 06/09
2028 2 04/01/2029 - | 03/01/2029 03/01/2029 | 05/12 21/12 28/12 01/01 03/01 | 20/11 15/12 25/12 01/01 | 30/11 20/12 28/12 02/01 05/01
2026 1 - 10/07/2026 | 09/07/2026 09/07/2026 | 10/06 26/06 03/07 07/07 09/07 | 26/05 20/06 30/06 07/07 | 05/06 25/06 03/07 08/07 11/07
2026 1 - 12/07/2026 | 11/07/2026 10/07/2026 | 12/06 28/06 05/07 09/07 11/07 | 28/05 22/06 02/07 09/07 | 07/06 27/06 05/07 10/07 13/07
2026 1 - 24/08/2026 | 23/08/2026 22/08/2026 | 25/07 10/08 17/08 21/08 23/08 | 10/07 04/08 14/08 21/08 | 20/07 09/08 17/08 22/08 25/08
2026 1 01/07/2026 30/06/2026 | 30/06/2026 30/06/2026 | 01/06 17/06 24/06 28/06 30/06 | 17/05 11/06 21/06 28/06 | 27/05 16/06 24/06 29/06 02/07
2026 1 01/07/2026 11/07/2026 | 10/07/2026 10/07/2026 | 11/06 27/06 04/07 08/07 10/07 | 27/05 21/06 01/07 08/07 | 06/06 26/06 04/07 09/07 12/07
2026 2 - 31/12/2026 | 30/12/2026 30/12/2026 | 01/12 17/12 24/12 28/12 30/12 | 16/11 11/12 21/12 28/12 | 26/11 16/12 24/12 29/12 01/01
2026 2 - 06/02/2027 | 05/02/2027 04/02/2027 | 07/01 23/01 30/01 03/02 05/02 | 23/12 17/01 27/01 03/02 | 02/01 22/01 30/01 04/02 07/02
2027 2 - 01/03/2028 | 29/02/2028 29/02/2028 | 31/01 16/02 23/02 27/02 29/02 | 16/01 10/02 20/02 27/02 | 26/01 15/02 23/02 28/02 02/03
2028 1 - 01/07/2028 | 30/06/2028 30/06/2028 | 01/06 17/06 24/06 28/06 30/06 | 17/05 11/06 21/06 28/06 | 27/05 16/06 24/06 29/06 02/07
"""
LINES = TABLE.strip().splitlines()


def read(line):
    given_, days, reminders, warnings, told = (part.split() for part in line.split("|"))
    year, half = map(int, given_[:2])
    moved, more = (None if text == "-" else on(text) for text in given_[2:])
    return SimpleNamespace(
        owed=owed(year=year, half=half, due_before=moved, extended_to=more),
        last_day=on(days[0]),
        last_working_day=on(days[1]),
        reminders=reminders,
        warnings=warnings,
        told=told,
    )


def short(days):
    return [f"{day:%d/%m}" for day in days.values()]


@pytest.fixture(scope="module")
def calendar():
    rows = days_off.rows()
    return WorkingCalendar(
        days_off={day: name for day, kind, name, _ in rows if kind == "day_off"},
        worked={day: name for day, kind, name, _ in rows if kind == "working"},
    )


def test_the_table_is_what_is_reckoned(zone, calendar):
    assert len(LINES) == 40
    for line in LINES:
        case = read(line)
        due_before = case.owed.due_before
        origin = periods.origin_of(case.owed, calendar=calendar, at=start_of(case.last_day))

        assert (case.owed.last_day, origin.last_working_day) == (
            case.last_day,
            case.last_working_day,
        ), line
        assert short(reminder_dates(due_before)) == case.reminders, line
        assert short(warning_dates(due_before)) == case.warnings, line
        assert short(escalation_dates(due_before)) == case.told, line
        assert origin.ends_on_day_off is (case.last_day != case.last_working_day), line


def test_the_last_microsecond_of_the_last_day_is_in_time_and_the_next_is_not(zone):
    for line in LINES:
        case = read(line)
        last = dt.datetime.combine(case.last_day, dt.time(23, 59, 59, 999999), HANOI)
        first_late = dt.datetime.combine(case.last_day + DAY, dt.time.min, HANOI)

        assert last < case.owed.deadline, line
        assert not first_late < case.owed.deadline, line
        assert case.owed.deadline == first_late == last + TICK
        assert case.owed.deadline.astimezone(dt.UTC).hour == 17  # and it is UTC's eve
        assert (days_left(case.owed, at=last), days_left(case.owed, at=first_late)) == (0, -1)
        assert (step_of(case.owed, on=day_of(last)), step_of(case.owed, on=day_of(first_late))) == (
            "T-1",
            "T+0",
        )


def test_each_stage_is_told_on_its_day_and_not_the_day_before(zone):
    told = set()
    for line in LINES:
        due_before = read(line).owed.due_before
        for stage, day in escalation_dates(due_before).items():
            row = row_of(due_before, start_of(day))
            if stage != "missing" and row.days_left < 0:
                continue  # the day after the deadline only that is told
            told.add((line, stage))
            assert stage in stages_to_tell(row, on=day), f"{line} {stage}"
            before = row_of(due_before, start_of(day) - TICK)
            assert stage not in stages_to_tell(before, on=day - DAY), f"{line} {stage}"
    assert {line for line, _ in told} == set(LINES)
    assert {stage for _, stage in told} == set(escalation_dates(due_before))


def test_half_years_begin_and_end_with_the_date(zone):
    for year in range(2025, 2041):
        june, december = dt.date(year, 6, 25), dt.date(year, 12, 25)
        assert periods.half_year_of(june - DAY) == (year, 1)
        assert periods.half_year_of(june) == periods.half_year_of(december - DAY) == (year, 2)
        assert periods.half_year_of(december) == (year + 1, 1)
        assert periods.half_year_of(dt.date(year, 12, 31)) == (year + 1, 1)
    assert periods.half_year_of(dt.date(2028, 2, 29)) == (2028, 1)


# --- properties -------------------------------------------------------------------------

DUE = st.dates(dt.date(2025, 1, 1), dt.date(2040, 12, 31))


def row_of(due_before, at, *, versions=(), status=None):
    """A committee that has done nothing, on the Board's desk at `at`."""
    obligation = owed(year=2025, half=1, due_before=due_before)
    late = not at < obligation.deadline
    return DeskRow(
        obligation=obligation,
        status=status or ("missing" if late else "none"),
        days_left=days_left(obligation, at=at),
        versions=list(versions),
    )


@given(
    zone=st.sampled_from(ZONES),
    due_before=DUE,
    days=st.integers(-60, 60),
    second=st.integers(0, 86_399),
)
@settings(max_examples=300, deadline=None)
def test_each_day_has_the_steps_that_its_distance_gives(zone, due_before, days, second):
    with living_in(zone):
        day = due_before - days * DAY
        at = dt.datetime.combine(day, dt.time.min, HANOI) + dt.timedelta(seconds=second)
        check_steps(due_before, day, days, at.astimezone(dt.UTC))


def check_steps(due_before, day, days, at):
    row = row_of(due_before, at)

    assert day_of(at) == day
    assert (at < row.obligation.deadline) is (day < due_before) is (row.days_left >= 0)
    reached = [step for step, first in reminder_dates(due_before).items() if first <= day]
    assert step_of(row.obligation, on=day) == (
        f"T+{-days}" if days <= 0 else reached[-1] if reached else None
    )
    assert set(row.warnings) == {
        code for code, first in warning_dates(due_before).items() if first <= day
    }
    told = stages_to_tell(row, on=day)
    dates = escalation_dates(due_before)
    if day >= dates["missing"]:
        assert told == ["missing"]
    else:
        assert set(told) == {code for code in row.warnings if dates[code] <= day}
    assert set(told) - {"missing"} <= set(row.warnings)


@given(due_before=DUE, days=st.integers(-60, 60))
def test_nothing_is_asked_of_who_is_settled(due_before, days):
    at = dt.datetime.combine(due_before - days * DAY, dt.time(12), HANOI)
    for status in ("issued", "late"):
        row = row_of(due_before, at, status=status)
        assert row.warnings == stages_to_tell(row, on=day_of(at)) == []


@given(due_before=DUE, more=st.integers(1, 60), days=st.integers(-70, 70))
def test_more_time_moves_every_step_by_as_much(due_before, more, days):
    later = due_before + more * DAY
    for dates in (reminder_dates, warning_dates, escalation_dates):
        moved = {name: day + more * DAY for name, day in dates(due_before).items()}
        assert dates(later) == moved
    day = due_before - days * DAY
    assert step_of(owed(year=2025, half=1, due_before=due_before), on=day) == step_of(
        owed(year=2025, half=1, due_before=due_before, extended_to=later), on=day + more * DAY
    )


@given(
    due_on=DUE,
    days_before=st.sets(st.integers(0, 9), min_size=1),
    away=st.integers(-40, 40),
    gap=st.integers(1, 6),
)
def test_a_word_falls_on_the_same_days_however_often_one_looks(due_on, days_before, away, gap):
    """One look after `gap` days says whether any of the daily looks would have spoken."""
    today = due_on + away * DAY

    def speaks(since, until):
        return is_due_step(due_on, days_before=days_before, since=since, today=until)

    daily = [speaks(today - n * DAY - DAY, today - n * DAY) for n in range(gap)]
    assert speaks(today - gap * DAY, today) is any(daily)
    assert daily[0] is (-away in days_before or (away > 0 and (away - 1) % 7 == 0))
