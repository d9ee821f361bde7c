"""What an import of committees and one of people have in common: columns, rows, judging them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from committees.domain.import_values import day_in
from foundation.clock import written_day
from foundation.old_letters import alphabet_of
from foundation.sheets import NOT_COMPUTED
from foundation.xlsx import ERRORS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping


class CannotUndo(Exception):
    """Something the list made is in use; `message` says what, `name` whose it is."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message, name)
        self.message, self.name = message, name


@dataclass(frozen=True)
class Column:
    """One column: its name, the header it goes by, what it holds, what else it is called."""

    name: str
    header: str
    is_needed: bool = False
    most: int = 200
    explained: str = ""
    kind: str = "text"
    also: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        return (self.header, *self.also)


@dataclass
class Row:
    """One line of the sheet: its number, what is in it, what is wrong, what it would do.

    What is wrong and what is doubtful is kept in English and told in the reader's language.
    """

    number: int
    values: dict[str, str]
    errors: list[dict[str, Any]] = field(default_factory=list)
    effect: str = ""  # create, change, same
    changes: list[dict[str, Any]] = field(default_factory=list)
    writes: list[list[str]] = field(default_factory=list)  # [header, value] of all that is new
    warnings: list[dict[str, Any]] = field(default_factory=list)
    read_as: list[list[str]] = field(
        default_factory=list
    )  # [header, as in the file, as it was read]

    @property
    def title(self) -> str | None:
        return self.values.get("name") or self.values.get("full_name")

    @property
    def key(self) -> str | None:
        return self.values.get("code") or self.values.get("email")

    def refuse(self, column: str, message: str, value: object = "", **params: object) -> None:
        self.errors.append(
            {"column": column, "message": message, "value": str(value)[:80], "params": params}
        )

    def warn(self, message: str, **params: object) -> None:
        self.warnings.append({"message": message, "params": params})

    def change(self, column: str, before: object, after: object) -> None:
        """Note that `column` would change, if it would."""
        if before != after:
            self.changes.append({"column": column, "from": before, "to": after})

    def write(self, column: str, value: object) -> None:
        """Note that `column` would be written, if there is anything to write."""
        if value not in ("", None):
            self.writes.append([column, str(value)])

    def promise(self) -> tuple[str, list[dict[str, str]], list[list[str]]]:
        return self.effect, self.changes, self.writes

    @property
    def faults(self) -> list[dict[str, dict[str, int] | str]]:
        return [error | {"message": told(error)} for error in self.errors]

    @property
    def doubts(self) -> list[str]:
        return [told(warning) for warning in self.warnings]


def told(what: Mapping[str, Any]) -> str:
    """Return what is wrong in the language of who reads it."""
    return gettext(what["message"]) % what["params"] if what["params"] else gettext(what["message"])


def judge_lengths(row: Row, columns: Iterable[Column]) -> None:
    """Refuse what no column may hold: nothing where something is needed, too much, no value."""
    for column in columns:
        value = row.values[column.name]
        if value in ERRORS:
            row.refuse(column.header, _("holds an error of Excel, not a value"), value)
        elif value == NOT_COMPUTED:
            row.refuse(
                column.header,
                _("holds a formula that was never worked out; open and save the file in Excel"),
            )
        elif column.is_needed and not value:
            row.refuse(column.header, _("must be filled in"))
        elif len(value) > column.most:
            row.refuse(
                column.header,
                _("is longer than %(most)d characters"),
                value,
                most=column.most,
            )
        elif alphabet := alphabet_of(value):
            row.refuse(
                column.header,
                _("is written in the old letters %(alphabet)s; bring the file into Unicode first"),
                value,
                alphabet=alphabet,
            )


def is_broken(value: str) -> bool:
    """Whether a cell holds no value at all, which has been said of it already."""
    return value in ERRORS or value == NOT_COMPUTED


def judge_day(row: Row, column: Column) -> None:
    value = row.values[column.name]
    if value and not is_broken(value) and day_in(value) is None:
        row.refuse(column.header, _("is no date that exists (dd/mm/yyyy)"), value)


def judge_email(row: Row, column: Column) -> None:
    value = row.values[column.name]
    if value and not is_broken(value):
        try:
            validate_email(value)
        except ValidationError:
            row.refuse(column.header, _("is no e-mail address"), value)


def shown(day: dt.date | None) -> str:
    return written_day(day) if day else ""
