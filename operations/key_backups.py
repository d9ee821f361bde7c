"""Backups of the keys, apart from those of the data and for no longer than the keys' term.

A key that was destroyed goes from the key backups in the same folder as well, the next time
one is made, and is not taken from any other.
"""

import datetime as dt
from pathlib import Path

from django.conf import settings

from foundation import dumps
from foundation.keys import destroyed_keys, ensure_key, key_names, shred
from operations.backups import (
    NAMED,
    Backup,
    BackupFailed,
    alone_in,
    being_made,
    copy,
    failing_in_one_line,
    read_manifest,
    refuse_place,
    remove_oldest,
    verify,
    write_manifest,
)

KEYS = "keys"


def back_up_keys(folder, *, keep=None):
    """Copy all keys to a backup in `folder` and return it. Raises BackupFailed."""
    refuse_place(folder, kind=KEYS)
    with failing_in_one_line("The keys were not backed up"), alone_in(folder):
        at = dumps.now()
        with being_made(folder, KEYS, at=at) as (work, final):
            for name in key_names():
                copy(Path(settings.KEYS_DIR, name), work / KEYS / name)
            write_manifest(work, kind=KEYS, made_at=at.isoformat())
            verify(work)
        _remove_overdue(folder, made=final, today=at.date())
        for path in _whole(folder):
            _forget_destroyed(path)
        removed = remove_oldest(folder, KEYS, keep=keep, made=final)
    manifest, digest = read_manifest(final)
    return Backup(final, manifest, digest, removed=tuple(removed))


def _whole(folder):
    return sorted(path for path in folder.glob(f"{KEYS}-*") if NAMED.fullmatch(path.name))


def _remove_overdue(folder, *, made, today):
    """No backup of keys outlives the term of the names that they open."""
    oldest = today - dt.timedelta(days=settings.RETENTION["sealed_names"])
    newer = sum(path.name >= f"{KEYS}-{oldest:%Y%m%d}" for path in _whole(folder))
    remove_oldest(folder, KEYS, keep=newer, made=made)


def _forget_destroyed(path):
    """Shred those keys of the backup that were destroyed since."""
    there = {f"{KEYS}/{name}" for name in destroyed_keys()} & set(read_manifest(path)[0]["files"])
    if there:
        for name in there:
            shred(path / name)
        manifest, _ = read_manifest(path)
        write_manifest(path, kind=KEYS, made_at=manifest["made_at"])


def restore_keys(path):
    """Put back the keys that are missing, but none that was destroyed.

    Returns (put back, there already, destroyed and left out). Raises BackupFailed before
    anything is changed.
    """
    backup = verify(path)
    if backup.manifest["kind"] != KEYS:
        raise BackupFailed(f"{path} holds no keys: use restore.")
    gone = destroyed_keys()
    kept = {name.removeprefix(f"{KEYS}/"): path / name for name in backup.manifest["files"]}
    there = set(key_names())
    for name in there & set(kept):
        if Path(settings.KEYS_DIR, name).read_bytes() != kept[name].read_bytes():
            raise BackupFailed(
                f"The key {name} differs from the backup's: move it elsewhere first."
            )
    missing = set(kept) - there - gone
    with failing_in_one_line("Not every key was put back"):
        for name in sorted(missing):
            ensure_key(name, kept[name].read_bytes)
    return len(missing), len(there & set(kept)), len(gone & set(kept))
