"""Every conference counts in exactly one period, whoever was given more time."""

import datetime as dt

import pytest

from periods.models import Obligation, ReportingPeriod
from periods.windows import obligations_counting, window_of, windows_of, with_window

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DATES = ("2030-01-01", "2030-06-25", "2030-12-25", "2031-06-25")
FIRST, SUMMER, WINTER, LAST = map(dt.date.fromisoformat, DATES)
JULY, JANUARY = dt.date(2030, 7, 10), dt.date(2031, 1, 8)


@pytest.fixture
def owed(world):
    """Three half-years of two committees: {"host": [obligation, …], "neighbour": …}."""
    found = {"host": [], "neighbour": []}
    halves = ((2030, 1, FIRST, SUMMER), (2030, 2, SUMMER, WINTER), (2031, 1, WINTER, LAST))
    for year, half, starts_on, due_before in halves:
        period = ReportingPeriod.objects.create(
            year=year, half=half, starts_on=starts_on, due_before=due_before
        )
        for who, all_of_it in found.items():
            all_of_it.append(
                Obligation.objects.create(
                    period=period, committee=getattr(world, who), board=world.board
                )
            )
    return found


def extend(obligation, to):
    obligation.extended_to = to
    obligation.save()


def windows(obligations):
    """Return the windows, asked for in each of the three ways."""
    found = Obligation.objects.filter(pk__in=[one.pk for one in obligations])
    found = found.select_related("period").order_by("period__starts_on")
    by_query = windows_of(list(with_window(found)))
    together = windows_of(list(found))
    assert by_query == together
    return [together[one.pk] for one in found]


def counting(day, obligations):
    """Return the numbers of the half-years that may count a conference on this day."""
    found = obligations_counting(day, obligations[0].committee)
    return [obligations.index(one) for one in found]  # of nobody else


def test_without_more_time_each_half_year_is_its_own_window(owed):
    assert windows(owed["host"]) == [(FIRST, SUMMER), (SUMMER, WINTER), (WINTER, LAST)]
    assert [counting(day, owed["host"]) for day in (SUMMER - DAY, SUMMER)] == [[0], [1]]
    assert counting(FIRST - DAY, owed["host"]) == counting(LAST, owed["host"]) == []
    assert counting(FIRST, owed["host"]) == [0]


def test_what_one_was_given_is_taken_from_the_next_and_from_nobody_else(owed):
    extend(owed["host"][0], JULY)

    assert windows(owed["host"]) == [(FIRST, JULY), (JULY, WINTER), (WINTER, LAST)]
    assert windows(owed["neighbour"]) == [(FIRST, SUMMER), (SUMMER, WINTER), (WINTER, LAST)]
    assert [window_of(one) for one in owed["host"]] == windows(owed["host"])
    # The first of them does.
    days = (SUMMER - DAY, SUMMER, JULY - DAY, JULY)
    assert [counting(day, owed["host"]) for day in days] == [[0], [0, 1], [0, 1], [1]]
    assert counting(SUMMER, owed["neighbour"]) == [1]


def test_more_time_twice_in_a_row(owed):
    extend(owed["host"][0], JULY)
    extend(owed["host"][1], JANUARY)

    assert windows(owed["host"]) == [(FIRST, JULY), (JULY, JANUARY), (JANUARY, LAST)]
    assert [window_of(one) for one in owed["host"]] == windows(owed["host"])
    assert counting(JANUARY - DAY, owed["host"]) == [1, 2]


def test_time_that_reaches_over_a_whole_half_year_takes_no_day_from_the_one_after(owed):
    """Dates are moved by hand, too: the half-year between them keeps its own days."""
    extend(owed["host"][0], WINTER)

    assert windows(owed["host"]) == [(FIRST, WINTER), (SUMMER, WINTER), (WINTER, LAST)]


def test_of_two_that_reach_into_it_the_longer_one_counts(owed):
    extend(owed["host"][0], JANUARY + DAY)
    extend(owed["host"][1], JANUARY)

    assert windows(owed["host"])[2] == (JANUARY + DAY, LAST)


def test_a_date_that_gives_no_more_time_takes_none(owed):
    Obligation.objects.filter(pk=owed["host"][0].pk).update(extended_to=SUMMER)

    assert windows(owed["host"])[1] == (SUMMER, WINTER)


def test_of_nothing_there_are_no_windows():
    assert windows_of([]) == {}
