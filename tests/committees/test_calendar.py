"""The calendar of working days: the arithmetic, what is filled in, and the pages that keep it."""

import datetime as dt

import pytest
from django.apps import apps
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from committees.calendar import WorkingCalendar
from committees.domain import calendar
from committees.models import CalendarDay
from committees.queries import working_calendar
from committees.reference import days_off
from foundation.models import AuditEntry
from tests.world import MENU, NOON


def on(text):
    return dt.date(*map(int, reversed(text.split("/"))))


# 30 April and 1 May 2026 are a Thursday and a Friday; Saturday 9 May is worked in exchange.
CALENDAR = WorkingCalendar(
    days_off={on("30/04/2026"): "Ngày 30/4", on("01/05/2026"): "Ngày 1/5"},
    worked={on("09/05/2026"): "Làm bù"},
)


pytest_db = pytest.mark.django_db

# --- arithmetic -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("29/04/2026", True),
        ("30/04/2026", False),
        ("02/05/2026", False),
        ("03/05/2026", False),
        ("04/05/2026", True),
        ("09/05/2026", True),
        ("10/05/2026", False),
    ],
)
def test_a_day_is_worked_by_the_rule_of_the_week_but_for_what_differs(day, works):
    assert CALENDAR.is_working_day(on(day)) is works


def test_the_nearest_working_days():
    assert CALENDAR.previous_working_day(on("03/05/2026")) == on("29/04/2026")
    assert CALENDAR.next_working_day(on("30/04/2026")) == on("04/05/2026")
    assert CALENDAR.previous_working_day(on("10/05/2026")) == on("09/05/2026")
    assert CALENDAR.next_working_day(on("04/05/2026")) == on("04/05/2026")


def test_counting_working_days():
    assert CALENDAR.add_working_days(on("29/04/2026"), 1) == on("04/05/2026")
    assert CALENDAR.add_working_days(on("04/05/2026"), -1) == on("29/04/2026")
    assert CALENDAR.add_working_days(on("08/05/2026"), 1) == on("09/05/2026")
    assert CALENDAR.add_working_days(on("02/05/2026"), 0) == on("02/05/2026")
    assert CALENDAR.working_days_between(on("27/04/2026"), on("11/05/2026")) == 9


def test_the_days_off_that_were_met_are_named():
    assert CALENDAR.skipped(on("02/05/2026"), on("29/04/2026")) == [
        (on("30/04/2026"), "Ngày 30/4"),
        (on("01/05/2026"), "Ngày 1/5"),
        (on("02/05/2026"), ""),
    ]
    assert CALENDAR.skipped(on("04/05/2026"), on("04/05/2026")) == []


def test_a_year_without_a_working_day_ends_the_search():
    nothing = WorkingCalendar({on("01/01/2026") + dt.timedelta(days=n): "x" for n in range(365)})

    assert nothing.previous_working_day(on("30/06/2026")) == on("30/06/2026")


DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2040, 12, 31))
OFF = st.sets(st.integers(-12, 12), max_size=12)


@given(day=DAYS, off=OFF, number=st.integers(-12, 12))
def test_whatever_is_off_the_answers_fit_each_other(day, off, number):
    calendar = WorkingCalendar({day + dt.timedelta(days=n): "x" for n in off})

    before, after = calendar.previous_working_day(day), calendar.next_working_day(day)
    assert before <= day <= after
    assert {calendar.is_working_day(before), calendar.is_working_day(after)} == {True}
    assert (before == day) == (after == day) == calendar.is_working_day(day)
    there = calendar.add_working_days(after, number)
    assert calendar.add_working_days(there, -number) == after
    first, last = sorted((after, there))
    assert calendar.working_days_between(first, last) == abs(number)


# --- what is filled in ----------------------------------------------------------------


@pytest.fixture
def filled(db):
    days_off.add_days(apps, None)


@pytest_db
def test_the_coming_years_are_filled_in_and_to_be_confirmed(filled):
    years = CalendarDay.objects.values_list("day__year", flat=True)

    assert set(years) == {2026, 2027, 2028}
    assert not CalendarDay.objects.filter(is_confirmed=True).exists()
    off = set(CalendarDay.objects.filter(kind="day_off").values_list("day", flat=True))
    for text in (
        *("01/01/2026", "16/02/2026", "20/02/2026", "27/04/2026", "30/04/2026", "02/09/2026"),
        *("05/02/2027", "09/02/2027", "11/02/2027", "16/04/2027", "03/05/2027"),
        *("03/01/2028", "26/01/2028", "31/01/2028", "04/04/2028", "02/05/2028", "04/09/2028"),
    ):
        assert on(text) in off, text


@pytest_db
@pytest.mark.parametrize(
    ("year", "number"),
    [(2026, 11), (2027, 11), (2028, 11)],
)
def test_nobody_loses_or_gains_a_day_by_the_week_end(filled, year, number):
    """Eleven holidays a year, each of them a day off that would have been worked."""
    known = working_calendar()
    jan, next_jan = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)

    weekdays = WorkingCalendar().working_days_between(jan, next_jan)

    assert weekdays - known.working_days_between(jan, next_jan) == number


@pytest_db
def test_filling_in_again_leaves_what_people_have_entered(filled):
    from django.apps import apps

    CalendarDay.objects.filter(day=on("01/01/2026")).update(name="Khác", is_confirmed=True)

    days_off.add_days(apps, None)

    assert CalendarDay.objects.get(day=on("01/01/2026")).name == "Khác"


# --- the pages --------------------------------------------------------------------------


def url(name, *args):
    return reverse(f"committees:{name}", args=args)


DAY = {"day": "24/11/2026", "kind": "day_off", "name": "Ngày nghỉ thử", "source": "Thông báo"}


@pytest_db
def test_the_board_adds_changes_confirms_and_removes_a_day(world, client):
    client.force_login(world.officer)
    CalendarDay.objects.all().delete()

    assert client.post(url("calendar_day_add"), DAY).status_code == 302
    entry = CalendarDay.objects.get()
    assert "Ngày nghỉ thử" in client.get(url("calendar_year", 2026)).text
    changed = {**DAY, "name": "Tên khác", "version": entry.version}
    assert client.post(url("calendar_day_change", entry.pk), changed).status_code == 302
    assert client.post(url("calendar_confirm", 2026)).status_code == 302
    entry.refresh_from_db()
    assert (entry.name, entry.is_confirmed) == ("Tên khác", True)
    assert client.post(url("calendar_day_remove", entry.pk)).status_code == 302

    assert not CalendarDay.objects.exists()
    acts = AuditEntry.objects.filter(act="calendar_changed").order_by("number")
    assert [act.facts["done"] for act in acts] == ["added", "changed", "confirmed", "removed"]


@pytest_db
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *[("day", text) for text in ("31/02/2026", "01/01/0001", "", "9" * 5000)],
        *[("name", text) for text in ("\x00", "x" * 121, "  ")],
        ("source", "x" * 201),
        *[("kind", text) for text in ("holiday", "working", "")],
        ("version", "9" * 40),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field(world, client, field, typed):
    """23 November 2026 is a Monday: it is worked anyway, so not in exchange."""
    client.force_login(world.head)
    before = CalendarDay.objects.count()

    answer = client.post(
        url("calendar_day_add"), {**DAY, "day": "23/11/2026", "source": "Số 12", field: typed}
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Ngày nghỉ thử" in answer.text or field == "name"
    assert CalendarDay.objects.count() == before


@pytest_db
def test_a_day_has_one_entry_and_the_second_saver_is_told(world, client):
    client.force_login(world.head)
    client.post(url("calendar_day_add"), DAY)
    entry = CalendarDay.objects.get(day=on("24/11/2026"))

    assert client.post(url("calendar_day_add"), DAY).status_code == 422
    old = {**DAY, "name": "Của tôi", "version": 0}
    answer = client.post(url("calendar_day_change", entry.pk), old)

    assert answer.status_code == 409
    assert "conflict-heading" in answer.text
    assert "Của tôi" in answer.text
    assert "Ngày nghỉ thử" in answer.text


@pytest_db
def test_years_beyond_our_time_do_not_exist(world, client):
    client.force_login(world.head)
    for year in (0, 1929, 2101, 10**12):
        assert client.get(f"/calendar/{year}/").status_code == 404
    for year in (1930, 2100):
        page = client.get(url("calendar_year", year))
        assert f"Lịch ngày làm việc năm {year}" in page.text
    client.force_login(world.secretary)
    assert client.get(url("calendar")).status_code == 404


@pytest_db
def test_the_page_of_a_year_asks_little(world, client, django_assert_max_num_queries):
    client.force_login(world.officer)
    with django_assert_max_num_queries(10 + MENU):
        client.get(url("calendar_year", NOON.year))


@pytest_db
def test_a_year_that_is_confirmed_already_is_not_confirmed_again(filled, world):
    assert calendar.confirm_year(2027, by=world.head) > 0
    told = AuditEntry.objects.count()

    assert calendar.confirm_year(2027, by=world.head) == 0
    assert AuditEntry.objects.count() == told
