"""Nobody becomes somebody: nobody takes a role for themselves, nor has it given in return for one;
nobody serves two bodies at once.

Whoever works for a Board or runs the portal would otherwise, as a secretary too, reach the
names of askers. The database refuses the second again (committees.migrations.0002_guards).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from committees.permissions import BOARD, OFFICE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from committees.models import Membership, User

A_YEAR = dt.timedelta(days=365)  # for which two of whom one has made the other count as one body


class ToOneself(Exception):
    """A role is given by somebody else."""


class InReturn(Exception):
    """Whoever gives the role in an office got the own one from this very person within a year."""


class TwoBodies(Exception):
    """The person works for a Board or runs the portal, or would, and for an office as well."""


def check_role(
    user: User,
    role: str,
    *,
    starts_on: dt.date,
    ends_on: dt.date | None,
    by: User | None,
    appointers: Collection[int],
    held: Iterable[Membership] = (),
) -> None:
    """Raise what forbids that `by` gives `user` the role on these days, beside those `held`.

    `appointers` are appointers_of(by): whoever makes somebody and is made something by them
    would be one person for two.
    """
    if by is not None and user.pk is not None and by.pk == user.pk:
        raise ToOneself
    if role in OFFICE and user.pk in appointers:
        raise InReturn
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


def appointers_of(person: User | None, *, on: dt.date) -> set[int]:
    """Return the ids of those who gave the person a role of an office or a Board within a year."""
    if person is None:
        return set()
    roles = person.memberships.with_role(*OFFICE, *BOARD).order_by()
    given = roles.filter(given_on__gt=on - A_YEAR, given_by__isnull=False)
    return set(given.values_list("given_by", flat=True))
