"""Alarms: raised once, told once, over once; and the bulletin whose absence is the alarm."""

import datetime as dt
import mailbox
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import close_old_connections, connection
from django.utils import timezone

from committees.models import Invitation, User
from foundation.audit import Act, AuditEntry, record
from foundation.models import MailChannel
from jobs.domain.alarms import clear_alarm, raise_alarm, send_alarms
from jobs.domain.delivering import deliver
from jobs.domain.queueing import queue_mail
from jobs.models import Alarm, Delivery, Heartbeat
from jobs.states import JobState
from operations.domain.ticking import prepare
from operations.domain.watching import look_for_alarms, send_bulletin
from periods.models import Obligation
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, make_committee

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def administrator(world):
    return User.objects.create_superuser("admin", "admin@example.vn", "x" * 20)


def standing():
    return sorted(Alarm.objects.filter(cleared_at=None).values_list("code", "subject"))


def test_one_mail_when_it_begins_and_one_when_it_is_over(administrator, settings):
    settings.ALARM_ADDRESSES = ["truc@example.vn"]
    raise_alarm("scheduler", at=NOON)
    raise_alarm("scheduler", at=NOON + MINUTE)

    assert [send_alarms(at=NOON + n * MINUTE) for n in (1, 2)] == [2, 0]
    clear_alarm("scheduler", at=NOON + 3 * MINUTE)
    assert [send_alarms(at=NOON + n * MINUTE) for n in (3, 4)] == [2, 0]

    assert sorted(Delivery.objects.values_list("to", "context__is_over")) == [
        ("admin@example.vn", False),
        ("admin@example.vn", True),
        ("truc@example.vn", False),
        ("truc@example.vn", True),
    ]


def test_the_officer_in_charge_hears_what_concerns_the_board(world, administrator):
    world.board.watch_officer = world.officer
    world.board.save()
    raise_alarm("inbox_damaged", at=NOON)
    raise_alarm("worker", at=NOON)

    send_alarms(at=NOON)

    assert list(
        Delivery.objects.filter(to="officer@example.vn").values_list("once", flat=True)
    ) == [f"alarm:{Alarm.objects.get(code='inbox_damaged').pk}:on:officer@example.vn"]


def test_the_officer_in_charge_hears_of_a_report_that_came_back(world, administrator):
    """A mail that does not arrive at another Board is no matter of this one."""
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    issue_report(draft, by=world.secretary, at=NOON)
    far = make_committee("XBOARD", "board", "Ban Xa")
    Obligation.objects.filter(committee=world.neighbour).update(board=far)
    for board, officer in ((world.board, world.officer), (far, world.outsider)):
        board.watch_officer = officer
        board.save()
    raise_alarm("bounced", world.head.email, at=NOON)

    send_alarms(at=NOON)

    told = Delivery.objects.filter(once__startswith="alarm:").values_list("to", flat=True)
    assert sorted(told) == ["admin@example.vn", "officer@example.vn"]


def test_no_mail_quotes_what_an_error_says(administrator):
    raise_alarm("step", "mix_if_due", "DETAIL: Vì sao lương chậm?", at=NOON)

    send_alarms(at=NOON)

    assert "lương" not in str(Delivery.objects.get().context)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_raises_it():
    new = []

    def go():
        new.append(raise_alarm("disk", detail="ENOSPC", at=NOON)[1])
        close_old_connections()
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(new) == [False] * 7 + [True]
    assert Alarm.objects.count() == 1


def test_what_is_due_and_left_lying_is_told_within_ten_minutes(world):
    """C-17, F02."""
    queue_mail("emails/x", to="a@example.vn", once="a", at=NOON)
    Invitation.objects.create(user=world.staff, asked_at=NOON, next_try_at=NOON)

    look_for_alarms(at=NOON + 9 * MINUTE)
    before = standing()
    look_for_alarms(at=NOON + 10 * MINUTE)

    assert before == []
    assert standing() == [("overdue", "deliveries"), ("overdue", "invitations")]
    Delivery.objects.update(state=JobState.DONE)
    look_for_alarms(at=NOON + 11 * MINUTE)
    assert standing() == [("overdue", "invitations")]


def test_a_part_that_falls_silent_is_missed(db):
    """F01, F09: the timer finds the others silent."""
    Heartbeat.objects.create(name="worker", at=NOON)
    Heartbeat.objects.create(name="scheduler", at=NOON + 4 * MINUTE)

    look_for_alarms(at=NOON + 5 * MINUTE)

    assert standing() == [("worker", "")]


def test_disk_mail_clock_and_backup_are_watched(db, settings):
    settings.LEAST_DISK_PERCENT = 101
    MailChannel.objects.create(host=settings.EMAIL_HOST, failing_since=NOON - 11 * MINUTE)
    Heartbeat.objects.create(name="clock", at=NOON + 2 * MINUTE)
    Heartbeat.objects.create(name="backup", at=NOON - dt.timedelta(days=3))

    look_for_alarms(at=NOON)

    assert [code for code, _ in standing()] == ["backup", "clock", "disk_space", "mail_down"]
    settings.LEAST_DISK_PERCENT = 0
    MailChannel.objects.update(failing_since=None)
    Heartbeat.objects.filter(name="backup").delete()
    look_for_alarms(at=NOON + 61 * MINUTE)
    assert standing() == []


def test_a_record_that_was_tampered_with_is_found_the_next_day_and_so_is_that_it_was_mended(world):
    """D-04."""
    entry = record(Act.PACKED, by=world.head, subject="đúng")

    def write(subject):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            AuditEntry.objects.filter(pk=entry.pk).update(subject=subject)
            cursor.execute("SET session_replication_role = DEFAULT")

    look_for_alarms(at=NOON)
    write("khác")

    look_for_alarms(at=NOON + dt.timedelta(hours=25))
    assert ("audit", "") in standing()

    write("đúng")
    look_for_alarms(at=NOON + dt.timedelta(hours=50))
    assert ("audit", "") not in standing()


def test_the_bulletin_comes_once_a_day_at_its_hour(administrator):
    early = NOON.replace(hour=6)
    counts = [send_bulletin(at=at) for at in (early, NOON.replace(hour=7), NOON)]

    assert counts == [0, 1, 0]
    assert send_bulletin(at=NOON + dt.timedelta(days=1)) == 1


def test_where_no_bulletin_arrives_somebody_notices(administrator, smtp_server, tmp_path):
    """F32: the mail is dropped on its way; the box it should be in stays empty."""
    box = mailbox.Maildir(tmp_path / "box")
    yesterday = timezone.now() - dt.timedelta(days=1)
    prepare(at=yesterday.replace(hour=5))  # noon in Hanoi, and past at whatever hour this runs
    for pk in Delivery.objects.values_list("pk", flat=True):
        deliver(pk)
    bulletins = [m for m in smtp_server.messages if "bản tin hằng ngày" in m["Subject"]]

    with pytest.raises(CommandError, match="silent"):
        call_command("check_bulletin", maildir=box._path)
    for message in bulletins:
        box.add(message.as_bytes())

    assert len(bulletins) == 1
    assert "Hạn sắp tới" in bulletins[0].get_body(("plain",)).get_content()
    call_command("check_bulletin", maildir=box._path)
