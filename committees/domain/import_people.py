"""Rows of people: what is wrong with them, what they would change, doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop as _

from committees import permissions, queries
from committees.domain.import_rows import (
    is_broken,
    judge_day,
    judge_email,
    judge_lengths,
    shown,
)
from committees.domain.import_values import day_in
from committees.domain.members import (
    change_member,
    lasts_longer,
    new_person,
    overlapping,
    user_name_for,
)
from committees.domain.people_columns import (
    COLUMNS,
    COMMITTEE,
    EMAIL,
    ENDS,
    FULL_NAME,
    PHONE,
    POST,
    ROLE,
    ROLES,
    STARTS,
    UNIT,
    USERNAME,
    WORDS,
)
from committees.domain.separation import InReturn, ToOneself, TwoBodies, appointers_of, check_role
from committees.domain.signing_out import end_sessions
from committees.models import Membership, Role, User
from foundation.text import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from committees.domain.import_rows import Row
    from committees.models import Committee


AT_ONCE = 500


class _Known:
    """The people and committees as they are now, as far as the rows name them."""

    def __init__(self, rows: Sequence[Row], by: User, today: dt.date) -> None:
        self.by, self.appointers = by, appointers_of(by, on=today)
        self.managed = queries.managed_ids(by)
        self.committees = {
            committee.code.lower(): committee
            for committee in queries.committees_staffed_by(by, managed=self.managed)
        }
        self.by_email = self._people("email", rows)
        self.by_username = self._people("username", rows)
        self.memberships: dict[int, list[Membership]] = {}
        found = Membership.objects.filter(user__in=self.by_email.values()).select_related("user")
        for membership in found:
            self.memberships.setdefault(membership.user_id, []).append(membership)
        self.secretaries: dict[int, list[Membership]] = {}
        leading = Membership.objects.filter(role=Role.SECRETARY, committee__in=self._named(rows))
        for membership in leading.select_related("user"):
            self.secretaries.setdefault(membership.committee_id, []).append(membership)
        # The names in use, as long as they are few enough to be looked through.
        self.taken = set(User.objects.values_list("username", flat=True))
        self.taken.update(row.values["username"] for row in rows)

    def _named(self, rows: Sequence[Row]) -> set[int]:
        return {where.pk for row in rows if (where := self.committee(row))}

    @staticmethod
    def _people(name: str, rows: Sequence[Row]) -> dict[str, User]:
        wanted = {row.values[name].lower() for row in rows} - {""}
        found = User.objects.annotate(key=Lower(name)).filter(key__in=wanted)
        return {user.key: user for user in found}

    def committee(self, row: Row) -> Committee | None:
        return self.committees.get(row.values["committee"].lower())

    def judged_committee(self, row: Row) -> Committee:
        """Return the committee of a row in which nothing is wrong."""
        return self.committees[row.values["committee"].lower()]

    def person(self, row: Row) -> User | None:
        return self.by_email.get(row.values["email"].lower())

    def held(self, row: Row, today: dt.date) -> Membership | None:
        """Return the membership that the row would lie across, or None."""
        person, where = self.person(row), self.committee(row)
        role = _role(row)
        if person is None or where is None or role is None:
            return None
        return overlapping(
            self.memberships.get(person.pk, ()),
            committee=where,
            role=role,
            starts_on=day_in(row.values["starts_on"]) or today,
            ends_on=day_in(row.values["ends_on"]),
        )


def _role(row: Row) -> Role | None:
    return ROLES.get(fold(row.values["role"]))


def _judged_role(row: Row) -> Role:
    """Return the role of a row in which nothing is wrong."""
    return ROLES[fold(row.values["role"])]


def judge(rows: Sequence[Row], *, by: User, today: dt.date) -> None:
    """Fill in what is wrong with each row and what it would do to the people as they are."""
    known = _Known(rows, by, today)
    seen: dict[Any, Any] = {}
    for row in rows:
        judge_lengths(row, COLUMNS)
        judge_email(row, EMAIL)
        _judge_place(row, known, today)
        _judge_days(row, today)
        _judge_twins(row, seen)
        _judge_person(row, known)
        if not row.errors:
            _judge_bodies(row, known, today)
            _note_effect(row, known, today)
    _note_writes([row for row in rows if not row.errors], known, today)
    _warn_of_second_secretaries(rows, known, today)


def _judge_place(row: Row, known: _Known, today: dt.date) -> None:
    code, role, where = row.values["committee"], _role(row), known.committee(row)
    if code and where is None and not is_broken(code):
        row.refuse(COMMITTEE.header, _("is not a committee you manage"), code)
    elif where and where.active_until and where.active_until < today:
        row.refuse(COMMITTEE.header, _("has been closed"), code)
    if row.values["role"] and role is None and not is_broken(row.values["role"]):
        row.refuse(ROLE.header, _("is none of the known roles"), row.values["role"])
    elif (
        role
        and where
        and role not in permissions.roles_to_give(known.by, where, managed=known.managed)
    ):
        row.refuse(ROLE.header, _("is not yours to give"), row.values["role"])


def _judge_days(row: Row, today: dt.date) -> None:
    judge_day(row, STARTS)
    judge_day(row, ENDS)
    starts, ends = day_in(row.values["starts_on"]) or today, day_in(row.values["ends_on"])
    if ends and ends < starts:
        row.refuse(ENDS.header, _("lies before the first day"), row.values["ends_on"])


def _judge_twins(row: Row, seen: dict[Any, Any]) -> None:
    """Refuse what contradicts or repeats an earlier row."""
    values = row.values
    email, name, username = values["email"].lower(), fold(values["full_name"]), values["username"]
    if not email:
        return
    if seen.setdefault(("person", email), name) != name:
        row.refuse(EMAIL.header, _("belongs to somebody else in an earlier row"), values["email"])
    role = ("role", email, values["committee"].lower(), _role(row))
    if seen.setdefault(role, row.number) != row.number:
        row.refuse(EMAIL.header, _("stands in the file twice"), values["email"])
    if username and seen.setdefault(("username", username.lower()), email) != email:
        row.refuse(USERNAME.header, _("belongs to somebody else in an earlier row"), username)


def _judge_person(row: Row, known: _Known) -> None:
    values = row.values
    person, username = known.person(row), values["username"]
    if person and fold(person.full_name) != fold(values["full_name"]):
        row.refuse(EMAIL.header, _("belongs to somebody with another name"), values["email"])
    if not username:
        return
    owner = known.by_username.get(username.lower())
    if owner and (person is None or owner.pk != person.pk):
        row.refuse(USERNAME.header, _("belongs to somebody else"), username)
    elif person and owner is None:
        row.refuse(USERNAME.header, _("is not the user name of this person"), username)
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        row.refuse(
            USERNAME.header, _("may hold only letters, digits and the signs @ . + - _"), username
        )


def _judge_bodies(row: Row, known: _Known, today: dt.date) -> None:
    """Refuse a role taken for oneself, and one of two bodies, if the row gives or lengthens it."""
    person, held = known.person(row), known.held(row, today)
    ends_on = day_in(row.values["ends_on"]) or (held.ends_on if held else None)
    if person is None or (held and not lasts_longer(held, ends_on)):
        return
    try:
        check_role(
            person,
            _judged_role(row),
            starts_on=held.starts_on if held else day_in(row.values["starts_on"]) or today,
            ends_on=ends_on,
            by=known.by,
            appointers=known.appointers,
            held=[one for one in known.memberships.get(person.pk, ()) if one is not held],
        )
    except ToOneself:
        row.refuse(ROLE.header, _("is your own: somebody else has to give it"), row.values["role"])
    except InReturn:
        row.refuse(
            ROLE.header,
            _("goes to whoever gave you your own role within a year: somebody else has to give it"),
            row.values["role"],
        )
    except TwoBodies:
        row.refuse(
            ROLE.header,
            _("does not go together with this person's work for the Board or as administrator"),
            row.values["role"],
        )


def _note_effect(row: Row, known: _Known, today: dt.date) -> None:
    values = row.values
    if known.person(row) is None:
        row.effect = "create"
        return
    held = known.held(row, today)
    if held is None:
        row.effect = "change"
        row.change(ROLE.header, "", WORDS[_judged_role(row)])
        return
    starts, ends = day_in(values["starts_on"]), day_in(values["ends_on"])
    if starts and starts != held.starts_on:
        row.refuse(
            STARTS.header,
            _("the person has this role since %(day)s"),
            values["starts_on"],
            day=shown(held.starts_on),
        )
        return
    if ends and ends < today and held.ends_on != ends:
        row.refuse(
            ENDS.header, _("is over already; end the role on the page of people"), values["ends_on"]
        )
        return
    for column in (POST, UNIT):
        if values[column.name]:
            row.change(column.header, getattr(held, column.name), values[column.name])
    if ends:
        row.change(ENDS.header, shown(held.ends_on), shown(ends))
    row.effect = "change" if row.changes else "same"


def _note_writes(rows: Sequence[Row], known: _Known, today: dt.date) -> None:
    """Note all that a newcomer and a new role would be written with, the user name included."""
    names = {}
    for row in rows:
        values, key = row.values, row.values["email"].lower()
        if row.effect == "create":
            if key not in names:
                names[key] = values["username"] or user_name_for(
                    values["full_name"], taken=known.taken
                )
                known.taken.add(names[key])
            row.write(FULL_NAME.header, values["full_name"])
            row.write(USERNAME.header, names[key])
            row.write(EMAIL.header, values["email"])
            row.write(PHONE.header, values["phone"])
        if row.effect == "create" or known.held(row, today) is None:
            row.write(COMMITTEE.header, known.judged_committee(row).code)
            row.write(ROLE.header, WORDS[_judged_role(row)])
            row.write(POST.header, values["post"])
            row.write(UNIT.header, values["unit"])
            row.write(STARTS.header, shown(day_in(values["starts_on"]) or today))
            row.write(ENDS.header, shown(day_in(values["ends_on"])))
        elif values["phone"] and values["phone"] != known.by_email[key].phone:
            row.warn(_("The telephone number is taken for new people only; it stays as it is."))


def _warn_of_second_secretaries(rows: Sequence[Row], known: _Known, today: dt.date) -> None:
    """A committee has one secretary: say so where there would be two at a time."""
    coming: dict[int, Row] = {}
    for row in rows:
        where = known.committee(row)
        if _role(row) != Role.SECRETARY or where is None or row.errors:
            continue
        starts = day_in(row.values["starts_on"]) or today
        ends = day_in(row.values["ends_on"])
        for held in known.secretaries.get(where.pk, ()):
            meets = (held.ends_on is None or held.ends_on >= starts) and (
                ends is None or held.starts_on <= ends
            )
            if meets and held.user.email.lower() != row.values["email"].lower():
                row.warn(
                    _("%(code)s has a secretary already: %(name)s."),
                    code=where.code,
                    name=held.user.full_name,
                )
        before = coming.setdefault(where.pk, row)
        if before is not row:
            row.warn(
                _("Row %(number)s names a secretary of %(code)s too."),
                number=before.number,
                code=where.code,
            )


def apply(rows: Sequence[Row], *, by: User, at: dt.datetime, today: dt.date) -> dict[str, Any]:
    """Do what the rows promise; the newcomers all at once, they may be thousands.

    Returns what was made and changed, so that it can be undone.
    """
    known = _Known(rows, by, today)
    newcomers = _add_people(rows, known)
    people = known.by_email | newcomers
    memberships, changed = [], {}
    for row in rows:
        held = known.held(row, today)
        if held:
            before = state_of(held)
            _change(held, row, by=by, at=at)
            changed[str(held.pk)] = [before, state_of(held)]
        else:
            memberships.append(_membership(row, known, people, today))
    Membership.objects.bulk_create(memberships, batch_size=AT_ONCE)
    end_sessions(*{membership.user_id for membership in memberships})
    return {
        "people": [person.pk for person in newcomers.values()],
        "roles": {str(held.pk): state_of(held) for held in memberships},
        "changed": changed,
    }


def state_of(membership: Membership) -> dict[str, str]:
    """Return what tells whether a role is still as an import has left it."""
    return {
        "name": membership.user.full_name,
        "post": membership.post,
        "unit": membership.unit,
        "starts_on": f"{membership.starts_on}",
        "ends_on": f"{membership.ends_on or ''}",
    }


def _add_people(rows: Sequence[Row], known: _Known) -> dict[str, User]:
    """Return {address: User} of those who had no account."""
    found = {}
    for row in rows:
        values, key = row.values, row.values["email"].lower()
        if key in known.by_email or key in found:
            continue
        found[key] = new_person(
            full_name=values["full_name"],
            email=values["email"],
            username=values["username"],
            phone=values["phone"],
            taken=known.taken,
        )
        known.taken.add(found[key].username)
    User.objects.bulk_create(found.values(), batch_size=AT_ONCE)
    return found


def _membership(row: Row, known: _Known, people: Mapping[str, User], today: dt.date) -> Membership:
    values = row.values
    return Membership(
        user=people[values["email"].lower()],
        committee=known.judged_committee(row),
        role=_judged_role(row),
        post=values["post"],
        unit=values["unit"],
        starts_on=day_in(values["starts_on"]) or today,
        ends_on=day_in(values["ends_on"]),
        given_by=known.by,
    )


def _change(held: Membership, row: Row, *, by: User, at: dt.datetime) -> None:
    change_member(
        held,
        post=row.values["post"] or held.post,
        unit=row.values["unit"] or held.unit,
        ends_on=day_in(row.values["ends_on"]) or held.ends_on,
        at=at,
        by=by,
    )
