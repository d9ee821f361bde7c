"""A file that nobody expects anything of is a file that nobody tries."""

from tests.input_table import names, test_asked, test_attached, test_bounced, test_imported

ROWS = [module.EXPECTED for module in (test_asked, test_attached, test_bounced, test_imported)]


def test_every_file_has_a_row():
    expected = {name for rows in ROWS for name in rows}

    without = set(names()) - expected

    assert sorted(without) == []


def test_every_row_has_its_file():
    assert sorted(name for rows in ROWS for name in rows if name not in names()) == []
