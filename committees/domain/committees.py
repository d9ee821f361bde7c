"""Founding, renaming and closing committees. Old names are kept: old papers bear them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from committees.models import Committee, CommitteeName, Term
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of, written_day
from foundation.search import searchable
from foundation.text import clean
from foundation.versions import claim_version

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User


# Words that stand in the address where a code would stand.
RESERVED_CODES = {"new"}


MOST_OF_A_NAME = 200
FACTS = ("party_members", "email", "second_email", "watch_officer", "position")


class CodeTaken(Exception):
    """Another committee has this code."""


@transaction.atomic
def create_committee(
    *,
    code: str,
    kind: str,
    name: str,
    parent: Committee | None,
    header_name: str,
    symbol: str,
    place: str,
    active_from: dt.date,
    organisation_name: str = "",
    party_members: int | None = None,
    email: str = "",
    second_email: str = "",
    position: int = 0,
    term: str = "",
    term_starts_on: dt.date | None = None,
    by: User | None = None,
) -> Committee:
    """Add a committee with its first name, and its term of office if that is known.

    Raises CodeTaken.
    """
    try:
        with transaction.atomic():
            committee = Committee.objects.create(
                code=code,
                kind=kind,
                name=clean(name),
                folded=_folded(code, name),
                parent=parent,
                party_members=party_members,
                email=email,
                second_email=second_email,
                position=position,
                active_from=active_from,
            )
    except IntegrityError as error:
        raise CodeTaken(code) from error
    CommitteeName.objects.create(
        committee=committee,
        valid_from=active_from,
        name=clean(name),
        header_name=clean(header_name),
        organisation_name=clean(organisation_name),
        symbol=symbol,
        place=place,
    )
    Term.objects.create(
        committee=committee,
        name=term or f"từ {written_day(active_from)}",
        starts_on=term_starts_on or active_from,
    )
    audit.record(Act.COMMITTEE_CREATED, by=by, committee=committee, subject=committee.name)
    return committee


@transaction.atomic
def change_committee(
    committee: Committee,
    *,
    version: int,
    party_members: int | None,
    email: str,
    second_email: str,
    watch_officer: User | None,
    position: int,
    by: User | None = None,
) -> None:
    """Change what has no history. Raises OutdatedVersion."""
    claim_version(committee, version)
    committee.party_members, committee.position = party_members, position
    committee.email, committee.second_email = email, second_email
    committee.watch_officer = watch_officer
    committee.save(update_fields=FACTS)
    _record_change(committee, by, what="facts")


@transaction.atomic
def reorganise_committee(
    committee: Committee,
    *,
    kind: str,
    parent: Committee | None,
    party_members: int | None,
    email: str,
) -> None:
    """Put the committee where it belongs now. Raises OutdatedVersion."""
    claim_version(committee, committee.version)
    committee.kind, committee.parent = kind, parent
    committee.party_members, committee.email = party_members, email
    committee.save(update_fields=["kind", "parent", "party_members", "email"])


@transaction.atomic
def rename_committee(
    committee: Committee,
    *,
    valid_from: dt.date,
    name: str,
    header_name: str,
    organisation_name: str,
    symbol: str,
    place: str,
    decision: str,
    at: dt.datetime,
    by: User | None = None,
) -> None:
    """Give the committee another name from a day on; papers of earlier days keep the old one."""
    CommitteeName.objects.update_or_create(
        committee=committee,
        valid_from=valid_from,
        defaults={
            "name": clean(name),
            "header_name": clean(header_name),
            "organisation_name": clean(organisation_name),
            "symbol": symbol,
            "place": place,
            "decision": clean(decision),
        },
    )
    use_name_in_force(committee, on=day_of(at))
    _record_change(committee, by, what="name", name=clean(name), on=f"{valid_from}")


def _record_change(committee: Committee, by: User | None, **facts: str) -> None:
    audit.record(Act.COMMITTEE_CHANGED, by=by, committee=committee, subject=committee.name, **facts)


@transaction.atomic
def begin_term(
    committee: Committee, *, name: str, starts_on: dt.date, by: User | None = None
) -> None:
    """Begin a term of office: document numbers start at 01 again."""
    Term.objects.update_or_create(
        committee=committee, starts_on=starts_on, defaults={"name": clean(name)}
    )
    _record_change(committee, by, what="term", name=clean(name), on=f"{starts_on}")


@transaction.atomic
def close_committee(
    committee: Committee,
    *,
    active_until: dt.date | None,
    successor: Committee | None = None,
    by: User | None = None,
) -> None:
    """Let the committee end with a day, after which it owes nothing; None lets it go on.

    What is still open then is handed to the `successor`.
    """
    committee.active_until = active_until
    committee.successor = successor if active_until else None
    committee.save(update_fields=["active_until", "successor"])
    to = {"successor": committee.successor.code} if committee.successor else {}
    _record_change(committee, by, what="end", on=f"{active_until or ''}", **to)


def apply_due_names(*, at: dt.datetime) -> None:
    """Let every committee go by the name whose day has come. Safe to call at any time."""
    for committee in Committee.objects.exclude(names=None).prefetch_related("names"):
        use_name_in_force(committee, on=day_of(at))


def in_capitals(name: str) -> str:
    """Return the name as a document's header bears it; capitals of some scripts are longer."""
    return clean(name).upper()[:MOST_OF_A_NAME]


def _folded(code: str, name: str) -> str:
    return searchable(f"{code} {name}")


def use_name_in_force(committee: Committee, *, on: dt.date) -> None:
    """Let the committee go, and be found, by the name it bears on the day `on`."""
    name = committee.naming(on=on).name
    folded = _folded(committee.code, name)
    if (name, folded) != (committee.name, committee.folded):
        committee.name, committee.folded = name, folded
        committee.save(update_fields=["name", "folded"])
