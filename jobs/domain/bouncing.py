"""Mails that come back: each has a return address of its own, which says which delivery it was.

The address bears a keyed hash, so that nobody can report a mail as undeliverable that was not
sent to them. It is the envelope's alone; the sender that people see is the office's.
"""

from __future__ import annotations

import base64
import datetime as dt
import email
import email.policy
import hashlib
import hmac
import logging
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from committees.models import Committee, User
from foundation.clock import database_now
from foundation.mailboxes import MailboxFailed, open_mailbox
from foundation.text import clean
from jobs.domain import claiming
from jobs.domain.alarms import clear_alarm, raise_alarm
from jobs.domain.claiming import Event
from jobs.models import Alarm, Delivery, Heartbeat
from jobs.states import JobState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message


log = logging.getLogger(__name__)
EVERY = dt.timedelta(minutes=2)
AT_ONCE = 100  # letters of one reading
LONGEST = dt.timedelta(seconds=45)  # of one reading
SILENT_FOR = dt.timedelta(hours=1)  # before an unreadable mailbox is an alarm
COMES_BACK = dt.timedelta(days=1)  # within which a mail that was taken is returned, if ever
READ, TRIED = "bounces", "bounces_tried"
TO_WHOM = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
MAC_BYTES = 10
VERP = re.compile(r"\+([a-z2-7]{26})\.([a-z2-7]{16})@", re.ASCII)
# What the other side answered, as Exim quotes it: 550 5.1.1 User unknown
ANSWER = re.compile(r"\b(5\d\d)[ -](?:(5\.\d{1,3}\.\d{1,3})[ -])?[^\n]{1,250}", re.ASCII)
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)


# --- the address ----------------------------------------------------------------------


def return_address(delivery: Delivery) -> str | None:
    """Return where this mail comes back to, or None if nobody reads what comes back."""
    if not settings.BOUNCE_ADDRESS:
        return None
    try:
        number = uuid.UUID(delivery.message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None
    name, _, host = settings.BOUNCE_ADDRESS.partition("@")
    key = _base32(number.bytes)
    return f"{name}+{key}.{_mac(key)}@{host}"


def delivery_of(address: str) -> Delivery | None:
    """Return the delivery whose return address stands in `address`, or None.

    Mail servers may change the case of an address.
    """
    found = VERP.search(address.lower())
    if not found or not hmac.compare_digest(found[2], _mac(found[1])):
        return None
    number = uuid.UUID(bytes=base64.b32decode(found[1].upper() + "======"))
    return Delivery.objects.filter(message_id__startswith=f"<{number.hex}@").first()


def _mac(key: str) -> str:
    secret = hashlib.sha256(b"return addresses of mail:" + settings.SECRET_KEY.encode()).digest()
    return _base32(hmac.digest(secret, key.encode(), "sha256")[:MAC_BYTES])


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()


# --- what came back -------------------------------------------------------------------


@dataclass(frozen=True)
class Notice:
    """What a mail server says of a mail it took: RFC 3464."""

    action: str  # failed, delayed, delivered, relayed or expanded
    status: str  # 5.1.1
    text: str

    @property
    def words(self) -> str:
        """What the server said, with the status unless it is part of that."""
        return self.text if self.status in self.text else f"{self.status} {self.text}".strip()

    @property
    def is_final(self) -> bool:
        """Will nobody try any more?"""
        return self.action == "failed"

    @property
    def is_hard(self) -> bool:
        """Does the address refuse, whatever the day?"""
        return self.is_final and self.status.startswith("5.")


def read_notice(message: Any) -> Notice | None:
    """Return the Notice in a message, the worst if there are several; None if it is none."""
    if message.get_content_type() != "multipart/report":
        return _in_plain_words(message)
    found = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            found += [notice for block in part.get_payload()[:20] if (notice := _notice(block))]
    return max(found, key=lambda notice: (notice.is_hard, notice.is_final), default=None)


def _in_plain_words(message: Any) -> Notice | None:
    """Return what an Exim says that writes no report: it names whom it gave up on in a header."""
    if not message.get("X-Failed-Recipients") or message.get_content_type() != "text/plain":
        return None
    said = message.get_payload(decode=True).decode("utf-8", "replace")[:20_000]
    said = " ".join(clean(said.partition("------ This is a copy")[0]).split())
    answer = ANSWER.search(said)
    if answer is None or "permanent error" not in said:
        return None
    return Notice("failed", answer[2] or "5.0.0", clean(answer[0])[:250])


def wrapped_in(message: Any) -> Iterator[Message]:
    """Yield the messages that somebody has forwarded in this one, at most a few."""
    if message.is_multipart() and message.get_content_type() != "multipart/report":
        for part in message.get_payload()[:10]:
            if part.get_content_type() == "message/rfc822" and part.is_multipart():
                yield from part.get_payload()[:1]


def looks_returned(message: Message) -> bool:
    """Does a mail server say something here, rather than a person or a person's absence?"""
    sender = str(message.get("From", "")).lower()
    return (
        message.get_content_type() == "multipart/report"
        or "X-Failed-Recipients" in message
        or any(name in sender for name in ("mailer-daemon", "postmaster", "mail delivery"))
    )


def _notice(block: Message) -> Notice | None:
    action = str(block.get("Action", "")).strip().lower()
    status = ENHANCED.match(str(block.get("Status", "")).strip())
    if not status or action not in ("failed", "delayed", "delivered", "relayed", "expanded"):
        return None
    text = _raw(block, "diagnostic-code")[:2_000].removeprefix("smtp;")
    return Notice(action, status[0], " ".join(clean(text).split())[:250])


def _raw(block: Message, name: str) -> str:
    """Return a field as it was sent: diagnostics hold bare UTF-8 where they should not."""
    found = (value for key, value in block.raw_items() if key.lower() == name)
    text = str(next(found, ""))
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def handle(content: bytes, *, at: dt.datetime) -> str:
    """Do what one letter says. Returns "done", "left" for a person, or "later"."""
    delivery = notice = None
    looks, addresses = False, _addresses_in(content)
    try:
        message = email.message_from_bytes(content, policy=email.policy.compat32)
        addresses = [str(value) for name in TO_WHOM for value in message.get_all(name, ())]
        found = [message, *wrapped_in(message)]
        notice = next(filter(None, map(read_notice, found)), None)
        looks = any(map(looks_returned, found))
    except Exception as error:  # the library stumbles over what nobody should send
        log.warning("A returned mail cannot be read: %s", type(error).__name__)
        looks = True
    delivery = next(filter(None, map(delivery_of, addresses[:20])), None)
    if delivery is None or notice is None:
        log.warning("A letter in the mailbox for returned mails is none, or names no mail of ours")
        if delivery is not None and looks:
            # It bears our seal: this mail came back, and nobody but a person can say why.
            raise_alarm("unread_return", delivery.to, at=at)
        return "left"
    return note_return(delivery, notice, mark=hashlib.sha256(content).hexdigest()[:12], at=at)


def _addresses_in(content: bytes) -> list[str]:
    """Return the first lines, where the address stands that a letter came to."""
    return content[:4_000].decode("utf-8", "replace").splitlines()


@transaction.atomic
def note_return(delivery: Delivery, notice: Notice, *, mark: str, at: dt.datetime) -> str:
    """Write down what a mail server says of a delivery. Returns "done", or "later" while the
    mail is still being sent. `mark` tells letters apart: each counts once."""
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if delivery.state == JobState.RUNNING:
        return "later"
    detail = f"{notice.words} [{mark}]"
    if notice.action not in ("failed", "delayed") or delivery.events.filter(detail=detail).exists():
        return "done"
    if notice.is_hard and delivery.state == JobState.DONE:
        Delivery.objects.filter(pk=delivery.pk).update(
            state=JobState.BOUNCED,
            bounced_at=at,
            smtp_phase="returned",
            smtp_code=None,
            smtp_text=notice.words,
            error=f"returned: {notice.words}",
        )
        claiming.note(delivery, Event.BOUNCED, detail, at=at)
    else:
        claiming.note(delivery, Event.HELD, detail, at=at)
    if notice.is_final:
        raise_alarm("bounced", delivery.to, notice.words, at=at)
    return "done"


def settle_bounces(*, at: dt.datetime) -> None:
    """End the alarm of an address under which nobody is written to any more, or which has taken
    a mail since that did not come back within a day."""
    for alarm in Alarm.objects.filter(code__in=("bounced", "unread_return"), cleared_at=None):
        taken = Delivery.objects.filter(
            to=alarm.subject,
            state=JobState.DONE,
            created_at__gt=alarm.raised_at,
            done_at__lte=at - COMES_BACK,
        )
        if not _is_used(alarm.subject) or taken.exists():
            clear_alarm(alarm.code, alarm.subject, at=at)


def _is_used(address: str) -> bool:
    return (
        address in settings.ALARM_ADDRESSES
        or User.objects.filter(is_active=True, email__iexact=address).exists()
        or Committee.objects.filter(
            Q(email__iexact=address) | Q(second_email__iexact=address)
        ).exists()
    )


# --- the mailbox ----------------------------------------------------------------------


def read_bounces(*, at: dt.datetime) -> int:
    """Read the mailbox for returned mails, if there is one and it is time to.

    A letter is removed only when what it says has been committed; one that says nothing we
    know is left for a person.
    """
    if not settings.BOUNCE_MAILBOX_URL or not _is_my_turn(at=at):
        return 0
    until, done = database_now() + LONGEST, 0
    try:
        with open_mailbox(settings.BOUNCE_MAILBOX_URL, timeout=settings.BOUNCE_TIMEOUT) as box:
            for letter in box.letters(AT_ONCE):
                outcome = handle(letter.content, at=at)
                if outcome == "done":
                    box.remove(letter)
                    done += 1
                elif outcome == "left":
                    box.leave(letter)
                if database_now() > until:
                    break
    except MailboxFailed as failed:
        log.warning("The mailbox for returned mails: %s", failed)
        _complain(str(failed), at=at)
        return done
    Heartbeat.objects.update_or_create(name=READ, defaults={"at": at})
    clear_alarm("bounce_mailbox", at=at)
    return done


def _is_my_turn(*, at: dt.datetime) -> bool:
    """Of all that ask at once one is told yes."""
    tried, is_new = Heartbeat.objects.get_or_create(name=TRIED, defaults={"at": at})
    return is_new or bool(
        Heartbeat.objects.filter(name=TRIED, at=tried.at, at__lte=at - EVERY).update(at=at)
    )


def _complain(why: str, *, at: dt.datetime) -> None:
    """A mailbox may be away for an hour; then somebody should see to it."""
    read, _ = Heartbeat.objects.get_or_create(name=READ, defaults={"at": at})
    if at - read.at >= SILENT_FOR:
        raise_alarm("bounce_mailbox", detail=why, at=at)
