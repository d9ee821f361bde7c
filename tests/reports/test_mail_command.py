"""`manage.py mail`: how matters stand with the mail server, and letting mail go again."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from foundation import mail_channel
from foundation.models import AuditEntry
from foundation.smtp import MailFailed, Verdict
from jobs.domain.queueing import queue_mail
from jobs.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_mail_server(settings):
    settings.EMAIL_HOST, settings.BOUNCE_MAILBOX_URL = "mail.example.vn", ""


def mail(act):
    output = io.StringIO()
    call_command("mail", act, stdout=output)
    return output.getvalue().splitlines()


def test_while_all_is_well_it_says_so():
    assert mail("state") == [
        "mail server: mail.example.vn, open",
        "last mail taken: never",
        "mails: 0 queued, 0 failed, 0 bounced",
    ]


def test_a_stopped_server_ends_with_1_until_somebody_resumes():
    at = timezone.now()
    refused = MailFailed("auth", 535, "5.7.8 bad password")
    mail_channel.note_failure(Verdict.STOP, refused, at=at)
    queue_mail("emails/reports/reminder", to="a@example.vn", once="x", at=at)
    Delivery.objects.update(next_at=at + dt.timedelta(hours=1))
    with pytest.raises(CommandError, match="stopped"):
        mail("state")

    said = mail("resume")

    assert said == ["Mail is tried again with the next minute."]
    assert "stopped" not in mail("state")[0]
    assert Delivery.objects.get().next_at < at + dt.timedelta(minutes=1)
    assert list(AuditEntry.objects.values_list("act", "actor_id")) == [("channel_resumed", None)]


def test_a_pause_says_when_it_is_over(settings):
    at = timezone.now()
    mail_channel.note_failure(Verdict.PAUSE, MailFailed("rcpt", 421, "busy"), at=at)
    settings.BOUNCE_MAILBOX_URL = "maildir:///box"

    said = mail("state")

    assert said[0].startswith("mail server: mail.example.vn, pauses until ")
    assert said[1] == "it said: 421 rcpt: busy"
    assert said[-1] == "mailbox for returned mails last read: never"
