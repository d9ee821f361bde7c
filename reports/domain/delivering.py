"""Sending the mails that rows ask for. The inbox has the report already; mail is a copy."""

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.db.models import Q

from dialogue_portal import files, mail
from dialogue_portal.clock import database_now
from dialogue_portal.crashing import crash_point
from reports.domain import claiming
from reports.models import Delivery
from reports.states import JobState

log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=2)
WAIT_FOR_PDF = dt.timedelta(minutes=30)


def ready(*, at):
    """Return the deliveries due at `at` whose attachment, if any, exists or will not come."""
    return Delivery.objects.filter(claiming.is_due(at)).filter(
        Q(report=None)
        | Q(report__rendering__state__in=(JobState.DONE, JobState.FAILED))
        | Q(created_at__lt=at - WAIT_FOR_PDF)
    )


def deliver(delivery_id):
    """Claim the delivery and send its mail; return it, or None if it is not to be had now."""
    is_ready = ready(at=database_now()).filter(pk=delivery_id).exists()
    if not (is_ready and claiming.claim(Delivery, delivery_id, lease=LEASE)):
        return None
    delivery = Delivery.objects.select_related(
        "report__rendering", "report__obligation__committee", "report__obligation__period"
    ).get(pk=delivery_id)
    attachments = _attachments(delivery)
    try:
        mail.send(
            delivery.template,
            to=[delivery.to],
            context={
                **delivery.context,
                "report": delivery.report,
                "base_url": settings.BASE_URL,
                "has_attachment": bool(attachments),
            },
            message_id=delivery.message_id,
            attachments=attachments,
        )
        crash_point("after_smtp_250")
        crash_point("before_sent_commit")
        claiming.finish(delivery)
        crash_point("after_sent_commit")
    except smtplib.SMTPRecipientsRefused as error:
        refused_for_good = all(code >= 500 for code, _ in error.recipients.values())
        claiming.give_back(delivery, error, final=refused_for_good)
    except (smtplib.SMTPException, OSError) as error:
        log.warning("Delivery %s, attempt %s: %s", delivery.pk, delivery.attempt, error)
        claiming.give_back(delivery, error)
    except claiming.LostTheJob:
        log.warning("Delivery %s was finished by another worker", delivery.pk)
    delivery.refresh_from_db()
    return delivery


def _attachments(delivery):
    rendering = getattr(delivery.report, "rendering", None) if delivery.report else None
    if rendering is None or rendering.state != JobState.DONE:
        return []
    try:
        content = files.read(rendering.file, rendering.sha256)
    except files.DamagedFile:
        return []
    return [(rendering.file_name, content, "application/pdf")]
