"""Writing the rows that are the mail queue. Nothing is rung here: the next tick finds them."""

from __future__ import annotations

import json
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.crypto import salted_hmac

from jobs.models import Delivery, Rendering

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence


def queue_mail(
    template: str,
    *,
    to: str,
    once: str,
    at: dt.datetime,
    waits_for: Rendering | None = None,
    frozen: str = "",
    context: dict[str, Any] | None = None,
) -> tuple[Delivery, bool]:
    """Ask for one mail to one address and return (delivery, is_new).

    A second request with the same `once` changes nothing. It `waits_for` a file, which goes with
    it; `frozen` is the SHA-256 of what it speaks of, where that cannot change any more.
    """
    return Delivery.objects.get_or_create(
        once=once[:120],
        defaults={
            "to": to,
            "template": template,
            "context": context or {},
            "waits_for": waits_for,
            "message_id": _message_id(once, template, to, frozen, context),
            "created_at": at,
            "next_at": at,
        },
    )


def queue_mails(
    template: str, wanted: Sequence[tuple[str, str, dict[str, Any]]], *, at: dt.datetime
) -> list[Delivery]:
    """Ask for many mails at once: [(to, once, context), …]. Returns the deliveries that are new."""
    known = set(
        Delivery.objects.filter(once__in=[once for _to, once, _context in wanted]).values_list(
            "once", flat=True
        )
    )
    fresh = [
        Delivery(
            to=to,
            template=template,
            context=context,
            message_id=_message_id(once, template, to, "", context),
            once=once,
            created_at=at,
            next_at=at,
        )
        for to, once, context in wanted
        if once not in known
    ]
    Delivery.objects.bulk_create(fresh, batch_size=500)
    return fresh


def _message_id(once: str, *said: Any | None) -> str:
    """Return the Message-ID of this request with this content, always the same one.

    Asked for again after a restore, it is known as the mail that went out before.
    """
    template, to, frozen, context = said
    content = json.dumps(
        [once, template, to, frozen, context or {}], sort_keys=True, cls=DjangoJSONEncoder
    )
    digest = salted_hmac("reports.message_id", content, algorithm="sha256").hexdigest()
    return f"<{digest[:32]}@{mail_domain()}>"


def mail_domain() -> str:
    """Return the domain that the portal's mail comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
