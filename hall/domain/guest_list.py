"""A list of names as it is pasted: from Word, from Excel, or one name a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from committees.domain.import_reading import WrongColumns, rows_of
from committees.domain.import_rows import Column
from foundation.sheets import Sheet
from foundation.text import fold
from hall.models import Guest

if TYPE_CHECKING:
    from committees.domain.import_rows import Row


Group = Guest.Group
COLUMNS = (
    Column(
        "full_name", "Họ và tên", True, 150, kind="name",
        also=("Họ tên", "Tên", "Họ, tên", "Họ và tên đại biểu", "Đại biểu", "Full name"),
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
    Column("is_party_member", "Đảng viên", False, 20, also=("ĐV", "Party member")),
    Column("is_woman", "Nữ", False, 20, also=("Giới tính", "Nam/Nữ", "Giới", "Woman")),
)  # fmt: skip
GROUPS = {
    "cong chuc": Group.CIVIL_SERVANT,
    "vien chuc": Group.PUBLIC_EMPLOYEE,
    "nguoi lao dong": Group.WORKER,
    "hop dong": Group.WORKER,
    "lao dong hop dong": Group.WORKER,
    "can bo": Group.OTHER,
    "khac": Group.OTHER,
    "": Group.OTHER,
}
YES = {"x", "co", "1", "yes", "v", "✓", "dang vien", "nu", "dung"}
NO = {"", "khong", "0", "no", "nam", "-", "chua"}


def read_guests(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return (rows, what is wrong, a sentence for each line). Rows are what `add_guests` takes.

    Columns are parted by tabs, as a table is pasted, or by semicolons; a line of headings says what
    they hold, without one they are name, post, unit, address, group.
    """
    lines = [
        (number, line.split("\t") if "\t" in text else line.split(";"))
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip(" \t;")
    ]
    try:
        found, _notes = rows_of([Sheet("", lines)], COLUMNS)
    except WrongColumns:
        headings = (0, [column.header for column in COLUMNS])
        found, _notes = rows_of([Sheet("", [headings, *_without_numbers(lines)])], COLUMNS)
    rows, wrong = [], []
    for row in found:
        values, trouble = _judged(row)
        rows.append(values)
        if trouble:
            wrong.append(_("Line %(number)s: %(why)s") % {"number": row.number, "why": trouble})
    return rows, wrong


def _without_numbers(lines: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """A column of running numbers before the names is none of ours."""
    is_numbered = all(cells[0].strip(" .)").isdigit() for _number, cells in lines)
    return [(number, cells[1:] if is_numbered else cells) for number, cells in lines]


def _judged(row: Row) -> tuple[dict[str, Any], str]:
    """Return what the line says of a person, and what is wrong with it."""
    values: dict[str, Any] = {column.name: row.values[column.name].strip() for column in COLUMNS}
    trouble = ""
    if not values["full_name"]:
        trouble = _("the name is missing.")
    for column in COLUMNS:
        if len(values[column.name]) > column.most:
            trouble = _("%(what)s is too long.") % {"what": column.header}
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError:
            trouble = _("“%(value)s” is no e-mail address.") % {"value": values["email"][:80]}
    group = GROUPS.get(fold(values["group"]))
    if group is None:
        trouble = _("“%(value)s” is no group. Write công chức, viên chức or người lao động.") % {
            "value": values["group"][:80]
        }
    values["group"] = group or ""
    for name in ("is_party_member", "is_woman"):
        said = fold(values[name])
        if said not in YES | NO:
            trouble = _("“%(value)s” should be x or blank.") % {"value": values[name][:80]}
        values[name] = said in YES
    return values, trouble
