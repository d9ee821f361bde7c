"""Who may come to which address, as the second table of docs/permissions.md says."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

from tests.walls.scene import ROLES

TABLE = Path(__file__).resolve().parents[2] / "docs/permissions.md"
COLUMNS = ("methods", *ROLES, "foreign")
REFUSALS = {"404", "403", "sign in"}  # the cells that say that one does not come in


def rows():
    """Return {address or pattern: {column: cell}} of the table of addresses."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == len(COLUMNS) + 1 and (name := re.fullmatch(r"`([\w:*]+)`", cells[0])):
            assert name[1] not in found, f"{name[1]} has two rows"
            found[name[1]] = dict(zip(COLUMNS, cells[1:], strict=True))
    return found


ROWS = rows()


def row_of(name):
    """Return the row of the address; one with a star serves those that have none of their own."""
    if name in ROWS:
        return ROWS[name]
    return next((row for pattern, row in ROWS.items() if fnmatchcase(name, pattern)), None)
