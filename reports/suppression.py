"""Which numbers of a table may be shown when each of them counts people.

A count of 1 to `least` - 1 people is hidden, and with it as many others as it takes, so
that no hidden number can be worked out from those shown: neither from the sums beside it
nor from an earlier version of the same table. Everything here is exact integer arithmetic.
"""

from dataclasses import dataclass, field, replace
from itertools import chain
from math import gcd, inf, lcm

NARROWEST = 3  # a hidden number must have room for values that lie this far apart


@dataclass(frozen=True)
class Table:
    """Counts by key, the sums published beside them, and the keys of both that are hidden."""

    cells: dict
    sums: dict = field(default_factory=dict)  # {key: the keys of the cells it adds up}
    hidden: frozenset = frozenset()

    def __getitem__(self, key):
        """Return the true number, shown or not."""
        return sum(self.cells[cell] for cell in self.parts(key))

    @property
    def keys(self):
        return (*self.cells, *self.sums)

    @property
    def shown(self):
        """Return {key: number}; None stands where a number is hidden."""
        return {key: None if key in self.hidden else self[key] for key in self.keys}

    def parts(self, key):
        """Return the keys of the cells that make up the number."""
        return self.sums.get(key, (key,))


TOTAL = "total"


def crossed(rows, *, groups=None):
    """Return the Table of {row: {column: count}} with every sum that people expect beside it.

    Keys are (row, column), where either may be TOTAL. `groups` ({name: rows}) adds a
    subtotal for each group: the way up from the committees of a kind to all of them.
    """
    columns = list(dict.fromkeys(chain.from_iterable(rows.values())))
    cells = {(row, column): counts[column] for row, counts in rows.items() for column in columns}
    sums = {(row, TOTAL): tuple((row, column) for column in columns) for row in rows}
    for name, members in {**(groups or {}), TOTAL: rows}.items():
        for column in columns:
            sums[name, column] = tuple((row, column) for row in members)
        sums[name, TOTAL] = tuple((row, column) for row in members for column in columns)
    return Table(cells, sums)


def suppress(table, *, least, before=()):
    """Return `table` with the numbers hidden that could tell of fewer than `least` people.

    `before` are the versions published earlier, as this function returned them. What was
    hidden there stays hidden unless showing it gives nothing away; a number that has moved
    by fewer than `least` since it was last shown is not shown anew.
    """
    given = _given_away(table, before)
    few = {key for key in table.keys if _tells_of_few(table, key, before, least)} - given
    kept = {key for one in before for key in one.hidden if key in table.keys} - given
    fewest = replace(table, hidden=frozenset(few))
    if not unprotected([*before, fewest]):
        return fewest
    return _protect(replace(table, hidden=frozenset(few | kept)), before, given)


def unprotected(tables):
    """Return the hidden (version, key) that can be worked out, or nearly, from all `tables`.

    A number can be worked out exactly if it does not change along any direction in which
    all that is shown stays as it is; nearly, if it cannot change by NARROWEST.
    """
    return list(_narrow(tables))


def recoverable(tables):
    """Return the hidden (version, key) that follow exactly from what `tables` show."""
    return [(version, key) for version, key, room in _rooms(tables) if not room]


def _tells_of_few(table, key, before, least):
    number = table[key]
    past = (one[key] for one in before if key in one.keys and key not in one.hidden)
    return 0 < number < least or any(0 < abs(number - then) < least for then in past)


def _protect(table, before, given):
    """Hide one number after the other until no hidden one is in reach."""
    while exposed := next(_narrow([*before, table]), None):
        version, key = exposed
        near = [*before, table][version].parts(key)
        helper = _helper(table, near, given)
        if helper is None:
            return table  # what earlier versions gave away cannot be taken back
        table = replace(table, hidden=table.hidden | {helper})
    return table


def _given_away(table, before):
    """Return the keys whose numbers follow from the earlier versions: hiding those is vain."""
    if not before:
        return frozenset()
    unseen = replace(table, hidden=frozenset(table.keys))
    return {key for version, key in recoverable([*before, unseen]) if version == len(before)}


def _helper(table, near, given):
    """Choose what to hide beside the cells `near`: a cell rather than a sum, and a small one."""
    near_cells = set(near)
    together = {
        cell
        for total, cells in table.sums.items()
        if total not in table.hidden and not near_cells.isdisjoint(cells)
        for cell in cells
    }

    def cost(other):
        is_sum = other in table.sums
        apart = together.isdisjoint(table.parts(other))
        return apart, is_sum, not table[other], table[other], repr(other)

    left = (key for key in table.keys if key not in table.hidden and key not in given)
    return min(left, key=cost, default=None)


# --- the audit ----------------------------------------------------------------------


def _narrow(tables):
    return ((version, key) for version, key, room in _rooms(tables) if room < NARROWEST)


def _known(tables):
    """Return the (cell, number) pairs that `tables` show."""
    return {
        (cell, one.cells[cell]) for one in tables for cell in one.cells if cell not in one.hidden
    }


def _rooms(tables):
    """Yield (version, key, room) of every hidden number: how far apart its values can be proved
    to lie, given all that is shown and that nothing is counted below zero.

    Whoever compares two versions may guess which cells have not changed: a cell that counts
    the same in both is one unknown, so the guess is always right.
    """
    known = _known(tables)
    unknowns = sorted(
        {
            (cell, table.cells[cell])
            for table in tables
            for cell in table.cells
            if (cell, table.cells[cell]) not in known
        },
        key=repr,
    )
    column = {unknown: place for place, unknown in enumerate(unknowns)}

    def row(table, key):
        found = [0] * len(unknowns)
        for cell in table.parts(key):
            place = column.get((cell, table.cells[cell]))
            if place is not None:
                found[place] += 1
        return found

    equations = [
        row(table, key) for table in tables for key in table.sums if key not in table.hidden
    ]
    numbers = [number for _, number in unknowns]
    ways = [(way, _steps(way, numbers)) for way in directions(equations, len(unknowns))]
    for version, table in enumerate(tables):
        for key in table.keys:
            if key in table.hidden:
                wanted = [place for place, part in enumerate(row(table, key)) if part]
                moved = ((abs(sum(way[place] for place in wanted)), steps) for way, steps in ways)
                yield version, key, max((by * steps for by, steps in moved if by), default=0)


def _steps(way, numbers):
    """Return how many whole steps can be taken along `way`, forth and back, above zero."""
    forth = min((n // -step for n, step in zip(numbers, way, strict=True) if step < 0), default=inf)
    back = min((n // step for n, step in zip(numbers, way, strict=True) if step > 0), default=inf)
    return forth + back


def directions(equations, width):
    """Return a basis, in whole numbers, of all changes that leave every equation as it is."""
    rows, pivots = _reduced(equations)
    free = [place for place in range(width) if place not in pivots]
    found = []
    for place in free:
        scale = lcm(*(rows[i][pivot] for i, pivot in enumerate(pivots)))
        way = [0] * width
        way[place] = scale
        for i, pivot in enumerate(pivots):
            way[pivot] = -rows[i][place] * scale // rows[i][pivot]
        shared = gcd(*way)
        found.append([step // shared for step in way])
    return found


def _reduced(equations):
    """Return (rows, pivots) of the reduced echelon form, without leaving the whole numbers."""
    left = [row for row in map(list, equations) if any(row)]
    rows: list[list[int]] = []
    pivots: list[int] = []
    while left:
        row = left.pop()
        pivot = next(place for place, number in enumerate(row) if number)
        left = [other for other in (_without(o, row, pivot) for o in left) if any(other)]
        rows = [*(_without(other, row, pivot) for other in rows), row]
        pivots.append(pivot)
    return rows, pivots


def _without(row, other, pivot):
    """Return `row` freed of its number at `pivot` by means of `other`."""
    if not row[pivot]:
        return row
    a, b = other[pivot], row[pivot]
    found = [a * x - b * y for x, y in zip(row, other, strict=True)]
    shared = gcd(*found)
    return [x // shared for x in found] if shared > 1 else found
