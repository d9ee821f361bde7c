"""The nightly check of files: what is damaged is mended, what nobody names goes."""

import datetime as dt
import os

import pytest

from jobs.domain import scrubbing
from jobs.domain.rendering import render
from jobs.models import Alarm, Heartbeat, Rendering
from jobs.states import JobState
from operations.domain import ticking
from reports.domain import issuing
from reports.domain.drafting import start_draft
from reports.models import SignedCopy
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return render(issuing.issue_report(draft, by=world.secretary, at=NOON).rendering.pk)


@pytest.mark.parametrize("harm", ["flip", "unlink"])
def test_a_damaged_file_is_made_again_with_the_same_bytes(job, settings, harm):
    """F21: bit rot, and a file that is gone."""
    path = settings.FILES_DIR / job.file
    whole = path.read_bytes()
    if harm == "flip":
        path.write_bytes(whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:])
    else:
        path.unlink()

    found = scrubbing.scrub(at=NOON)
    render(job.pk)

    assert (found["checked"], found["mended"]) == (1, 1)
    assert path.read_bytes() == whole
    assert scrubbing.scrub(at=NOON)["mended"] == 0
    assert "damaged" in job.events.values_list("event", flat=True)


def test_a_signed_copy_that_is_lost_raises_an_alarm_until_it_is_back(world, job, settings):
    path = settings.FILES_DIR / "ab" / "abc.pdf"
    SignedCopy.objects.create(
        report=job.report, file="ab/abc.pdf", sha256="0" * 64, size=1, signer="A",
        issuer="B", serial="1", uploaded_by=world.clerk, uploaded_at=NOON,
    )  # fmt: skip
    assert scrubbing.scrub(at=NOON)["lost"] == ["ab/abc.pdf"]
    assert Alarm.objects.get(cleared_at=None).code == "lost_file"
    assert not path.exists()


@pytest.fixture
def grow_old(monkeypatch):
    """Return a function that makes paths look as if nobody had touched them for an hour."""
    old, touched = set(), scrubbing.last_touched
    monkeypatch.setattr(
        scrubbing, "last_touched", lambda path: 1.0 if path in old else touched(path)
    )
    return lambda *paths: old.update(paths)


def test_what_is_half_written_does_not_wait_for_the_night(job, settings, grow_old):
    """F20: invariant (vi) of C-06."""
    half = settings.FILES_DIR / ".new-half.pdf"
    fresh = settings.FILES_DIR / ".new-fresh.pdf"
    for path in (half, fresh):
        path.write_bytes(b"x")
    grow_old(half)

    ticking.prepare(at=NOON)

    assert not half.exists()
    assert fresh.exists()


def test_what_nobody_names_is_removed_after_an_hour(job, settings, grow_old):
    """F20: what a crash left behind."""
    stray = settings.FILES_DIR / "aa" / "stray.pdf"
    half = settings.FILES_DIR / ".new-half.pdf"
    fresh = settings.FILES_DIR / ".new-fresh.pdf"
    stray.parent.mkdir(exist_ok=True)
    for path in (stray, half, fresh):
        path.write_bytes(b"x")
    grow_old(stray, half, settings.FILES_DIR / job.file)

    assert scrubbing.scrub(at=NOON)["removed"] == 2

    assert not stray.exists()
    assert not half.exists()
    assert fresh.exists()
    assert (settings.FILES_DIR / job.file).exists()


def test_an_attachment_whose_row_is_not_committed_yet_stays(job, settings):
    """Its file tells the week alone, and must not be taken for one left behind since then."""
    place = settings.FILES_DIR / "aa" / "plan.pdf"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"x")
    os.utime(place, (1, 1))

    assert scrubbing.scrub(at=NOON)["removed"] == 0
    assert place.exists()


@pytest.mark.parametrize(
    ("hours_ago", "local_hour", "scrubs"),
    [(21, 2, True), (21, 9, False), (5, 2, False), (31, 9, True)],
)
def test_once_in_the_night_and_later_if_a_night_was_missed(
    monkeypatch, hours_ago, local_hour, scrubs
):
    at = NOON.replace(hour=local_hour)
    Heartbeat.objects.create(name="scrub", at=at - dt.timedelta(hours=hours_ago))
    done = []
    monkeypatch.setattr(scrubbing, "scrub", lambda *, at: done.append(at))
    scrubbing.scrub_if_due(at=at)
    scrubbing.scrub_if_due(at=at)
    assert len(done) == scrubs


def test_a_step_that_fails_keeps_no_other_from_its_turn(world, job, monkeypatch):
    def fail(*, at):
        raise ValueError("no")

    monkeypatch.setattr(ticking, "STEPS", (fail, ticking.open_periods))
    Rendering.objects.update(state=JobState.QUEUED, next_at=NOON)

    with pytest.raises(ValueError, match="no"):
        ticking.do_everything_due(at=NOON)

    assert Rendering.objects.get().state == JobState.DONE
    assert Alarm.objects.get(cleared_at=None).subject == "fail"


def test_where_nothing_was_ever_kept_there_is_nothing_to_remove(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "none"

    assert scrubbing.remove_what_nobody_names() == 0
