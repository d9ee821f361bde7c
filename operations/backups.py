"""Backups: everything but the keys in one folder, whole or not there, proved by reading back.

The keys are backed up apart from it (`operations.key_backups`), so that who finds a
backup opens no sealed name.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

from foundation import dumps
from foundation.audit import HEADS
from foundation.files import sync
from foundation.keys import DESTROYED

MANIFEST = "manifest.json"
FORMAT = 1
UNFINISHED = ".unfinished-"
NAMED = re.compile(r"(portal|keys)-\d{8}-\d{6}Z(?:-\d+)?")
CONTENT_NAMED = re.compile(r"[0-9a-f]{64}")
LOGS = (HEADS, DESTROYED)  # in DATA_DIR, of the ground; who calls names further ones
CHUNK = 1024 * 1024


class BackupFailed(Exception):
    """Why there is no backup, or why this one cannot be used: one line for a person."""


@dataclass(frozen=True)
class Backup:
    """A whole backup. `digest` is the SHA-256 of its manifest, which names all the rest."""

    path: Path
    manifest: dict
    digest: str
    damaged: tuple = ()  # kept files that were not what their name says when they were copied
    removed: tuple = ()  # older backups that went


# --- making one -----------------------------------------------------------------------


def make_backup(folder, *, logs=(), keep=None):
    """Make one backup in `folder`, which must exist, and return it. Raises BackupFailed.

    `logs` names further files in DATA_DIR that are only added to. With `keep` the oldest
    backups beyond that number go afterwards, never the one just made.
    """
    refuse_place(folder, kind="portal")
    with failing_in_one_line("The backup was not made"), alone_in(folder):
        at = dumps.now()
        with being_made(folder, "portal", at=at) as (work, final):
            dump = dumps.dump_to(work)
            # After the dump: a file is there before the row that names it is committed.
            damaged = _copy_files(work / "files")
            for name in (*LOGS, *logs):
                _copy_log(Path(settings.DATA_DIR, name), work / name)
            write_manifest(
                work,
                kind="portal",
                made_at=at.isoformat(),
                code=code_version(),
                database={**dump.facts, "file": dump.file},
                migrations=dump.migrations,
                rows=dump.rows,
            )
            verify(work)
        removed = remove_oldest(folder, "portal", keep=keep, made=final)
    manifest, digest = read_manifest(final)
    return Backup(final, manifest, digest, tuple(damaged), tuple(removed))


def refuse_place(folder, *, kind):
    """Raise BackupFailed unless `folder` is a place where backups of this kind may lie."""
    if not folder.is_dir():
        raise BackupFailed(f"There is no folder {folder}: make it, or see whether it is mounted.")
    for name, own in (("KEYS_DIR", settings.KEYS_DIR), ("DATA_DIR/files", settings.FILES_DIR)):
        if is_same_or_inside(folder, own) or (name == "KEYS_DIR" and is_inside(own, folder)):
            raise BackupFailed(f"{folder} and {name} lie one inside the other: choose another.")
    other = "keys" if kind == "portal" else "portal"
    for place in (folder, *folder.resolve().parents):
        found = next(place.glob(f"{other}-*Z"), None) if os.access(place, os.R_OK) else None
        if found is not None:
            raise BackupFailed(
                f"{place} holds backups of the {WHAT[other]}: keys and data are kept apart."
            )


WHAT = {"portal": "data", "keys": "keys"}


def is_inside(path, folder):
    return Path(folder).resolve() in Path(path).resolve().parents


def is_same_or_inside(path, folder):
    return Path(path).resolve() == Path(folder).resolve() or is_inside(path, folder)


@contextlib.contextmanager
def failing_in_one_line(what):
    """Turn what goes wrong inside into a BackupFailed of one line."""
    try:
        yield
    except (OSError, dumps.DumpFailed) as error:
        raise BackupFailed(f"{what}: {' '.join(str(error).split())}") from error


@contextlib.contextmanager
def alone_in(folder):
    """Hold `folder` for one backup at a time, and remove what a broken-off one left there."""
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupFailed(f"Another backup is being made in {folder}.") from error
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        yield


@contextlib.contextmanager
def being_made(folder, kind, *, at):
    """Yield (folder to fill, its final path): renamed once all is well and on the disk, else
    removed."""
    final, number = folder / f"{kind}-{at:%Y%m%d-%H%M%S}Z", 1
    while final.exists():
        number += 1
        final = final.with_name(f"{kind}-{at:%Y%m%d-%H%M%S}Z-{number}")
    work = folder / f"{UNFINISHED}{final.name}"
    work.mkdir(mode=0o700)
    try:
        yield work, final
        sync_tree(work)
        os.rename(work, final)
        sync(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _copy_files(target):
    """Copy all kept files and return the places of those that are not what they should be."""
    target.mkdir(mode=0o700)
    damaged = []
    for source in kept_files(settings.FILES_DIR):
        place = source.relative_to(settings.FILES_DIR)
        try:
            digest = copy(source, target / place)
        except FileNotFoundError:
            continue  # its term was over meanwhile
        if CONTENT_NAMED.fullmatch(source.name.partition(".")[0]) and not source.name.startswith(
            digest
        ):
            damaged.append(place.as_posix())
    return damaged


def kept_files(folder):
    """Return the paths of all files below `folder` but those that are being written."""
    return sorted(
        path
        for path in Path(folder).rglob("*")
        if path.is_file() and not path.name.startswith(".") and not path.is_symlink()
    )


def copy(source, target):
    """Copy a file with its time, which may tell less than now would; return its SHA-256."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as read, os.fdopen(handle, "wb") as written:
        while chunk := read.read(CHUNK):
            seen.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
        os.utime(target, ns=(os.fstat(read.fileno()).st_mtime_ns,) * 2)
    return seen.hexdigest()


def _copy_log(source, target):
    """Copy whole lines only: somebody may be writing the last one."""
    if source.exists():
        content = source.read_bytes()
        target.write_bytes(content[: content.rfind(b"\n") + 1])


def code_version():
    """Return the version and, where the code is a clone, the commit that it stands at."""
    root = Path(settings.BASE_DIR)
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    commit = ""
    with contextlib.suppress(OSError):
        commit = (root / ".git/HEAD").read_text().strip()
        if commit.startswith("ref: "):
            commit = (root / ".git" / commit.removeprefix("ref: ")).read_text().strip()
    return {"version": version, "commit": commit if re.fullmatch("[0-9a-f]{40}", commit) else ""}


def write_manifest(folder, **facts):
    """Write down what lies in `folder`, with its size and SHA-256, beside the given facts."""
    files = {
        path.relative_to(folder).as_posix(): {
            "size": path.stat().st_size,
            "sha256": digest_of(path),
        }
        for path in kept_files(folder)
        if path != folder / MANIFEST
    }
    text = json.dumps({"format": FORMAT, **facts, "files": files}, indent=1, sort_keys=True)
    fresh = folder / f".{MANIFEST}"
    fresh.write_text(text + "\n", encoding="utf-8")
    os.replace(fresh, folder / MANIFEST)


def remove_oldest(folder, kind, *, keep, made):
    """Remove the oldest backups until `keep` are left; `made` always stays. Returns the names."""
    whole = sorted(p for p in folder.glob(f"{kind}-*Z*") if NAMED.fullmatch(p.name))
    others = [path for path in whole if path != made]
    removed = others[: max(0, len(whole) - max(keep, 1))] if keep is not None else []
    for path in removed:
        gone = folder / f"{UNFINISHED}{path.name}"
        os.rename(path, gone)
        shutil.rmtree(gone)
    return [path.name for path in removed]


# --- proving one ----------------------------------------------------------------------


def verify(path):
    """Read everything in the backup at `path` and return it. Raises BackupFailed at the first
    thing that is not as the manifest says."""
    manifest, digest = read_manifest(path)
    for name, said in manifest["files"].items():
        place = path / name
        if not place.is_file() or any(p.is_symlink() for p in (place, *place.parents[:-1])):
            raise BackupFailed(f"{path}: {name} is missing.")
        size = place.stat().st_size
        if size != said["size"]:
            raise BackupFailed(f"{path}: {name} has {size} bytes, not {said['size']}.")
        if digest_of(place) != said["sha256"]:
            raise BackupFailed(f"{path}: the content of {name} was changed.")
    for found in kept_files(path):
        name = found.relative_to(path).as_posix()
        if name not in manifest["files"] and name != MANIFEST:
            raise BackupFailed(f"{path}: {name} does not belong to it.")
    if manifest["kind"] == "portal":
        try:
            dumps.check(path / manifest["database"]["file"], manifest)
        except dumps.DumpFailed as error:
            raise BackupFailed(f"{path}: {error}") from error
    return Backup(path, manifest, digest)


def read_manifest(path):
    """Return the manifest of the backup at `path` and its SHA-256. Raises BackupFailed."""
    try:
        content = (path / MANIFEST).read_bytes()
        manifest = json.loads(content)
        if manifest["format"] != FORMAT:
            raise BackupFailed(f"{path}: made by a newer portal (format {manifest['format']}).")
        names = manifest["files"]
        well = manifest["kind"] in WHAT and all(
            set(said) == {"size", "sha256"} and is_plain(name) for name, said in names.items()
        )
        if manifest["kind"] == "portal":
            well = well and isinstance(manifest["rows"], dict) and manifest["migrations"]
            well = well and manifest["database"]["file"] in names
    except FileNotFoundError as error:
        raise BackupFailed(f"{path} is no backup: it has no {MANIFEST}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupFailed(f"{path}: {MANIFEST} cannot be read.") from error
    if not well:
        raise BackupFailed(f"{path}: {MANIFEST} is not what the portal writes.")
    return manifest, hashlib.sha256(content).hexdigest()


def is_plain(name):
    """Does the name stay inside the folder?"""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and not {"..", "."} & set(parts)


def digest_of(path):
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_tree(folder):
    """Have everything below `folder` on the disk."""
    for path in (*folder.rglob("*"), folder):
        sync(path)
