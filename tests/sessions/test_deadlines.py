"""The lead-time line is arithmetic on the day of the conference."""

import datetime as dt

from sessions.domain.deadlines import lead_times, proposed_lead_times, working_days_after
from tests.world import HANOI, NOON, day, moment


def at(year, month, day, hour, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=HANOI)


def test_lead_times_are_counted_from_the_day_of_the_conference():
    times = lead_times(at(2026, 6, 18, 14))

    assert times == {
        "plan_due_on": dt.date(2026, 5, 19),
        "asks_open_at": at(2026, 5, 28, 8),
        "asks_close_at": at(2026, 6, 11, 17),
        "notice_due_on": dt.date(2026, 6, 11),
        "conclusion_due_on": dt.date(2026, 6, 28),
        "answers_due_on": dt.date(2026, 7, 8),
    }


def test_the_day_is_the_one_in_hanoi():
    just_after_midnight = dt.datetime(2026, 6, 17, 17, 30, tzinfo=dt.UTC)

    assert lead_times(just_after_midnight)["notice_due_on"] == dt.date(2026, 6, 11)


def test_lead_times_are_settings(settings):
    settings.LEAD_TIMES = {**settings.LEAD_TIMES, "answers_due_on": 5}

    assert lead_times(NOON)["answers_due_on"] == day(5)


def test_a_conference_at_short_notice_is_proposed_a_window_that_can_be_used():
    times = proposed_lead_times(moment(3), at=NOON)

    assert times["asks_open_at"] == NOON
    assert times["asks_close_at"] == at(2026, 6, 3, 17)
    assert times["notice_due_on"] == day(0)


def test_a_conference_that_lies_back_keeps_its_computed_window():
    assert proposed_lead_times(moment(-5), at=NOON) == lead_times(moment(-5))


def test_working_days_leave_out_the_week_end():
    friday = dt.date(2026, 6, 5)

    assert working_days_after(friday, 1) == dt.date(2026, 6, 8)


def test_working_days_leave_out_holidays():
    monday, tuesday = dt.date(2026, 6, 8), dt.date(2026, 6, 9)

    assert working_days_after(monday, 2, holidays={tuesday}) == dt.date(2026, 6, 11)


def test_no_working_days_is_the_day_itself():
    assert working_days_after(dt.date(2026, 6, 6), 0) == dt.date(2026, 6, 6)
