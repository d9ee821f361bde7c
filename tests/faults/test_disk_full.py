"""C-10, F19: the disk is full while files are made, then there is room again."""

import datetime as dt
import os
import subprocess

import pytest

from foundation import files
from foundation.clock import database_now
from jobs.models import Alarm, Rendering
from jobs.states import JobState
from operations.domain.ticking import do_everything_due
from tests.faults import invariants
from tests.faults.many import issue_all, many_drafts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small_disk(tmp_path, settings):
    """A disk of 1 MB for the files; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root alone")
    settings.FILES_DIR = place
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("number", [6, pytest.param(60, marks=pytest.mark.long)])
def test_a_full_disk_keeps_what_it_has_and_goes_on_when_there_is_room(
    world, smtp_server, dead_broker, small_disk, number
):
    issue_all(world, many_drafts(world, number))
    ballast = small_disk / "other-peoples-files"
    ballast.write_bytes(b"x" * 800_000)

    do_everything_due(at=database_now())

    waiting = Rendering.objects.filter(state=JobState.QUEUED)
    held = waiting.count()
    assert held > 0
    assert set(waiting.values_list("attempt", flat=True)) == {0}, "a full disk costs no attempt"
    assert Alarm.objects.filter(code="disk", cleared_at=None).exists()
    for job in Rendering.objects.filter(state=JobState.DONE):
        assert files.read(job.file, job.sha256).startswith(b"%PDF-")
    assert not list(small_disk.glob("*.part"))
    assert not list(small_disk.glob(".new-*"))

    ballast.unlink()
    subprocess.run(["mount", "-o", f"remount,size={number}m", str(small_disk)], check=True)
    Rendering.objects.filter(state=JobState.QUEUED).update(
        next_at=database_now() - dt.timedelta(seconds=1)
    )
    do_everything_due(at=database_now())

    figures = invariants.check(smtp_server.messages, reports=number)
    assert not Alarm.objects.filter(code="disk", cleared_at=None).exists()
    print(f"C-10: {held} of {number} held while the disk was full, 0 truncated; {figures}")
