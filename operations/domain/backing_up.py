"""Backups of the whole portal, as an act of record and a sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation import audit
from foundation.audit import Act
from foundation.clock import database_now
from foundation.restoring import begin_restoring, end_restoring, is_restoring
from jobs.domain.sent import LOG
from jobs.models import Heartbeat
from operations import backups, key_backups, putting_back
from operations.backups import BackupFailed
from privacy.domain import purging

if TYPE_CHECKING:
    from pathlib import Path

    from operations.backups import Backup


def back_up(
    folder: Path, *, keys_folder: Path | None = None, keep: int | None = None
) -> tuple[Backup, Backup | None]:
    """Make a backup in `folder`, and one of the keys in `keys_folder`. Returns both.

    Raises BackupFailed; either is whole or not there.
    """
    if keys_folder is not None:
        _refuse_one_inside_the_other(folder, keys_folder)
        backups.refuse_place(keys_folder, kind="keys")
    made = backups.make_backup(folder, logs=(LOG, purging.LOG), keep=keep)
    of_keys = None
    if keys_folder is not None:
        of_keys = key_backups.back_up_keys(keys_folder, keep=keep)
    at = database_now()
    Heartbeat.objects.update_or_create(name="backup", defaults={"at": at})
    audit.record(
        Act.BACKED_UP,
        subject=made.path.name,
        manifest=made.digest,
        keys=of_keys.path.name if of_keys else "",
        damaged=len(made.damaged),
    )
    return made, of_keys


def _refuse_one_inside_the_other(folder: Path, keys_folder: Path) -> None:
    if backups.is_same_or_inside(folder, keys_folder) or backups.is_inside(keys_folder, folder):
        raise BackupFailed(f"{folder} and {keys_folder} lie one inside the other: choose another.")


def restore(backup: Backup, *, replace: bool) -> int:
    """Put everything of a proved backup back as it was. Returns how many files were missing.

    Raises BackupFailed; until `restoring.settle_restore` has ended well nothing is sent.
    """
    putting_back.look_before_restoring(backup, replace=replace)
    was_broken_off = is_restoring()
    begin_restoring(backup.path.name)
    try:
        putting_back.restore_database(backup)
    except BackupFailed:
        if not was_broken_off:
            end_restoring()  # the database is as it was
        raise
    put = putting_back.restore_files(backup)
    putting_back.restore_logs(backup, LOG, purging.LOG)
    return put
