"""What may be shown of tables that count people: judged by linear algebra of another make."""

import itertools
import random

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.suppression import (
    NARROWEST,
    TOTAL,
    Table,
    crossed,
    recoverable,
    suppress,
    unprotected,
)

LEAST = 5
# Small counts are the danger, so they are many; zeros are as common as in real life.
COUNTS = (0, 0, 0, 1, 2, 3, 4, 5, 6, 8, 12, 20, 35, 60, 90)


def random_rows(chance, *, rows=4, columns=4):
    names = [f"c{number}" for number in range(chance.randint(2, columns))]
    return {
        f"r{number}": {name: chance.choice(COUNTS) for name in names}
        for number in range(chance.randint(1, rows))
    }


def changed(rows, chance):
    """The same table some weeks later: a few counts have moved, most have not."""
    return {
        row: {
            column: max(0, count + chance.choice((0, 0, 0, 0, 1, 2, -1, 7)))
            for column, count in counts.items()
        }
        for row, counts in rows.items()
    }


def worked_out(tables):
    """Return the hidden (version, key) that numpy can work out from all that is shown."""
    unknowns = sorted({(cell, one.cells[cell]) for one in tables for cell in one.cells}, key=repr)
    place = {unknown: number for number, unknown in enumerate(unknowns)}

    def vector(one, key):
        row = numpy.zeros(len(unknowns))
        for cell in one.parts(key):
            row[place[cell, one.cells[cell]]] = 1
        return row

    shown = [vector(one, key) for one in tables for key in one.keys if key not in one.hidden]
    hidden = [
        (version, key, vector(one, key))
        for version, one in enumerate(tables)
        for key in one.keys
        if key in one.hidden
    ]
    if not hidden:
        return []
    _, sizes, ways = numpy.linalg.svd(numpy.array(shown or [numpy.zeros(len(unknowns))]))
    free = ways[(sizes > 1e-9).sum() :]
    return [
        (version, key)
        for version, key, row in hidden
        if not numpy.abs(free @ row).max(initial=0) > 1e-7
    ]


def widths(table):
    """Return {hidden key: how far apart its values lie in other tables of the same appearance}.

    Found by trying out, three steps up and three down.
    """
    return {
        key: max(step for step in range(NARROWEST + 1) if could_be(table, key, table[key] + step))
        + max(step for step in range(NARROWEST + 1) if could_be(table, key, table[key] - step))
        for key in table.keys
        if key in table.hidden
    }


def could_be(table, key, number):
    """Is there a table of the same appearance, nowhere below zero, with `number` at `key`?"""
    shown = [
        (cells, table[total]) for total, cells in table.sums.items() if total not in table.hidden
    ]
    sums = [
        (
            {cell for cell in cells if cell in table.hidden},
            value - sum(table.cells[cell] for cell in cells if cell not in table.hidden),
        )
        for cells, value in [*shown, (table.parts(key), number)]
    ]
    guess = {}

    def fill(left):
        if not left:
            return all(sum(guess[cell] for cell in cells) == value for cells, value in sums)
        cell, *others = left
        most, forced = table.cells[cell] + NARROWEST, None
        for cells, value in sums:
            if cell in cells:
                rest = value - sum(guess.get(one, 0) for one in cells)
                most = min(most, rest)
                if cells <= {cell, *guess}:
                    forced = rest if forced in (None, rest) else -1
        likely = sorted(range(most + 1), key=lambda n: abs(n - table.cells[cell]))
        for guess[cell] in likely if forced is None else {forced} & set(likely):
            if fill(others):
                return True
        guess.pop(cell, None)
        return False

    wanted = table.parts(key)
    hidden = [cell for cell in table.cells if cell in table.hidden]
    return number >= 0 and fill(sorted(hidden, key=lambda cell: cell not in wanted))


def test_a_count_of_one_to_four_is_hidden_and_its_neighbours_with_it():
    table = crossed({"Sở A": {"yes": 20, "no": 3}, "Sở B": {"yes": 9, "no": 30}})

    shown = suppress(table, least=LEAST).shown

    assert shown["Sở A", "no"] is None
    assert [key for key, number in shown.items() if number is None] == [
        ("Sở A", "yes"),
        ("Sở A", "no"),
        ("Sở B", "yes"),
        ("Sở B", "no"),
    ]
    assert shown[TOTAL, TOTAL] == 62


def test_a_table_of_zeros_and_crowds_is_shown_as_it_is():
    table = crossed({"Sở A": {"yes": 20, "no": 0}, "Sở B": {"yes": 9, "no": 5}})

    assert suppress(table, least=LEAST).hidden == frozenset()


def test_hiding_the_small_count_alone_would_have_given_it_away():
    table = crossed({"Sở A": {"yes": 20, "no": 3}})
    careless = Table(table.cells, table.sums, frozenset({("Sở A", "no")}))

    assert recoverable([careless]) == [(0, ("Sở A", "no"))]
    assert worked_out([careless]) == [(0, ("Sở A", "no"))]


def test_two_hidden_counts_that_can_only_be_a_few_are_not_protected_yet():
    table = Table({"a": 1, "b": 1}, {TOTAL: ("a", "b")}, frozenset({"a", "b"}))

    assert recoverable([table]) == []
    assert unprotected([table]) == [(0, "a"), (0, "b")]  # each is 0, 1 or 2


def test_none_of_10000_random_tables_gives_a_hidden_count_away():
    chance = random.Random(20260601)
    exposed = wrong = hidden = 0
    for _ in range(10_000):
        table = suppress(crossed(random_rows(chance, rows=3)), least=LEAST)

        exposed += len(worked_out([table]))
        hidden += len(table.hidden)
        wrong += any(0 < (number or 0) < LEAST for number in table.shown.values())

    assert (exposed, wrong) == (0, 0)
    assert hidden > 40_000


def test_every_hidden_count_can_still_be_one_of_four_values_at_least():
    chance = random.Random(7)
    tables = (
        suppress(crossed(random_rows(chance, rows=3, columns=3)), least=LEAST) for _ in range(900)
    )
    small = [table for table in tables if len(table.hidden & set(table.cells)) <= 6]
    assert len(small) > 400
    for table in small:
        assert all(width >= NARROWEST for width in widths(table).values()), table


def test_units_their_group_and_the_bloc_cannot_be_subtracted_from_each_other():
    chance = random.Random(17)
    for _ in range(300):
        rows = random_rows(chance, rows=6, columns=3)
        units = list(rows)
        cut = chance.randint(0, len(units))
        table = crossed(rows, groups={"base": units[:cut], "above": units[cut:]})

        assert worked_out([suppress(table, least=LEAST)]) == []


def test_two_and_three_versions_of_a_table_cannot_be_subtracted_from_each_other():
    chance = random.Random(18)
    for _ in range(400):
        rows = random_rows(chance, rows=3, columns=3)
        versions = []
        for _ in range(3):
            versions.append(suppress(crossed(rows), least=LEAST, before=versions))
            rows = changed(rows, chance)

            assert worked_out(versions) == []
            assert unprotected(versions) == []


def test_what_was_hidden_stays_hidden_as_long_as_it_tells_something():
    first = suppress(crossed({"A": {"yes": 20, "no": 3}, "B": {"yes": 9, "no": 30}}), least=LEAST)
    again = suppress(
        crossed({"A": {"yes": 20, "no": 12}, "B": {"yes": 9, "no": 30}}),
        least=LEAST,
        before=[first],
    )

    # "no" of A is 12 now, and could be shown by itself; 62 → 71 would then tell that it was 3.
    assert first.hidden <= again.hidden


def test_a_count_that_moved_by_a_few_people_is_not_shown_anew():
    first = suppress(crossed({"A": {"yes": 20, "no": 30}}), least=LEAST)
    again = suppress(crossed({"A": {"yes": 20, "no": 31}}), least=LEAST, before=[first])

    assert first.hidden == frozenset()
    assert ("A", "no") in again.hidden
    assert again.shown["A", "yes"] == 20


def test_what_was_hidden_is_shown_when_nothing_can_be_subtracted_any_more():
    first = suppress(crossed({"A": {"yes": 2, "no": 1}}), least=LEAST)
    again = suppress(crossed({"A": {"yes": 40, "no": 60}}), least=LEAST, before=[first])

    assert first.shown == dict.fromkeys(first.keys)
    assert again.shown["A", TOTAL] == 100


ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_what_is_shown_is_true_adds_up_and_gives_nothing_away(counts):
    rows = {f"r{i}": {f"c{j}": n for j, n in enumerate(row)} for i, row in enumerate(counts)}
    table = crossed(rows)

    judged = suppress(table, least=LEAST)

    assert worked_out([judged]) == []
    assert unprotected([judged]) == []
    for key, number in judged.shown.items():
        assert number in (None, table[key])
        assert number is None or number == 0 or number >= LEAST
    for key, cells in table.sums.items():
        parts = [judged.shown[cell] for cell in cells]
        if None not in (*parts, judged.shown[key]):
            assert sum(parts) == judged.shown[key]


@pytest.mark.long
def test_larger_tables_in_many_versions_give_nothing_away():
    chance = random.Random(19)
    for _ in range(2_000):
        rows = random_rows(chance, rows=7, columns=5)
        versions = []
        for _ in itertools.repeat(None, chance.randint(1, 4)):
            versions.append(suppress(crossed(rows), least=LEAST, before=versions))
            rows = changed(rows, chance)

        assert worked_out(versions) == []
