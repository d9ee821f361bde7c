"""C-04, C-05 and F23 to F26, F33: a mail server that does everything wrong, in every phase."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from foundation import mail_channel, smtp
from foundation.models import MailChannel
from foundation.smtp import Verdict
from jobs.domain import delivering
from jobs.domain.queueing import queue_mail
from jobs.domain.rendering import render
from jobs.models import Alarm, Delivery, Rendering
from jobs.states import JobState
from operations.domain.ticking import do_everything_due
from reports.domain import issuing
from reports.domain.drafting import start_draft
from reports.models import InboxItem
from tests.faults.many import issue_all, many_drafts
from tests.faults.smtp import CLOSE, GARBAGE, HANG, TAKE_AND_CLOSE, ScriptedServer
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db
BEFORE = ("connect", "ehlo", "starttls", "auth")
DURING = ("mail", "rcpt", "data", "body")
RETRY, PAUSE, STOP, BOUNCE, AS_LINK = Verdict


@pytest.fixture
def server(settings):
    with ScriptedServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "secret-pass"
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = settings.EMAIL_TIMEOUT_LAST = 0.3
        yield server


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    render(report.rendering.pk)
    Delivery.objects.update(created_at=timezone.now())
    return report


CASES = [
    *((phase, trouble, None, PAUSE) for phase in BEFORE for trouble in (CLOSE, HANG)),
    *((phase, trouble, None, RETRY) for phase in DURING for trouble in (CLOSE, HANG)),
    *((phase, GARBAGE, None, PAUSE) for phase in BEFORE),
    *((phase, GARBAGE, None, RETRY) for phase in DURING),
    *((phase, "421 4.3.2 closing", 421, PAUSE) for phase in (*BEFORE, *DURING)),
    *((phase, "452 4.3.1 no room", 452, PAUSE) for phase in DURING),
    *((phase, "451 4.7.1 greylisted", 451, RETRY) for phase in DURING),
    *((phase, "450 4.2.0 later", 450, RETRY) for phase in ("rcpt", "body")),
    ("connect", "554 5.3.2 no service", 554, PAUSE),
    ("connect", "450 4.3.2 busy", 450, PAUSE),
    ("starttls", "454 4.7.0 TLS not available", 454, PAUSE),
    ("starttls", "502 5.5.1 what", 502, STOP),
    ("starttls", "220 go on, in plain text", None, PAUSE),
    ("auth", "454 4.7.0 temporary", 454, PAUSE),
    ("auth", "535 5.7.8 wrong password", 535, STOP),
    ("auth", "534 5.7.9 too weak", 534, STOP),
    ("auth", "530 5.7.0 TLS first", 530, STOP),
    ("auth", "550 5.7.1 disabled", 550, STOP),
    ("mail", "530 5.7.0 sign in", 530, STOP),
    ("mail", "535 5.7.8 expired", 535, STOP),
    ("mail", "550 5.1.0 sender refused", 550, STOP),
    ("mail", "552 5.3.4 too large", 552, AS_LINK),
    ("mail", "503 5.5.1 out of step", 503, STOP),
    ("rcpt", "550 5.1.1 nobody here", 550, BOUNCE),
    ("rcpt", "551 5.1.6 moved", 551, BOUNCE),
    ("rcpt", "552 5.2.2 mailbox full", 552, BOUNCE),
    ("rcpt", "553 5.1.3 no such name", 553, BOUNCE),
    ("rcpt", "554 5.7.1 relaying denied", 554, BOUNCE),
    ("rcpt", "552 5.3.4 too large", 552, AS_LINK),
    ("rcpt", "503 5.5.1 out of step", 503, RETRY),
    ("data", "552 5.3.4 too large", 552, AS_LINK),
    ("data", "554 5.5.1 no valid recipient", 554, AS_LINK),
    ("data", "503 5.5.1 out of step", 503, RETRY),
    ("data", "250 not what was asked", 250, RETRY),
    ("body", "552 5.3.4 too large", 552, AS_LINK),
    ("body", "523 5.2.3 too large", 523, AS_LINK),
    ("body", "550 5.7.1 content refused", 550, AS_LINK),
    ("body", "554 5.6.0 not wanted", 554, AS_LINK),
    ("body", "354 go on?", 354, RETRY),
]


@pytest.mark.parametrize(("phase", "answer", "code", "expected"), CASES)
def test_every_wrong_answer_in_every_phase(world, settings, server, phase, answer, code, expected):
    """C-04, F23: verdict, row and channel."""
    settings.EMAIL_USE_TLS = server.tls = phase == "starttls"
    server.script = {phase: answer}
    delivery, _ = queue_mail(
        "emails/reports/reminder", to="office@example.vn", once="x", at=timezone.now(),
        context={"name": "A", "days_left": 3, "status": "none"},
    )  # fmt: skip
    began = timezone.now()

    job = delivering.deliver(delivery.pk)

    assert (job.smtp_phase, job.smtp_code) == (phase, code)
    assert smtp.verdict(phase, code, answer, has_attachment=True) == expected
    channel = MailChannel.objects.filter(pk="127.0.0.1").first()
    assert "secret" not in job.smtp_text + job.error
    if expected in (PAUSE, STOP):
        assert (job.state, job.attempt) == (JobState.QUEUED, 0)
        assert channel.paused_until >= began + dt.timedelta(seconds=19)
        assert bool(channel.stopped_at) == (expected == STOP)
        assert job.next_at == channel.paused_until
        assert not delivering.ready(at=timezone.now()).exists()
    else:
        assert channel is None or channel.paused_until is None
        # Without an attachment, what was too large or not wanted is not wanted at all.
        state = JobState.QUEUED if expected == RETRY else JobState.BOUNCED
        assert (job.state, job.attempt) == (state, 1)
    alarms = set(Alarm.objects.filter(cleared_at=None).values_list("code", flat=True))
    assert alarms == {STOP: {"mail"}, BOUNCE: {"bounced"}, AS_LINK: {"bounced"}}.get(
        expected, set()
    )
    assert server.messages == []


def test_there_are_enough_cases():
    """C-04: at least sixty."""
    print(f"C-04: {len(CASES)} cases")
    assert len(CASES) >= 60
    assert len({case[:2] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("answer", [CLOSE, HANG, GARBAGE, "421 too late", "500 what"])
def test_after_the_message_was_taken_nothing_is_a_failure(report, server, answer):
    """C-04, F23: QUIT."""
    server.script = {"quit": answer}
    job = delivering.deliver(Delivery.objects.first().pk)
    assert (job.state, job.smtp_code, len(server.messages)) == (JobState.DONE, 250, 1)


def test_nobody_listens_and_the_name_is_unknown(report, settings):
    """C-04, F23: refused connections and names that nobody knows pause the channel."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST_USER, settings.EMAIL_TIMEOUT = "", 2
    for host, port in (("127.0.0.1", 1), ("mail.invalid", 25)):
        settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
        job = delivering.deliver(Delivery.objects.first().pk)
        assert (job.state, job.smtp_phase, job.attempt) == (JobState.QUEUED, "connect", 0)
        assert MailChannel.objects.get(pk=host).paused_until
        Delivery.objects.update(next_at=NOON)


def test_what_is_too_large_goes_as_a_link_at_once(report, server, settings):
    """C-04: 552 after the whole message; the second has no attachment and the same number."""
    server.script["body"] = lambda content: (
        "552 5.3.4 too large" if b"application/pdf" in content else "250 2.0.0 taken"
    )
    delivery = Delivery.objects.first()

    job = delivering.deliver(delivery.pk)

    (message,) = server.messages
    assert (job.state, job.as_link, job.attempt) == (JobState.DONE, True, 1)
    assert message["Message-ID"] == delivery.message_id
    assert [part for part in message.walk() if part.get_filename()] == []
    assert list(job.events.values_list("event", flat=True)) == ["claimed", "as_link", "done"]


def test_a_large_report_is_never_attached(report, server, settings):
    """The limit counts what base64 adds."""
    settings.MAIL_MAX_MB = 0
    job = delivering.deliver(Delivery.objects.first().pk)
    (message,) = server.messages
    assert (job.state, job.as_link) == (JobState.DONE, True)
    assert [part for part in message.walk() if part.get_filename()] == []
    assert "Bản PDF có thể tải về trên Cổng" in message.get_body(("plain",)).get_content()


def test_one_of_two_addresses_is_refused(report, server):
    """F26: the other gets the mail; one alarm."""
    one, other = Delivery.objects.filter(waits_for__report=report).order_by("pk")
    server.refused = {one.to: "550 5.1.1 nobody here"}
    do_everything_due(at=timezone.now())
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == (JobState.BOUNCED, JobState.DONE)
    assert one.bounced_at
    assert [alarm.subject for alarm in Alarm.objects.filter(code="bounced")] == [one.to]


def test_a_reply_that_is_lost_repeats_the_mail_with_its_number(report, server):
    """F24."""
    delivery = Delivery.objects.first()
    server.script = {"body": TAKE_AND_CLOSE}
    delivering.deliver(delivery.pk)
    server.script = {}
    Delivery.objects.update(next_at=NOON)
    job = delivering.deliver(delivery.pk)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert [m["Message-ID"] for m in server.messages] == [delivery.message_id] * 2


def test_an_expired_password_stops_all_and_costs_no_attempt(report, server):
    """F33: one try, one alarm, at most a probe each quarter of an hour; then all goes out."""
    server.script = {"auth": "535 5.7.8 password expired"}
    for _ in range(5):
        do_everything_due(at=timezone.now())
    assert server.connections == 1
    assert set(
        Delivery.objects.filter(waits_for__report=report).values_list("attempt", flat=True)
    ) == {0}
    assert [
        alarm.code for alarm in Alarm.objects.filter(code__startswith="mail", cleared_at=None)
    ] == ["mail"]

    server.script = {}
    mail_channel.resume()
    Delivery.objects.update(next_at=NOON)
    do_everything_due(at=timezone.now())
    assert set(
        Delivery.objects.filter(waits_for__report=report).values_list("state", flat=True)
    ) == {"done"}
    assert not Alarm.objects.filter(code="mail", cleared_at=None).exists()
    assert MailChannel.objects.get().stopped_at is None


def test_a_pause_grows_with_the_time_that_nothing_went_through(db, settings):
    failed = smtp.MailFailed("connect", None, "refused")
    at = timezone.now()
    lengths = []
    for minutes in (0, 1, 5, 60, 600):
        moment = at + dt.timedelta(minutes=minutes)
        row = mail_channel.note_failure(PAUSE, failed, at=moment)
        lengths.append((row.paused_until - moment).total_seconds())
    assert lengths == [20, 60, 300, 900, 900]


@pytest.mark.parametrize("number", [8, pytest.param(61, marks=pytest.mark.long)])
def test_mail_that_is_dead_over_the_deadline_misses_nothing(
    world, server, settings, dead_broker, number
):
    """C-05, F25: everything lies in the inbox in time; the mail goes out when it can."""
    server.script = {"connect": CLOSE}
    at = world.period.deadline - dt.timedelta(hours=1)
    reports = issue_all(world, many_drafts(world, number), at=at)
    for report in reports:
        render(report.rendering.pk)
    do_everything_due(at=timezone.now())
    in_time = InboxItem.objects.filter(deposited_at__lt=world.period.deadline).count()
    print(f"C-05: {in_time}/{number} in the inbox in time; {server.connections} tries of mail")
    assert in_time == number
    assert server.connections <= 2
    assert not Delivery.objects.exclude(state=JobState.QUEUED).exists()

    server.script = {}
    mail_channel.resume()
    Delivery.objects.update(next_at=NOON)
    do_everything_due(at=timezone.now())
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    assert len(server.messages) == len({m["Message-ID"] for m in server.messages})


def test_nothing_is_sent_inside_a_transaction(report, server, monkeypatch):
    """A slow server must not hold a lock."""
    depth = len(connection.savepoint_ids)
    seen = []
    real = smtp.post

    def spy(*args, **kwargs):
        seen.append(len(connection.savepoint_ids))
        return real(*args, **kwargs)

    monkeypatch.setattr(smtp, "post", spy)
    delivering.deliver(Delivery.objects.first().pk)
    assert seen == [depth]


def test_every_mail_says_what_it_is(report, server):
    """One recipient, text and HTML, ASCII attachment name, the hash, no question's words."""
    do_everything_due(at=timezone.now())
    mails = [m for m in server.messages if "Báo cáo kết quả" in m["Subject"]]
    assert len(mails) == 2
    for message in mails:
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "All"
        assert len(message.sent_to) == 1
        (attached,) = message.iter_attachments()
        assert attached.get_filename().isascii()
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        digest = Rendering.objects.get(report=report).sha256
        assert digest in text
        assert digest in html
        for question in ("Lịch họp", "mái khu để xe"):
            assert question not in text + html + message["Subject"]
