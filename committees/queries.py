"""Page-shaped answers about committees and people."""

from committees.models import Committee, Membership
from committees.permissions import boards_of
from dialogue_portal.text import fold


def committees_for(user, *, search=""):
    """Return the tree of committees that `user` manages, each with its depth, in tree order."""
    found = Committee.objects.with_tree_fields()
    if not user.is_superuser:
        bloc = Committee.objects.filter(children__in=boards_of(user)).first()
        found = found.descendants(bloc, include_self=True) if bloc else found.none()
    for word in fold(search).split()[:6]:
        found = found.filter(folded__contains=word)
    return found


def members_of(committee, *, on):
    """Return the memberships of the committee that are not over on the day `on`."""
    return (
        Membership.objects.filter(committee=committee)
        .exclude(ends_on__lt=on)
        .select_related("user")
        .order_by("role", "user__full_name")
    )
