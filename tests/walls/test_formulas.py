"""B-15: nothing that somebody wrote is run by the spreadsheet of whoever opens our files."""

import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from foundation.xlsx import cell, workbook
from tests.walls.payloads import FORMULAS
from tests.walls.places import addresses
from tests.walls.scene import build_scene
from tests.walls.table import row_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTS = "=+-@＝＋－＠\t\r\n\0"


def cells_of(content):
    book = load_workbook(io.BytesIO(content))
    return [one for sheet in book for row in sheet.iter_rows() for one in row]


def runs(one):
    """Would a spreadsheet take the cell for more than a text?"""
    if one.value is None or one.data_type in ("n", "d"):
        return False
    return one.data_type != "s" or str(one.value).lstrip(" ").startswith(tuple(STARTS))


def test_the_corpus_has_three_hundred_members():
    assert len(set(FORMULAS)) >= 300


def test_no_cell_we_write_is_a_formula():
    rows = [[text, f" {text}", text.strip()] for text in FORMULAS]

    content = workbook(list(FORMULAS[:40]), rows, title="Thử", notes=[(FORMULAS[0], FORMULAS[1])])

    written = cells_of(content)
    assert len([one for one in written if one.value]) >= 3 * len(FORMULAS)
    assert [one.value for one in written if runs(one)] == []


@pytest.mark.parametrize("value", [None, 0, 7, 3.5, True])
def test_numbers_stay_numbers(value):
    assert cell(value) == value


def test_what_is_harmless_stays_as_it_is():
    assert cell("Đảng ủy Viện Minh Hòa") == "Đảng ủy Viện Minh Hòa"


@pytest.mark.django_db
def test_no_spreadsheet_of_the_portal_holds_a_formula(world):
    """Whichever address answers with one, now or later."""
    formulas = iter(FORMULAS * 3)
    scene, found = build_scene(world, say=lambda place: next(formulas)), 0
    for role in ("clerk", "secretary", "head", "administrator"):
        client = Client()
        client.force_login(scene.people[role])
        for name, path in addresses(scene.own).items():
            row = row_of(name)
            if not row or row[role] != "yes" or "GET" not in row["methods"] or "preview" in name:
                continue
            answer = client.get(path)
            if answer.get("Content-Type", "").startswith(XLSX):
                found += 1
                content = b"".join(answer) if answer.streaming else answer.content
                assert [one.value for one in cells_of(content) if runs(one)] == [], name

    assert found >= 1
