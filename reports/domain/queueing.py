"""Writing the rows that are the mail queue. Nothing is rung here: the next tick finds them."""

import uuid
from email.utils import parseaddr

from django.conf import settings

from reports.models import Delivery


def queue_mail(template, *, to, once, at, report=None, context=None):
    """Ask for one mail to one address and return (delivery, is_new).

    A second request with the same `once` changes nothing.
    """
    return Delivery.objects.get_or_create(
        once=once[:120],
        defaults={
            "to": to,
            "template": template,
            "context": context or {},
            "report": report,
            "message_id": f"<{uuid.uuid4().hex}@{mail_domain()}>",
            "created_at": at,
            "next_at": at,
        },
    )


def mail_domain():
    """Return the domain that the portal's mail comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
