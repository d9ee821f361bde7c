"""Whether what is held now is what a consolidated report's frozen figures say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from board.domain.consolidated_figures import size_of_held

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.desk_row import DeskRow


def outdated_held(size: Mapping[str, Any] | None, rows: Sequence[DeskRow]) -> dict[str, Any] | None:
    """Return what is held now by the DeskRows `rows`, or None where the frozen `size` says the same.

    `size` is the one of a consolidated report's figures.
    """
    now = size_of_held(rows)
    return now if any((size or {}).get(name, 0) != number for name, number in now.items()) else None
