"""Mail in two forms, text and HTML, from three templates. Called from delivery rows only."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send(template, *, to, context, message_id=None, attachments=()):
    """Send the message whose three parts are `template`.subject.txt, .txt and .html.

    `attachments` are (file name, bytes, type). Raises what the mail server's client raises.
    """
    subject = " ".join(render_to_string(f"{template}.subject.txt", context).split())
    headers = {"Auto-Submitted": "auto-generated"}
    if message_id:
        headers["Message-ID"] = message_id
    message = EmailMultiAlternatives(
        subject, render_to_string(f"{template}.txt", context), to=to, headers=headers
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    for name, content, kind in attachments:
        message.attach(name, content, kind)
    return message.send()
