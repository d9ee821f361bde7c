"""What went out, in a log that outlives the database; what a restore holds back or drops."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)
HELD, DROPPED = "restored", "dropped"  # the error of a mail that waits for a decision, or got it
LOG = "sent.log"  # in DATA_DIR, one Message-ID per line, never shortened by the portal
UNDONE_LOG = "sent_undone.log"  # in DATA_DIR: what went out and the database has forgotten


def note_sent(message_id: str) -> None:
    """Add a Message-ID to the log that outlives the database; on the disk when this returns.

    A log that cannot be written must not have a mail sent twice: then a person decides later.
    """
    try:
        with Path(settings.DATA_DIR, LOG).open("a", encoding="ascii") as file:
            file.write(f"{message_id}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        log.exception("The log of sent mails cannot be written")


def sent_before() -> set[str]:
    """Return the Message-IDs that the log names."""
    return _words_of(LOG)


def went_out_before(message_id: str) -> bool:
    """Was this mail sent before a restore that made the database forget it?"""
    return message_id in sent_and_forgotten()


def sent_and_forgotten() -> set[str]:
    """Return the Message-IDs of mails that went out and that a restore made the database forget."""
    return _words_of(UNDONE_LOG)


def _words_of(log_name: str) -> set[str]:
    try:
        return set(Path(settings.DATA_DIR, log_name).read_text(encoding="ascii").split())
    except FileNotFoundError:
        return set()
