"""Nobody becomes somebody: nobody takes a role for themselves, nobody serves two bodies at once.

Whoever works for a Board or runs the portal would otherwise, as a secretary too, reach the
names of askers. The database refuses the second again (committees.migrations.0002_guards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from committees.permissions import BOARD, OFFICE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from committees.models import Membership, User


class ToOneself(Exception):
    """A role is given by somebody else."""


class TwoBodies(Exception):
    """The person works for a Board or runs the portal, or would, and for an office as well."""


def check_role(
    user: User,
    role: str,
    *,
    starts_on: dt.date,
    ends_on: dt.date | None,
    by: User | None,
    held: Iterable[Membership] = (),
) -> None:
    """Raise what forbids that `by` gives `user` the role on these days, beside those `held`."""
    if by is not None and user.pk is not None and by.pk == user.pk:
        raise ToOneself
    if user.is_superuser:
        raise TwoBodies
    others = BOARD if role in OFFICE else OFFICE if role in BOARD else ()
    for other in held:
        if (
            other.role in others
            and (ends_on is None or other.starts_on <= ends_on)
            and (other.ends_on is None or other.ends_on >= starts_on)
        ):
            raise TwoBodies
