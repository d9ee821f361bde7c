"""Page-shaped answers about committees and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, When

from committees.calendar import WorkingCalendar
from committees.models import CalendarDay, Committee, Membership, Role, User
from committees.permissions import BOARD, OFFICE, boards_of, can_manage_committees
from foundation.search import Search

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from django.db.models import QuerySet

    from committees.models import CommitteeQuerySet, MembershipQuerySet


# As an office lists its people: the secretary first, the staff last.
RANK = Case(
    *(When(role=role, then=place) for place, role in enumerate(Role)),
    output_field=IntegerField(),
)


def account_named(login: str | None) -> User | None:
    """Return the person who signs in as `login`, a user name or an e-mail address, or None."""
    login = (login or "").strip().replace("\0", "")
    found = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login))
    # Should one person's user name be another one's address, the user name counts.
    return max(found, key=lambda user: user.username.lower() == login.lower(), default=None)


def working_calendar() -> WorkingCalendar:
    """Return the calendar of working days as it stands. One query."""
    entries = list(CalendarDay.objects.values_list("day", "kind", "name"))
    return WorkingCalendar(
        days_off={day: name for day, kind, name in entries if kind == CalendarDay.Kind.DAY_OFF},
        worked={day: name for day, kind, name in entries if kind == CalendarDay.Kind.WORKING},
    )


def committees_for(user: User, *, search: str = "") -> CommitteeQuerySet:
    """Return the tree of committees that `user` manages, each with its depth, in tree order."""
    found: CommitteeQuerySet = Committee.objects.with_tree_fields()
    if not user.is_superuser:
        bloc = Committee.objects.filter(children__in=boards_of(user)).first()
        found = found.descendants(bloc, include_self=True) if bloc else found.none()
    if search.strip():
        found = found.filter(Search.of(search, beginnings=True).found_in("folded"))
    return found


def to_be_invited_by(
    user: User, *, on: dt.date, managed: Iterable[Committee] | None = None
) -> MembershipQuerySet:
    """Return the roles of the day `on` in all committees that `user` manages.

    The Board's own people are invited by its head and by an administrator. `managed` are the
    committees, if they have been read already.
    """
    found = Membership.objects.active(on=on)
    if user.is_superuser:
        return found
    managed = committees_for(user) if managed is None else managed
    boards = user.committees_as(*BOARD)
    return found.filter(committee__in=[committee.pk for committee in managed]).exclude(
        committee__in=set(boards) - set(user.committees_as(Role.HEAD))
    )


def people_above(committee: Committee, *, on: dt.date) -> QuerySet[User]:
    """Return who may be named as the person to turn to: those above the committee and the Board."""
    above = [*committee.ancestors().values_list("pk", flat=True), committee.pk]
    standing = Committee.objects.filter(
        Q(pk__in=above[:-1]) | Q(kind=Committee.Kind.BOARD, parent__in=above)
    )
    posts = Membership.objects.active(on=on).filter(
        committee__in=standing.order_by(), role__in=(*OFFICE, *BOARD)
    )
    people = User.objects.filter(pk__in=posts.order_by().values("user"), is_active=True)
    return people.order_by("name_order", "pk")


def managed_ids(user: User) -> set[int]:
    """Return the ids of all committees that `user` manages (permissions.manages)."""
    return {one.pk for one in committees_for(user)} if can_manage_committees(user) else set()


def committees_staffed_by(
    user: User, *, managed: Collection[int] | None = None
) -> CommitteeQuerySet:
    """Return the committees to which `user` may bring people; `managed` as managed_ids() has it."""
    managed = managed_ids(user) if managed is None else managed
    return Committee.objects.filter(pk__in={*user.committees_as(*OFFICE), *managed})


def members_of(committee: Committee, *, on: dt.date, search: str = "") -> list[int]:
    """Return the ids of the memberships that are not over on the day `on`, as an office lists them."""
    wanted = Search.of(search, beginnings=True)
    found = (
        Membership.objects.filter(committee=committee)
        .exclude(ends_on__lt=on)
        .order_by(RANK, "user__name_order", "pk")
        .values_list("pk", "user__full_name", "user__username", "user__email", "unit")
    )
    return [pk for pk, *known in found if not search.strip() or wanted.matches("\n".join(known))]


def with_people(ids: Sequence[int]) -> list[Membership]:
    """Return the memberships with these ids, in their order, with whom they belong to."""
    found = Membership.objects.select_related("user__invitation").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
