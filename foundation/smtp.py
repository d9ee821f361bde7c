"""Handing one message to the mail server, step by step, so that a failure knows where it was.

What an answer means for the message and for the server as a whole is one table: `verdict`.
"""

from __future__ import annotations

import enum
import re
import smtplib
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail.message import sanitize_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.mail import EmailMessage


SHORT = 30  # seconds for every answer but the last
LAST = 600  # RFC 5321 §4.5.3.2.6: whoever waits less for it sends many messages twice
TOO_LARGE = re.compile(r"\b5\.(3\.4|2\.3)\b")
PHASES = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body")


class Verdict(enum.StrEnum):
    """What to do about a message that did not go out."""

    RETRY = "retry"  # this message, later
    PAUSE = "pause"  # every message to this server, for a while
    STOP = "stop"  # every message, until a person has looked, or one goes through
    BOUNCE = "bounce"  # never again to this address
    AS_LINK = "as_link"  # at once, without the attachment


class MailFailed(smtplib.SMTPException):
    """The message was not taken. `code` is None where the server gave no answer."""

    def __init__(self, phase: str, code: int | None, text: object) -> None:
        text = " ".join(str(text).replace("\0", "").split())[:300]
        code = code if code and code >= 100 else None  # smtplib says -1 for what is no code
        super().__init__(f"{phase}: {code or 'no answer'} {text}")
        self.phase, self.code, self.text = phase, code, text

    def verdict(self, *, has_attachment: bool) -> Verdict:
        return verdict(self.phase, self.code, self.text, has_attachment=has_attachment)


def verdict(
    phase: str, code: int | None, text: str = "", *, has_attachment: bool = False
) -> Verdict:
    """Return the Verdict on an answer `code` (None: none) in one of PHASES.

    Codes as in RFC 5321 §4.2 and RFC 4954 §6, enhanced codes as in RFC 3463.
    """
    before = phase in ("connect", "ehlo", "starttls", "auth")
    if code is None or not 200 <= code < 600:
        return Verdict.PAUSE if before else Verdict.RETRY
    if code in (530, 534, 535, 538):  # who we are was not accepted
        return Verdict.STOP
    if code in (421, 452):
        return Verdict.PAUSE
    if code < 500:
        return Verdict.PAUSE if before else Verdict.RETRY
    if phase in ("starttls", "auth"):
        return Verdict.STOP
    if before:
        return Verdict.PAUSE
    too_large = TOO_LARGE.search(text) or (code in (552, 523) and phase != "rcpt")
    if phase == "mail":
        if too_large:
            return Verdict.AS_LINK if has_attachment else Verdict.BOUNCE
        return Verdict.STOP  # the sender was refused, so would be every other message
    if code == 503:  # out of step: a proxy that forgot us
        return Verdict.RETRY
    if phase == "rcpt" and not too_large:
        return Verdict.BOUNCE
    # What the message holds was refused: for its size, or by a filter.
    return Verdict.AS_LINK if has_attachment else Verdict.BOUNCE


def post(message: EmailMessage, *, sender: str | None = None) -> str:
    """Hand Django's `message`, which has one recipient, to the server; return its last answer.

    `sender` is the address that a bounce goes to. Raises MailFailed; whatever happens after
    the server has taken the message is not a failure.
    """
    (recipient,) = message.recipients()
    encoding = message.encoding or settings.DEFAULT_CHARSET
    sender = sender or sanitize_address(message.from_email, encoding)
    sender = sender.rpartition("<")[2].rstrip(">")
    # Django's messages take `linesep`; its stubs show the one of the standard library.
    content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # as said
    server = _open()
    try:
        with _in("mail"):
            _expect("mail", 250, server.mail(sender, _options(server, content)))
        with _in("rcpt"):
            _expect("rcpt", (250, 251, 252), server.rcpt(sanitize_address(recipient, encoding)))
        with _in("data"):
            server.putcmd("data")
            _expect("data", 354, server.getreply())
        with _in("body"):
            _wait(server, settings.EMAIL_TIMEOUT_LAST)
            server.send(_quoted(content))
            answer = server.getreply()
            _expect("body", 250, answer)
    except MailFailed:
        server.close()
        raise
    with suppress(smtplib.SMTPException, OSError):
        _wait(server, settings.EMAIL_TIMEOUT)
        server.quit()
    server.close()
    return answer[1].decode(errors="replace")[:300]


def _wait(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _open() -> smtplib.SMTP:
    """Return a connection that is ready for a message."""
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    server = kind(timeout=settings.EMAIL_TIMEOUT)
    try:
        with _in("connect"):
            _expect("connect", 220, server.connect(settings.EMAIL_HOST, settings.EMAIL_PORT))
            # What the certificate must be for.
            server._host = settings.EMAIL_HOST  # type: ignore[attr-defined]  # smtplib's own
        with _in("ehlo"):
            server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            with _in("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
        if settings.EMAIL_HOST_USER:
            with _in("auth"):
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except MailFailed:
        server.close()
        raise
    return server


def _options(server: smtplib.SMTP, content: bytes) -> list[str]:
    return [f"size={len(content)}"] if server.does_esmtp and server.has_extn("size") else []


def _quoted(content: bytes) -> bytes:
    """Return the content as it goes over the line: dots doubled, ended by a dot of its own."""
    lines = re.sub(rb"(?m)^\.", b"..", content)
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _expect(phase: str, wanted: int | tuple[int, ...], answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code not in (wanted if isinstance(wanted, tuple) else (wanted,)):
        raise MailFailed(phase, code, text.decode(errors="replace"))


@contextmanager
def _in(phase: str) -> Iterator[None]:
    """Have every failure inside say in which phase it was."""
    try:
        yield
    except MailFailed:
        raise
    except smtplib.SMTPNotSupportedError as error:
        raise MailFailed(phase, 502, error) from error
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        raise MailFailed(phase, error.smtp_code, text) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise MailFailed(phase, None, f"{type(error).__name__}: {error}") from error
