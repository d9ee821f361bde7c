"""Importing committees and people from .xlsx: first a dry run, then all or nothing."""

import datetime as dt
from dataclasses import asdict, dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from committees.domain.committees import create_committee
from committees.domain.members import add_member
from committees.models import Committee, Role, User
from dialogue_portal.text import clean, fold
from dialogue_portal.xlsx import read_rows

MOST_ROWS = 5_000
DATE_FORMS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
KINDS = {
    "dang uy cap tren co so": "above_base",
    "cap tren co so": "above_base",
    "above_base": "above_base",
    "dang uy co so": "base",
    "co so": "base",
    "base": "base",
    "chi bo": "cell",
    "cell": "cell",
}
ROLES = {
    "bi thu": Role.SECRETARY,
    "secretary": Role.SECRETARY,
    "van thu": Role.CLERK,
    "clerk": Role.CLERK,
    "lanh dao": Role.LEADER,
    "leader": Role.LEADER,
    "can bo": Role.STAFF,
    "nhan vien": Role.STAFF,
    "staff": Role.STAFF,
}


@dataclass(frozen=True)
class Column:
    """One column: its name, the header it goes by, what it holds."""

    name: str
    header: str
    is_needed: bool = False
    most: int = 200
    explained: str = ""


COMMITTEE_COLUMNS = (
    Column("code", "Mã", True, 30, "Chữ không dấu, số và gạch nối; không trùng."),
    Column("name", "Tên", True, 200, "Ví dụ: Đảng ủy Viện Nghiên cứu Minh Hòa."),
    Column("kind", "Loại", True, 40, "Cấp trên cơ sở, cơ sở hoặc chi bộ."),
    Column("parent", "Mã cấp trên", False, 30, "Để trống: trực thuộc Đảng ủy Khối."),
    Column("header_name", "Tên trên văn bản", False, 200, "Để trống: tên viết hoa."),
    Column("organisation_name", "Tên đảng bộ", False, 200, "Khi là cấp trên: ĐẢNG BỘ …"),
    Column("symbol", "Ký hiệu", False, 20, "Để trống: ĐU."),
    Column("place", "Địa danh", False, 80, "Để trống: Hà Nội."),
    Column("party_members", "Số đảng viên", False, 10, "Số nguyên."),
    Column("email", "Thư điện tử", False, 254, "Của văn phòng."),
    Column("active_from", "Từ ngày", False, 20, "Ngày/tháng/năm; để trống: hôm nay."),
)
PEOPLE_COLUMNS = (
    Column("full_name", "Họ và tên", True, 150, "Không ghi học hàm, học vị."),
    Column("username", "Tên đăng nhập", False, 150, "Để trống: tự đặt theo họ tên."),
    Column("email", "Thư điện tử", True, 254, "Để đặt mật khẩu và nhận nhắc việc."),
    Column("phone", "Điện thoại", False, 30),
    Column("committee", "Mã đảng ủy", True, 30),
    Column("role", "Vai trò", True, 40, "Bí thư, văn thư, lãnh đạo hoặc cán bộ."),
    Column("post", "Chức vụ", False, 120),
    Column("unit", "Đơn vị", False, 120),
    Column("starts_on", "Từ ngày", False, 20, "Ngày/tháng/năm; để trống: hôm nay."),
    Column("ends_on", "Đến ngày", False, 20, "Ngày/tháng/năm; có thể để trống."),
)


@dataclass
class Row:
    """One line of the sheet: its number, what is in it, what is wrong, what it would do."""

    number: int
    values: dict
    errors: list = field(default_factory=list)
    effect: str = ""  # create, change, same

    def refuse(self, column, message, value=""):
        self.errors.append({"column": column, "message": message, "value": str(value)[:80]})


class WrongColumns(Exception):
    """Columns that are needed are missing; `missing` are their headers."""

    def __init__(self, missing):
        super().__init__(", ".join(missing))
        self.missing = missing


def check_file(file, *, kind, user_committee=None, roles=None, today):
    """Read the file and return its Rows, judged. Raises NotASpreadsheet and WrongColumns."""
    columns = COMMITTEE_COLUMNS if kind == "committees" else PEOPLE_COLUMNS
    header, *lines = read_rows(file, most_rows=MOST_ROWS)
    places = _places(header, columns)
    rows = [
        Row(number, {column.name: _value(line, places.get(column.name)) for column in columns})
        for number, line in enumerate(lines, 2)
    ]
    judge(rows, kind=kind, committee=user_committee, roles=roles, today=today)
    return rows


def judge(rows, *, kind, committee=None, roles=None, today):
    """Fill in what is wrong with each row and what it would do to the world as it is now."""
    columns = COMMITTEE_COLUMNS if kind == "committees" else PEOPLE_COLUMNS
    for row in rows:
        row.errors, row.effect = [], ""
        _judge_lengths(row, columns)
    if kind == "committees":
        _judge_committees(rows, today)
    else:
        _judge_people(rows, committee, roles, today)


def as_json(rows):
    return [asdict(row) for row in rows]


def from_json(rows):
    return [Row(**row) for row in rows]


def _places(header, columns):
    wanted = {fold(column.header): column.name for column in columns}
    found = {}
    for place, title in enumerate(header):
        name = wanted.get(fold(clean(str(title or ""))))
        if name and name not in found:
            found[name] = place
    missing = [column.header for column in columns if column.is_needed and column.name not in found]
    if missing:
        raise WrongColumns(missing)
    return found


def _value(line, place):
    value = line[place] if place is not None and place < len(line) else None
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(clean("" if value is None else str(value)).split())


def _judge_lengths(row, columns):
    for column in columns:
        value = row.values[column.name]
        if column.is_needed and not value:
            row.refuse(column.header, _("must be filled in"))
        elif len(value) > column.most:
            row.refuse(
                column.header,
                _("is longer than %(most)d characters") % {"most": column.most},
                value,
            )


def _date(row, name, header, default):
    value = row.values[name]
    if not value:
        return default
    for form in DATE_FORMS:
        try:
            day = dt.datetime.strptime(value, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if 1930 <= day.year <= 2100:
            return day
    row.refuse(header, _("is no date that exists (dd/mm/yyyy)"), value)
    return default


def _email(row):
    value = row.values["email"]
    if value:
        try:
            validate_email(value)
        except ValidationError:
            row.refuse("Thư điện tử", _("is no e-mail address"), value)


def _judge_committees(rows, today):
    known = {committee.code: committee for committee in Committee.objects.prefetch_related("names")}
    seen = set()
    coming = {row.values["code"] for row in rows}
    for row in rows:
        values = row.values
        code = values["code"]
        try:
            validate_slug(code or "x")
        except ValidationError:
            row.refuse("Mã", _("may hold only letters without accents, digits and hyphens"), code)
        if code and code in seen:
            row.refuse("Mã", _("stands in the file twice"), code)
        seen.add(code)
        if values["kind"] and fold(values["kind"]) not in KINDS:
            row.refuse("Loại", _("is none of the known kinds"), values["kind"])
        if values["parent"] and (
            values["parent"] not in known and values["parent"] not in coming - {code}
        ):
            row.refuse("Mã cấp trên", _("belongs to no committee"), values["parent"])
        if values["party_members"] and not (
            values["party_members"].isascii() and values["party_members"].isdigit()
        ):
            row.refuse("Số đảng viên", _("is no whole number"), values["party_members"])
        _email(row)
        _date(row, "active_from", "Từ ngày", today)
        existing = known.get(code)
        if existing is None:
            row.effect = "create"
        elif existing.kind in (Committee.Kind.BLOC, Committee.Kind.BOARD):
            row.refuse("Mã", _("belongs to the Bloc or the Board, which are not imported"), code)
        else:
            same = (
                existing.name == values["name"]
                and (not values["email"] or existing.email == values["email"])
                and (
                    not values["party_members"]
                    or str(existing.party_members) == values["party_members"]
                )
            )
            row.effect = "same" if same else "change"


def _judge_people(rows, committee, roles, today):
    committees = {one.code: one for one in Committee.objects.all()}
    emails = {row.values["email"].lower() for row in rows}
    people = {
        user.email.lower(): user
        for user in User.objects.exclude(email="").prefetch_related("memberships")
        if user.email.lower() in emails
    }
    names = {user.username.lower(): user for user in User.objects.all()}
    seen = set()
    for row in rows:
        values = row.values
        where = committees.get(values["committee"])
        if values["committee"] and (where is None or (committee and where.pk != committee.pk)):
            row.refuse("Mã đảng ủy", _("is not a committee you manage"), values["committee"])
        role = ROLES.get(fold(values["role"]))
        if values["role"] and role is None:
            row.refuse("Vai trò", _("is none of the known roles"), values["role"])
        elif role is not None and roles is not None and role not in roles:
            row.refuse("Vai trò", _("is not yours to give"), values["role"])
        _email(row)
        starts = _date(row, "starts_on", "Từ ngày", today)
        ends = _date(row, "ends_on", "Đến ngày", None)
        if ends and ends < starts:
            row.refuse("Đến ngày", _("lies before the first day"), values["ends_on"])
        key = (values["email"].lower(), values["committee"], role)
        if values["email"] and key in seen:
            row.refuse("Thư điện tử", _("stands in the file twice"), values["email"])
        seen.add(key)
        person = people.get(values["email"].lower())
        owner = names.get(values["username"].lower()) if values["username"] else None
        if owner and (person is None or owner.pk != person.pk):
            row.refuse("Tên đăng nhập", _("belongs to somebody else"), values["username"])
        held = person and any(
            membership.committee_id == getattr(where, "pk", None)
            and membership.role == role
            and (membership.ends_on is None or membership.ends_on >= today)
            for membership in person.memberships.all()
        )
        row.effect = "create" if person is None else "same" if held else "change"


class WorldHasChanged(Exception):
    """What the dry run showed is no longer true; `rows` say how it stands now."""

    def __init__(self, rows):
        super().__init__()
        self.rows = rows


@transaction.atomic
def apply_import(draft, *, roles=None, at, today):
    """Do all that the dry run showed, or nothing. Returns the number of rows that did something.

    Raises WorldHasChanged if a row would now do something else.
    """
    rows = from_json(draft.rows)
    promised = [row.effect for row in rows]
    judge(rows, kind=draft.kind, committee=draft.committee, roles=roles, today=today)
    if any(row.errors for row in rows) or promised != [row.effect for row in rows]:
        raise WorldHasChanged(rows)
    act = _apply_committees if draft.kind == "committees" else _apply_people
    act([row for row in rows if row.effect != "same"], today)
    draft.applied_at = at
    draft.save(update_fields=["applied_at"])
    return sum(effect != "same" for effect in promised)


def _apply_committees(rows, today):
    bloc = Committee.objects.filter(kind=Committee.Kind.BLOC).first()
    waiting = {row.values["code"]: row for row in rows}
    while waiting:
        before = len(waiting)
        for code, row in list(waiting.items()):
            if row.values["parent"] not in waiting:
                _apply_committee(row, bloc, today)
                del waiting[code]
        if len(waiting) == before:  # a ring of superiors
            row = next(iter(waiting.values()))
            row.refuse("Mã cấp trên", _("goes round in a ring"), row.values["parent"])
            raise WorldHasChanged(list(waiting.values()))


def _apply_committee(row, bloc, today):
    values = row.values
    name = values["name"]
    members = int(values["party_members"]) if values["party_members"] else None
    if row.effect == "create":
        create_committee(
            code=values["code"],
            kind=KINDS[fold(values["kind"])],
            name=name,
            parent=Committee.objects.get(code=values["parent"]) if values["parent"] else bloc,
            header_name=values["header_name"] or name.upper(),
            organisation_name=values["organisation_name"],
            symbol=values["symbol"] or "ĐU",
            place=values["place"] or "Hà Nội",
            party_members=members,
            email=values["email"],
            active_from=_date(row, "active_from", "Từ ngày", today),
        )
        return
    committee = Committee.objects.get(code=values["code"])
    if name != committee.name:
        newest = committee.names.last()
        committee.names.update_or_create(
            valid_from=_date(row, "active_from", "Từ ngày", today),
            defaults={
                "name": name,
                "header_name": values["header_name"] or name.upper(),
                "organisation_name": values["organisation_name"] or newest.organisation_name,
                "symbol": values["symbol"] or newest.symbol,
                "place": values["place"] or newest.place,
            },
        )
        committee.name, committee.folded = name, fold(f"{committee.code} {name}")
    committee.email = values["email"] or committee.email
    committee.party_members = committee.party_members if members is None else members
    committee.save()


def _apply_people(rows, today):
    committees = {one.code: one for one in Committee.objects.all()}
    for row in rows:
        values = row.values
        add_member(
            committees[values["committee"]],
            full_name=values["full_name"],
            username=values["username"],
            email=values["email"],
            phone=values["phone"],
            role=ROLES[fold(values["role"])],
            post=values["post"],
            unit=values["unit"],
            starts_on=_date(row, "starts_on", "Từ ngày", today),
            ends_on=_date(row, "ends_on", "Đến ngày", None),
        )
