"""What is left when machinery dies: nothing is lost, nothing is done twice."""

import datetime as dt
import io
import time

import pytest
from django.core.management import call_command
from django.utils import timezone

from dialogue_portal.celery import app
from jobs.models import Delivery, Rendering
from jobs.states import JobState
from reports.domain import issuing
from reports.domain.drafting import start_draft
from reports.models import InboxItem
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(condition, seconds=30):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def draft(world):
    conference, _ = hold_a_dialogue(world)
    # A long story, so that rendering takes long enough to be interrupted.
    conference.summary = "\n".join(
        ["Đại biểu nêu ý kiến, lãnh đạo giải đáp từng nội dung."] * 3_000
    )
    conference.save(update_fields=["summary"])
    return start_draft(world.obligation, by=world.clerk, at=NOON)


def test_a_worker_killed_in_mid_render_loses_nothing_and_deliver_due_finishes_once(
    world, draft, run_worker, smtp_server, settings
):
    worker = run_worker()
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    wait_for(lambda: Rendering.objects.filter(state=JobState.RUNNING).exists())

    worker.kill()

    job = Rendering.objects.get()
    assert (job.state, job.file) == (JobState.RUNNING, "")
    app.control.purge()
    call_command("deliver_due", stdout=io.StringIO())
    assert Rendering.objects.get().attempt == 1  # its lease is not over yet
    Rendering.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    call_command("deliver_due", stdout=io.StringIO())
    call_command("deliver_due", stdout=io.StringIO())
    job = Rendering.objects.get()
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert InboxItem.objects.count() == 1
    assert len(list(settings.FILES_DIR.rglob(f"{job.sha256}*"))) == 1
    sent = [m for m in smtp_server.messages if "Báo cáo kết quả" in m["Subject"]]
    assert sorted(message["To"] for message in sent) == ["head@example.vn", "officer@example.vn"]


def test_a_dead_broker_does_not_hinder_issuing(world, draft, smtp_server, dead_broker):
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    assert InboxItem.objects.get().report == draft
    call_command("deliver_due", stdout=io.StringIO())
    assert Rendering.objects.get().state == JobState.DONE
    assert Delivery.objects.filter(state=JobState.DONE, waits_for__report=draft).count() == 2
