"""What counts where: which period a conference belongs to, and what the Board has received."""

import datetime as dt

import pytest

from board.domain import receiving
from periods.models import Obligation, ReportingPeriod
from reports.domain import drafting, issuing
from reports.figures import committee_figures
from reports.models import Report
from reports.queries import desk, desk_totals, next_deadlines
from reports.templatetags.chain import report_step
from tests.reports.story import hold_a_dialogue
from tests.world import HALF, NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db
DEADLINE = 24  # days after NOON


@pytest.fixture
def following(world):
    period = ReportingPeriod.objects.create(
        year=2025 + HALF,
        half=3 - HALF,
        starts_on=world.period.due_before,
        due_before=dt.date(2025 + HALF, 18 - 6 * HALF, 25),
    )
    return Obligation.objects.create(period=period, committee=world.host, board=world.board)


def held_after_the_deadline(world):
    return make_conference(
        world.host,
        world.secretary,
        title="Đối thoại bù",
        state="held",
        starts_at=moment(DEADLINE + 5),
        ends_at=moment(DEADLINE + 5, 3),
    )


def counted(obligation):
    figures = committee_figures(obligation, at=moment(DEADLINE + 8))
    return [conference["title"] for conference in figures["conferences"]]


def test_a_conference_in_extended_time_counts_once_where_time_was_given(world, following):
    conference = held_after_the_deadline(world)
    world.obligation.extended_to = day(DEADLINE + 10)
    world.obligation.save()

    assert counted(world.obligation) == ["Đối thoại bù"]
    assert counted(following) == []
    assert report_step(conference, at=NOON).on == world.obligation.due_before
    (row,) = desk(following.period, world.board, at=moment(DEADLINE + 8))
    assert row.held == []


def test_without_more_time_it_counts_in_the_next_period(world, following):
    held_after_the_deadline(world)

    assert counted(world.obligation) == []
    assert counted(following) == ["Đối thoại bù"]


def test_what_was_returned_for_missing_data_is_received_nowhere(world):
    conference, _ = hold_a_dialogue(world)
    first = issuing.issue_report(
        drafting.start_draft(world.obligation, by=world.clerk, at=NOON),
        by=world.secretary,
        at=NOON,
    )
    receiving.acknowledge_report(first, by=world.officer, at=NOON)
    second = issuing.issue_report(
        issuing.correct_report(first, by=world.clerk, at=NOON), by=world.secretary, at=NOON
    )
    assert desk_totals(desk(world.period, world.board, at=NOON))["settled"] == 1

    receiving.return_report(
        second, remarks="Thiếu bảng 3.", data_missing=True, by=world.officer, at=NOON
    )

    totals = desk_totals(desk(world.period, world.board, at=NOON))
    assert (totals["settled"], totals["incomplete"], totals["held_unreported"]) == (0, 1, 1)
    assert next_deadlines(at=NOON)[0]["missing"] == 2
    assert report_step(conference, at=NOON).state != "done"
    assert not Report.objects.received().exists()
