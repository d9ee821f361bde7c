"""Taking an applied list back: all of it or nothing, as long as nothing it made has been used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from committees.domain import undo_committees, undo_people
from committees.models import ImportDraft
from foundation import audit
from foundation.audit import Act

if TYPE_CHECKING:
    import datetime as dt
    from types import ModuleType

    from committees.models import User


KINDS: dict[str, ModuleType] = {
    ImportDraft.Kind.COMMITTEES: undo_committees,
    ImportDraft.Kind.PEOPLE: undo_people,
}


def can_undo(draft: ImportDraft) -> bool:
    return bool(draft.applied_at and not draft.undone_at and draft.made)


@transaction.atomic
def undo_import(draft: ImportDraft, *, by: User, at: dt.datetime) -> None:
    """Remove what the list made and set back what it changed, or nothing.

    A second time it does nothing. Raises import_rows.CannotUndo.
    """
    draft.refresh_from_db(from_queryset=ImportDraft.objects.select_for_update(no_key=True))
    if not can_undo(draft):
        return
    with audit.at_the_end(by=by):
        KINDS[draft.kind].undo(draft.made, by=by, at=at)
        draft.undone_at = at
        draft.save(update_fields=["undone_at"])
        audit.record(Act.IMPORT_UNDONE, subject=draft.kind, draft=draft.pk)
