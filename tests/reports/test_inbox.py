import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from board.domain.consolidating import consolidate
from jobs.models import Alarm
from periods.models import Obligation
from reports.domain import drafting, inbox, issuing, snapshots, writing
from reports.models import ConsolidatedReport, InboxItem, Report
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db


def issue(obligation, by, *, at=NOON):
    draft = drafting.start_draft(obligation, by=by, at=at)
    writing.explain_not_held(draft, reason="Sắp xếp tổ chức", until=day(60), at=at)
    draft.refresh_from_db()
    if not draft.signer:
        writing.name_signer(
            draft, signer="Bí thư", sign_capacity="T/M ĐẢNG ỦY", sign_post="BÍ THƯ", at=at
        )
    return issuing.issue_report(draft, by=by, at=at)


@pytest.fixture
def three(world):
    """Three arrivals: two committees, and a second version."""
    other = Obligation.objects.get(committee=world.neighbour)
    first = issue(world.obligation, world.secretary)
    second = issue(other, world.other_secretary, at=moment(0, 1))
    third = issuing.correct_report(first, by=world.clerk, at=moment(0, 2))
    issuing.issue_report(third, by=world.secretary, at=moment(0, 3))
    return first, second, third


def codes():
    return [(damage.code, damage.report_id) for damage in inbox.verify_inbox()]


def test_each_arrival_bears_the_digest_of_the_one_before(world, three):
    items = list(world.board.inbox.order_by("number"))

    assert [item.number for item in items] == [1, 2, 3]
    assert items[0].previous == inbox.FIRST
    assert [item.previous for item in items[1:]] == [item.digest for item in items[:2]]
    assert items[0].digest == inbox.link(
        inbox.FIRST, world.board.pk, 1, three[0].pk, three[0].snapshot_sha256, NOON
    )
    assert inbox.verify_inbox() == []


def test_whatever_is_changed_by_hand_is_found_with_its_place(world, three):
    """D-04: each way of tampering is found."""
    _, second, third = three
    items = InboxItem.objects.order_by("number")
    middle = items[1]
    later = {"deposited_at": NOON + dt.timedelta(days=9)}
    words = {**second.snapshot, "committee": "Z99"}
    ways = {
        "a moment moved": (lambda: InboxItem.objects.filter(pk=middle.pk).update(**later)),
        "a number moved": (lambda: InboxItem.objects.filter(number=3).update(number=7)),
        "a digest changed": (lambda: InboxItem.objects.filter(pk=middle.pk).update(digest="0")),
        "a snapshot edited": (lambda: Report.objects.filter(pk=second.pk).update(snapshot=words)),
        "a snapshot edited with its hash": (
            lambda: Report.objects.filter(pk=second.pk).update(
                snapshot=words, snapshot_sha256=snapshots.digest(words)
            )
        ),
        "a row removed": (lambda: middle.delete()),
        "the last row removed": (lambda: InboxItem.objects.get(number=3).delete()),
        "all computed anew": (lambda: compute_anew(middle, **later)),
    }
    expected = {
        "a moment moved": ("changed", second.pk),
        "a number moved": ("missing", None),
        "a digest changed": ("changed", second.pk),
        "a snapshot edited": ("snapshot", second.pk),
        "a snapshot edited with its hash": ("changed", second.pk),
        "a row removed": ("missing", None),
        "the last row removed": ("undelivered", third.pk),
        "all computed anew": ("rewritten", second.pk),
    }

    found = {}
    for way, tamper in ways.items():
        savepoint = connection.savepoint()
        tamper()
        found[way] = codes()
        connection.savepoint_rollback(savepoint)
        middle = InboxItem.objects.get(number=2)

    assert {way: damages[0] for way, damages in found.items()} == expected
    print(f"D-04: {len(ways)} ways of tampering, {sum(map(bool, found.values()))} detected")
    assert codes() == []


def compute_anew(item, **changes):
    InboxItem.objects.filter(pk=item.pk).update(**changes)
    previous = inbox.FIRST
    for one in InboxItem.objects.select_related("report").order_by("number"):
        one.previous = previous
        previous = one.digest = inbox.link(
            previous,
            one.board_id,
            one.number,
            one.report_id,
            one.report.snapshot_sha256,
            one.deposited_at,
        )
        one.save(update_fields=["previous", "digest"])


def test_nothing_may_be_made_from_a_snapshot_that_was_edited(world, three):
    snapshots.assert_intact(three[1])
    Report.objects.filter(pk=three[1].pk).update(snapshot={"document": {}})

    with pytest.raises(snapshots.DamagedSnapshot):
        snapshots.assert_intact(Report.objects.get(pk=three[1].pk))


def test_an_edited_consolidated_report_is_found(world, three):
    consolidated = consolidate(world.board, world.period, by=world.head, at=moment(1))
    assert codes() == []

    ConsolidatedReport.objects.filter(pk=consolidated.pk).update(snapshot={"document": {}})

    assert codes() == [("consolidated", None)]


def test_the_inbox_is_checked_once_a_day_by_itself(world, three):
    inbox.check_inbox_if_due(at=moment())
    Report.objects.filter(pk=three[1].pk).update(snapshot={"document": {}})

    inbox.check_inbox_if_due(at=moment(0, 23))
    assert not Alarm.objects.exists()

    inbox.check_inbox_if_due(at=moment(1))
    assert Alarm.objects.get().code == inbox.DAMAGED


def test_the_command_ends_with_an_error_and_an_alarm_until_all_is_well(world, three):
    whole = three[1].snapshot
    Report.objects.filter(pk=three[1].pk).update(snapshot={"document": {}})

    for _ in range(2):
        with pytest.raises(CommandError):
            call_command("verify_inbox", stdout=io.StringIO())

    alarm = Alarm.objects.get(code=inbox.DAMAGED)
    assert alarm.cleared_at is None
    assert alarm.detail == f"report {three[1].pk}: its snapshot was changed"
    Report.objects.filter(pk=three[1].pk).update(snapshot=whole)
    said = io.StringIO()
    call_command("verify_inbox", stdout=said)
    assert said.getvalue() == "unbroken: 3 arrivals\n"
    assert Alarm.objects.get(code=inbox.DAMAGED).cleared_at is not None
