"""Putting a backup back: the database, the files, and the logs that outlive both."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from foundation import dumps
from foundation.audit import HEADS
from foundation.files import sync
from foundation.keys import DESTROYED
from operations.backups import BackupFailed, copy, digest_of, failing_in_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from operations.backups import Backup


def look_before_restoring(backup: Backup, *, replace: bool) -> None:
    """Raise BackupFailed while nothing has been changed, if the restore could not end well."""
    if backup.manifest["kind"] != "portal":
        raise BackupFailed(f"{backup.path} holds keys: use restore_keys.")
    kind = dumps.kind()
    if backup.manifest["database"]["kind"] != kind:
        said = backup.manifest["database"]["kind"]
        raise BackupFailed(f"{backup.path} is of {said}; DATABASE_URL names {kind}.")
    if unknown := dumps.unknown_migrations(backup.manifest["migrations"]):
        raise BackupFailed(
            f"{backup.path} is of a newer portal: this one does not know {unknown[0]}."
        )
    with failing_in_one_line("Nothing was restored"):
        if (rows := dumps.rows_now()) and not replace:
            raise BackupFailed(
                f"The database is not empty ({len(rows)} tables, {sum(rows.values())} rows):"
                " take an empty one, or say --replace."
            )
        if others := dumps.others_connected():
            raise BackupFailed(
                f"{others} other connections use the database: stop the portal's services first."
            )
    for name, place in _places(backup):
        if place.exists() and digest_of(place) != backup.manifest["files"][name]["sha256"]:
            raise BackupFailed(f"{place} differs from the backup's: move it elsewhere first.")
    merged_heads(backup)


def restore_database(backup: Backup) -> None:
    """Put the database back; in one transaction, so that a failure leaves it as it was."""
    with failing_in_one_line("The database was not changed"):
        dumps.load(backup.path / backup.manifest["database"]["file"], backup.manifest["rows"])


def restore_files(backup: Backup) -> int:
    """Put back every kept file that is not there. Returns how many were missing."""
    put = 0
    with failing_in_one_line("Not every file was put back"):
        for name, place in _places(backup):
            if not place.exists():
                fresh = place.with_name(f".new-{place.name}")
                fresh.unlink(missing_ok=True)
                copy(backup.path / name, fresh)
                os.replace(fresh, place)
                sync(place.parent)
                put += 1
            if digest_of(place) != backup.manifest["files"][name]["sha256"]:
                raise BackupFailed(f"{place} is not what the backup holds.")
    return put


def _places(backup: Backup) -> Iterator[tuple[str, Path]]:
    for name in sorted(backup.manifest["files"]):
        if name.startswith("files/"):
            yield name, Path(settings.FILES_DIR, name.removeprefix("files/"))


def restore_logs(backup: Backup, *logs: str) -> None:
    """Merge the backup's logs into those in DATA_DIR, which are never shortened."""
    with failing_in_one_line("Not every log was merged"):
        for name in (DESTROYED, *logs):
            _merge_log(backup, name)
        heads = Path(settings.DATA_DIR, HEADS)
        fresh = heads.with_name(f".{HEADS}")
        fresh.write_text("".join(f"{line}\n" for line in merged_heads(backup)))
        sync(fresh)
        os.replace(fresh, heads)
        sync(heads.parent)


def _merge_log(backup: Backup, name: str) -> None:
    """Add to the log in DATA_DIR the backup's lines that it lacks."""
    kept, target = backup.path / name, Path(settings.DATA_DIR, name)
    if not kept.exists():
        return
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    known = set(text.splitlines())
    lines = [line for line in kept.read_text(encoding="utf-8").splitlines() if line not in known]
    with target.open("a", encoding="utf-8") as file:
        file.write("\n" if text and not text.endswith("\n") else "")
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def merged_heads(backup: Backup) -> list[str]:
    """Return the noted ends of the chain of both, in order. Raises BackupFailed where the disk
    and the backup disagree about the same entry."""
    found: dict[int, str] = {}
    for path in (backup.path / HEADS, Path(settings.DATA_DIR, HEADS)):
        for line in path.read_text().splitlines() if path.exists() else ():
            parts = line.split()
            if len(parts) != 3 or not parts[1].isdigit():
                continue
            if found.setdefault(int(parts[1]), line).split()[2] != parts[2]:
                raise BackupFailed(
                    f"{HEADS}: disk and backup disagree about entry {parts[1]} of the record."
                )
    return [line for _, line in sorted(found.items())]
