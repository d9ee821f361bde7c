"""Rows of committees: what is wrong with them, what they would change, doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext_noop as _

from committees import queries
from committees.domain.committees import (
    RESERVED_CODES,
    create_committee,
    in_capitals,
    rename_committee,
    reorganise_committee,
)
from committees.domain.import_rows import (
    Column,
    is_broken,
    judge_day,
    judge_email,
    judge_lengths,
    shown,
)
from committees.domain.import_values import day_in
from committees.domain.undo_committees import state_of
from committees.models import Committee
from foundation.text import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from committees.domain.import_rows import Row
    from committees.models import User


COLUMNS = (
    Column(
        "code",
        "Mã",
        True,
        30,
        "Chữ không dấu, số và gạch nối; không trùng.",
        kind="code",
        also=("Mã đảng ủy", "Mã đơn vị", "Mã số", "Mã tổ chức đảng", "Mã TCCSĐ"),
    ),
    Column(
        "name",
        "Tên",
        True,
        200,
        "Ví dụ: Đảng ủy Viện Nghiên cứu Minh Hòa.",
        also=("Tên đảng ủy", "Tên đơn vị", "Tên tổ chức đảng", "Tên chi bộ", "Tên đầy đủ"),
    ),
    Column(
        "kind",
        "Loại",
        True,
        40,
        "Cấp trên cơ sở, cơ sở hoặc chi bộ.",
        also=("Loại hình", "Loại tổ chức đảng", "Loại hình tổ chức đảng", "Cấp"),
    ),
    Column(
        "parent",
        "Mã cấp trên",
        False,
        30,
        "Để trống: trực thuộc Đảng ủy Khối.",
        kind="code",
        also=("Mã đảng ủy cấp trên", "Cấp trên", "Mã đơn vị cấp trên", "Trực thuộc"),
    ),
    Column("header_name", "Tên trên văn bản", False, 200, "Để trống: tên viết hoa."),
    Column("organisation_name", "Tên đảng bộ", False, 200, "Khi là cấp trên: ĐẢNG BỘ …"),
    Column("symbol", "Ký hiệu", False, 20, "Để trống: ĐU.", also=("Ký hiệu văn bản",)),
    Column("place", "Địa danh", False, 80, "Để trống: Hà Nội."),
    Column(
        "party_members",
        "Số đảng viên",
        False,
        10,
        "Số nguyên.",
        kind="number",
        also=("Tổng số đảng viên", "Số lượng đảng viên", "Đảng viên"),
    ),
    Column(
        "email",
        "Thư điện tử",
        False,
        254,
        "Của văn phòng.",
        kind="email",
        also=("Email", "E-mail", "Địa chỉ thư điện tử", "Hộp thư", "Địa chỉ email"),
    ),
    Column(
        "active_from",
        "Từ ngày",
        False,
        20,
        "Ngày/tháng/năm; để trống: hôm nay. Với đảng ủy đã có: ngày mang tên mới.",
        kind="day",
        also=("Ngày thành lập", "Ngày bắt đầu"),
    ),
)
CODE, NAME, KIND, PARENT, HEADER, ORGANISATION, SYMBOL, PLACE, MEMBERS, EMAIL, FROM = COLUMNS
NAMING = (NAME, HEADER, ORGANISATION, SYMBOL, PLACE)
KINDS = {
    "dang uy cap tren co so": Committee.Kind.ABOVE_BASE,
    "cap tren co so": Committee.Kind.ABOVE_BASE,
    "above_base": Committee.Kind.ABOVE_BASE,
    "dang bo cap tren co so": Committee.Kind.ABOVE_BASE,
    "dang uy co so": Committee.Kind.BASE,
    "dang bo co so": Committee.Kind.BASE,
    # A cell that is a base unit of its own has a seal and reports like one.
    "chi bo co so": Committee.Kind.BASE,
    "co so": Committee.Kind.BASE,
    "base": Committee.Kind.BASE,
    "chi bo": Committee.Kind.CELL,
    "chi bo truc thuoc": Committee.Kind.CELL,
    "cell": Committee.Kind.CELL,
}
WORDS: dict[str, str] = {
    Committee.Kind.ABOVE_BASE: "Cấp trên cơ sở",
    Committee.Kind.BASE: "Cơ sở",
    Committee.Kind.CELL: "Chi bộ",
}
WITHOUT_CHILDREN = (Committee.Kind.BOARD, Committee.Kind.CELL)
MOST_MEMBERS = 1_000_000
DEEPEST = 8


def _key(code: str) -> str:
    """Codes that differ only in case are one: nobody tells them apart on paper."""
    return code.lower()


class _Known:
    """The committees as they are now, seen by the person who imports."""

    def __init__(self, by: User) -> None:
        found = queries.committees_for(by).select_related("parent").prefetch_related("names")
        self.managed = {_key(committee.code): committee for committee in found}
        self.codes = {_key(code) for code in Committee.objects.values_list("code", flat=True)}
        blocs = [one for one in self.managed.values() if one.kind == Committee.Kind.BLOC]
        self.bloc = blocs[0] if blocs else None


def judge(rows: Sequence[Row], *, by: User, today: dt.date) -> None:
    """Fill in what is wrong with each row and what it would do to the committees as they are."""
    known = _Known(by)
    coming: dict[str, Row] = {}
    for row in rows:
        judge_lengths(row, COLUMNS)
        _judge_code(row, known, coming)
        _judge_values(row)
        coming.setdefault(_key(row.values["code"]), row)
    for row in rows:
        _judge_parent(row, known, coming)
    _judge_rings(rows, known)
    for row in rows:
        existing = known.managed.get(_key(row.values["code"]))
        if existing is None:
            row.effect = "create"
            if not row.errors:
                _note_writes(row, known.bloc, today)
        elif not row.errors:
            _note_changes(row, existing, today)
            row.effect = "change" if row.changes else "same"


def _judge_code(row: Row, known: _Known, coming: dict[str, Row]) -> None:
    code = row.values["code"]
    if not code or is_broken(code):
        return
    key = _key(code)
    try:
        validate_slug(code)
    except ValidationError:
        row.refuse(
            CODE.header, _("may hold only letters without accents, digits and hyphens"), code
        )
    if key in RESERVED_CODES:
        row.refuse(CODE.header, _("is a word that the portal needs for itself"), code)
    if key in coming:
        row.refuse(CODE.header, _("stands in the file twice"), code)
    existing = known.managed.get(key)
    if existing is None and key in known.codes:
        row.refuse(CODE.header, _("is not a committee you manage"), code)
    elif existing and existing.kind in (Committee.Kind.BLOC, Committee.Kind.BOARD):
        row.refuse(CODE.header, _("belongs to the Bloc or the Board, which are not imported"), code)


def _judge_values(row: Row) -> None:
    values = row.values
    if values["kind"] and not is_broken(values["kind"]) and fold(values["kind"]) not in KINDS:
        row.refuse(KIND.header, _("is none of the known kinds"), values["kind"])
    members = values["party_members"]
    if is_broken(members):
        members = ""
    if members and not (members.isascii() and members.isdigit()):
        row.refuse(MEMBERS.header, _("is no whole number"), members)
    elif members and int(members) > MOST_MEMBERS:
        row.refuse(MEMBERS.header, _("is too large"), members)
    judge_email(row, EMAIL)
    judge_day(row, FROM)


def _judge_parent(row: Row, known: _Known, coming: dict[str, Row]) -> None:
    code = row.values["parent"]
    if is_broken(code):
        return
    if not code:
        if known.bloc is None:
            row.refuse(PARENT.header, _("must be filled in: there is no Bloc yet"))
        return
    key = _key(code)
    kind: str | None
    if key in coming:
        kind = KINDS.get(fold(coming[key].values["kind"]))
    elif key in known.managed:
        kind = known.managed[key].kind
    else:
        row.refuse(PARENT.header, _("belongs to no committee"), code)
        return
    if kind in WITHOUT_CHILDREN:
        row.refuse(PARENT.header, _("can have no committee below it"), code)


def _judge_rings(rows: Sequence[Row], known: _Known) -> None:
    """Refuse rows whose superiors lead back to themselves, or too far up."""
    above = {
        key: _key(committee.parent.code) if committee.parent else ""
        for key, committee in known.managed.items()
    }
    for row in rows:
        key = _key(row.values["code"])
        if row.values["parent"] or key not in above:
            above[key] = _key(row.values["parent"])
    for row in rows:
        first = step = _key(row.values["code"])
        for _level in range(DEEPEST):
            step = above.get(step, "")
            if not step or step == first:
                break
        if step and step == first:
            row.refuse(PARENT.header, _("goes round in a ring"), row.values["parent"])
        elif step:
            row.refuse(PARENT.header, _("lies too many levels down"), row.values["parent"])


def _new_committee(row: Row, today: dt.date) -> dict[str, Any]:
    """Return the facts of a committee that is new, with what the portal fills in by itself."""
    values = row.values
    return {
        "code": values["code"],
        "kind": KINDS[fold(values["kind"])],
        "name": values["name"],
        "header_name": values["header_name"] or in_capitals(values["name"]),
        "organisation_name": values["organisation_name"],
        "symbol": values["symbol"] or "ĐU",
        "place": values["place"] or "Hà Nội",
        "party_members": int(values["party_members"]) if values["party_members"] else None,
        "email": values["email"],
        "active_from": day_in(values["active_from"]) or today,
    }


def _note_writes(row: Row, bloc: Committee | None, today: dt.date) -> None:
    facts = _new_committee(row, today)
    facts |= {"kind": WORDS[facts["kind"]], "active_from": shown(facts["active_from"])}
    facts["parent"] = row.values["parent"] or (bloc.code if bloc else "")
    for column in COLUMNS:
        row.write(column.header, facts[column.name])


def _note_changes(row: Row, committee: Committee, today: dt.date) -> None:
    values = row.values
    named = committee.naming(on=day_in(values["active_from"]) or today)
    for column in NAMING:
        if values[column.name]:
            row.change(column.header, getattr(named, column.name), values[column.name])
    if values["name"] != named.name and not values["header_name"]:
        row.change(HEADER.header, named.header_name, in_capitals(values["name"]))
    row.change(KIND.header, WORDS[committee.kind], WORDS[KINDS[fold(values["kind"])]])
    if values["parent"]:
        parent = committee.parent.code if committee.parent else ""
        if _key(parent) != _key(values["parent"]):
            row.change(PARENT.header, parent, values["parent"])
    if values["email"]:
        row.change(EMAIL.header, committee.email, values["email"])
    if values["party_members"]:
        before = "" if committee.party_members is None else str(committee.party_members)
        row.change(MEMBERS.header, before, str(int(values["party_members"])))


def apply(rows: Sequence[Row], *, by: User, at: dt.datetime, today: dt.date) -> dict[str, Any]:
    """Do what the rows promise, superiors first.

    Returns what was made and changed, so that it can be undone.
    """
    bloc = _Known(by).bloc
    created: list[int] = []
    before: dict[int, dict[str, Any]] = {}
    waiting = {_key(row.values["code"]): row for row in rows}
    while waiting:
        for key, row in list(waiting.items()):
            if _key(row.values["parent"]) not in waiting:
                if row.effect == "create":
                    created.append(_create(row, bloc, today).pk)
                else:
                    committee = Committee.objects.get(code__iexact=row.values["code"])
                    before[committee.pk] = state_of(committee)
                    _change(committee, row, at, today)
                del waiting[key]
    after = {one.pk: state_of(one) for one in Committee.objects.filter(pk__in=[*created, *before])}
    return {
        "committees": {str(pk): after[pk] for pk in created},
        "changed": {str(pk): [state, after[pk]] for pk, state in before.items()},
    }


def _parent(row: Row) -> Committee | None:
    code = row.values["parent"]
    return Committee.objects.get(code__iexact=code) if code else None


def _create(row: Row, bloc: Committee | None, today: dt.date) -> Committee:
    return create_committee(**_new_committee(row, today), parent=_parent(row) or bloc)


def _change(committee: Committee, row: Row, at: dt.datetime, today: dt.date) -> None:
    values = row.values
    day = day_in(values["active_from"]) or today
    members = int(values["party_members"]) if values["party_members"] else None
    naming = {column.header for column in NAMING}
    if any(change["column"] in naming for change in row.changes):
        old = committee.naming(on=day)
        header = old.header_name if values["name"] == old.name else in_capitals(values["name"])
        rename_committee(
            committee,
            valid_from=day,
            name=values["name"],
            header_name=values["header_name"] or header,
            organisation_name=values["organisation_name"] or old.organisation_name,
            symbol=values["symbol"] or old.symbol,
            place=values["place"] or old.place,
            decision="",
            at=at,
        )
    reorganise_committee(
        committee,
        kind=KINDS[fold(values["kind"])],
        parent=_parent(row) or committee.parent,
        email=values["email"] or committee.email,
        party_members=committee.party_members if members is None else members,
    )
