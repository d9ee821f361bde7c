"""How matters stand with the mail server: when a message may be tried, and what is noted."""

import datetime as dt

import pytest

from foundation import mail_channel, restoring
from foundation.smtp import MailFailed, Verdict
from tests.world import NOON

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def test_nothing_is_sent_while_the_database_is_put_back(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert mail_channel.is_open(at=NOON)

    restoring.begin_restoring("portal-20260618")
    assert not mail_channel.is_open(at=NOON)
    restoring.end_restoring()

    assert mail_channel.is_open(at=NOON)


def test_what_goes_through_is_noted_now_and_then_and_not_for_each_message():
    mail_channel.note_success(at=NOON)
    soon, later = NOON + MINUTE, NOON + mail_channel.NOTE_EVERY + MINUTE

    assert not mail_channel.note_success(at=soon)
    assert mail_channel.channel().last_success_at == NOON
    assert not mail_channel.note_success(at=later)
    assert mail_channel.channel().last_success_at == later


def test_a_failure_of_one_message_pauses_nothing_and_one_of_the_server_all():
    one = MailFailed("rcpt", 550, "no such user")
    all_of_them = MailFailed("connect", 421, "busy")

    assert mail_channel.note_failure(Verdict.BOUNCE, one, at=NOON).paused_until is None
    paused = mail_channel.note_failure(Verdict.PAUSE, all_of_them, at=NOON).paused_until

    assert paused == NOON + mail_channel.SHORTEST_PAUSE
    assert (mail_channel.is_open(at=NOON), mail_channel.is_open(at=paused)) == (False, True)
    assert mail_channel.opens_at(at=NOON) == paused
    assert mail_channel.note_success(at=paused)
    assert mail_channel.is_open(at=NOON)
