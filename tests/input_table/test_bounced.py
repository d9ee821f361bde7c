"""Mails as they come back, and what stands in the delivery afterwards."""

import pytest

from jobs.domain.bouncing import read_bounces, return_address
from jobs.models import Alarm
from jobs.states import JobState
from tests.input_table import content
from tests.reports.test_bouncing import LATER, box, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("box")]
__all__ = ["box"]

EXPECTED = {
    "bounces/exchange-2010-status-comment.eml": "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
    "bounces/exchange-online-5.1.10.eml": "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
    "bounces/exim-4.80-plain.eml": "550 5.1.1 User unknown",
    "bounces/exim-4.96-dsn.eml": "5.0.0",
    "bounces/gmail-2017.eml": "5.1.1",
    "bounces/mailbox-full-5.2.2.eml": "5.2.2",
    "bounces/postfix-3.eml": "550 5.1.1 <van-phong@example.org>",
    "bounces/report-wrapped-by-forwarder.eml": "550 5.1.1 <van-phong@example.org>",
}


def as_it_arrived(name, delivery):
    letter = content(name).replace(b"VERP", return_address(delivery).encode())
    return letter.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.mark.parametrize("name", EXPECTED)
def test_what_mail_servers_really_send_is_read(name, request):
    delivery = sent(to="van-phong@example.org")
    request.getfixturevalue("box")(as_it_arrived(name, delivery))

    assert read_bounces(at=LATER) == 1

    delivery.refresh_from_db()
    assert delivery.state == JobState.BOUNCED
    assert EXPECTED[name] in delivery.smtp_text
    assert Alarm.objects.get(code="bounced").subject == "van-phong@example.org"
