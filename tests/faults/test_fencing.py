"""C-07, C-18 and F29: stopped workers, wrong clocks, and many at the same row."""

import datetime as dt
import os
import signal

import pytest
import time_machine
from django.utils import timezone

from foundation.clock import database_now
from jobs.domain import claiming, rendering
from jobs.models import JobEvent, Rendering
from jobs.states import JobState
from operations.domain.ticking import do_everything_due
from reports.domain import report_files
from tests.faults import forked, invariants
from tests.faults.many import issue_all, many_drafts

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize("times", [10, pytest.param(200, marks=pytest.mark.long)])
def test_a_worker_that_was_stopped_and_wakes_up_writes_nothing(world, dead_broker, times):
    """C-18, F22: SIGSTOP after the claim, another takes over and finishes, SIGCONT."""
    (report,) = issue_all(world, many_drafts(world, 1))
    stale = 0
    for number in range(times):
        Rendering.objects.update(state=JobState.QUEUED, attempt=0, next_at=database_now())

        def sleep_and_finish():
            job = claiming.claim(Rendering, report.rendering.pk, lease=MINUTE)
            os.kill(os.getpid(), signal.SIGSTOP)
            try:
                claiming.finish(job, file="zombie", sha256="z" * 64)
            except claiming.LostTheJob:
                os._exit(3)

        zombie = forked.fork(sleep_and_finish)
        os.waitpid(zombie, os.WUNTRACED)
        Rendering.objects.update(lease_until=database_now() - MINUTE)
        job = claiming.claim(Rendering, report.rendering.pk, lease=MINUTE)
        claiming.finish(job, file=f"right-{number}", sha256="a" * 64)
        os.kill(zombie, signal.SIGCONT)
        assert forked.ended(zombie) == 3
        stale += Rendering.objects.get().file == "zombie"
    print(f"C-18: {stale} stale writes of {times}")
    assert stale == 0


@pytest.mark.parametrize("number", [6, pytest.param(200, marks=pytest.mark.long)])
def test_clocks_that_are_two_hours_wrong(world, smtp_server, dead_broker, number):
    """C-07, F04: two workers, one two hours ahead, one behind; the database's clock decides."""
    reports = issue_all(world, many_drafts(world, number))
    later = {report.rendering.pk for report in reports[::2]}
    moment = database_now() + dt.timedelta(minutes=30)
    Rendering.objects.filter(pk__in=later).update(next_at=moment)

    def with_a_clock_off_by(hours):
        def work():
            with time_machine.travel(timezone.now() + dt.timedelta(hours=hours), tick=True):
                do_everything_due(at=database_now())

        return forked.fork(work)

    for worker in [with_a_clock_off_by(2), with_a_clock_off_by(-2)]:
        assert forked.ended(worker, seconds=30 + number) == 0

    done = set(Rendering.objects.filter(state=JobState.DONE).values_list("pk", flat=True))
    early = done & later
    print(f"C-07: {len(early)} early, {number - len(later) - len(done)} late of {number}")
    assert done == {report.rendering.pk for report in reports} - later
    assert set(Rendering.objects.values_list("attempt", flat=True)) == {0, 1}

    Rendering.objects.update(next_at=database_now())
    do_everything_due(at=database_now())
    invariants.check(smtp_server.messages, reports=number, all_done=False)


def test_eight_workers_and_many_rows(world, dead_broker):
    """F29: each row is claimed once."""
    reports = issue_all(world, many_drafts(world, 1))
    keys = [reports[0].rendering.pk]
    keys += [
        Rendering.objects.create(
            kind="period_zip",
            created_at=database_now(), next_at=database_now(),
        ).pk
        for _ in range(150)
    ]  # fmt: skip

    def claim_all():
        for pk in keys:
            claiming.claim(Rendering, pk, lease=MINUTE)

    workers = [forked.fork(claim_all) for _ in range(8)]
    assert [forked.ended(worker) for worker in workers] == [0] * 8
    assert set(Rendering.objects.values_list("attempt", flat=True)) == {1}
    assert JobEvent.objects.filter(event="claimed").count() == len(keys)


def test_one_poisonous_report_delays_nobody(world, smtp_server, dead_broker, monkeypatch):
    """F30: one of many fails always; the others are done in the same run."""
    reports = issue_all(world, many_drafts(world, 6))
    poison = reports[0].snapshot["document"]["issuer"]
    proper = report_files.write_pdf_in_child

    def fail_at_one(document, *args, **kwargs):
        if document["issuer"] == poison:
            raise rendering.NotMade("timeout", "longer than 60 s")
        return proper(document, *args, **kwargs)

    monkeypatch.setattr(report_files, "write_pdf_in_child", fail_at_one)
    do_everything_due(at=database_now())
    assert Rendering.objects.filter(state=JobState.DONE).count() == 5
    assert Rendering.objects.get(state=JobState.QUEUED).report == reports[0]
