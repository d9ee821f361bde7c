"""The table that script/attack prints: what ran, with its figures, and what did not."""

from tests.attacks.table import rows_of, scorecard, table

CARD = {"A-01": ("who asked", ["tests/a.py::test_one"]), "J-03": ("signing in", ["tests/b.py"])}


def test_every_row_of_attacks_is_in_the_scorecard():
    assert len(scorecard()) == 21 + 17


def test_rows_come_from_the_scorecard_and_from_what_a_test_says():
    assert rows_of("tests/a.py", "test_one", None, CARD) == ["A-01"]
    assert rows_of("tests/a.py", "test_two", "J-03 and A-01: both.", CARD) == ["A-01", "J-03"]
    assert rows_of("tests/b.py", "test_any", None, CARD) == ["J-03"]
    assert rows_of("tests/c.py", "test_any", "Nothing.", CARD) == []


def test_what_did_not_run_is_said_and_figures_stand_beside_their_row():
    ran = {"passed": [(["A-01"], "call", 2.0, "A-01 paper: 3 of 100 guessed\nelse")]}
    lines = list(table(ran, CARD))
    assert lines[1].split()[:3] == ["A-01", "held", "1"]
    assert "3 of 100 guessed" in lines[1]
    assert "not run" in lines[2]
    assert lines[3] == "2 rows, not run: J-03"


def test_one_failure_breaks_the_row():
    ran = {
        "passed": [(["A-01"], "call", 1.0, "")],
        "failed": [(["A-01"], "call", 1.0, "A-01: 40 of 100 guessed")],
    }
    line = list(table(ran, CARD))[1]
    assert "BROKEN" in line
    assert "40 of 100" in line
