"""What an import of committees and one of people have in common: columns, rows, days."""

import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dialogue_portal.text import clean, fold

DATE_FORMS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


@dataclass(frozen=True)
class Column:
    """One column: its name, the header it goes by, what it holds."""

    name: str
    header: str
    is_needed: bool = False
    most: int = 200
    explained: str = ""


@dataclass
class Row:
    """One line of the sheet: its number, what is in it, what is wrong, what it would do."""

    number: int
    values: dict
    errors: list = field(default_factory=list)
    effect: str = ""  # create, change, same
    changes: list = field(default_factory=list)

    @property
    def title(self):
        return self.values.get("name") or self.values.get("full_name")

    @property
    def key(self):
        return self.values.get("code") or self.values.get("email")

    def refuse(self, column, message, value=""):
        self.errors.append({"column": column, "message": message, "value": str(value)[:80]})

    def change(self, column, before, after):
        """Note that `column` would change, if it would."""
        if before != after:
            self.changes.append({"column": column, "from": before, "to": after})

    def promise(self):
        return self.effect, self.changes


class WrongColumns(Exception):
    """Columns that are needed are missing; `missing` are their headers."""

    def __init__(self, missing):
        super().__init__(", ".join(missing))
        self.missing = missing


def rows_of(sheet, columns):
    """Return the Rows of a sheet as read, the header first. Raises WrongColumns."""
    (_number, header), *lines = sheet
    places = _places(header, columns)
    return [
        Row(number, {column.name: _text(line, places.get(column.name)) for column in columns})
        for number, line in lines
    ]


def _places(header, columns):
    wanted = {fold(column.header): column.name for column in columns}
    found = {}
    for place, title in enumerate(header):
        # A star marks what is needed in many an office's own lists.
        name = wanted.get(fold(clean(str(title or ""))).rstrip(" *:"))
        if name and name not in found:
            found[name] = place
    missing = [column.header for column in columns if column.is_needed and column.name not in found]
    if missing:
        raise WrongColumns(missing)
    return found


def _text(line, place):
    value = line[place] if place is not None and place < len(line) else None
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(clean("" if value is None else str(value)).split())


def judge_lengths(row, columns):
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


def day_in(text):
    """Return the date that `text` names, or None if it names none of our time."""
    for form in DATE_FORMS:
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if 1930 <= day.year <= 2100:
            return day
    return None


def judge_day(row, column):
    if row.values[column.name] and day_in(row.values[column.name]) is None:
        row.refuse(column.header, _("is no date that exists (dd/mm/yyyy)"), row.values[column.name])


def judge_email(row, column):
    value = row.values[column.name]
    if value:
        try:
            validate_email(value)
        except ValidationError:
            row.refuse(column.header, _("is no e-mail address"), value)


def shown(day):
    return f"{day:%d/%m/%Y}" if day else ""
