"""What duties are looked up with: for one person or for everybody, each query once."""

from functools import cached_property, wraps

from django.utils import timezone

from committees.models import Membership, Role
from foundation.clock import day_of


def looked_up(function):
    """Let a function of a Look be asked as often as one likes, and look it up once.

    Each room has such functions for its own rows; the list knows of none.
    """

    @wraps(function)
    def once(look):
        return look.once(function)

    return once


class Look:
    """One look at what waits at `at`: for `person`, or for everybody who can be written to.

    `read` tells what an asker has read already (sessions.domain.news). With `is_mail` it is
    looked up for a mail to the person: who asked without a name is not spoken of there.
    """

    def __init__(self, *, at, person=None, read=frozenset(), open_alarms=0, is_mail=False):
        self._found = {}
        self.at, self.today, self.person = at, day_of(at), person
        self.is_mail = is_mail or person is None
        self.read, self.open_alarms = read, open_alarms

    def once(self, look_up):
        """Return what `look_up` finds with this Look; asked again, it is not looked up again."""
        if look_up not in self._found:
            self._found[look_up] = look_up(self)
        return self._found[look_up]

    @cached_property
    def held(self):
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
        held = {}
        for one in found.order_by("committee", "pk"):
            people = held.setdefault(one.committee_id, {}).setdefault(Role(one.role), [])
            if one.user not in people:
                people.append(one.user)
        return held

    def people(self, committee_id, *roles):
        """Return who holds one of `roles` in the committee, each once."""
        held = self.held.get(committee_id, {})
        return list(dict.fromkeys(user for role in roles for user in held.get(role, [])))

    def members(self, committee_id):
        return self.people(committee_id, *Role)

    def committees(self, *roles):
        """Return the ids of the committees in which somebody holds one of `roles`."""
        return [pk for pk, held in self.held.items() if held.keys() & set(roles)]

    @cached_property
    def _committees_of(self):
        found = {}
        for pk, held in self.held.items():
            for people in held.values():
                for user in people:
                    found.setdefault(user.pk, set()).add(pk)
        return found

    def about(self, thing, committee, who):
        """Name a thing; and its committee too where the person serves more than one."""
        if len(self._committees_of.get(who.pk, ())) > 1:
            return f"{thing} · {committee.name}"
        return thing
