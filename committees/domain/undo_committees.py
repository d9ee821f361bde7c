"""Taking an applied list of committees back, as long as nothing it made has been used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.translation import gettext_noop as _

from committees.domain.committees import reorganise_committee, use_name_in_force
from committees.domain.import_rows import CannotUndo
from committees.models import Committee, CommitteeName, Term
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from committees.models import User


FACTS = ("code", "kind", "parent_id", "party_members", "email", "second_email", "position")
DAYS = ("active_from", "active_until")
NAME = ("name", "header_name", "organisation_name", "symbol", "place", "decision")
GOES_ALONG = {Committee, CommitteeName, Term}

# Upper floors let go here of what they have made by themselves for the committees, asked before
# these are removed: release(committees). What they keep hold of protects its committee.
releases: list[Callable[[list[Committee]], None]] = []


def state_of(committee: Committee) -> dict[str, dict[str, dict[str, str]] | int | str | None]:
    """Return what tells whether a committee is still as an import has left it."""
    return {
        "title": committee.name,
        **{name: getattr(committee, name) for name in FACTS},
        **{name: f"{getattr(committee, name) or ''}" for name in DAYS},
        "watch_officer": committee.watch_officer_id,
        "names": {
            f"{one.valid_from}": {field: getattr(one, field) for field in NAME}
            for one in CommitteeName.objects.filter(committee=committee)
        },
        "terms": sorted(
            [one.name, f"{one.starts_on}"] for one in Term.objects.filter(committee=committee)
        ),
    }


def undo(made: Mapping[str, Any], *, by: User, at: dt.datetime) -> None:
    """Remove the committees the list made and set back what it changed. Raises CannotUndo."""
    created = _as_made(made["committees"])
    changed = _as_made({pk: after for pk, (_before, after) in made["changed"].items()})
    for committee in changed:
        _set_back(committee, made["changed"][str(committee.pk)][0], at=at)
    for release in releases:
        release(created)
    _remove(created)


def _as_made(states: Mapping[str, Any]) -> list[Committee]:
    """Return the committees of {key: state}, each as it was left. Raises CannotUndo."""
    held = {
        str(one.pk): one
        for one in Committee.objects.select_for_update(no_key=True, of=("self",)).filter(
            pk__in=states
        )
    }
    for key, state in states.items():
        if key not in held:
            raise CannotUndo(_("%(name)s is gone."), state["title"])
        if state_of(held[key]) != state:
            raise CannotUndo(_("%(name)s has been changed since."), state["title"])
    return list(held.values())


def _set_back(committee: Committee, before: Mapping[str, Any], *, at: dt.datetime) -> None:
    committee.names.exclude(valid_from__in=before["names"]).delete()
    for day, fields in before["names"].items():
        committee.names.update_or_create(valid_from=day, defaults=fields)
    use_name_in_force(committee, on=day_of(at))
    reorganise_committee(
        committee,
        kind=before["kind"],
        parent=Committee.objects.filter(pk=before["parent_id"]).first(),
        party_members=before["party_members"],
        email=before["email"],
    )


def _remove(committees: Iterable[Committee]) -> None:
    """Remove committees that nothing refers to, those below first. Raises CannotUndo."""
    waiting = {one.pk: one for one in committees}
    while waiting:
        above = {one.parent_id for one in waiting.values()}
        for pk in [pk for pk in waiting if pk not in above]:
            _remove_one(waiting.pop(pk))


def _remove_one(committee: Committee) -> None:
    in_use = CannotUndo(_("%(name)s has people, conferences or reports already."), committee.name)
    collector = Collector(using="default")
    try:
        collector.collect([committee])
    except (ProtectedError, RestrictedError) as error:
        raise in_use from error
    along = set(collector.data) | {found.model for found in collector.fast_deletes if found}
    if not along <= GOES_ALONG or len(collector.data[Committee]) > 1:  # one below it, made since
        raise in_use
    Committee.objects.filter(pk=committee.pk).delete()
    audit.record(Act.COMMITTEE_CHANGED, committee=committee, subject=committee.name, what="removed")
