"""Taking an applied list of people back, as long as nothing it made has been used."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.translation import gettext_noop as _

from committees.domain.import_people import state_of
from committees.domain.import_rows import CannotUndo
from committees.domain.members import LastOfTheOffice, change_member, take_back
from committees.domain.separation import InReturn, ToOneself, TwoBodies
from committees.models import Invitation, Membership, ResetOrder, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


# What an account that nobody has used may have around it.
GOES_ALONG = {User, Invitation, ResetOrder}


def undo(made: Mapping[str, Any], *, by: User, at: dt.datetime) -> None:
    """Remove the accounts and roles the list made and set back what it changed.

    Raises CannotUndo.
    """
    roles = _as_made(made["roles"])
    changed = _as_made({pk: after for pk, (_before, after) in made["changed"].items()})
    people = list(User.objects.select_for_update(no_key=True).filter(pk__in=made["people"]))
    try:
        for held in changed:
            before, _after = made["changed"][str(held.pk)]
            change_member(held, **_values(before), by=by, at=at)
        for held in roles:
            take_back(held, at=at)
    except LastOfTheOffice as error:
        raise CannotUndo(
            _("%(name)s is now the only person who runs the committee."), held.user.full_name
        ) from error
    except ToOneself as error:
        raise CannotUndo(
            _("The role of %(name)s is your own: somebody else has to take the list back."),
            held.user.full_name,
        ) from error
    except InReturn as error:
        raise CannotUndo(
            _(
                "%(name)s has given you your own role within a year: somebody else has to take the list back."
            ),
            held.user.full_name,
        ) from error
    except TwoBodies as error:
        raise CannotUndo(
            _("%(name)s has begun to work for the Board or to run the portal since."),
            held.user.full_name,
        ) from error
    _remove(people)


def _as_made(states: Mapping[str, Any]) -> list[Membership]:
    """Return the memberships of {key: state}, each as it was left. Raises CannotUndo."""
    found = Membership.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "user", "committee"
    )
    held = {str(one.pk): one for one in found.filter(pk__in=states)}
    for key, state in states.items():
        if key not in held:
            raise CannotUndo(_("A role that the list gave is gone (%(name)s)."), state["name"])
        if state_of(held[key]) != state:
            raise CannotUndo(_("The role of %(name)s has been changed since."), state["name"])
    return list(held.values())


def _values(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"post": state["post"], "unit": state["unit"], "ends_on": _day(state["ends_on"])}


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _remove(people: Iterable[User]) -> None:
    """Remove accounts that have never been used and are named nowhere. Raises CannotUndo."""
    for person in people:
        if person.has_usable_password():
            raise CannotUndo(_("%(name)s has set a password already."), person.full_name)
        collector = Collector(using="default")
        try:
            collector.collect([person])
        except (ProtectedError, RestrictedError) as error:  # a role given since among them
            raise CannotUndo(
                _("%(name)s is named elsewhere in the portal."), person.full_name
            ) from error
        along = set(collector.data) | {found.model for found in collector.fast_deletes if found}
        if not along <= GOES_ALONG:
            raise CannotUndo(_("%(name)s is named elsewhere in the portal."), person.full_name)
        person.delete()
