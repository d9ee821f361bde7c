"""What people may do in a state, and which state covers another one."""

from typing import NamedTuple

from committees.models import Role
from committees.permissions import BOARD, OFFICE

# {role: the roles whose acts it may do as well}; tests/attacks/test_becoming.py asks the table
COVERS = {
    Role.SECRETARY: (Role.SECRETARY, Role.CLERK, Role.STAFF),
    Role.CLERK: (Role.CLERK, Role.STAFF),
    Role.LEADER: (Role.LEADER, Role.STAFF),
    Role.STAFF: (Role.STAFF,),
    Role.HEAD: (Role.HEAD, Role.OFFICER),
    Role.OFFICER: (Role.OFFICER,),
}


class Power(NamedTuple):
    """What the two may do: ({person: their roles, over or not}), and all else that leads to it."""

    roles: tuple  # of (person, frozenset of (committee, role, is it over))
    rest: tuple  # requests for a name first

    def of(self, person_pk):
        return dict(self.roles).get(person_pk, frozenset())

    def standing(self):
        """Return what the rooms know that cannot know of a request for a name."""
        return self.rest[1:]

    def with_requests_of(self, other):
        return Power(self.roles, (other.rest[0], *self.rest[1:]))

    def covers(self, other):
        """May the two do everything that they may in the state `other`?"""
        return self.rest == other.rest and all(
            _bodies(mine) == _bodies(theirs) and covered(theirs) <= covered(mine)
            for (_, mine), (_, theirs) in zip(self.roles, other.roles, strict=True)
        )


def _bodies(roles):
    """Return the sides on which somebody stands, which keep from the other one."""
    return {
        (side is BOARD, is_over)
        for _, role, is_over in roles
        for side in (OFFICE, BOARD)
        if role in side
    }


def is_one_sided(roles):
    """Is nobody kept out of one side by what is held, or was, on the other?"""
    return len({side for side, _ in _bodies(roles)}) < 2 and not any(over for *_, over in roles)


def covered(roles):
    return {(where, less, is_over) for where, role, is_over in roles for less in COVERS[role]}
