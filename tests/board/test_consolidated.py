"""The consolidated report: held from conferences, reported from reports, late at the cut-off."""

import pytest
from django.urls import reverse

from board.domain import receiving
from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures
from board.domain.consolidating import consolidate
from periods.models import ReportingPeriod
from reports.domain import comparing, drafting, issuing
from reports.models import ConsolidatedReport
from sessions.domain import answers, conferences
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, make_conference, moment

pytestmark = pytest.mark.django_db
CUT_OFF = moment(20)


@pytest.fixture
def told(world):
    """The host's dialogue, reported; the neighbour's was held and is not reported."""
    _conference, asked = hold_a_dialogue(world)
    report = issuing.issue_report(
        drafting.start_draft(world.obligation, by=world.clerk, at=NOON),
        by=world.secretary,
        at=NOON,
    )
    other = make_conference(
        world.neighbour, world.people["other_secretary"], starts_at=moment(-9), ends_at=moment(-8)
    )
    conferences.hold_conference(other, by=world.people["other_secretary"], at=moment(-8))
    conferences.record_attendance(
        other, invited=90, present=80, party_members=70, civil_servants=20, public_employees=10,
        workers=10, women=40, online=0, by=world.people["other_secretary"], at=NOON,
    )  # fmt: skip
    return {"report": report, **asked}


def text_of(world, *, at):
    figures = consolidated_figures(world.board, world.period, at=at)
    document = consolidated_document(world.board, world.period, figures, at=at)
    return "\n".join(block.get("text", "") for block in document["body"]), document


def test_what_is_held_comes_from_conferences_and_what_is_reported_from_reports(world, told):
    size = consolidated_figures(world.board, world.period, at=CUT_OFF)["size"]

    assert (size["committees"], size["held"], size["conferences"]) == (2, 2, 2)
    assert (size["present"], size["counted"]) == (120, 2)
    assert (size["turns"], size["turns_counted"]) == (7, 1)
    assert (size["reports"], size["items"]) == (1, 6)


def test_sentences_and_tables_say_how_many_committees_they_rest_on(world, told):
    text, document = text_of(world, at=CUT_OFF)

    assert "Đã tổ chức: 2 đảng ủy, trong đó 1 đã tổ chức, chưa báo cáo." in text
    assert "Đã gửi báo cáo: 1 (50%), trong đó đúng hạn 1, chậm 0; chưa gửi: 1." in text
    assert "2 cuộc đối thoại với 120 lượt người dự, 7 lượt phát biểu (1/2 cuộc đã ghi" in text
    assert "Tổng hợp từ 1 báo cáo của 2 đảng ủy: 6 nội dung" in text
    (committees,) = document["annexes"][0]["body"]
    rows = {row[1]: row for row in committees["rows"]}
    assert rows[world.neighbour.name][5:10] == [1, "23/5/2026", 80, "", "Đã tổ chức, chưa báo cáo"]
    assert committees["total"][1] == "Tổng (2/2 đảng ủy đã tổ chức)"
    (outcomes,) = document["annexes"][1]["body"]
    assert outcomes["total"][1] == "Tổng (1 báo cáo)"


def test_late_is_judged_at_the_cut_off_that_is_printed(world, told):
    def late(at):
        return consolidated_figures(world.board, world.period, at=at)["size"]["overdue"]

    before, after = late(moment(15)), late(moment(16))  # due on the 15th day
    answer = answers.draft_answer(
        told["in_progress"],
        text="Năm 2027.",
        answered_by="Văn phòng",
        version=0,
        by=world.clerk,
        at=moment(17),
    )
    answers.publish_answer(answer, by=world.secretary, at=moment(17))

    assert (before, after, late(moment(20))) == (0, 1, 0)


def test_what_was_sent_back_for_missing_data_is_in_no_sum(world, told):
    receiving.return_report(
        told["report"], remarks="Thiếu.", data_missing=True, by=world.officer, at=NOON
    )

    size = consolidated_figures(world.board, world.period, at=CUT_OFF)["size"]
    text, _ = text_of(world, at=CUT_OFF)

    assert (size["held"], size["reports"], size["items"]) == (2, 0, None)
    assert "Đã gửi báo cáo: 0 (0%), trong đó đúng hạn 0, chậm 0; trả lại vì thiếu số liệu 1" in text
    assert "Chưa có báo cáo nào" in text


def test_pressing_twice_makes_one(client, world, told):
    client.force_login(world.officer)
    place = reverse("board:consolidated_order", args=["2026-H1"])
    page = client.get(reverse("board:board_desk_of", args=["2026-H1"])).text
    assert '<input type="hidden" name="after" value="0">' in page

    first, second = (client.post(place, {"after": "0"}) for _ in range(2))
    later = client.post(place, {"after": "1"})

    assert first.url == second.url != later.url
    assert ConsolidatedReport.objects.count() == 2


def test_the_period_before_is_as_the_board_consolidated_it(world, told):
    frozen = consolidate(world.board, world.period, by=world.head, at=CUT_OFF)
    after = ReportingPeriod.objects.create(
        year=2026, half=2, starts_on="2026-06-25", due_before="2026-12-25"
    )
    after.refresh_from_db()

    figures = consolidated_figures(world.board, after, at=moment(60))

    assert figures["before"] == frozen.snapshot["figures"]["size"]
    assert figures["size"] is None


def test_compared_numbers_are_named_by_their_row(world, told):
    _, old = text_of(world, at=moment(1))
    receiving.return_report(
        told["report"], remarks="Thiếu.", data_missing=True, by=world.officer, at=NOON
    )
    _, new = text_of(world, at=moment(1))

    figures = {change.figure for change in comparing.compare(old, new).numbers}

    assert "Đảng ủy cơ sở: Đã báo cáo" in figures
    assert "Số báo cáo được tổng hợp: Kỳ này" in figures
    assert not [figure for figure in figures if figure.startswith(":")]
