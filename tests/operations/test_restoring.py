"""After the database was put back: what waited is held, and only what is whole runs again."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from committees.models import User
from foundation import audit
from foundation.clock import database_now
from foundation.models import AuditEntry
from foundation.restoring import begin_restoring, is_restoring
from jobs.domain.queueing import queue_mail
from jobs.domain.sent import DROPPED, HELD
from jobs.models import Alarm, Delivery, JobEvent
from jobs.states import JobState
from operations.domain import restoring, ticking
from reports.domain import drafting, issuing
from reports.models import Report
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_back(world, settings, tmp_path):
    """The database is an earlier one again, in which a mail waits; nothing is settled yet."""
    settings.DATA_DIR = tmp_path
    queue_mail("emails/reports/alarm", to="a@example.vn", once="a", at=NOON)
    begin_restoring("portal-20260601-010000Z")


def assert_nothing_is_sent():
    assert is_restoring()
    held = Delivery.objects.get(to="a@example.vn")
    assert (held.state, held.error) == (JobState.FAILED, HELD)
    assert not AuditEntry.objects.filter(act="restored").exists()


def test_with_a_broken_record_of_acts_nothing_is_sent_until_it_is_whole(world, put_back):
    entry = audit.record(audit.Act.PACKED, by=world.head, subject="một")

    def write(subject):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            AuditEntry.objects.filter(pk=entry.pk).update(subject=subject)
            cursor.execute("SET session_replication_role = DEFAULT")

    write("hai")

    with pytest.raises(CommandError, match=r"the record of acts is broken .* Nothing is sent"):
        call_command("settle_restore")

    assert_nothing_is_sent()
    write("một")
    call_command("settle_restore")
    assert not is_restoring()


def test_with_a_damaged_inbox_nothing_is_sent(world, put_back):
    hold_a_dialogue(world)
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    Report.objects.filter(pk=report.pk).update(snapshot={"document": {"body": "Số khác"}})

    with pytest.raises(restoring.Damaged, match=f"the inbox is damaged, report {report.pk}"):
        restoring.settle_restore("x", at=database_now())

    assert_nothing_is_sent()
    assert Alarm.objects.filter(code="inbox_damaged", cleared_at=None).exists()


def test_until_it_is_settled_nothing_happens_by_itself(world, put_back):
    conference, _ = hold_a_dialogue(world)
    type(conference).objects.filter(pk=conference.pk).update(state="held")

    assert ticking.prepare(at=moment(10)) == []
    conference.refresh_from_db()
    assert conference.state == "held"

    restoring.settle_restore("x", at=database_now())
    assert ticking.prepare(at=moment(10)) == []
    conference.refresh_from_db()
    assert conference.state == "closed"


@pytest.mark.parametrize(
    ("act", "state", "error", "event"),
    [("drop", JobState.FAILED, DROPPED, "given_up"), ("send", JobState.QUEUED, "", "again")],
)
def test_an_administrator_decides_about_the_mails_that_were_held(
    client, put_back, act, state, error, event
):
    restoring.settle_restore("x", at=database_now())  # which ends every sign-in
    client.force_login(User.objects.create_superuser("admin", "admin@example.vn", "x" * 20))
    assert Alarm.objects.filter(code="restored", cleared_at=None).exists()

    client.post(reverse("operations:health_held"), {"act": act})

    mail = Delivery.objects.get(to="a@example.vn")
    assert (mail.state, mail.error) == (state, error)
    assert JobEvent.objects.filter(delivery=mail).latest("pk").event == event
    assert not Alarm.objects.filter(code="restored", cleared_at=None).exists()
    entry = AuditEntry.objects.get(act="channel_resumed")
    assert (entry.actor_name, entry.facts["mails"]) == ("admin", 1)
