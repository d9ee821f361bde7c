"""A row that is a queue: who gets it and when, and what each end writes into it, to the second."""

import datetime as dt
import uuid

import psycopg
import pytest
from django.db import connection, transaction

from jobs.domain import claiming
from jobs.models import Delivery, JobEvent, Rendering
from jobs.states import JobState
from reports.models import Rehearsal
from tests.conftest import database_url
from tests.world import NOON

pytestmark = pytest.mark.django_db
SECOND, LEASE, WEEK = dt.timedelta(seconds=1), dt.timedelta(minutes=2), dt.timedelta(days=7)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(claiming, "database_now", lambda: NOON)


@pytest.fixture
def job(world):
    """A file that is wanted, and another one that waits beside it."""

    def wanted():
        return Rendering.objects.create(
            kind="period_zip",
            created_at=NOON - HOUR, next_at=NOON,
        )  # fmt: skip

    wanted()
    return wanted()


def claimed(job):
    return claiming.claim(Rendering, job.pk, lease=LEASE)


def now(job):
    return Rendering.objects.get(pk=job.pk)


def events(job):
    found = JobEvent.objects.filter(rendering=job)
    return [(one.event, one.attempt, one.detail, one.at) for one in found.order_by("pk")]


# --- whose it is ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "next_at", "lease_until", "is_due"),
    [
        ("queued", NOON, None, True),
        ("queued", NOON + SECOND, None, False),
        ("running", NOON - HOUR, NOON - SECOND, True),  # its worker seems dead
        ("running", NOON - HOUR, NOON, False),
        ("done", NOON - HOUR, NOON - HOUR, False),
        ("failed", NOON - HOUR, None, False),
        ("bounced", NOON - HOUR, None, False),
    ],
)
def test_what_can_be_had(job, state, next_at, lease_until, is_due):
    Rendering.objects.filter(pk=job.pk).update(
        state=state, next_at=next_at, lease_until=lease_until, file="f", sha256="s"
    )

    assert Rendering.objects.filter(claiming.is_due(NOON), pk=job.pk).exists() is is_due
    assert (claimed(job) is not None) is is_due


def test_whoever_claims_a_job_has_it_for_the_lease_and_no_other_with_it(job):
    mine = claimed(job)

    assert (mine.pk, mine.state, mine.attempt) == (job.pk, JobState.RUNNING, 1)
    assert mine.lease_until == NOON + LEASE
    assert mine.lease_token is not None
    assert events(job) == [("claimed", 1, "", NOON)]
    assert claimed(job) is None
    assert Rendering.objects.exclude(pk=job.pk).get().state == JobState.QUEUED


@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_is_just_taking_is_passed_by_without_waiting(job):
    with psycopg.connect(database_url()) as another:
        another.execute("SELECT FROM reports_rendering WHERE id = %s FOR UPDATE", [job.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            assert claimed(job) is None
    assert claimed(job).attempt == 1


def test_nobody_ends_a_job_that_another_has_claimed_since(job):
    late = claimed(job)
    Rendering.objects.filter(pk=job.pk).update(lease_token=uuid.uuid4())

    for end in (
        lambda: claiming.finish(late, file="f", sha256="s"),
        lambda: claiming.give_back(late, "?"),
        lambda: claiming.hold(late, "?", until=NOON),
    ):
        with pytest.raises(claiming.LostTheJob):
            end()

    assert (now(job).state, now(job).file) == (JobState.RUNNING, "")
    assert len(events(job)) == 1


def test_an_ended_job_is_not_ended_again(job):
    mine = claimed(job)
    claiming.finish(mine, file="f", sha256="s")
    Rendering.objects.filter(pk=job.pk).update(lease_token=mine.lease_token)

    with pytest.raises(claiming.LostTheJob):
        claiming.give_back(mine, "?")
    assert now(job).state == JobState.DONE


# --- how it ends ----------------------------------------------------------------------


def test_a_finished_job_holds_what_was_made_and_no_lease(job):
    Rendering.objects.filter(pk=job.pk).update(error="as it was before")
    claiming.finish(claimed(job), detail="three pages", file="f", sha256="s", pages=3)

    done = now(job)
    assert (done.state, done.done_at, done.error, done.pages) == (JobState.DONE, NOON, "", 3)
    assert (done.lease_until, done.lease_token) == (None, None)
    assert events(job)[1:] == [("done", 1, "three pages", NOON)]


@pytest.mark.parametrize(
    ("attempt", "deadline", "pause"),
    [
        (0, None, dt.timedelta(seconds=20)),
        (2, None, dt.timedelta(seconds=80)),
        (9, None, dt.timedelta(minutes=15)),
        (9, NOON + SECOND, dt.timedelta(minutes=15)),
        (9, NOON, HOUR),  # too late already: no need to hurry
    ],
)
def test_what_failed_comes_again_after_a_pause(job, attempt, deadline, pause):
    Rendering.objects.filter(pk=job.pk).update(attempt=attempt)
    mine = claimed(job)
    claiming.give_back(mine, "x" * 3000, deadline=deadline, progress=7)

    back = now(job)
    assert (back.state, back.next_at, back.attempt) == (JobState.QUEUED, NOON + pause, attempt + 1)
    assert (back.error, back.progress) == ("x" * 2000, 7)
    assert (back.lease_until, back.lease_token) == (None, None)
    assert events(job)[1:] == [("failed", attempt + 1, "x" * 500, NOON)]


def test_what_no_attempt_can_help_waits_for_a_person(job):
    claiming.give_back(claimed(job), "no such address", final=True)

    assert now(job).state == JobState.FAILED
    assert events(job)[1:] == [("given_up", 1, "no such address", NOON)]


@pytest.mark.parametrize(
    ("created_at", "deadline", "state"),
    [
        (NOON - 2 * WEEK, NOON - WEEK + SECOND, JobState.QUEUED),
        (NOON - 2 * WEEK, NOON - WEEK, JobState.FAILED),
        (NOON - WEEK + SECOND, NOON - 2 * WEEK, JobState.QUEUED),  # ordered after the deadline
        (NOON - WEEK, NOON - 2 * WEEK, JobState.FAILED),
        (NOON - 9 * WEEK, None, JobState.QUEUED),  # without a deadline it is never too late
    ],
)
def test_it_is_tried_for_a_week_after_the_deadline(job, created_at, deadline, state):
    Rendering.objects.filter(pk=job.pk).update(created_at=created_at)
    claiming.give_back(claimed(job), "still down", deadline=deadline)

    assert now(job).state == state


@pytest.mark.parametrize("attempt", [0, 4])
def test_what_is_only_held_has_cost_no_attempt(job, attempt):
    Rendering.objects.filter(pk=job.pk).update(attempt=attempt)
    claiming.hold(claimed(job), "y" * 3000, until=NOON + HOUR, progress=5)

    held = now(job)
    assert (held.state, held.next_at, held.attempt) == (JobState.QUEUED, NOON + HOUR, attempt)
    assert (held.error, held.progress) == ("y" * 2000, 5)
    assert events(job)[1:] == [("held", attempt + 1, "y" * 500, NOON)]


def test_a_job_without_an_attempt_is_held_without_one(job):
    mine = claimed(job)
    mine.attempt = 0
    claiming.hold(mine, "the disk is full", until=NOON)

    assert now(job).attempt == 0


def test_an_address_that_refuses_is_tried_by_nobody_again_until_a_person_says_so(world):
    mail = Delivery.objects.create(
        to="head@example.vn", template="emails/reports/opening", message_id="m", once="o",
        created_at=NOON, next_at=NOON,
    )  # fmt: skip
    claiming.bounce(claiming.claim(Delivery, mail.pk, lease=LEASE), "z" * 3000, smtp_code=550)

    mail.refresh_from_db()
    assert (mail.state, mail.bounced_at, mail.smtp_code) == (JobState.BOUNCED, NOON, 550)
    assert mail.error == "z" * 2000
    assert claiming.claim(Delivery, mail.pk, lease=LEASE) is None
    assert [(one.event, one.detail) for one in mail.events.order_by("pk")] == [
        ("claimed", ""),
        ("bounced", "z" * 500),
    ]


# --- once more ------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["done", "failed", "bounced"])
def test_an_ended_job_is_ordered_again_with_its_attempts_counted_anew(job, state):
    Rendering.objects.update(state=state, attempt=9, lease_token=uuid.uuid4(), file="f", sha256="s")
    ended = now(job)

    assert claiming.order_again(ended, at=NOON + HOUR, detail="by a person") is True

    again = now(job)
    assert (again.state, again.attempt, again.next_at) == (JobState.QUEUED, 0, NOON + HOUR)
    assert again.lease_token is None
    assert events(job) == [("again", 9, "by a person", NOON + HOUR)]
    assert Rendering.objects.exclude(pk=job.pk).get().state == state  # and no other one


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_is_under_way_is_not_ordered_again(job, state):
    Rendering.objects.filter(pk=job.pk).update(state=state, attempt=3)

    assert claiming.order_again(now(job), at=NOON + HOUR) is False
    assert (now(job).state, now(job).attempt, now(job).next_at) == (state, 3, NOON)
    assert events(job) == []


def test_a_rehearsal_is_a_job_of_which_nothing_is_told(world):
    played = Rehearsal.objects.create(
        board=world.board, ordered_by=world.head, committees=3, created_at=NOON, next_at=NOON
    )

    mine = claiming.claim(Rehearsal, played.pk, lease=LEASE)
    claiming.finish(mine)

    played.refresh_from_db()
    assert (played.state, played.attempt) == (JobState.DONE, 1)
    assert not JobEvent.objects.exists()


def test_what_is_told_of_a_job_stands_in_the_log_once_it_is_sure(
    job, caplog, django_capture_on_commit_callbacks
):
    with caplog.at_level("INFO"), django_capture_on_commit_callbacks(execute=True):
        claiming.note(job, JobEvent.Event.PLAIN, "without pictures")
        assert caplog.messages == []

    assert caplog.messages == ["Job plain, attempt 0"]
    assert events(job) == [("plain", 0, "without pictures", NOON)]
