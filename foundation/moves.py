"""The one door for every change of state in the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from foundation.conflicts import Conflict

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.base_user import AbstractBaseUser


class MoveNotAllowed(Conflict):
    """The thing has already moved on, and its state no longer permits this."""


class Move(models.Model):
    """One change of state: who made it, when, from what to what, and why."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ("at", "pk")


def move(
    thing: Any,
    to: str,
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime,
    reason: str = "",
    **changes: Any,
) -> None:
    """Lock the row, check its table of moves, save, and write the history line.

    Where the thing says so, its version is raised: a form that was open meanwhile has grown old.
    `by` is the person who acts, or None for the portal itself and for every act
    that must not be traced to a person. Raises MoveNotAllowed.
    """
    thing.refresh_from_db(from_queryset=type(thing).objects.select_for_update(no_key=True))
    if to not in thing.MOVES[thing.state]:
        raise MoveNotAllowed(f"{thing}: {thing.state} → {to}")
    if getattr(thing, "MOVES_RAISE_VERSION", False):
        changes.setdefault("version", thing.version + 1)
    thing.moves.create(actor=by, from_state=thing.state, to_state=to, at=at, reason=reason)
    for name, value in {"state": to, **changes}.items():
        setattr(thing, name, value)
    thing.save(update_fields=["state", *changes])
