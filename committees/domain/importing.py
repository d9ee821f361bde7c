"""Importing committees and people from a list: first a dry run, then all or nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from committees.domain import import_committees, import_people
from committees.domain.committees import CodeTaken
from committees.domain.import_reading import rows_of
from committees.domain.import_rows import Row
from committees.domain.members import AlreadyMember, SomebodyElse
from committees.domain.separation import InReturn, ToOneself, TwoBodies
from committees.models import ImportDraft
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.sheets import NotASpreadsheet, read_sheets
from foundation.text import clean
from foundation.versions import OutdatedVersion

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from types import ModuleType

    from django.core.files.uploadedfile import UploadedFile

    from committees.domain.import_rows import Column
    from committees.models import User


MOST_ROWS = 5_000
KINDS: dict[str, ModuleType] = {
    ImportDraft.Kind.COMMITTEES: import_committees,
    ImportDraft.Kind.PEOPLE: import_people,
}


class WorldHasChanged(Exception):
    """What the dry run showed is no longer true; the draft says how it stands now."""


# What tells that somebody else has acted between the dry run and now.
OVERTAKEN = (
    WorldHasChanged,
    AlreadyMember,
    SomebodyElse,
    ToOneself,
    InReturn,
    TwoBodies,
    CodeTaken,
    OutdatedVersion,
    IntegrityError,
)


def columns_of(kind: str) -> tuple[Column, ...]:
    columns: tuple[Column, ...] = KINDS[kind].COLUMNS
    return columns


def check_file(file: UploadedFile[Any], *, kind: str, by: User, at: dt.datetime) -> ImportDraft:
    """Keep what the file holds as a draft, each row judged.

    Raises NotASpreadsheet and WrongColumns.
    """
    rows, notes = rows_of(read_sheets(file), columns_of(kind))
    if len(rows) > MOST_ROWS:
        raise NotASpreadsheet("too_many_rows")
    judge(rows, kind=kind, by=by, at=at)
    return ImportDraft.objects.create(
        kind=kind,
        file_name=clean(file.name or "")[-200:] or "?",
        rows=[asdict(row) for row in rows],
        notes=notes,
        uploaded_by=by,
        uploaded_at=at,
    )


def rows_in(draft: ImportDraft) -> list[Row]:
    return [Row(**row) for row in draft.rows]


def judge(rows: Sequence[Row], *, kind: str, by: User, at: dt.datetime) -> None:
    """Say anew of each row what is wrong with it and what it would do now."""
    for row in rows:
        row.errors, row.effect, row.changes = [], "", []
        row.writes, row.warnings = [], []
    KINDS[kind].judge(rows, by=by, today=day_of(at))


def refused_rows(draft: ImportDraft) -> tuple[list[str], list[list[object]]]:
    """Return (header, rows) of what is wrong, each row as it stands in the file with its reasons."""
    columns = columns_of(draft.kind)
    rows: list[list[object]] = []
    for row in rows_in(draft):
        if row.errors:
            why = "; ".join(f"{fault['column']}: {fault['message']}" for fault in row.faults)
            as_typed = {header: typed for header, typed, _meant in row.read_as}
            values = [as_typed.get(one.header, row.values[one.name]) for one in columns]
            rows.append([*values, row.number, why])
    return [column.header for column in columns], rows


@transaction.atomic
def leave_out_refused(draft: ImportDraft, *, by: User, at: dt.datetime) -> int:
    """Go on without the rows that are wrong; the others are judged anew, as if alone in the file.

    Returns how many were left out; the draft names them.
    """
    draft.refresh_from_db(from_queryset=ImportDraft.objects.select_for_update(no_key=True))
    if draft.applied_at:
        return 0
    rows = rows_in(draft)
    wrong = [row for row in rows if row.errors]
    rows = [row for row in rows if not row.errors]
    judge(rows, kind=draft.kind, by=by, at=at)
    left = [[row.number, row.title or row.key or ""] for row in wrong]
    draft.rows = [asdict(row) for row in rows]
    draft.notes = draft.notes | {"left_out": draft.notes.get("left_out", []) + left}
    draft.save(update_fields=["rows", "notes"])
    return len(wrong)


def apply_import(draft: ImportDraft, *, by: User, at: dt.datetime) -> int:
    """Do all that the dry run showed, or nothing; a second time it does nothing.

    Returns the number of rows that did something. Raises WorldHasChanged if a row is wrong
    or would now do something else; the draft then shows what it would do now.
    """
    try:
        with transaction.atomic():
            draft.refresh_from_db(from_queryset=ImportDraft.objects.select_for_update(no_key=True))
            return 0 if draft.applied_at else _apply(draft, by, at)
    except OVERTAKEN as error:
        rows = rows_in(draft)
        judge(rows, kind=draft.kind, by=by, at=at)
        draft.rows = [asdict(row) for row in rows]
        draft.save(update_fields=["rows"])
        raise WorldHasChanged from error


def _apply(draft: ImportDraft, by: User, at: dt.datetime) -> int:
    rows = rows_in(draft)
    promised = [row.promise() for row in rows]
    judge(rows, kind=draft.kind, by=by, at=at)
    if any(row.errors for row in rows) or promised != [row.promise() for row in rows]:
        raise WorldHasChanged
    waiting = [row for row in rows if row.effect != "same"]
    with audit.at_the_end(by=by):
        made = KINDS[draft.kind].apply(waiting, by=by, at=at, today=day_of(at))
        draft.applied_at, draft.made = at, made or {}
        draft.save(update_fields=["applied_at", "made"])
        if waiting:
            audit.record(Act.IMPORTED, subject=draft.kind, rows=len(waiting), draft=draft.pk)
    return len(waiting)
