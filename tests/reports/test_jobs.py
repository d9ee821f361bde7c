"""Rows that are queues: claimed once, leased, finished once, tried again."""

import datetime as dt
import io
import threading
import zipfile

import pytest
from django.db import connection, connections
from django.utils import timezone

from dialogue_portal import files
from reports.documents.pdf import RenderFailed
from reports.domain import claiming, issuing, rendering
from reports.domain.drafting import start_draft
from reports.domain.ordering import order_period_zip
from reports.domain.rendering import render
from reports.models import Rendering
from reports.states import JobState
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

LEASE = dt.timedelta(minutes=1)


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


@pytest.mark.django_db
def test_a_rendering_is_made_once_and_a_second_ring_changes_nothing(report):
    job = render(report.rendering.pk)

    again = render(report.rendering.pk)

    assert (job.state, job.attempt, job.progress) == (JobState.DONE, 1, 100)
    assert again is None
    assert files.read(job.file, job.sha256).startswith(b"%PDF-")
    assert Rendering.objects.get(pk=job.pk).attempt == 1


@pytest.mark.django_db
def test_a_claimed_job_is_nobody_elses_until_its_lease_is_over(report):
    assert claiming.claim(Rendering, report.rendering.pk, lease=LEASE)
    assert not claiming.claim(Rendering, report.rendering.pk, lease=LEASE)

    Rendering.objects.update(lease_until=timezone.now() - LEASE)

    assert claiming.claim(Rendering, report.rendering.pk, lease=LEASE)
    assert Rendering.objects.get().attempt == 2


@pytest.mark.django_db
def test_who_lost_the_lease_cannot_finish(report):
    claiming.claim(Rendering, report.rendering.pk, lease=LEASE)
    slow = Rendering.objects.get()
    Rendering.objects.update(lease_until=timezone.now() - LEASE)
    claiming.claim(Rendering, report.rendering.pk, lease=LEASE)

    with pytest.raises(claiming.LostTheJob):
        claiming.finish(slow, file="x", sha256="y")

    assert Rendering.objects.get().state == JobState.RUNNING


@pytest.mark.django_db
def test_a_failed_attempt_waits_longer_each_time_and_at_last_for_a_person(report, monkeypatch):
    def fail(*args, **kwargs):
        raise RenderFailed("crash", "no such font")

    monkeypatch.setattr(rendering, "write_pdf_in_child", fail)

    job = render(report.rendering.pk)
    assert (job.state, job.attempt) == (JobState.QUEUED, 1)
    assert "no such font" in job.error
    assert job.next_at > timezone.now() + dt.timedelta(seconds=20)
    assert render(job.pk) is None  # not yet due

    Rendering.objects.update(attempt=claiming.GIVE_UP_AFTER - 1, next_at=NOON)
    assert render(job.pk).state == JobState.FAILED

    monkeypatch.undo()
    rendering.try_again(Rendering.objects.get(), at=NOON)
    assert render(job.pk).state == JobState.DONE


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (20, 3600)]
)
def test_back_off(attempt, seconds):
    assert claiming.back_off(attempt) == dt.timedelta(seconds=seconds)


@pytest.mark.django_db
def test_a_damaged_file_is_noticed_and_made_again_the_same(report, settings):
    job = render(report.rendering.pk)
    (settings.FILES_DIR / job.file).write_bytes(b"%PDF- not what was stored")

    with pytest.raises(files.DamagedFile):
        rendering.file_of(job)
    again = render(job.pk)

    assert (again.state, again.sha256) == (JobState.DONE, job.sha256)
    assert rendering.file_of(again).startswith(b"%PDF-")


@pytest.mark.django_db
def test_a_period_is_packed_with_the_hashes_of_its_files(world, report):
    render(report.rendering.pk)
    order = order_period_zip(world.period, world.board, at=NOON)

    packed = render(order.pk)

    with zipfile.ZipFile(io.BytesIO(rendering.file_of(packed))) as archive:
        names = archive.namelist()
        sums = archive.read("SHA256SUMS").decode()
    assert names == ["001-dang-uy-vien-minh-hoa-v1.pdf", "SHA256SUMS"]
    assert sums == f"{report.rendering.__class__.objects.get(report=report).sha256}  {names[0]}\n"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_claim_at_once_one_gets_the_job(world):
    if connection.vendor != "postgresql":
        pytest.skip("needs a server")
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    pk = Rendering.objects.get().pk
    together, got = threading.Barrier(20), []

    def race():
        together.wait()
        got.append(claiming.claim(Rendering, pk, lease=LEASE))
        connections.close_all()

    racers = [threading.Thread(target=race) for _ in range(20)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(got) == [False] * 19 + [True]
