"""What a role lets a person do with a committee. Asked in views and for buttons."""

from committees.models import Committee, Role

OFFICE = (Role.SECRETARY, Role.CLERK)
BOARD = (Role.HEAD, Role.OFFICER)


def holds(user, committee, *roles):
    """Is `user` one of `roles` in `committee` today?"""
    return bool(user.roles.get(committee.pk, set()).intersection(roles))


def is_secretary_of(user, committee):
    return holds(user, committee, Role.SECRETARY)


def is_office_of(user, committee):
    """The secretary and the clerk, who prepares everything for the secretary."""
    return holds(user, committee, *OFFICE)


def is_member_of(user, committee):
    """Anybody with a role in the committee: everybody may ask."""
    return committee.pk in user.roles


def boards_of(user):
    """Return the Boards that `user` works for today."""
    ids = user.committees_as(*BOARD)
    if not ids:
        return Committee.objects.none()
    return Committee.objects.filter(pk__in=ids, kind=Committee.Kind.BOARD)


def is_of_the_board(user):
    return bool(user.committees_as(*BOARD))


def can_manage_members(user, committee):
    """The office manages its own people; an administrator everybody's."""
    return user.is_superuser or is_office_of(user, committee) or holds(user, committee, Role.HEAD)


def can_manage_committees(user):
    """The Board manages the committees; so does an administrator."""
    return user.is_superuser or is_of_the_board(user)
