import datetime as dt

import pytest
from django.db import transaction

from board.domain import receiving
from committees.models import Committee
from foundation.moves import MoveNotAllowed
from jobs.models import Delivery, Rendering
from reports.domain import issuing, writing
from reports.domain.checking import checklist
from reports.domain.drafting import start_draft
from reports.models import InboxItem, Report
from reports.queries import desk
from reports.states import ReportState
from tests.reports.story import hold_a_dialogue
from tests.world import HANOI, NOON, day, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world):
    hold_a_dialogue(world)
    return start_draft(world.obligation, by=world.clerk, at=NOON)


def test_issuing_numbers_freezes_deposits_and_orders_in_one_act(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.issued_by) == (ReportState.ISSUED, 1, world.secretary)
    assert draft.snapshot["document"]["number"] == 1
    assert draft.snapshot_sha256 == issuing.digest(draft.snapshot)
    assert draft.inbox_item.board == world.board
    assert draft.inbox_item.deposited_at == NOON
    assert draft.rendering.state == "queued"
    assert sorted(draft.deliveries.values_list("to", flat=True)) == [
        "head@example.vn",
        "officer@example.vn",
    ]


def test_the_mail_goes_to_the_office_of_the_board_where_it_has_an_address(world, draft):
    Committee.objects.filter(pk=world.board.pk).update(email="ban@example.vn")
    draft = Report.objects.get(pk=draft.pk)

    issuing.issue_report(draft, by=world.secretary, at=NOON)

    assert list(draft.deliveries.values_list("to", flat=True)) == ["ban@example.vn"]


def test_issuing_twice_is_refused_and_leaves_one_of_everything(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    with pytest.raises(MoveNotAllowed):
        issuing.issue_report(Report.objects.get(pk=draft.pk), by=world.secretary, at=NOON)

    assert InboxItem.objects.count() == Rendering.objects.count() == 1
    assert Delivery.objects.count() == 2


def test_nothing_is_half_done_when_a_blocking_item_stands_against_it(world, draft):
    writing.name_signer(draft, signer=" ", sign_capacity="T/M ĐẢNG ỦY", sign_post="BÍ THƯ", at=NOON)

    with pytest.raises(issuing.ReportNotReady) as refused, transaction.atomic():
        issuing.issue_report(draft, by=world.secretary, at=NOON)

    assert [item.code for item in refused.value.items] == ["signer"]
    assert Report.objects.get(pk=draft.pk).number is None
    assert not InboxItem.objects.exists()


def test_numbers_run_through_the_term_and_begin_again_with_the_next(world):
    on = NOON.date()

    first = issuing.take_number(world.host, "BC", on=on)
    second = issuing.take_number(world.host, "BC", on=on)
    of_another_type = issuing.take_number(world.host, "TB", on=on)
    world.host.terms.create(name="2030-2035", starts_on=dt.date(2030, 8, 1))
    next_term = issuing.take_number(world.host, "BC", on=dt.date(2030, 8, 2))

    assert (first, second, of_another_type, next_term) == (1, 2, 1, 1)


def test_a_report_of_the_last_second_is_in_time_and_one_of_the_next_is_late(world):
    deadline = world.period.deadline
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.explain_not_held(draft, reason="Sắp xếp tổ chức", until=day(60), at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=deadline - dt.timedelta(seconds=1))
    rows = {
        row.obligation.committee.code: row for row in desk(world.period, world.board, at=deadline)
    }
    assert (rows["A01"].status, rows["A01"].days_late) == ("issued", 0)

    Report.objects.filter(pk=draft.pk).update(issued_at=deadline)
    rows = {
        row.obligation.committee.code: row for row in desk(world.period, world.board, at=deadline)
    }
    assert (rows["A01"].status, rows["A01"].days_late) == ("late", 1)
    assert rows["B02"].status == "missing"


def test_a_committee_that_held_none_still_reports(world):
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    assert [item.code for item in checklist(draft, at=NOON) if item.blocks] == ["held_or_reason"]

    writing.explain_not_held(draft, reason="Đang sắp xếp tổ chức", until=day(60), at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    text = str(draft.snapshot["document"])
    assert "chưa tổ chức hội nghị đối thoại" in text
    assert "Đang sắp xếp tổ chức" in text


def test_a_correction_is_version_two_and_the_first_is_kept_as_superseded(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    receiving.return_report(draft, remarks="Thiếu biên bản.", by=world.officer, at=moment(1))
    frozen = Report.objects.get(pk=draft.pk).snapshot

    second = issuing.correct_report(draft, by=world.clerk, at=moment(2))
    issuing.issue_report(second, by=world.secretary, at=moment(2))

    first = Report.objects.get(pk=draft.pk)
    assert (second.version, second.number) == (2, 2)
    assert (first.state, first.snapshot) == (ReportState.SUPERSEDED, frozen)
    assert list(world.board.inbox.order_by("number").values_list("number", flat=True)) == [1, 2]
    row = next(row for row in desk(world.period, world.board, at=moment(3)) if row.report)
    assert (row.status, row.report, row.first_issued_at) == ("issued", second, NOON)


def test_correcting_twice_opens_one_draft(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    one = issuing.correct_report(draft, by=world.clerk, at=NOON)
    same = issuing.correct_report(draft, by=world.clerk, at=NOON)

    assert one == same


def test_an_acknowledged_report_may_still_be_returned(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    receiving.acknowledge_report(draft, by=world.officer, at=moment(1))
    receiving.return_report(draft, remarks="Xem lại bảng 3.", by=world.head, at=moment(2))

    item = InboxItem.objects.get(report=draft)
    assert (item.acknowledged_at, item.returned_at, item.handled_by) == (
        moment(1),
        moment(2),
        world.head,
    )


def test_old_papers_keep_the_old_names(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    world.board.names.create(
        valid_from=NOON.date() + dt.timedelta(days=1),
        name="Ban Tuyên giáo và Dân vận",
        header_name="BAN TUYÊN GIÁO VÀ DÂN VẬN",
        symbol="BTGDV",
        place="Hà Nội",
    )

    second = issuing.correct_report(draft, by=world.clerk, at=moment(2))
    issuing.issue_report(second, by=world.secretary, at=moment(2))

    draft.refresh_from_db()
    assert "Ban Dân vận (để tổng hợp)" in draft.snapshot["document"]["recipients"]
    assert "Ban Tuyên giáo và Dân vận (để tổng hợp)" in second.snapshot["document"]["recipients"]


def test_the_profile_follows_the_day_of_issue(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=dt.datetime(2026, 5, 26, 9, tzinfo=HANOI))
    second = issuing.correct_report(draft, by=world.clerk, at=NOON)
    issuing.issue_report(second, by=world.secretary, at=dt.datetime(2026, 5, 27, 9, tzinfo=HANOI))

    assert draft.snapshot["document"]["profile"] == "HD36_2018"
    assert second.snapshot["document"]["profile"] == "HD05_2026"
