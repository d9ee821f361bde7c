"""Sending the mails that rows ask for. The inbox has the report already; mail is a copy."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from committees.models import User
from foundation import files, mail, mail_channel, tracing
from foundation.clock import database_now
from foundation.crashing import crash_point
from foundation.smtp import MailFailed, Verdict
from jobs import kinds
from jobs.domain import claiming
from jobs.domain.alarms import clear_alarm, raise_alarm
from jobs.domain.bouncing import return_address
from jobs.domain.claiming import Event
from jobs.domain.sent import note_sent, went_out_before
from jobs.models import Delivery
from jobs.states import JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=15)  # longer than the last answer of a server may take
NO_LONGER_NEEDED = "no longer needed, not sent"
SENT_BEFORE = "sent before the restore"
WAIT_FOR_PDF = dt.timedelta(minutes=30)


def ready(*, at: dt.datetime) -> QuerySet[Delivery]:
    """Return the deliveries due at `at` whose attachment, if any, exists or will not come.

    None while the mail server is pausing.
    """
    if not mail_channel.is_open(at=at):
        return Delivery.objects.none()
    return Delivery.objects.filter(claiming.is_due(at)).filter(
        Q(waits_for=None)
        | Q(waits_for__state__in=(JobState.DONE, JobState.FAILED))
        | Q(created_at__lt=at - WAIT_FOR_PDF)
    )


@tracing.works_on("delivery")
def deliver(delivery_id: int) -> Delivery | None:
    """Claim the delivery and send its mail; return it, or None if it is not to be had now."""
    is_ready = ready(at=database_now()).filter(pk=delivery_id).exists()
    if not (is_ready and claiming.claim(Delivery, delivery_id, lease=LEASE)):
        return None
    delivery = Delivery.objects.select_related("waits_for").get(pk=delivery_id)
    try:
        if went_out_before(delivery.message_id):
            claiming.finish(delivery, detail=SENT_BEFORE, smtp_text=SENT_BEFORE)
        elif all(is_needed(delivery) for is_needed in kinds.STILL_NEEDED):
            _send(delivery)
        else:
            claiming.finish(delivery, detail=NO_LONGER_NEEDED, smtp_text=NO_LONGER_NEEDED)
    except claiming.LostTheJob:
        log.warning("Delivery %s was finished by another worker", delivery.pk)
    delivery.refresh_from_db()
    return delivery


def _send(delivery: Delivery) -> None:
    """Send the mail, once more without its attachment if that is what was refused, and write
    down how it ended."""
    attachments = _attachments(delivery)
    if delivery.as_link or mail.is_too_large(attachments):
        attachments = []
    try:
        answer = _post(delivery, attachments)
    except MailFailed as failed:
        verdict = failed.verdict(has_attachment=bool(attachments))
        if verdict != Verdict.AS_LINK:
            _put_back(delivery, failed, verdict)
            return
        claiming.note(delivery, Event.AS_LINK, failed)
        try:
            answer = _post(delivery, attachments := [])
        except MailFailed as again:
            _put_back(delivery, again, again.verdict(has_attachment=False), as_link=True)
            return
    except Exception as error:  # a template, a damaged row: it must not stop the others
        log.exception("Delivery %s, attempt %s", delivery.pk, delivery.attempt)
        claiming.give_back(delivery, error, deadline=_deadline(delivery))
        return
    note_sent(delivery.message_id)
    crash_point("after_smtp_250")
    crash_point("before_sent_commit")
    claiming.finish(
        delivery,
        detail=answer,
        smtp_phase="body",
        smtp_code=250,
        smtp_text=str(answer)[:300],
        as_link=delivery.waits_for_id is not None and not attachments,
    )
    crash_point("after_sent_commit")
    clear_alarm("mail", at=database_now())


def _post(delivery: Delivery, attachments: Sequence[mail.Attachment]) -> str | int:
    return mail.send(
        delivery.template,
        to=[delivery.to],
        context={
            "name": _name_of(delivery.to),
            **delivery.context,
            **_further_words(delivery),
            "sha256": delivery.waits_for.sha256 if delivery.waits_for else "",
            "base_url": settings.BASE_URL,
            "has_attachment": bool(attachments),
        },
        message_id=delivery.message_id,
        attachments=attachments,
        sender=return_address(delivery),
    )


def _name_of(address: str) -> str:
    """Return whom the mail greets: the one person who has the address, or nobody."""
    people = User.objects.filter(email__iexact=address, is_active=True)
    names = set(people.values_list("full_name", flat=True)[:2])
    return names.pop() if len(names) == 1 else ""


def _put_back(delivery: Delivery, failed: MailFailed, verdict: Verdict, **values: Any) -> None:
    """Do what the verdict says with the row; a pause or a stop costs it no attempt."""
    # Not the server's words: they often quote the address.
    found = (delivery.pk, delivery.attempt, failed.phase, failed.code or "no answer")
    log.warning("Delivery %s, attempt %s: %s: %s", *found)
    at = database_now()
    values |= {
        "smtp_phase": failed.phase,
        "smtp_code": failed.code,
        "smtp_text": failed.text,
    }
    if verdict == Verdict.BOUNCE:
        claiming.bounce(delivery, failed, **values)
        raise_alarm("bounced", delivery.to, str(failed), at=at)
    elif verdict in (Verdict.PAUSE, Verdict.STOP):
        claiming.hold(delivery, failed, until=mail_channel.opens_at(at=at), **values)
        if verdict == Verdict.STOP:
            raise_alarm("mail", detail=str(failed), at=at)
    else:
        claiming.give_back(delivery, failed, deadline=_deadline(delivery), **values)


def _further_words(delivery: Delivery) -> dict[str, Any]:
    """Return what the rows say that the mail is about, as they stand now."""
    return {name: value for of in kinds.WORDS for name, value in of(delivery).items()}


def _deadline(delivery: Delivery) -> dt.datetime:
    """Return until when another attempt makes sense, as whoever it is about says."""
    said = (deadline_of(delivery) for deadline_of in kinds.DEADLINES)
    return next((deadline for deadline in said if deadline), delivery.created_at)


def _attachments(delivery: Delivery) -> list[mail.Attachment]:
    """Return what goes with it: what its room attaches, and the file it waits for."""
    further = [one for of in kinds.ATTACHED for one in of(delivery)]
    return further + _file_of(delivery)


def _file_of(delivery: Delivery) -> list[mail.Attachment]:
    rendering = delivery.waits_for
    if rendering is None or rendering.state != JobState.DONE:
        return []
    try:
        content = files.read(rendering.file, rendering.sha256)
    except files.DamagedFile:
        return []
    return [(rendering.file_name, content, "application/pdf")]
