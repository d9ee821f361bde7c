"""Two people at one form: the second to save is told, and loses nothing."""

from __future__ import annotations

from typing import Any

from foundation.conflicts import Conflict


class OutdatedVersion(Conflict):
    """Somebody else has saved the thing since the form was opened."""


def claim_version(thing: Any, version: int) -> None:
    """Raise the version of `thing` from `version` by one, or raise OutdatedVersion.

    One conditional UPDATE: of two savers at the same moment exactly one gets through.
    """
    rows = type(thing)._base_manager.filter(pk=thing.pk, version=version)
    if not rows.update(version=version + 1):
        raise OutdatedVersion(f"{thing}: {version}")
    thing.version = version + 1
