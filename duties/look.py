"""What duties are looked up with: for one person or for everybody, each query once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, TypeVar

from django.db.models import Exists, QuerySet
from django.utils import timezone

from committees.models import Committee, Membership, Role, User
from foundation.clock import day_of

Found = TypeVar("Found")


def looked_up(function: Callable[[Look], Found]) -> Callable[[Look], Found]:
    """Let a function of a Look be asked as often as one likes, and look it up once.

    Each room has such functions for its own rows; the list knows of none.
    """

    @wraps(function)
    def once(look: Look) -> Found:
        return look.once(function)

    return once


# {name: function of a Look of one person}: the rows of which there must be one for anything to wait
THERE: dict[str, Callable[[Look], QuerySet[Any]]] = {}


def there(function: Callable[[Look], QuerySet[Any]]) -> Callable[[Look], bool]:
    """Let a function of a Look say whether there may be anything to look up.

    It returns the rows of which there must be one. For one person all such functions are asked
    together, in one short query: on most days most of what could wait does not. For everybody
    the answer is yes.
    """
    THERE[f"{function.__module__}.{function.__name__}"] = function

    @wraps(function)
    def is_there(look: Look) -> bool:
        return look.person is None or look.is_there(function)

    return is_there


class Look:
    """One look at what waits at `at`: for `person`, or for everybody who can be written to.

    `read` tells what an asker has read already (sessions.domain.news). With `is_mail` it is
    looked up for a mail to the person: who asked without a name is not spoken of there.
    """

    def __init__(
        self,
        *,
        at: dt.datetime,
        person: User | None = None,
        read: frozenset[str] = frozenset(),
        open_alarms: int = 0,
        is_mail: bool = False,
    ) -> None:
        self._found: dict[Callable[[Look], Any], Any] = {}
        self.at, self.today, self.person = at, day_of(at), person
        self.is_mail = is_mail or person is None
        self.read, self.open_alarms = read, open_alarms

    def once(self, look_up: Callable[[Look], Found]) -> Found:
        """Return what `look_up` finds with this Look; asked again, it is not looked up again."""
        if look_up not in self._found:
            self._found[look_up] = look_up(self)
        found: Found = self._found[look_up]
        return found

    def is_there(self, rows: Callable[[Look], QuerySet[Any]]) -> bool:
        """Return whether one of the rows is there that `rows` speaks of (see `there`)."""
        return self._there[f"{rows.__module__}.{rows.__name__}"]

    @cached_property
    def _there(self) -> dict[str, bool]:
        """{name: is one of its rows there?} of all that are asked so, in one query."""
        known = {name: rows(self) for name, rows in THERE.items()}
        asked = {name: Exists(rows) for name, rows in known.items() if not rows.query.is_empty()}
        if not asked or self.person is None:
            return dict.fromkeys(known, self.person is None)
        here = User.objects.order_by().filter(pk=self.person.pk)
        found = here.values_list(*asked.values()).first() or ()
        return dict.fromkeys(known, False) | dict(zip(asked, found, strict=False))

    @cached_property
    def held(self) -> dict[int, dict[Role, list[User]]]:
        """{committee id: {role: [people]}} of today."""
        if self.person is not None and self.today == timezone.localdate():
            return {
                pk: {role: [self.person] for role in roles}
                for pk, roles in self.person.roles.items()
            }
        found = Membership.objects.active(on=self.today).select_related("user")
        if self.person is not None:
            found = found.filter(user=self.person)
        else:
            found = found.filter(user__is_active=True).exclude(user__email="")
        held: dict[int, dict[Role, list[User]]] = {}
        for one in found.order_by("committee", "pk"):
            people = held.setdefault(one.committee_id, {}).setdefault(Role(one.role), [])
            if one.user not in people:
                people.append(one.user)
        return held

    def people(self, committee_id: int, *roles: Role) -> list[User]:
        """Return who holds one of `roles` in the committee, each once."""
        held = self.held.get(committee_id, {})
        return list(dict.fromkeys(user for role in roles for user in held.get(role, [])))

    def members(self, committee_id: int) -> list[User]:
        return self.people(committee_id, *Role)

    def committees(self, *roles: Role) -> list[int]:
        """Return the ids of the committees in which somebody holds one of `roles`."""
        return [pk for pk, held in self.held.items() if held.keys() & set(roles)]

    @cached_property
    def _committees_of(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for pk, held in self.held.items():
            for people in held.values():
                for user in people:
                    found.setdefault(user.pk, set()).add(pk)
        return found

    def about(self, thing: str, committee: Committee, who: User) -> str:
        """Name a thing; and its committee too where the person serves more than one."""
        if len(self._committees_of.get(who.pk, ())) > 1:
            return f"{thing} · {committee.name}"
        return thing
