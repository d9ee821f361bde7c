"""Files sent with a question: cleaned, kept under the hash of their content, named neutrally."""

import os
from functools import partial

from django.db import transaction

from dialogue_portal import files
from dialogue_portal.clock import start_of_week
from sessions.models import Attachment, Question

MOST = 5
LARGEST = 10 * 1024 * 1024  # bytes
TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class NotAttachable(Exception):
    """An anonymous question takes no files: they tell too much."""


def attach(question, cleaned, *, at):
    """Keep the cleaned files, [(kind, bytes), …], with the question; in its transaction."""
    if question.level == Question.Level.ANONYMOUS or len(cleaned) > MOST:
        raise NotAttachable
    _keep(question, zip(range(1, MOST + 1), cleaned, strict=False), at=at)


def exchange(question, *, add, drop, at):
    """Take away the attachments `drop` of the question and keep the cleaned files `add` with it.

    In the transaction of the change; a file leaves the disk once that is sure.
    """
    kept = question.attachments.exclude(pk__in=[one.pk for one in drop])
    taken = set(kept.values_list("number", flat=True))
    if add and (question.level == Question.Level.ANONYMOUS or len(taken) + len(add) > MOST):
        raise NotAttachable
    question.attachments.filter(pk__in=[one.pk for one in drop]).delete()
    free = [number for number in range(1, MOST + 1) if number not in taken]
    _keep(question, zip(free, add, strict=False), at=at)
    transaction.on_commit(partial(_remove_files, drop))


def _keep(question, numbered, *, at):
    for number, (kind, content) in numbered:
        path = files.temporary_path(f".{kind}")
        path.write_bytes(content)
        place, sha256, size = files.keep(path, f".{kind}")
        week = start_of_week(at).timestamp()  # the file shall not tell the hour either
        os.utime(files.path_of(place), (week, week))
        Attachment.objects.create(
            question=question, number=number, kind=kind, size=size, sha256=sha256
        )


def place_of(attachment):
    return f"{attachment.sha256[:2]}/{attachment.sha256}.{attachment.kind}"


def content_of(attachment):
    """Return the bytes. Raises files.DamagedFile."""
    return files.read(place_of(attachment), attachment.sha256)


def remove(attachments):
    """Remove the rows, and the files that no other row names. Returns how many rows."""
    gone = list(attachments)
    Attachment.objects.filter(pk__in=[one.pk for one in gone]).delete()
    _remove_files(gone)
    return len(gone)


def _remove_files(attachments):
    """Remove the files that no row names any more."""
    for one in attachments:
        if not Attachment.objects.filter(sha256=one.sha256).exists():
            files.path_of(place_of(one)).unlink(missing_ok=True)
