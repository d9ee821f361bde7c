"""Two Boards in one period: each acts on what is reported to it, and reads and counts that alone."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from board.domain.consolidating import consolidate
from committees.models import Membership, Role
from foundation.models import AuditEntry
from jobs.models import Rendering
from operations.views.audit import visible_to
from periods.models import Obligation
from reports.domain import drafting, issuing, writing
from reports.models import ConsolidatedReport, InboxItem
from tests.test_access import functions, table, things
from tests.walls.scene import a_signed_copy, another_bloc, give_file
from tests.world import LONG_AGO, NOON, PASSWORD, day

pytestmark = pytest.mark.django_db
FAR = ("head", "officer")
NAMES_NO_BODY = {"can_manage_committees", "can_see_health"}  # every Board its own, see their pages


def issued(obligation, office):
    """Return the office's report, which says why no conference was held."""
    draft = drafting.start_draft(obligation, by=office.clerk, at=NOON)
    writing.explain_not_held(draft, reason="Sắp hợp nhất.", until=day(90), at=NOON)
    draft.refresh_from_db()
    return issuing.issue_report(draft, by=office.secretary, at=NOON)


@pytest.fixture
def far(world):
    """Another Bloc with its Board, whose one committee has issued a report in the same period."""
    found = another_bloc()
    owed = Obligation.objects.create(
        period=world.period, committee=found.committee, board=found.board
    )
    report = issued(owed, found)
    officer = type(world.head).objects.create_user(
        "far_officer", "far_officer@example.vn", PASSWORD, full_name="Người Xa officer"
    )
    Membership.objects.create(
        user=officer, committee=found.board, role=Role.OFFICER, starts_on=LONG_AGO
    )
    return SimpleNamespace(obligation=owed, report=report, officer=officer, **vars(found))


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("name", sorted(set(functions()) - NAMES_NO_BODY))
def test_no_act_of_one_board_is_the_other_ones(world, far, name):
    """Whatever a Board may do, it may with its own: the table says so of the receiving one."""
    arguments, keywords = things(world)[name]
    may = functions()[name]

    assert {who: bool(may(world.people[who], *arguments, **keywords)) for who in FAR} == {
        who: table()[name][who] for who in FAR
    }
    assert [bool(may(getattr(far, who), *arguments, **keywords)) for who in FAR] == [False, False]


POSTED = {
    "report_acknowledge": {},
    "report_return": {"remarks": "Thiếu số liệu.", "data_missing": "on"},
    "obligation_extend": {"to": "28/06/2026", "reason": "Lý do chính đáng."},
}


@pytest.mark.parametrize("who", FAR)
def test_pages_of_the_other_board_are_not_there(world, far, who):
    """Reading and acting, by the number of the thing; and nothing of it has changed."""
    give_file(far.report.rendering, "bao-cao.pdf")
    copy = a_signed_copy(far.report, far, at=NOON)
    consolidated = consolidate(far.board, world.period, by=far.head, at=NOON)
    numbers = {
        "board:report_acknowledge": far.report.pk,
        "board:report_return": far.report.pk,
        "board:obligation_detail": far.obligation.pk,
        "board:obligation_extend": far.obligation.pk,
        "board:consolidated_detail": consolidated.pk,
        "board:consolidated_compare": consolidated.pk,
        "board:consolidated_issue": consolidated.pk,
        "board:consolidated_words": consolidated.pk,
        "board:consolidated_docx": consolidated.pk,
        "board:consolidated_xlsx": consolidated.pk,
        "reports:report_detail": far.report.pk,
        "reports:report_compare": far.report.pk,
        "reports:report_docx": far.report.pk,
        "reports:report_slip": far.report.pk,
        "reports:signed_copy_file": copy.pk,
        "reports:rendering_file": far.report.rendering.pk,
        "reports:rendering_again": consolidated.rendering.pk,
    }
    client = signed_in(world.people[who])
    stranger = {
        (name, method.__name__): method(
            reverse(name, args=[pk]), POSTED.get(name.partition(":")[2], {})
        ).status_code
        for name, pk in numbers.items()
        for method in (client.get, client.post)
    }

    assert set(stranger.values()) <= {404, 405}
    assert {name for (name, _), status in stranger.items() if status == 404} == set(numbers)
    far.report.refresh_from_db()
    far.obligation.refresh_from_db()
    assert (far.report.state, far.obligation.extended_to) == ("issued", None)
    assert InboxItem.objects.get(report=far.report).opened_at is None


def test_what_is_made_of_a_period_holds_the_own_committees_alone(world, far):
    client = signed_in(world.officer)
    names = {world.host.name, world.neighbour.name}

    desk = client.get(reverse("board:board_desk_of", args=[world.period.code]))
    client.post(reverse("board:consolidated_order", args=[world.period.code]))
    client.post(reverse("board:period_zip", args=[world.period.code]))

    assert {row.obligation.committee.name for row in desk.context["rows"]} == names
    assert far.committee.name not in desk.content.decode()
    made = ConsolidatedReport.objects.get()
    assert made.board == world.board
    assert made.snapshot["figures"]["size"]["committees"] == 2
    assert far.committee.name not in str(made.snapshot)
    packed = Rendering.objects.get(kind=Rendering.Kind.PERIOD_ZIP)
    assert packed.archive.board == world.board


def test_a_report_is_opened_by_the_board_that_it_went_to_in_each_way_it_is_read(world):
    report = issued(world.obligation, world)
    give_file(report.rendering, "bao-cao.pdf")
    copy = a_signed_copy(report, world, at=NOON)
    ways = {
        "report_detail": report.pk,
        "report_docx": report.pk,
        "rendering_file": report.rendering.pk,
        "signed_copy_file": copy.pk,
    }
    item = InboxItem.objects.filter(report=report)

    for who, is_noted in ((world.clerk, False), (world.officer, True)):
        for name, pk in ways.items():
            item.update(opened_at=None)
            assert signed_in(who).get(reverse(f"reports:{name}", args=[pk])).status_code == 200
            assert (item.get().opened_at is not None) is is_noted, name


def test_who_took_a_consolidated_report_away_stands_on_its_boards_record(world, far):
    rendering = consolidate(far.board, world.period, by=far.head, at=NOON).rendering
    give_file(rendering, "tong-hop.pdf")

    page = reverse("reports:rendering_file", args=[rendering.pk])
    assert signed_in(far.officer).get(page).status_code == 200

    entry = AuditEntry.objects.get(act="downloaded")
    assert entry.committee_id == far.board.pk
    assert entry in visible_to(far.head)
    assert entry not in visible_to(world.head)
