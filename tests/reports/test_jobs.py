"""Rows that are queues: claimed once, leased, finished once, tried again."""

import csv
import datetime as dt
import hashlib
import io
import subprocess
import threading
import time
import zipfile
from functools import partial

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from board.domain import board_files, receiving
from board.domain.ordering import order_period_zip
from foundation import files
from foundation.clock import database_now, day_of
from jobs import kinds
from jobs.domain import claiming, rendering
from jobs.domain.ordering import order_delivery
from jobs.domain.rendering import render
from jobs.domain.sent import DROPPED, HELD
from jobs.kinds import NotMade
from jobs.models import Alarm, Rendering
from jobs.states import JobState
from reports.domain import issuing, report_files, withdrawing, writing
from reports.domain.drafting import start_draft
from reports.models import Report, ReportMove
from sessions.domain import conferences
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day, make_committee, make_conference, moment

LEASE = dt.timedelta(minutes=1)


def pdf_text(content):
    """Return the text of a PDF as a reader would copy it."""
    return subprocess.run(
        ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()


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
    slow = claiming.claim(Rendering, report.rendering.pk, lease=LEASE)
    Rendering.objects.update(lease_until=timezone.now() - LEASE)
    claiming.claim(Rendering, report.rendering.pk, lease=LEASE)

    with pytest.raises(claiming.LostTheJob):
        claiming.finish(slow, file="x", sha256="y")

    assert Rendering.objects.get().state == JobState.RUNNING


@pytest.mark.django_db
def test_a_failed_attempt_waits_longer_each_time_and_at_last_for_a_person(report, monkeypatch):
    def fail(*args, **kwargs):
        raise NotMade("crash", "no such glyph")

    monkeypatch.setattr(report_files, "write_pdf_in_child", fail)

    job = render(report.rendering.pk)
    assert (job.state, job.attempt) == (JobState.QUEUED, 1)
    assert "no such glyph" in job.error
    assert job.next_at > timezone.now() + dt.timedelta(seconds=15)
    assert render(job.pk) is None  # not yet due

    Rendering.objects.update(attempt=rendering.GIVE_UP_AFTER - 1, next_at=NOON)
    assert render(job.pk).state == JobState.FAILED
    assert Alarm.objects.get(cleared_at=None).code == "render"

    monkeypatch.undo()
    rendering.try_again(Rendering.objects.get(), at=NOON)
    assert render(job.pk).state == JobState.DONE
    assert not Alarm.objects.filter(cleared_at=None).exists()
    assert list(job.events.values_list("event", flat=True)) == [
        *("claimed", "failed", "claimed", "given_up", "again", "claimed", "done")
    ]


@pytest.mark.django_db
def test_a_report_that_cannot_be_set_gets_a_plain_file(report, monkeypatch):
    proper = report_files.write_pdf_in_child

    def fail_unless_plain(*args, plain, **kwargs):
        if not plain:
            raise NotMade("timeout", "longer than 60 s")
        return proper(*args, plain=plain, **kwargs)

    monkeypatch.setattr(report_files, "write_pdf_in_child", fail_unless_plain)
    Rendering.objects.update(attempt=rendering.PLAIN_AFTER - 1)

    assert render(report.rendering.pk).state == JobState.QUEUED
    Rendering.objects.update(next_at=NOON)
    job = render(report.rendering.pk)

    assert (job.state, job.is_plain) == (JobState.DONE, True)
    assert Alarm.objects.get(cleared_at=None).code == "plain"
    text = pdf_text(rendering.file_of(job))
    assert "Bản đơn giản" in text
    assert "BÁO CÁO" in text

    monkeypatch.undo()
    rendering.try_again(job, at=NOON)
    assert not render(job.pk).is_plain


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left on device"), "disk"),
        (NotMade("fonts", "Liberation Serif"), "fonts"),
    ],
)
@pytest.mark.django_db
def test_what_no_attempt_can_help_does_not_count(report, monkeypatch, error, code):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(report_files, "write_pdf_in_child", fail)
    for _ in range(rendering.GIVE_UP_AFTER + 1):
        Rendering.objects.update(next_at=NOON)
        job = render(report.rendering.pk)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert Alarm.objects.get(cleared_at=None).code == code

    monkeypatch.undo()
    Rendering.objects.update(next_at=NOON)
    assert render(job.pk).state == JobState.DONE
    assert not Alarm.objects.filter(cleared_at=None).exists()


@pytest.mark.django_db
def test_a_snapshot_edited_by_hand_is_not_printed(report):
    snapshot = report.snapshot
    snapshot["document"]["signer"] = "Somebody else"
    Report.objects.filter(pk=report.pk).update(snapshot=snapshot)

    job = render(report.rendering.pk)

    assert (job.state, job.attempt, job.file) == (JobState.FAILED, 1, "")
    assert Alarm.objects.get(cleared_at=None).code == "snapshot"


@pytest.mark.parametrize(
    ("attempt", "in_time", "seconds"),
    [(0, True, 10), (1, True, 20), (2, True, 40), (6, True, 640), (7, True, 900), (99, True, 900),
     (1, False, 20), (9, False, 3600), (99, False, 3600)],
)  # fmt: skip
def test_back_off(attempt, in_time, seconds):
    assert claiming.back_off(attempt, in_time=in_time) == dt.timedelta(seconds=seconds)


@pytest.mark.django_db
def test_nothing_is_given_up_before_a_week_after_the_deadline(report, monkeypatch):
    job = claiming.claim(Rendering, report.rendering.pk, lease=LEASE)
    job.attempt = 10_000
    deadline = timezone.now() - dt.timedelta(days=6, hours=23)
    claiming.give_back(job, "still down", deadline=deadline)
    assert Rendering.objects.get().state == JobState.QUEUED

    Rendering.objects.update(next_at=NOON)
    job = claiming.claim(Rendering, report.rendering.pk, lease=LEASE)
    job.created_at = NOON - dt.timedelta(days=300)
    claiming.give_back(job, "still down", deadline=deadline - dt.timedelta(hours=2))
    assert Rendering.objects.get().state == JobState.FAILED


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
        missing = archive.read("BAO-CAO-CON-THIEU.txt").decode("utf-8-sig").split("\r\n")
        told = [archive.read(name) for name in names[1:3]]
    assert names == [
        "001-dang-uy-vien-minh-hoa-v1.pdf", "MANIFEST.csv", "BAO-CAO-CON-THIEU.txt", "SHA256SUMS",
    ]  # fmt: skip
    assert missing[2:] == [
        "Có trong tệp: 1/2 báo cáo.",
        "",
        "Còn thiếu:",
        f"1. Đảng ủy Bộ Láng Giềng: chưa gửi, quá hạn {(day_of(database_now()) - world.period.due_before).days + 1} ngày.",
        "",
    ]
    made = Rendering.objects.get(report=report).sha256
    hashes = [made, *(hashlib.sha256(content).hexdigest() for content in told)]
    assert sums == "".join(f"{one}  {name}\n" for one, name in zip(hashes, names, strict=False))
    (line,) = csv.DictReader(io.StringIO(told[0].decode("utf-8-sig")))
    assert line == {
        "file": names[0],
        "committee_code": "A01",
        "committee_name": "Đảng ủy Viện Minh Hòa",
        "number": str(report.number),
        "issued_at": timezone.localtime(report.issued_at).isoformat(timespec="seconds"),
        "version": "1",
        "state": "issued",
        "deposited_unapproved": "false",
        "sha256": made,
    }


@pytest.mark.django_db
def test_the_same_reports_are_packed_into_the_same_bytes(world, report, monkeypatch):
    monkeypatch.setattr(board_files, "database_now", lambda: NOON)
    render(report.rendering.pk)
    packed = [
        render(order_period_zip(world.period, world.board, at=NOON).pk).sha256 for _ in range(2)
    ]
    monkeypatch.setattr("time.localtime", lambda *_: time.gmtime(1_900_000_000))
    packed.append(render(order_period_zip(world.period, world.board, at=NOON).pk).sha256)

    assert len(set(packed)) == 1


def not_held(world, code, *, automatic=False):
    """Return the issued report of a further committee that held no conference, its PDF waiting."""
    draft = start_draft(owing(world, code), by=world.clerk, at=NOON)
    Report.objects.filter(pk=draft.pk).update(signer="Nguyễn Văn Ký")
    writing.explain_not_held(draft, reason="Sắp xếp", until=day(60), at=NOON)
    by = None if automatic else world.secretary
    return issuing.issue_report(draft, by=by, at=NOON, automatic=automatic)


def owing(world, code):
    committee = make_committee(code, "base", f"Đảng ủy {code}", parent=world.bloc)
    return world.period.obligations.create(committee=committee, board=world.board)


@pytest.mark.django_db
def test_a_packed_period_names_every_report_that_is_missing_and_why(world, report, monkeypatch):
    """Read back from the ZIP: one committee for every way not to be in it, or to be in it."""
    monkeypatch.setattr(board_files, "database_now", lambda: NOON)
    made = render(report.rendering.pk)
    second = issuing.correct_report(report, by=world.clerk, at=NOON)
    issuing.issue_report(second, by=world.secretary, at=NOON)
    owing(world, "không lịch")
    for code, starts_at in (("có lịch", moment(5)), ("đã họp", moment(-5))):
        committee = owing(world, code).committee
        conference = make_conference(
            committee,
            world.secretary,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=3),
        )
        if code == "đã họp":
            conferences.hold_conference(conference, by=world.secretary, at=NOON)
    start_draft(owing(world, "đang soạn"), by=world.clerk, at=NOON)
    by_code = {
        code: not_held(world, code, automatic=code == "tự động")
        for code in ("thiếu số liệu", "trả lại", "thu hồi", "tự động", "lỗi tệp", "chờ tệp")
    }
    for code in ("thiếu số liệu", "trả lại"):
        receiving.return_report(
            by_code[code], remarks="x", data_missing=code != "trả lại", by=world.officer, at=NOON
        )
    withdrawing.withdraw_report(by_code["thu hồi"], reason="x", by=world.secretary, at=NOON)
    there = Rendering.objects.filter(report__in=[second, by_code["trả lại"], by_code["tự động"]])
    there.update(state="done", file=made.file, sha256=made.sha256)
    Rendering.objects.filter(report=by_code["lỗi tệp"]).update(state="failed")

    packed = render(order_period_zip(world.period, world.board, at=NOON).pk)

    with zipfile.ZipFile(io.BytesIO(rendering.file_of(packed))) as archive:
        names = archive.namelist()
        told = archive.read("BAO-CAO-CON-THIEU.txt").decode("utf-8-sig").split("\r\n")
    assert [name[4:] for name in names[:-3]] == [
        "dang-uy-vien-minh-hoa-v2.pdf",
        "dang-uy-tra-lai-v1.pdf",
        "dang-uy-tu-dong-v1.pdf",
    ]
    assert told == [
        "Báo cáo 6 tháng đầu năm 2026, đóng gói lúc 12 giờ 00, ngày 01/6/2026",
        "Báo cáo phát hành, trả lại hoặc thu hồi sau thời điểm này không có trong tệp.",
        "Có trong tệp: 3/12 báo cáo.",
        "",
        "Còn thiếu:",
        *numbered(
            ("Bộ Láng Giềng", "chưa gửi, chưa có lịch hội nghị"),
            ("chờ tệp", "đã nhận, tệp PDF đang được dựng"),
            ("có lịch", "chưa gửi, chưa đến ngày hội nghị"),
            ("không lịch", "chưa gửi, chưa có lịch hội nghị"),
            ("lỗi tệp", "đã nhận, tệp PDF dựng bị lỗi"),
            ("thiếu số liệu", "đã trả lại vì thiếu số liệu, chưa gửi lại"),
            ("thu hồi", "đã thu hồi, chưa gửi lại"),
            ("đang soạn", "chưa gửi, đang soạn dự thảo"),
            ("đã họp", "chưa gửi, đã tổ chức hội nghị"),
        ),
        "",
        "Cần lưu ý trong các báo cáo có trong tệp:",
        *numbered(
            ("trả lại", "đã trả lại để hoàn thiện, chưa có bản mới"),
            ("tự động", "bản tổng hợp tự động, chưa phê duyệt; không tính là đã gửi"),
        ),
        "",
    ]


def numbered(*said):
    return [f"{number}. Đảng ủy {name}: {words}." for number, (name, words) in enumerate(said, 1)]


@pytest.mark.django_db
def test_a_packed_file_is_stale_from_what_came_after_it_was_packed(client, world, report):
    """Not after it was asked for; and while it is packed again nothing is said of the old one."""
    client.force_login(world.head)
    desk = reverse("board:board_desk_of", args=[world.period.code])
    stale = "Từ đó đến nay có báo cáo của 1 đảng ủy được phát hành, trả lại hoặc thu hồi"
    asked_for = database_now() - dt.timedelta(hours=1)
    ReportMove.objects.update(at=asked_for + dt.timedelta(minutes=30))
    packed = render(order_period_zip(world.period, world.board, at=asked_for).pk)
    assert stale not in " ".join(client.get(desk).text.split())

    receiving.return_report(
        report, remarks="x", by=world.officer, at=database_now() + dt.timedelta(minutes=1)
    )

    assert stale in " ".join(client.get(desk).text.split())
    rendering.mend(packed, at=database_now())
    assert stale not in " ".join(client.get(desk).text.split())


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
        got.append(bool(claiming.claim(Rendering, pk, lease=LEASE)))
        connections.close_all()

    racers = [threading.Thread(target=race) for _ in range(20)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(got) == [False] * 19 + [True]


# --- what befalls a worker on its way ---------------------------------------------------


def taken_over(job):
    """Let the lease be over and another worker have the job."""
    type(job).objects.filter(pk=job.pk).update(lease_until=timezone.now() - LEASE)
    assert claiming.claim(type(job), job.pk, lease=LEASE)


@pytest.mark.django_db
def test_whoever_was_overtaken_while_making_a_file_leaves_it_to_the_other(report, monkeypatch):
    def slow(job, path, **_more):
        path.write_bytes(b"%PDF-")
        taken_over(job)
        return 1

    monkeypatch.setitem(kinds.FILES, report.rendering.kind, slow)

    job = render(report.rendering.pk)

    assert (job.state, job.attempt, job.file) == (JobState.RUNNING, 2, "")
    assert "done" not in job.events.values_list("event", flat=True)


@pytest.mark.django_db
def test_an_error_of_whoever_was_overtaken_is_not_the_others(report, monkeypatch):
    def fail(job, path, **_more):
        taken_over(job)
        raise NotMade("crash", "no such glyph")

    monkeypatch.setitem(kinds.FILES, report.rendering.kind, fail)

    job = render(report.rendering.pk)

    assert (job.state, job.attempt, job.error) == (JobState.RUNNING, 2, "")


@pytest.mark.django_db
def test_a_file_whose_parts_are_damaged_waits_for_them_to_be_mended(report, monkeypatch):
    def fail(job, path, **_more):
        raise files.DamagedFile("ab/cd.pdf")

    monkeypatch.setitem(kinds.FILES, report.rendering.kind, fail)

    job = render(report.rendering.pk)

    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert job.next_at > timezone.now() + rendering.WHILE_MENDED / 2
    assert not Alarm.objects.exists()


@pytest.mark.django_db
def test_a_disk_without_room_for_a_beginning_is_an_alarm(report, settings, tmp_path):
    (tmp_path / "full").touch()
    settings.FILES_DIR = tmp_path / "full"  # nothing can be written below a file

    job = render(report.rendering.pk)

    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert Alarm.objects.get(cleared_at=None).code == "disk"


@pytest.mark.django_db
def test_a_file_that_is_being_made_again_is_ordered_once(report):
    job = render(report.rendering.pk)
    rendering.mend(job, at=NOON)
    rendering.mend(job, at=NOON)

    assert list(job.events.values_list("event", flat=True)).count("damaged") == 1


@pytest.mark.django_db
def test_only_what_waits_or_was_given_up_is_done_now(report):
    job = report.rendering
    Rendering.objects.update(next_at=timezone.now() + LEASE)
    assert claiming.do_now(job, at=NOON)
    assert Rendering.objects.get().next_at == NOON

    claiming.claim(Rendering, job.pk, lease=LEASE)
    assert not claiming.do_now(job, at=NOON)

    for decided in (HELD, DROPPED):
        Rendering.objects.update(state=JobState.FAILED, error=decided)
        assert not claiming.do_now(job, at=NOON)
        assert Rendering.objects.get().state == JobState.FAILED


@pytest.mark.django_db
def test_a_mail_is_ordered_and_rung_for_once(report, django_capture_on_commit_callbacks):
    order = partial(order_delivery, "emails/reports/reminder", to="a@example.vn", once="x", at=NOON)
    with django_capture_on_commit_callbacks() as first:
        made = order()
    with django_capture_on_commit_callbacks() as second:
        assert order() == made

    assert (bool(first), second) == (True, [])
