"""Founding, renaming and closing committees. Old names are kept: old papers bear them."""

from django.db import transaction

from committees.models import Committee, CommitteeName, Term
from dialogue_portal.clock import day_of
from dialogue_portal.text import clean, fold
from dialogue_portal.versions import claim_version


@transaction.atomic
def create_committee(
    *,
    code,
    kind,
    name,
    parent,
    header_name,
    symbol,
    place,
    active_from,
    organisation_name="",
    party_members=None,
    email="",
    position=0,
    term="",
    term_starts_on=None,
):
    """Add a committee with its first name, and its term of office if that is known."""
    committee = Committee.objects.create(
        code=code,
        kind=kind,
        name=clean(name),
        folded=fold(f"{code} {name}"),
        parent=parent,
        party_members=party_members,
        email=email,
        position=position,
        active_from=active_from,
    )
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
        name=term or f"từ {active_from:%d/%m/%Y}",
        starts_on=term_starts_on or active_from,
    )
    return committee


@transaction.atomic
def change_committee(committee, *, version, party_members, email, position, at):
    """Change what has no history. Raises OutdatedVersion."""
    claim_version(committee, version)
    committee.party_members, committee.email, committee.position = party_members, email, position
    committee.save(update_fields=["party_members", "email", "position"])


@transaction.atomic
def rename_committee(
    committee, *, valid_from, name, header_name, organisation_name, symbol, place, decision, at
):
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
    _use_name_of(committee, on=day_of(at))


@transaction.atomic
def begin_term(committee, *, name, starts_on):
    """Begin a term of office: document numbers start at 01 again."""
    Term.objects.update_or_create(
        committee=committee, starts_on=starts_on, defaults={"name": clean(name)}
    )


@transaction.atomic
def close_committee(committee, *, active_until):
    """Let the committee end with a day; it owes nothing after it."""
    committee.active_until = active_until
    committee.save(update_fields=["active_until"])


def apply_due_names(*, at):
    """Let every committee go by the name whose day has come. Safe to call at any time."""
    today = day_of(at)
    for name in CommitteeName.objects.filter(valid_from=today).select_related("committee"):
        _use_name_of(name.committee, on=today)


def _use_name_of(committee, *, on):
    name = committee.naming(on=on).name
    if name != committee.name:
        committee.name = name
        committee.folded = fold(f"{committee.code} {name}")
        committee.save(update_fields=["name", "folded"])
