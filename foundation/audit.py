"""Writing down who did what with consequences, so that nobody can rewrite it unseen.

Each entry bears the SHA-256 of its content and of the entry before it. What an asker does is
never written here, nor any text of a question.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import transaction

from foundation.clock import database_now
from foundation.models import AuditEntry, AuditHead

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.contrib.auth.base_user import AbstractBaseUser


Act = AuditEntry.Act
FIRST = "0" * 64
HEADS = "audit_heads"  # in DATA_DIR: the end of the chain, day by day
LOST_HEADS = "audit_heads.lost"  # those of entries that a restore has undone


class HasCode(Protocol):
    """A committee, as far as the ground knows one."""

    @property
    def pk(self) -> Any: ...
    @property
    def code(self) -> str: ...


class ChainBroken(Exception):
    """The record was tampered with. `number` is the first entry that does not fit."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"entry {number}: {why}")
        self.number = number


_put_off: ContextVar[list[dict[str, Any]] | None] = ContextVar(
    "entries that are put off", default=None
)


@contextmanager
def at_the_end(*, by: AbstractBaseUser | None) -> Iterator[None]:
    """Put off what is recorded inside to the end of the block, done by `by` unless it says else.

    For work of many steps, which would hold the chain locked while it locks other rows.
    """
    entries: list[dict[str, Any]] = []
    token = _put_off.set(entries)
    try:
        yield
    finally:
        _put_off.reset(token)
    for entry in entries:
        record(**{**entry, "by": entry["by"] or by})


@transaction.atomic
def record(
    act: AuditEntry.Act,
    *,
    by: AbstractBaseUser | None = None,
    committee: HasCode | None = None,
    subject: object = "",
    **facts: Any,
) -> AuditEntry | None:
    """Add an entry, in the transaction of the act and as its last step: it locks the chain.

    `by` is a User or None for the portal itself; `facts` are JSON-able. Returns the entry, or
    None where it was put off.
    """
    waiting = _put_off.get()
    if waiting is not None:
        waiting.append({"act": act, "by": by, "committee": committee, "subject": subject, **facts})
        return None
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update(no_key=True).get(pk=1)
    entry = AuditEntry(
        number=head.number + 1,
        at=database_now(),
        act=act,
        actor_id=by.pk if by else None,
        actor_name=(getattr(by, "full_name", "") or getattr(by, "username", "")) if by else "",
        committee_id=committee.pk if committee else None,
        committee_code=committee.code if committee else "",
        subject=str(subject)[:200],
        facts=facts,
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    head.number, head.digest = entry.number, entry.digest
    head.save()
    return entry


def digest_of(entry: AuditEntry) -> str:
    """Return the SHA-256 over everything that an entry says, in hexadecimal."""
    content = [
        entry.number,
        f"{entry.at.timestamp():.6f}",
        entry.act,
        entry.actor_id,
        entry.actor_name,
        entry.committee_id,
        entry.committee_code,
        entry.subject,
        entry.facts,
        entry.previous,
    ]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify() -> tuple[int, str]:
    """Walk the whole chain. Returns (number of entries, digest of the last).

    Raises ChainBroken at the first entry that was changed, removed, inserted or re-ordered,
    and when entries that were there on an earlier day are missing at the end.
    """
    number, previous = 0, FIRST
    known = noted_heads()  # before the end: a note made meanwhile may lie beyond it
    head = _settled_head()
    entries = AuditEntry.objects.filter(number__lte=head.number).order_by("number")
    for entry in entries.iterator(2_000):
        number += 1
        if entry.number != number:
            raise ChainBroken(number, "it is missing")
        if entry.previous != previous:
            raise ChainBroken(number, "it does not follow the one before")
        if entry.digest != digest_of(entry):
            raise ChainBroken(number, "its content was changed")
        if known.get(number, entry.digest) != entry.digest:
            raise ChainBroken(number, "it is not what was noted on that day")
        previous = entry.digest
    if (head.number, head.digest) != (number, previous):
        raise ChainBroken(number + 1, "the end was cut off")
    if max(known, default=0) > number:
        raise ChainBroken(number + 1, "the end was cut off")
    return number, previous


@transaction.atomic
def _settled_head() -> AuditHead:
    """Return the end of the chain while nobody writes; what is written later is left for later."""
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update(no_key=True).get(pk=1)
    beyond = AuditEntry.objects.filter(number__gt=head.number).order_by("number").first()
    if beyond:
        raise ChainBroken(beyond.number, "it lies beyond the end")
    return head


def note_head(*, day: dt.date) -> None:
    """Note the end of the chain outside the database, once a day."""
    path = Path(settings.DATA_DIR) / HEADS
    head = AuditHead.objects.filter(pk=1).first()
    lines = path.read_text().splitlines() if path.exists() else []
    if head is None or not head.number or any(line.startswith(f"{day} ") for line in lines[-2:]):
        return
    with path.open("a") as file:
        file.write(f"{day} {head.number} {head.digest}\n")


def noted_heads() -> dict[int, str]:
    """Return {number: digest} of the ends that were noted on earlier days."""
    path = Path(settings.DATA_DIR) / HEADS
    if not path.exists():
        return {}
    rows = (line.split() for line in path.read_text().splitlines())
    return {int(row[1]): row[2] for row in rows if len(row) == 3 and row[1].isdigit()}


def set_aside_lost_heads() -> int:
    """After a restore: move the noted ends that lie beyond the chain to a file of their own.

    Returns how many entries of the record are known to be lost by it.
    """
    head = AuditHead.objects.filter(pk=1).first()
    end = head.number if head else 0
    known = noted_heads()
    if max(known, default=0) <= end:
        return 0
    path = Path(settings.DATA_DIR) / HEADS
    lines = path.read_text().splitlines(keepends=True)
    lost = [line for line in lines if _number_in(line) > end]
    with (Path(settings.DATA_DIR) / LOST_HEADS).open("a") as file:
        file.writelines(lost)
    fresh = path.with_name(f".{HEADS}")
    fresh.write_text("".join(line for line in lines if line not in lost))
    fresh.replace(path)
    return max(known) - end


def _number_in(line: str) -> int:
    parts = line.split()
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else 0
