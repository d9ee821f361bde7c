"""C-01, C-02, C-03, C-14: workers, the broker and the database die again and again."""

import datetime as dt
import random
import threading
import time

import pytest
import redis
from django.conf import settings as portal_settings

from foundation.clock import database_now
from jobs.domain import claiming, delivering, rendering
from jobs.models import Delivery, Rendering
from operations.domain.ticking import do_everything_due
from tests.faults import forked, invariants
from tests.faults.many import issue_all, many_drafts

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 2
SHORT = dt.timedelta(seconds=6)  # leases, so that a dead worker's job is soon free


def still_to_do():
    return sum(
        model.objects.filter(state__in=("queued", "running")).count()
        for model in (Rendering, Delivery)
    )


@pytest.fixture
def short_leases(monkeypatch):
    monkeypatch.setattr(rendering, "LEASE", SHORT)
    monkeypatch.setattr(delivering, "LEASE", SHORT)
    # One mail may lose three answers in a row: its fourth try comes after minutes, not seconds.
    monkeypatch.setattr(claiming, "FIRST_PAUSE", dt.timedelta(seconds=2))


@pytest.mark.parametrize(
    ("number", "pauses", "lost"),
    [
        (4, (2.0, 4.0), 3),
        pytest.param(8, (2.0, 4.0), 4, marks=pytest.mark.long),
        pytest.param(1_000, (0.5, 5.0), 20, marks=pytest.mark.long),
    ],
)
def test_killing_workers_loses_and_doubles_nothing(
    world, smtp_server, dead_broker, short_leases, number, pauses, lost
):
    """C-01, F14, F24: workers killed at random moments, mails whose last answer is lost."""
    luck = random.Random(20261123)
    # Now: the workers go by the real clock, and give up a week after the mail was ordered.
    issue_all(world, many_drafts(world, number), at=database_now())
    smtp_server.loses_replies = lost  # every so many messages one is taken, its answer never comes
    kills = 0
    until = time.monotonic() + 60 + 3 * number
    with forked.workers(WORKERS) as workers:
        while still_to_do():
            assert time.monotonic() < until, f"{still_to_do()} jobs are left"
            time.sleep(luck.uniform(*pauses))
            place = luck.randrange(WORKERS)
            forked.kill(workers[place])
            kills += 1
            workers[place] = forked.fork(forked.work_for_ever)

    figures = invariants.check(smtp_server.messages, reports=number)
    print(f"C-01: {kills} kills, {smtp_server.lost_replies} answers lost; {figures}")
    assert kills
    assert smtp_server.lost_replies
    assert figures["plain"] <= max(1, number // 100)
    assert figures["mail repeated"] <= kills + smtp_server.lost_replies


@pytest.mark.parametrize(
    ("number", "every"), [(8, 0.2), pytest.param(500, 2.0, marks=pytest.mark.long)]
)
def test_a_broker_that_forgets_everything(
    world, smtp_server, run_worker, short_leases, number, every
):
    """C-02, F08: Redis is flushed again and again while a real worker works for it."""
    worker = run_worker()
    drafts = many_drafts(world, number)
    flushed, over = [], threading.Event()

    def flush():
        client = redis.Redis.from_url(portal_settings.REDIS_URL)
        while not over.wait(every):
            client.flushdb()
            flushed.append(1)

    flusher = threading.Thread(target=flush)
    flusher.start()
    try:
        issue_all(world, drafts)
        began = time.monotonic()
        while still_to_do():
            do_everything_due(at=database_now())  # the timer of the system, beside the worker
            assert time.monotonic() < began + 60 + 3 * number
            time.sleep(0.5)
    finally:
        over.set()
        flusher.join()
        worker.stop()
    figures = invariants.check(smtp_server.messages, reports=number)
    print(f"C-02: flushed {len(flushed)} times; {figures}")
    assert flushed
    assert figures["mail repeated"] == 0


@pytest.mark.long
def test_workers_replaced_while_they_work(world, smtp_server, run_worker):
    """C-14, F28: ten times a new worker is started and the old one asked to end."""
    number = 120
    drafts = many_drafts(world, number)
    worker = run_worker()
    issue_all(world, drafts)
    for _ in range(10):
        time.sleep(2)
        fresh = run_worker()
        worker.stop(seconds=60)
        worker = fresh
    began = time.monotonic()
    while still_to_do():
        do_everything_due(at=database_now())
        assert time.monotonic() < began + 300
        time.sleep(0.5)
    worker.stop()
    figures = invariants.check(smtp_server.messages, reports=number)
    print(f"C-14: 10 workers replaced; {figures}")
    assert figures["mail repeated"] == 0
