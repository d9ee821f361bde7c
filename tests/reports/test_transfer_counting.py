"""A question that another committee answers is counted once: where it was asked."""

import pytest

from board.domain.consolidated_figures import consolidated_figures
from periods.models import Obligation
from reports.domain import checking, drafting, issuing, question_list
from reports.domain.minutes import minutes_document
from reports.figures import balance, committee_figures
from sessions.domain import triage
from sessions.models import Question
from tests.reports.story import hold_a_dialogue
from tests.sessions.transferred import hand
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db
LATER = moment(1)


@pytest.fixture
def told(world):
    """The host's dialogue; of its questions in progress one lies with the neighbour."""
    conference, asked = hold_a_dialogue(world)
    question = asked["in_progress"]
    hand(world, question)
    return conference, question


def figures(world, committee, *, at=LATER):
    return committee_figures(Obligation.objects.get(committee=committee), at=at)


def test_the_host_counts_it_and_the_neighbour_does_not(world):
    _conference, asked = hold_a_dialogue(world)
    before = figures(world, world.host)

    hand(world, asked["in_progress"])

    after, theirs = figures(world, world.host), figures(world, world.neighbour)
    assert after["totals"] == before["totals"]
    assert (theirs["totals"]["items"], theirs["items"]) == (0, [])
    assert balance(after["totals"]) == balance(theirs["totals"]) == 0


@pytest.mark.parametrize("outcome", ["in_progress", "declined", "referred", "escalated"])
def test_with_whatever_becomes_of_it_there(world, told, outcome):
    _conference, question = told
    by = {"by": world.other_secretary, "at": moment(0, 1)}
    acts = {
        "in_progress": lambda: triage.assign_question(
            question, to=world.other_secretary, due_on=day(9), **by
        ),
        "declined": lambda: triage.decline_question(question, code="unclear", text="x", **by),
        "referred": lambda: triage.refer_question(question, to="Thanh tra", reason="x", **by),
        "escalated": lambda: triage.escalate_question(question, to="Bộ", reason="x", **by),
    }

    acts[outcome]()

    found = figures(world, world.host)
    [item] = [one for one in found["items"] if one["code"] == question.code]
    assert (item["outcome"], item["unit"]) == (outcome, "Đảng ủy Bộ Láng Giềng")
    assert (found["totals"]["items"], balance(found["totals"])) == (6, 0)
    assert figures(world, world.neighbour)["totals"]["items"] == 0


def test_the_board_adds_it_up_once(world, told):
    for committee in (world.host, world.neighbour):
        owed = Obligation.objects.get(committee=committee)
        draft = drafting.start_draft(owed, by=world.clerk, at=NOON)
        draft.not_held_reason, draft.not_held_until = "Chưa tổ chức.", day(20)
        draft.save()
        issuing.issue_report(draft, by=world.secretary, at=LATER)

    together = consolidated_figures(world.board, world.period, at=moment(2))

    items = {row["name"]: row["figures"]["totals"]["items"] for row in together["committees"]}
    assert items == {world.host.name: 6, world.neighbour.name: 0}
    assert sum(row["items"] for row in together["themes"]) == 6


def test_nothing_blocks_the_report_of_the_host(world, told):
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)

    blocking = [item for item in checking.checklist(draft, at=moment(1)) if item.blocks]
    owners = [item for item in checking.checklist(draft, at=moment(1)) if item.code == "owners"]

    assert {item.code for item in blocking} <= {"signer", "term"}
    assert [item.is_met for item in owners] == [True]


def test_the_list_for_the_office_says_where_it_is(world, told):
    conference, question = told
    Question.objects.filter(pk=question.pk).update(display_text="Bao giờ có nhà công vụ?")

    rows = question_list.rows_of(conference, reader=world.clerk)

    [row] = [row for row in rows if row["code"] == question.code]
    assert (row["who"], row["unit"]) == ("Đảng ủy Bộ Láng Giềng", "Không nêu tên")


def test_of_one_by_name_the_list_at_home_tells_the_unit_still(world):
    conference, asked = hold_a_dialogue(world)
    question = asked["in_progress"]
    named = Question.objects.create(
        conference=conference, committee=world.host, theme=question.theme, kind="opinion",
        level="named", asker_name="Trần Thị Lan", asker_unit="Phòng Kế toán", number=99,
        state="classified", edited_ok=True, original_text="x", display_text="x", received_at=NOON,
    )  # fmt: skip
    hand(world, named)

    rows = question_list.rows_of(conference, reader=world.clerk)

    assert {row["unit"] for row in rows if row["code"] == named.code} == {"Phòng Kế toán"}


def test_minutes_of_the_conference_are_drawn_all_the_same(world, told):
    conference, question = told

    assert question.code
    assert minutes_document(conference, at=moment(1))["body"]
