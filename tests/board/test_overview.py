"""The map: committees by periods, each cell as the desk of its period says it."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from committees.models import Committee
from periods.models import Obligation, ReportingPeriod
from reports import queries
from reports.domain import issuing
from tests.faults.many import many_drafts
from tests.walls.scene import another_bloc
from tests.world import NOON

pytestmark = pytest.mark.django_db
MAP = reverse("board:board_map")


@pytest.fixture
def page_of(world, client, monkeypatch):
    """Call it with what the address asks for."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client.force_login(world.officer)
    return lambda **asked: client.get(MAP, asked)


def earlier_periods(world, number):
    """Open so many periods before the running one, in which every committee owed a report."""
    owed = list(Obligation.objects.filter(period=world.period))
    due = world.period.starts_on
    for back in range(number):
        year, half = divmod(world.period.year * 2 + world.period.half - 2 - back, 2)
        starts_on = due - dt.timedelta(days=180)
        period = ReportingPeriod.objects.create(
            year=year, half=half + 1, starts_on=starts_on, due_before=due
        )
        due = starts_on
        for one in owed:
            Obligation.objects.create(period=period, committee=one.committee, board=one.board)


def cells(page):
    return {
        (line.committee.pk, period.pk): row.status if row else None
        for line in page.context["lines"]
        for period, row in line.cells
    }


def test_each_cell_says_what_the_desk_of_its_period_says(world, page_of):
    for number, draft in enumerate(many_drafts(world, 5)):
        if number % 2:
            issuing.issue_report(draft, by=world.secretary, at=NOON)
    earlier_periods(world, 7)

    found = cells(page_of())

    periods = ReportingPeriod.objects.order_by("-year", "-half")[:6]
    told = {
        (row.obligation.committee_id, period.pk): row.status
        for period in periods
        for row in queries.desk(period, world.board, at=NOON)
    }
    assert found == told
    assert len({period for _committee, period in found}) == 6
    assert {"issued", "missing"} <= set(found.values())


def test_a_cell_tells_how_it_stands_in_words_sign_and_edge_not_by_colour_alone(world, page_of):
    (draft,) = many_drafts(world, 1)
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    page = page_of(q=draft.committee.code)

    (cell,) = re.findall(r'<td data-label[^>]*class="edge-done">.*?</td>', page.text, re.DOTALL)
    assert "Phát hành đúng hạn" in cell
    assert "#check-circle" in cell


def test_where_nothing_was_owed_the_cell_says_so(world, page_of):
    earlier_periods(world, 1)
    Obligation.objects.exclude(period=world.period).filter(committee=world.host).delete()

    page = page_of(q=world.host.code)

    assert list(cells(page).values()) == [None, "scheduled"]
    assert page.text.count("không phải báo cáo") == 1


def test_a_committee_that_was_merged_since_stays_where_it_owed(world, page_of):
    Committee.objects.filter(pk=world.host.pk).update(
        active_until=NOON.date() - dt.timedelta(days=3), successor=world.neighbour
    )

    assert world.host.pk in {line.committee.pk for line in page_of().context["lines"]}


def test_one_board_sees_only_those_that_report_to_it(world, page_of):
    far = another_bloc()
    Obligation.objects.create(period=world.period, committee=far.committee, board=far.board)

    page = page_of()

    assert world.host.name in page.text
    assert far.committee.name not in page.text


@pytest.mark.parametrize("who", ["secretary", "staff", "leader"])
def test_it_is_nobody_elses(client, world, who):
    client.force_login(getattr(world, who))

    assert client.get(MAP).status_code == 404


@pytest.mark.parametrize(
    ("asked", "number"),
    [({"q": "so 7"}, 1), ({"q": "zz"}, 0), ({"kind": "x"}, 11), ({"page": "9"}, 11)],
)
def test_it_is_narrowed_and_takes_any_address(world, page_of, asked, number):
    many_drafts(world, 9)

    page = page_of(**asked)

    assert page.status_code == 200
    assert page.context["page"].paginator.count == number


def many_committees(world, number):
    """Let so many more report to the world's Board; nothing has come of it yet."""
    kind = Committee.Kind.BASE
    made = Committee.objects.bulk_create(
        Committee(
            code=f"N{index:04d}",
            kind=kind,
            name=f"Đảng ủy Số {index}",
            parent=world.bloc,
            active_from=world.host.active_from,
        )
        for index in range(number)
    )
    Obligation.objects.bulk_create(
        Obligation(period=world.period, committee=one, board=world.board) for one in made
    )


@pytest.mark.parametrize("number", [3, 200])
def test_it_asks_a_fixed_number_of_times_and_shows_fifty(
    world, page_of, number, django_assert_max_num_queries
):
    many_committees(world, number - 2)
    earlier_periods(world, 5)
    page_of()  # the numbers of the menu are known for a while

    with django_assert_max_num_queries(12):
        page = page_of()

    assert len(page.context["lines"]) == min(50, page.context["page"].paginator.count)


def test_a_cell_leads_to_the_committee_on_the_desk_of_that_period(client, world, page_of):
    page = page_of(q=world.host.code)
    address = f"{reverse('board:board_desk_of', args=[world.period.code])}?q={world.host.code}"

    assert address in page.text
    assert world.host.name in client.get(address).text
