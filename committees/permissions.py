"""What a role lets a person do with a committee. Asked in views and for buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from committees.models import Committee, Membership, Role
from committees.standing_in import principals_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    from committees.models import CommitteeQuerySet, User


class Person(Protocol):
    """Whoever has roles: a User, or a stand-in for one."""

    @property
    def pk(self) -> Any: ...
    @property
    def roles(self) -> Mapping[int, set[Role]]: ...


OFFICE = (Role.SECRETARY, Role.CLERK)
BOARD = (Role.HEAD, Role.OFFICER)


def holds(user: Person, committee: Committee, *roles: Role) -> bool:
    """Is `user` one of `roles` in `committee` today?"""
    return bool(user.roles.get(committee.pk, set()).intersection(roles))


def is_secretary_of(user: Person, committee: Committee) -> bool:
    return holds(user, committee, Role.SECRETARY)


def is_office_of(user: Person, committee: Committee) -> bool:
    """The secretary and the clerk, who prepares everything for the secretary."""
    return holds(user, committee, *OFFICE)


def offices_since(
    places: Iterable[tuple[int, dt.date]],
) -> dict[tuple[int, dt.date], set[int]]:
    """Return {(committee id, day): ids of those who worked for its office on the day or later}.

    Where two bodies decide, whoever changes from one to the other in between is not the second.
    """
    found: dict[tuple[int, dt.date], set[int]] = {place: set() for place in places}
    held = Membership.objects.with_role(*OFFICE).filter(committee__in={pk for pk, _day in found})
    rows = list(held.values_list("committee", "user", "ends_on")) if found else []
    for (place, day), people in found.items():
        people.update(
            user
            for pk, user, ends_on in rows
            if pk == place and (ends_on is None or ends_on >= day)
        )
    return found


def is_member_of(user: Person, committee: Committee) -> bool:
    """Anybody with a role in the committee: everybody may ask."""
    return committee.pk in user.roles


def boards_of(user: User) -> CommitteeQuerySet:
    """Return the Boards that `user` works for today."""
    ids = user.committees_as(*BOARD)
    if not ids:
        return Committee.objects.none()
    return Committee.objects.filter(pk__in=ids, kind=Committee.Kind.BOARD)


def is_of_the_board(user: User) -> bool:
    return bool(user.committees_as(*BOARD))


def can_manage_members(user: User, committee: Committee) -> bool:
    """The office manages its own people; the Board and an administrator everybody's."""
    if committee.kind == Committee.Kind.BOARD:
        return user.is_superuser or holds(user, committee, Role.HEAD)
    return is_office_of(user, committee) or manages(user, committee)


def can_name_deputies(user: Person, committee: Committee) -> bool:
    """The office says who answers in a leader's place, for some days."""
    return committee.kind != Committee.Kind.BOARD and is_office_of(user, committee)


def stands_in_for(user: Person, leader_id: int | None, committee_id: int) -> bool:
    """Is `user` the deputy of this leader of the committee today?"""
    return leader_id in principals_of(user).get(committee_id, set())


def can_manage_committees(user: User) -> bool:
    """The Board manages the committees; so does an administrator."""
    return user.is_superuser or is_of_the_board(user)


def can_set_up(user: User) -> bool:
    """An administrator leads a new installation to its first committee."""
    return user.is_superuser


def roles_to_give(
    user: User, committee: Committee, *, managed: Collection[int] | None = None
) -> list[Role]:
    """Return the roles that `user` may give in the committee.

    The secretary is appointed by the Board of the Bloc that the committee lies below, or by an
    administrator; the clerk also by the secretary; leaders and staff by the whole office.
    `managed` is queries.managed_ids(user), for whoever asks about many committees.
    """
    if committee.kind == Committee.Kind.BOARD:
        may = user.is_superuser or holds(user, committee, Role.HEAD)
        return [Role.HEAD, Role.OFFICER] if may else []
    everybody = [Role.LEADER, Role.STAFF]
    if manages(user, committee) if managed is None else committee.pk in managed:
        return [Role.SECRETARY, Role.CLERK, *everybody]
    if is_secretary_of(user, committee):
        return [Role.CLERK, *everybody]
    return everybody if is_office_of(user, committee) else []


def can_recover_account(user: User, person: User) -> bool:
    """Whoever may give every role that the person has or is to have, and nobody for themselves.

    An administrator's account is recovered at the console alone.
    """
    if user.pk == person.pk or person.is_superuser:
        return False
    held = [one for one in person.memberships.select_related("committee") if not one.is_over]
    return bool(held) and all(
        can_manage_members(user, one.committee) and one.role in roles_to_give(user, one.committee)
        for one in held
    )


def may_import_people(user: User) -> bool:
    """Everybody who may bring people to some committee."""
    return can_manage_committees(user) or bool(user.committees_as(*OFFICE))


def manages(user: User, committee: Committee) -> bool:
    """Does the committee lie below a Bloc whose Board `user` works for?"""
    if user.is_superuser:
        return True
    blocs = set(boards_of(user).values_list("parent_id", flat=True))
    return bool(blocs) and (
        committee.pk in blocs
        or bool(blocs.intersection(committee.ancestors().values_list("pk", flat=True)))
    )
