"""One clock: the database's, or in a rehearsal the one that the rehearsal sets."""

import datetime as dt

import pytest
from django.http import HttpRequest
from django.utils import timezone, translation

from foundation import clock

BEGINS = dt.datetime(2026, 6, 8, 2, 0, tzinfo=dt.UTC)
LATER = BEGINS + dt.timedelta(days=3)


@pytest.fixture
def rehearsal(settings, monkeypatch):
    settings.VIRTUAL_NOW = BEGINS
    monkeypatch.setattr(clock, "_standing", {})


def test_a_rehearsals_clock_stands_where_it_was_set(rehearsal):
    assert clock.database_now() == BEGINS

    clock.set_virtual_now(LATER)

    assert clock.database_now() == LATER


def test_elsewhere_nobody_sets_it(settings, monkeypatch):
    settings.VIRTUAL_NOW = None
    monkeypatch.setattr(clock, "_standing", {})

    with pytest.raises(RuntimeError, match="Only a rehearsal"):
        clock.set_virtual_now(LATER)

    assert clock._standing == {}


def test_a_database_without_a_clock_has_the_machines(settings, monkeypatch):
    settings.VIRTUAL_NOW = None
    monkeypatch.setattr(clock.connection, "vendor", "sqlite")

    before, found, after = timezone.now(), clock.database_now(), timezone.now()

    assert before <= found <= after


def test_the_moment_belongs_to_a_request_and_not_to_its_kind():
    assert isinstance(HttpRequest.at, clock.MomentOfRequest)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 6, 25), "còn 1 ngày"),
        (dt.date(2026, 6, 24), "hôm nay"),
        (dt.date(2026, 6, 22), "quá hạn 2 ngày"),
        (None, ""),
    ],
)
def test_what_is_left_of_a_term_is_said_in_days(day, words):
    with translation.override("vi"):
        assert clock.days_left(day, dt.date(2026, 6, 24)) == words
