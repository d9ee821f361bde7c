"""Keys go by half-years: a December's names are not destroyed with June's."""

import datetime as dt

import pytest

from sessions.askers import identity, sealing
from sessions.askers.retention import apply_retention, end_of_half
from sessions.domain import questions
from tests.world import HANOI, NOON, make_conference, moment


@pytest.mark.parametrize(
    ("day", "half"),
    [
        *((dt.date(2026, 1, 1), "2026-1"), (dt.date(2026, 6, 30), "2026-1")),
        *((dt.date(2026, 7, 1), "2026-2"), (dt.date(2026, 12, 31), "2026-2")),
        (dt.date(2027, 1, 1), "2027-1"),
    ],
)
def test_a_half_year_ends_with_june_or_december(day, half):
    last = end_of_half(half)

    assert sealing.half_of(day) == sealing.half_of(last) == half
    assert sealing.half_of(last + dt.timedelta(days=1)) != half


def ask(world, conference):
    return questions.submit_question(
        conference, text="?", theme=world.themes[0], kind="opinion", level="confidential",
        by=world.staff, at=NOON,
    )  # fmt: skip


def is_known(world, question):
    """Can it still be opened, and does the asker find it?"""
    try:
        opened = sealing.open_seal(question) == world.staff.pk
    except sealing.CannotOpen:
        opened = False
    assert identity.is_asker(world.staff, question) is opened
    return opened


@pytest.mark.django_db
def test_each_half_year_keeps_its_names_until_its_own_term(world, settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    half_a_year = dt.timedelta(days=183)
    later = make_conference(
        world.host, world.secretary, title="Nửa năm sau", starts_at=moment(10) + half_a_year,
        ends_at=moment(10, 3) + half_a_year, asks_open_at=moment(-11), asks_close_at=moment(100),
    )  # fmt: skip
    asked = [ask(world, conference) for conference in (world.conference, later)]
    last, last_of_later = (
        end_of_half(sealing.half_of(one.held_on)) for one in (world.conference, later)
    )
    assert (last_of_later - last).days in (181, 184)

    known = {}
    for day in (last, last_of_later):
        for days in (90, 91):
            night = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(3), HANOI)
            apply_retention(at=night)
            known[day, days] = [is_known(world, question) for question in asked]

    assert known == {
        (last, 90): [True, True],
        (last, 91): [False, True],
        (last_of_later, 90): [False, True],
        (last_of_later, 91): [False, False],
    }
