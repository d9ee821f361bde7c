"""Frozen snapshots: their one byte form, its hash, and whether they still are what was frozen."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from jobs.kinds import DamagedSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hall.models import Submission
    from reports.models import ConsolidatedReport, Paper, Report

    Frozen = Report | ConsolidatedReport | Submission | Paper


class DamagedSnapshot(DamagedSource):
    """The snapshot is not the one that was frozen: nothing may be made from it."""


def canonical(snapshot: Mapping[str, Any] | None) -> bytes:
    """Return the one byte form of a snapshot that its hash is taken of."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(snapshot: Mapping[str, Any] | None) -> str:
    """Return the SHA-256 of a snapshot, in hexadecimal."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def is_intact(source: Frozen) -> bool:
    """Does the snapshot of a report, a consolidated report or of minutes still match its hash? Where a text
    was taken out by two bodies (privacy.domain.purging), the hash of what was left."""
    found = digest(source.snapshot)
    return found == source.snapshot_sha256 or found == redacted_sha256(source)


def redacted_sha256(source: Frozen) -> str | None:
    """Return the hash of what is left of a snapshot that a text was taken out of, or None."""
    redaction = getattr(source, "redaction", None)
    return redaction.sha256 if redaction else None


def assert_intact(source: Frozen) -> None:
    """Refuse to go on with a snapshot that somebody has changed. Raises DamagedSnapshot."""
    if not is_intact(source):
        raise DamagedSnapshot(f"{source}: the snapshot does not match {source.snapshot_sha256}")
