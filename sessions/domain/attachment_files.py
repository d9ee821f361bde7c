"""Where the file of an attachment lies, and removing those that nothing names any more."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from foundation import files
from sessions.models import Attachment


def place_of(attachment: Attachment) -> str:
    return f"{attachment.sha256[:2]}/{attachment.sha256}.{attachment.kind}"


@transaction.atomic
def remove(attachments: Iterable[Attachment]) -> int:
    """Remove the rows and, once that is sure, the files that no row names. Returns how many rows."""
    gone = list(attachments)
    Attachment.objects.filter(pk__in=[one.pk for one in gone]).delete()
    transaction.on_commit(partial(_remove_files, gone))
    return len(gone)


def _remove_files(attachments: Iterable[Attachment]) -> None:
    """Remove the files that no row names any more."""
    for one in attachments:
        if not Attachment.objects.filter(sha256=one.sha256, kind=one.kind).exists():
            files.path_of(place_of(one)).unlink(missing_ok=True)
