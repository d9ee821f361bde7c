"""A list of names as it is pasted: from Word, from Excel, or one name a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from committees.domain.import_rows import Column
from committees.domain.import_values import value_in
from foundation.text import fold
from foundation.xlsx import ERRORS
from hall.domain.guest_table import shortened, table_of
from hall.domain.guests import MOST
from hall.models import Guest

if TYPE_CHECKING:
    from hall.domain.guest_table import Table


Group = Guest.Group
COLUMNS = (
    Column(
        "full_name", "Họ và tên", True, 150, kind="name",
        also=("Họ tên", "Tên", "Họ, tên", "Họ và tên đại biểu", "Đại biểu", "Full name"),
    ),
    Column(
        "family", "Họ và đệm", False, 120,
        also=("Họ và tên đệm", "Họ đệm", "Họ, đệm", "Họ và chữ đệm", "Họ, chữ đệm", "Họ"),
    ),
    Column("post", "Chức vụ", False, 120, also=("Chức danh", "Chức vụ, chức danh", "Post")),
    Column(
        "unit", "Đơn vị", False, 120,
        also=("Đơn vị công tác", "Phòng, ban", "Phòng ban", "Bộ phận", "Nơi công tác", "Unit"),
    ),
    Column(
        "email", "Thư điện tử", False, 254, kind="email",
        also=("Email", "E-mail", "Địa chỉ thư điện tử", "Mail"),
    ),
    Column("group", "Nhóm", False, 40, also=("Đối tượng", "Diện", "Loại", "Group")),
    Column("is_party_member", "Đảng viên", False, 60, also=("ĐV", "Ngày vào Đảng", "Party member")),
    Column("is_woman", "Nữ", False, 20, also=("Giới tính", "Nam/Nữ", "Giới", "Woman")),
)  # fmt: skip
WITHOUT_HEADINGS = ("full_name", "post", "unit", "email", "group")
GROUPS = {
    "cong chuc": Group.CIVIL_SERVANT,
    "cc": Group.CIVIL_SERVANT,
    "vien chuc": Group.PUBLIC_EMPLOYEE,
    "vc": Group.PUBLIC_EMPLOYEE,
    "nguoi lao dong": Group.WORKER,
    "hdld": Group.WORKER,
    "lao dong hop dong": Group.WORKER,
    "can bo": Group.OTHER,
    "khac": Group.OTHER,
    "": Group.OTHER,
}
CONTRACT = "hop dong"  # Hợp đồng, Hợp đồng 111, Hợp đồng lao động …
TWO_GROUPS = {
    "cong chuc vien chuc",
    "cong chuc, vien chuc",
    "cong chuc/vien chuc",
    "ccvc",
    "cc, vc",
}
YES = {"x", "co", "1", "yes", "v", "✓", "dang vien", "nu", "dung", "chinh thuc", "du bi"}
NO = {"", "khong", "0", "no", "nam", "-", "chua"}
A_DAY = re.compile(r"(\d{1,2}[/.-]){0,2}\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}|\d{4}-\d{2}-\d{2}")
NUMBER_BEFORE = re.compile(r"^\d{1,4}\s*[.)/-]\s*")
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class Read(NamedTuple):
    """What a list says: rows as `add_guests` takes them; sentences on what is wrong, and on what was
    not read or is doubtful."""

    rows: list[dict[str, Any]]
    wrong: list[str]
    notes: list[str]


def read_guests(text: str) -> Read:
    """Read a list whose columns are parted by tabs, as a table is pasted, or by semicolons.

    A line of headings says what they hold; without one they are name, post, unit, address, group.
    Nothing is passed over unsaid.
    """
    table = table_of(text, COLUMNS, most=MOST)
    rows, wrong, two = [], list(table.wrong), []
    for number, cells in table.lines:
        values, trouble = _judged(_values(cells, table))
        if fold(values["group"]) in TWO_GROUPS:
            two.append(str(number))
            values["group"] = ""
        rows.append(values)
        if trouble:
            wrong.append(_("Line %(number)s: %(why)s") % {"number": number, "why": trouble})
    notes = table.notes()
    if two:
        notes.append(
            _("Of these lines the group is left open, since two are named: %(lines)s.")
            % {"lines": shortened(two)}
        )
    return Read(rows, wrong, notes)


def _values(cells: list[str], table: Table) -> dict[str, str]:
    """Return what stands in each column, {name: text}."""
    places = table.places
    if not places:
        places = {name: place for place, name in enumerate(WITHOUT_HEADINGS)}
        cells = _with_address_in_place(cells)
    values = {}
    for column in COLUMNS:
        place = places.get(column.name, len(cells))
        values[column.name] = cells[place] if place < len(cells) else ""
    family = values.pop("family")
    values["full_name"] = NUMBER_BEFORE.sub("", values["full_name"])
    if family and values["full_name"]:
        values["full_name"] = f"{family} {values['full_name']}"
    kinds = {column.name: column.kind for column in COLUMNS}
    return {name: value_in(value, kinds[name])[0].strip() for name, value in values.items()}


def _with_address_in_place(cells: list[str]) -> list[str]:
    """Put an address that stands in the column of the post or the unit where addresses stand."""
    at = WITHOUT_HEADINGS.index("email")
    found = next((n for n, cell in enumerate(cells[:at]) if n and ADDRESS.fullmatch(cell)), None)
    if found is None or any(cells[at : at + 1]):
        return cells
    moved = ["" if n == found else cell for n, cell in enumerate(cells)]
    moved += [""] * (at - len(moved))
    return [*moved[:at], cells[found], *moved[at + 1 :]]


def _judged(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return what the line says of a person, and what is wrong with it."""
    trouble = ""
    for column in COLUMNS:
        if len(values.get(column.name, "")) > column.most:
            trouble = _("%(what)s is too long.") % {"what": column.header}
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError:
            trouble = _("“%(value)s” is no e-mail address.") % {"value": values["email"][:80]}
    said = fold(values["group"])
    group = Group.WORKER if said.startswith(CONTRACT) else GROUPS.get(said)
    if group is None and said not in TWO_GROUPS:
        trouble = _("“%(value)s” is no group. Write công chức, viên chức or người lao động.") % {
            "value": values["group"][:80]
        }
    values["group"] = values["group"] if said in TWO_GROUPS else group or ""
    for name in ("is_party_member", "is_woman"):
        said = fold(values[name])
        is_day = name == "is_party_member" and A_DAY.fullmatch(said)
        if said not in YES | NO and not is_day:
            trouble = _("“%(value)s” should be x or blank.") % {"value": values[name][:80]}
        values[name] = bool(is_day) or said in YES
    return values, _no_name(values) or trouble


def _no_name(values: dict[str, Any]) -> str:
    """Say why what stands there is nobody's name, if it is none."""
    name = values["full_name"]
    error = next((one for one in values.values() if one in ERRORS), "")
    if error:
        return _("“%(value)s” is an error of Excel, not a value.") % {"value": error}
    if not name:
        return _("the name is missing.")
    if not any(letter.isalpha() for letter in name) or "@" in name:
        return _("“%(value)s” is no name.") % {"value": name[:80]}
    return ""
