"""Mail in two forms, text and HTML, from three templates. Called from delivery rows only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from foundation import mail_channel, smtp
from foundation.clock import database_now
from foundation.smtp import MailFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


Attachment = tuple[str, bytes, str]  # its name, its content, its kind
SMTP = "django.core.mail.backends.smtp.EmailBackend"
AS_BASE64 = 1.37  # how much longer an attachment is on its way
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def send(
    template: str,
    *,
    to: Sequence[str],
    context: dict[str, Any],
    message_id: str | None = None,
    attachments: Sequence[Attachment] = (),
    sender: str | None = None,
) -> str | int:
    """Send the message whose three parts are `template`.subject.txt, .txt and .html.

    `attachments` are (file name, bytes, type); `sender` is the address for bounces. Raises
    MailFailed; the state of the whole mail server is noted either way. Never called inside
    a transaction, which would be held open for as long as the server takes.
    """
    message = build(
        template, to=to, context=context, message_id=message_id, attachments=attachments
    )
    if settings.EMAIL_BACKEND != SMTP:
        return message.send()
    try:
        answer = smtp.post(message, sender=sender)
    except MailFailed as failed:
        verdict = failed.verdict(has_attachment=bool(attachments))
        mail_channel.note_failure(verdict, failed, at=database_now())
        raise
    mail_channel.note_success(at=database_now())
    return answer


def build(
    template: str,
    *,
    to: Sequence[str],
    context: dict[str, Any],
    message_id: str | None = None,
    attachments: Iterable[Attachment] = (),
) -> EmailMultiAlternatives:
    """Return the message to one recipient, `to` a list of one address."""
    subject = " ".join(render_to_string(f"{template}.subject.txt", context).split())
    headers = {**HEADERS, **({"Message-ID": message_id} if message_id else {})}
    message = EmailMultiAlternatives(
        subject, render_to_string(f"{template}.txt", context), to=to, headers=headers
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    for name, content, kind in attachments:
        message.attach(name, content, kind)
    return message


def is_too_large(attachments: Iterable[Attachment]) -> bool:
    """Would the attachments make a message that many servers refuse?"""
    most: int = settings.MAIL_MAX_MB * 2**20
    return AS_BASE64 * sum(len(content) for _, content, _ in attachments) > most
