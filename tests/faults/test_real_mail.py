"""The stand-ins of the other tests against the real thing: a Postfix and a Dovecot.

`script/mail-drill` installs them and runs this; everything else leaves it out.
"""

import contextlib
import datetime as dt
import email
import email.policy
import hashlib
import imaplib
import poplib
import smtplib
import ssl
import time
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from django.utils import timezone

from foundation import mail_channel
from jobs.domain.bouncing import SILENT_FOR, read_bounces, return_address
from jobs.domain.delivering import deliver
from jobs.domain.queueing import queue_mail
from jobs.domain.rendering import render
from jobs.models import Alarm, Delivery, Heartbeat
from jobs.states import JobState
from reports.domain import issuing
from reports.domain.drafting import start_draft
from tests.faults.mail_servers import (
    AWAY,
    BOUNCES,
    FULL,
    HOUSE,
    PASSWORD,
    REFUSING,
    SECONDS,
    mail_servers,
    why_not,
)
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.mail]
OFFICE, SENDER = f"van-phong@{HOUSE}", "portal@cong.example"
KINDS = ["imaps", "pop3s"]


@pytest.fixture(scope="module")
def running():
    if reason := why_not():
        pytest.skip(reason)
    with mail_servers() as servers:
        yield servers


@pytest.fixture
def servers(running, settings, monkeypatch):
    """The portal sends through Postfix and reads its returned mails from Dovecot."""
    monkeypatch.setenv("SSL_CERT_FILE", str(running.folder / "cert.pem"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", running.ports["submission"]
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = SENDER, PASSWORD
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = True, False
    settings.EMAIL_TIMEOUT = settings.EMAIL_TIMEOUT_LAST = SECONDS
    settings.BOUNCE_ADDRESS, settings.BOUNCE_TIMEOUT = BOUNCES, SECONDS
    settings.BOUNCE_MAILBOX_URL = mailbox(running, "imaps")
    for box in (OFFICE, BOUNCES):
        with opened(running, box) as imap:
            imap.uid("store", "1:*", "+FLAGS", r"(\Deleted)")
            imap.expunge()
    return running


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    report = issuing.issue_report(
        start_draft(world.obligation, by=world.clerk, at=NOON), by=world.secretary, at=NOON
    )
    render(report.rendering.pk)
    report.rendering.refresh_from_db()
    return report


def mailbox(servers, kind, *, password=PASSWORD):
    user = f"{quote(BOUNCES)}:{quote(password, safe='')}"
    return f"{kind}://{user}@localhost:{servers.ports[kind]}"


@contextlib.contextmanager
def opened(servers, box):
    trusting = ssl.create_default_context(cafile=str(servers.folder / "cert.pem"))
    with imaplib.IMAP4_SSL("localhost", servers.ports["imaps"], ssl_context=trusting) as imap:
        imap.login(box, PASSWORD)
        imap.select("INBOX")
        yield imap


def letters(servers, box):
    """Return the letters in a mailbox and whether each was marked as seen."""
    with opened(servers, box) as imap:
        numbers = imap.uid("search", None, "ALL")[1][0].split()
        seen = imap.uid("search", None, "SEEN")[1][0].split()
        return [
            (
                email.message_from_bytes(
                    imap.uid("fetch", number, "(BODY.PEEK[])")[1][0][1], policy=email.policy.default
                ),
                number in seen,
            )
            for number in numbers
        ]


def wait_for(what, servers):
    """Return what `what` returns as soon as it is something."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError(servers.said())


def read(*, at=None):
    """Read the mailbox for returned mails, whosever turn it is."""
    Heartbeat.objects.filter(name="bounces_tried").delete()
    return read_bounces(at=at or timezone.now())


def a_mail(to):
    delivery, _ = queue_mail(
        "emails/reports/reminder", to=to, once=str(Delivery.objects.count()), at=timezone.now()
    )
    return delivery


def test_a_report_arrives_as_it_was_made(servers, report):
    delivery = Delivery.objects.filter(waits_for__report=report).first()
    Delivery.objects.filter(pk=delivery.pk).update(to=OFFICE, created_at=timezone.now())

    assert deliver(delivery.pk).state == JobState.DONE

    ((message, _),) = wait_for(lambda: letters(servers, OFFICE), servers)
    (attached,) = message.iter_attachments()
    assert message["Return-Path"] == f"<{return_address(delivery)}>"
    assert "with ESMTPSA" in " ".join(message.get_all("Received"))
    assert report.committee.name in message["Subject"]
    assert "đã phát hành" in message.get_body(("plain",)).get_content()
    assert hashlib.sha256(attached.get_content()).hexdigest() == report.rendering.sha256


def test_nobody_at_that_address_is_known_at_once(servers):
    delivery = deliver(a_mail(f"khong-co@{HOUSE}").pk)

    assert (delivery.state, delivery.smtp_phase, delivery.smtp_code) == ("bounced", "rcpt", 550)
    assert "5.1.1" in delivery.smtp_text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("to", "status"), [(f"phong@{REFUSING}", "5.7.1"), (FULL, "5.2.2")], ids=["refused", "full"]
)
def test_what_comes_back_later_is_read(servers, settings, to, status, kind):
    settings.BOUNCE_MAILBOX_URL = mailbox(servers, kind)
    delivery = deliver(a_mail(to).pk)
    assert delivery.state == JobState.DONE

    assert wait_for(read, servers) == 1

    delivery.refresh_from_db()
    assert delivery.state == JobState.BOUNCED
    assert status in delivery.smtp_text
    assert Alarm.objects.get(code="bounced").subject == to
    assert letters(servers, BOUNCES) == []


def test_a_mail_that_is_late_is_not_lost(servers):
    delivery = deliver(a_mail(f"phong@{AWAY}").pk)

    assert wait_for(read, servers) == 1

    delivery.refresh_from_db()
    assert delivery.state == JobState.DONE
    assert "4.4.1" in delivery.events.get(event="held").detail
    assert not Alarm.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_writes_there_is_left(servers, settings, kind):
    settings.BOUNCE_MAILBOX_URL = mailbox(servers, kind)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = OFFICE, BOUNCES, "Đã nhận"
    message.set_content("Xin cảm ơn.")
    trusting = ssl.create_default_context(cafile=str(servers.folder / "cert.pem"))
    with smtplib.SMTP("localhost", servers.ports["submission"]) as smtp:
        smtp.starttls(context=trusting)
        smtp.login(SENDER, PASSWORD)
        smtp.send_message(message)
    wait_for(lambda: letters(servers, BOUNCES), servers)

    assert (read(), read()) == (0, 0)

    ((left, seen),) = letters(servers, BOUNCES)
    assert left["Subject"] == "Đã nhận"
    assert seen is (kind == "imaps")  # POP3 has no marks: the portal remembers it


def test_what_is_too_large_goes_as_a_link(servers, settings, report):
    settings.EMAIL_PORT = servers.ports["small"]
    delivery = Delivery.objects.filter(waits_for__report=report).first()
    Delivery.objects.filter(pk=delivery.pk).update(to=OFFICE, created_at=timezone.now())

    delivery = deliver(delivery.pk)

    assert (delivery.state, delivery.as_link) == (JobState.DONE, True)
    ((message, _),) = wait_for(lambda: letters(servers, OFFICE), servers)
    assert list(message.iter_attachments()) == []


def test_a_wrong_password_stops_all_mail_until_it_is_mended(servers, settings):
    settings.EMAIL_HOST_PASSWORD = "sai"
    delivery = deliver(a_mail(OFFICE).pk)

    assert (delivery.state, delivery.smtp_code) == (JobState.QUEUED, 535)
    assert mail_channel.channel().stopped_at
    assert deliver(delivery.pk) is None

    settings.EMAIL_HOST_PASSWORD = PASSWORD
    mail_channel.resume()
    Delivery.objects.update(next_at=NOON)
    assert deliver(delivery.pk).state == JobState.DONE
    assert mail_channel.channel().stopped_at is None


def test_no_password_is_told_to_a_server_that_cannot_prove_its_name(servers, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    delivery = deliver(a_mail(OFFICE).pk)

    assert (delivery.state, delivery.smtp_phase) == (JobState.QUEUED, "starttls")
    assert "CERTIFICATE_VERIFY_FAILED" in delivery.smtp_text


def test_a_server_that_was_away_gets_the_mail_once(servers):
    delivery = a_mail(OFFICE)
    servers.stop_postfix()
    assert deliver(delivery.pk).state == JobState.QUEUED
    servers.start_postfix()

    mail_channel.resume()
    Delivery.objects.update(next_at=NOON)
    assert deliver(delivery.pk).state == JobState.DONE

    ((message, _),) = wait_for(lambda: letters(servers, OFFICE), servers)
    assert message["Message-ID"] == delivery.message_id


@pytest.mark.parametrize("kind", KINDS)
def test_a_mailbox_that_does_not_open_is_an_alarm_within_the_hour(servers, settings, kind):
    settings.BOUNCE_MAILBOX_URL = mailbox(servers, kind, password="sai")
    now = timezone.now()
    read(at=now)
    read(at=now + SILENT_FOR + dt.timedelta(minutes=1))

    alarm = Alarm.objects.get(code="bounce_mailbox")
    assert "sai" not in alarm.detail
    with contextlib.suppress(poplib.error_proto):
        settings.BOUNCE_MAILBOX_URL = mailbox(servers, kind)
        read(at=now + SILENT_FOR + dt.timedelta(minutes=2))
    alarm.refresh_from_db()
    assert alarm.cleared_at
