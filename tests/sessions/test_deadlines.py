"""The lead-time line is arithmetic on the day of the conference."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from committees.calendar import WorkingCalendar
from sessions.domain.deadlines import lead_time_line, lead_times, proposed_lead_times
from sessions.models import Conference
from tests.world import HALF, HANOI, NOON, day, moment

WEEK = WorkingCalendar()


def at(year, month, day, hour, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=HANOI)


def test_lead_times_are_counted_from_the_day_of_the_conference():
    times = lead_times(at(2026, 6, 18, 14), calendar=WEEK)

    assert times == {
        "plan_due_on": dt.date(2026, 5, 19),
        "asks_open_at": at(2026, 5, 28, 8),
        "asks_close_at": at(2026, 6, 11, 17),
        "notice_due_on": dt.date(2026, 6, 11),
        "conclusion_due_on": dt.date(2026, 6, 26),  # the 28th is a Sunday
        "answers_due_on": dt.date(2026, 7, 8),
    }


def test_the_day_is_the_one_in_hanoi():
    just_after_midnight = dt.datetime(2026, 6, 17, 17, 30, tzinfo=dt.UTC)

    assert lead_times(just_after_midnight, calendar=WEEK)["notice_due_on"] == dt.date(2026, 6, 11)


def test_lead_times_are_settings(settings):
    settings.LEAD_TIMES = {**settings.LEAD_TIMES, "answers_due_on": 3}

    assert lead_times(NOON, calendar=WEEK)["answers_due_on"] == day(3)


def test_a_conference_at_short_notice_is_proposed_a_window_that_can_be_used():
    times = proposed_lead_times(moment(3), calendar=WEEK, at=NOON)

    assert times["asks_open_at"] == NOON
    assert times["asks_close_at"] == dt.datetime.combine(day(2), dt.time(17), HANOI)
    assert times["notice_due_on"] == day(0)


@pytest.mark.parametrize(
    ("before", "closes"),
    [
        # before the conference, when its window had closed by the rule: the eve, else its beginning
        (dt.timedelta(days=6, hours=19), dt.timedelta(hours=19)),
        (dt.timedelta(hours=19, seconds=1), dt.timedelta(hours=19)),
        (dt.timedelta(hours=19), dt.timedelta()),
        (dt.timedelta(seconds=1), dt.timedelta()),
    ],
)
def test_a_window_that_is_over_is_proposed_anew_while_it_can_be_used(before, closes):
    starts_at = moment(10)

    times = proposed_lead_times(starts_at, calendar=WEEK, at=starts_at - before)

    assert times["asks_close_at"] == starts_at - closes


@pytest.mark.parametrize("before", [dt.timedelta(days=6, hours=19, seconds=1), dt.timedelta()])
def test_a_window_that_is_open_and_one_of_a_conference_that_has_begun_stay(before):
    starts_at = moment(10)

    times = proposed_lead_times(starts_at, calendar=WEEK, at=starts_at - before)

    assert times == lead_times(starts_at, calendar=WEEK)


def test_a_conference_that_lies_back_keeps_its_computed_window():
    assert proposed_lead_times(moment(-5), calendar=WEEK, at=NOON) == lead_times(
        moment(-5), calendar=WEEK
    )


# --- days off -------------------------------------------------------------------------

HOLIDAYS = WorkingCalendar(
    days_off={dt.date(2026, 4, 30): "Ngày 30/4", dt.date(2026, 5, 1): "Ngày 1/5"},
    worked={dt.date(2026, 6, 27): "Làm bù"},
)


def test_what_is_counted_onto_a_day_off_moves_to_the_working_day_before():
    """A conference on 23 May: the window opens 21 days before it, on Saturday 2 May."""
    line = {lead.name: lead for lead in lead_time_line(at(2026, 5, 23, 8), calendar=HOLIDAYS)}

    opens = line["asks_open_at"]
    assert (opens.days, opens.counted, opens.value) == (
        -21,
        dt.date(2026, 5, 2),
        at(2026, 4, 29, 8),
    )
    assert opens.skipped == [
        (dt.date(2026, 4, 30), "Ngày 30/4"),
        (dt.date(2026, 5, 1), "Ngày 1/5"),
        (dt.date(2026, 5, 2), ""),
    ]
    assert line["conclusion_due_on"].skipped == []


def test_a_day_worked_in_exchange_is_no_day_off():
    times = lead_times(at(2026, 6, 17, 8), calendar=HOLIDAYS)

    assert times["conclusion_due_on"] == dt.date(2026, 6, 27)


def test_what_comes_after_the_conference_never_moves_before_it():
    day = dt.date(2026, 6, 1)
    off = {day + dt.timedelta(days=number): "Nghỉ dài" for number in range(30)}

    line = lead_time_line(at(2026, 6, 1, 8), calendar=WorkingCalendar(off))

    assert {lead.day for lead in line if lead.days > 0} == {day}


@given(
    day=st.dates(dt.date(2025, 1, 1), dt.date(2040, 12, 31)),
    hour=st.integers(0, 23),
    off=st.sets(st.integers(-40, 30)),
)
def test_whatever_is_off_no_date_comes_later_and_their_order_stays(day, hour, off):
    starts_at = at(day.year, day.month, day.day, hour, 30)
    calendar = WorkingCalendar({day + dt.timedelta(days=number): "Nghỉ" for number in off})

    line = lead_time_line(starts_at, calendar=calendar)

    for lead in line:
        assert lead.day <= lead.counted == day + dt.timedelta(days=lead.days)
        assert (lead.day == lead.counted) == (not lead.skipped)
        assert lead.days < 0 or day <= lead.day
    times = {lead.name: lead for lead in line}
    assert times["plan_due_on"].day <= times["asks_open_at"].day
    assert times["asks_open_at"].value < times["asks_close_at"].value < starts_at
    assert times["conclusion_due_on"].day <= times["answers_due_on"].day


# --- the page -------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_says_how_each_date_came_about(world, client):
    """The conference lies on a Thursday and its dates were set by hand; ten days later is a Sunday."""
    Conference.objects.update(starts_at=moment(9 if HALF == 2 else 10))
    client.force_login(world.staff)

    page = client.get(reverse("sessions:conference_dates", args=[world.conference.pk])).text

    assert "30 ngày trước hội nghị" in page
    weekend = "T7 19/12, CN 20/12" if HALF == 2 else "T7 20/06, CN 21/06"
    assert f"sớm hơn, vì là ngày nghỉ: {weekend}" in page
    assert "do văn phòng ấn định" in page
    client.force_login(world.other_staff)
    assert (
        client.get(reverse("sessions:conference_dates", args=[world.conference.pk])).status_code
        == 404
    )


@pytest.mark.django_db
def test_the_form_says_which_days_off_moved_a_date(world, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client.force_login(world.clerk)

    found = client.get(
        reverse("sessions:conference_lead_times"), {"starts_at": "11/07/2026 08:00"}
    ).text

    assert "Tính ra T6 19/06, vì gặp ngày nghỉ (T7 20/06)." in found
    assert 'value="19/06/2026 08:00"' in found
