import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation import mail_channel
from foundation.smtp import MailFailed
from jobs.domain import claiming, delivering
from jobs.domain.delivering import deliver, ready
from jobs.domain.queueing import queue_mail
from jobs.domain.rendering import render
from jobs.domain.sent import note_sent
from jobs.models import Delivery
from jobs.states import JobState
from operations.domain.ticking import do_everything_due
from periods.domain.steps import step_of
from periods.models import ReminderSent
from reports.domain import issuing
from reports.domain.drafting import start_draft
from reports.domain.reminding import remind
from reports.queries import board_addresses
from tests.reports.story import hold_a_dialogue
from tests.world import HANOI, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


def test_the_board_gets_the_pdf_by_mail(report, smtp_server):
    render(report.rendering.pk)

    for delivery in Delivery.objects.all():
        assert deliver(delivery.pk).state == JobState.DONE

    assert sorted(m["To"] for m in smtp_server.messages) == [
        "head@example.vn",
        "officer@example.vn",
    ]
    message = smtp_server.messages[0]
    assert message["Subject"].strip() == (
        "Báo cáo kết quả đối thoại 6 tháng đầu năm 2026 của Đảng ủy Viện Minh Hòa"
    )
    assert message["Auto-Submitted"] == "auto-generated"
    attached = next(message.iter_attachments())
    assert attached.get_filename() == "bao-cao-2026-H1-a01-v1.pdf"
    assert attached.get_content().startswith(b"%PDF-")
    assert "đã phát hành" in message.get_body(("plain",)).get_content()
    assert "đã phát hành" in message.get_body(("html",)).get_content()
    names = {"head@example.vn": "Ngô Đình Lâm", "officer@example.vn": "Đặng Thị Mai"}
    for message in smtp_server.messages:
        for kind in ("plain", "html"):
            body = message.get_body((kind,)).get_content()
            assert f"Kính gửi đồng chí {names[message['To']]}," in body
            assert reverse("reports:report_detail", args=[report.pk]) in body, "the thing itself"


def test_no_mail_tells_what_was_asked(report, smtp_server):
    render(report.rendering.pk)
    for delivery in Delivery.objects.all():
        deliver(delivery.pk)

    assert len(smtp_server.messages) == 2
    for message in smtp_server.messages:
        for kind in ("plain", "html"):
            body = message.get_body((kind,)).get_content()
            assert "khu để xe" not in body
            assert "C001" not in body


def test_the_mail_waits_for_its_pdf_but_not_for_ever(report):
    at = timezone.now()
    Delivery.objects.update(created_at=at, next_at=at)
    assert not ready(at=at).exists()

    assert ready(at=at + dt.timedelta(minutes=31)).count() == 2


def test_a_refused_mail_is_tried_again_with_the_same_message_id(report, smtp_server):
    render(report.rendering.pk)
    Delivery.objects.update(created_at=timezone.now())
    delivery = Delivery.objects.first()
    smtp_server.refuses = "451 4.3.0 try later"
    first = deliver(delivery.pk)
    smtp_server.refuses = ""
    Delivery.objects.update(next_at=NOON)

    second = deliver(delivery.pk)

    assert (first.state, second.state, second.attempt) == (JobState.QUEUED, JobState.DONE, 2)
    assert smtp_server.messages[0]["Message-ID"] == delivery.message_id


def test_a_dead_mail_server_leaves_the_report_in_the_inbox_and_the_mail_in_the_queue(
    report, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    render(report.rendering.pk)

    delivery = deliver(Delivery.objects.first().pk)

    assert delivery.state == JobState.QUEUED
    assert "refused" in delivery.error.lower()
    assert report.inbox_item.deposited_at == NOON


def test_the_same_mail_is_queued_once(world):
    one, is_new = queue_mail("emails/reports/reminder", to="a@example.vn", once="x", at=NOON)
    same, is_new_again = queue_mail("emails/reports/reminder", to="a@example.vn", once="x", at=NOON)

    assert (one == same, is_new, is_new_again) == (True, True, False)


def test_the_report_goes_to_both_addresses_of_the_board_in_a_message_each(world):
    world.board.email, world.board.second_email = "ban@example.vn", "du-phong@example.vn"
    world.board.save()
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)

    report = issuing.issue_report(draft, by=world.secretary, at=NOON)

    mails = Delivery.objects.filter(waits_for__report=report)
    assert sorted(mail.to for mail in mails) == ["ban@example.vn", "du-phong@example.vn"]
    assert len({mail.message_id for mail in mails}) == 2
    world.board.second_email = world.board.email
    assert board_addresses(world.board) == ["ban@example.vn"]
    world.board.email = ""
    assert board_addresses(world.board) == ["ban@example.vn"]


# --- reminders ----------------------------------------------------------------------


def on(month, day, hour=8):
    return dt.datetime(2026, month, day, hour, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (dt.date(2026, 5, 25), None),
        (dt.date(2026, 5, 26), "T-30"),
        (dt.date(2026, 6, 10), "T-30"),
        (dt.date(2026, 6, 11), "T-14"),
        (dt.date(2026, 6, 18), "T-7"),
        (dt.date(2026, 6, 22), "T-3"),
        (dt.date(2026, 6, 24), "T-1"),
        (dt.date(2026, 6, 25), "T+0"),
        (dt.date(2026, 6, 28), "T+3"),
    ],
)
def test_the_ladder(world, day, step):
    assert step_of(world.period, on=day) == step


def reminded():
    """Return the secretaries who had mail because of the date of their report."""
    mails = Delivery.objects.filter(template__endswith="reminder", to__contains="secretary")
    return sorted(mail.to for mail in mails if mail.context["obligations"])


def test_each_secretary_is_reminded_once_for_each_step(world):
    remind(at=on(6, 18))
    remind(at=on(6, 18, 9))
    remind(at=on(6, 20))

    assert reminded() == ["other_secretary@example.vn", "secretary@example.vn"]


def test_after_a_pause_only_the_newest_step_is_taken(world):
    remind(at=on(6, 24))

    assert len(reminded()) == 2
    steps = ReminderSent.objects.filter(obligation__isnull=False, step__startswith="T")
    assert set(steps.values_list("step", flat=True)) == {"T-1"}


def test_who_has_issued_is_left_in_peace(world, report):
    remind(at=on(6, 18))

    assert reminded() == ["other_secretary@example.vn"]


def test_every_day_after_the_deadline_until_it_is_done(world):
    from periods.domain.periods import open_periods

    open_periods(at=on(6, 25))
    for day in (25, 26, 27):
        remind(at=on(6, day))

    assert len(reminded()) == 6


def test_a_reminder_says_how_many_days_are_left_and_what_is_missing(
    world, smtp_server, monkeypatch
):
    remind(at=on(6, 18))
    monkeypatch.setattr("reports.domain.reminding.database_now", lambda: on(6, 18))
    for delivery in Delivery.objects.filter(to="secretary@example.vn"):
        deliver(delivery.pk)

    body = smtp_server.messages[0].get_body(("plain",)).get_content()
    assert "trước ngày 25/06/2026" in body
    assert "Còn 6 ngày" in body
    assert "Tổ chức hội nghị đã lên lịch" in body


def test_the_board_gets_one_summary_a_week_in_the_last_six_weeks(world):
    def summaries():
        return Delivery.objects.filter(template__endswith="board_summary").count()

    remind(at=on(5, 13))
    assert summaries() == 0
    remind(at=on(5, 14))
    assert summaries() == 2  # head and officer
    remind(at=on(5, 16))
    assert summaries() == 2
    remind(at=on(5, 18))
    assert summaries() == 4


def test_deliver_due_does_everything_and_a_second_time_nothing(world, report, smtp_server):
    done = do_everything_due(at=timezone.now())
    again = do_everything_due(at=timezone.now())

    assert done[0] == 1
    assert done[1] >= 2
    assert again == (0, 0)
    assert report.rendering.__class__.objects.get().state == JobState.DONE


# --- what befalls a mail on its way -------------------------------------------------------


@pytest.fixture
def delivery(report):
    render(report.rendering.pk)
    return Delivery.objects.first()


def test_whoever_was_overtaken_while_sending_writes_nothing_down(delivery, monkeypatch):
    def slow(job, attachments):
        Delivery.objects.filter(pk=job.pk).update(lease_until=NOON)
        assert claiming.claim(Delivery, job.pk, lease=dt.timedelta(minutes=5))
        return "250 taken"

    monkeypatch.setattr(delivering, "_post", slow)

    job = deliver(delivery.pk)

    assert (job.state, job.attempt, job.smtp_code) == (JobState.RUNNING, 2, None)


def test_a_mail_that_is_refused_without_its_attachment_too_is_not_sent(delivery, monkeypatch):
    tried = []

    def refuse(job, attachments):
        tried.append(len(attachments))
        raise MailFailed("body", 552, "5.3.4 too large")

    monkeypatch.setattr(delivering, "_post", refuse)

    job = deliver(delivery.pk)

    assert tried == [1, 0]
    assert (job.state, job.as_link, job.smtp_code) == (JobState.BOUNCED, True, 552)


def test_a_fault_of_ours_stops_no_other_mail_and_is_tried_again(delivery, monkeypatch):
    def fail(job, attachments):
        raise KeyError("no such word")

    soon = timezone.now() + dt.timedelta(hours=1)
    monkeypatch.setattr(delivering, "_deadline", lambda job: soon)
    monkeypatch.setattr(delivering, "_post", fail)

    job = deliver(delivery.pk)

    assert (job.state, job.attempt) == (JobState.QUEUED, 1)
    assert "no such word" in job.error
    assert mail_channel.is_open(at=timezone.now())


def test_a_damaged_file_does_not_keep_its_mail(delivery, smtp_server, settings):
    """The mail says where the report is read; the file is mended by night."""
    (settings.FILES_DIR / delivery.waits_for.file).unlink()

    job = deliver(delivery.pk)

    (message,) = smtp_server.messages
    assert (job.state, job.as_link) == (JobState.DONE, True)
    assert list(message.iter_attachments()) == []


def test_a_mail_is_not_sent_twice_because_its_log_is_full(settings, tmp_path, caplog):
    settings.DATA_DIR = tmp_path / "nowhere"

    note_sent("<1@example.vn>")

    assert "log of sent mails cannot be written" in caplog.text
