"""What a column is stands where it is defined, for paper and spreadsheets alike."""

import json

import pytest

from reports.documents.columns import Column, Kind
from reports.documents.tables import TABLES, columns_of, facts_of
from reports.documents.xlsx import annex_workbook
from reports.domain.drafting import report_snapshot, start_draft
from tests.reports.papers import a_document, a_table, workbook
from tests.reports.story import hold_a_dialogue
from tests.world import NOON


def test_of_an_unknown_column_nothing_is_known():
    drawn = Column("x", "Không có", Kind.WORD, 5).drawn()

    assert facts_of("table1", drawn).explained == ""


@pytest.mark.parametrize("table", TABLES)
def test_a_document_keeps_by_what_its_columns_are_known(table):
    found = [facts_of(table, drawn) for drawn in columns_of(table)]

    assert found == list(TABLES[table])
    assert len({column.key for column in found}) == len(found)


def test_what_a_column_holds_decides_and_not_its_label():
    """Neither "ngày" in a label makes a day nor the middle of a cell."""
    columns = [
        Column("a", "Ngày", Kind.TEXT, 1),
        Column("b", "Số ngày", Kind.WORD, 1),
        Column("c", "Xong", Kind.DAY, 1),
        Column("d", "Dài", Kind.TEXT, 97),
    ]
    table = a_table(
        name="other",
        columns=[one.drawn() for one in columns],
        rows=[["18/6/2026", "18/6/2026", "18/6/2026", "x"]],
    )

    page = workbook(annex_workbook(a_document(body=[table]), {"items": []})).worksheets[0]

    assert [cell.value for cell in page[4]][:2] == ["18/6/2026", "18/6/2026"]
    assert page["C4"].is_date
    assert [page.column_dimensions[name].width for name in "ABC"] == [7, 7, 13]


@pytest.mark.django_db
def test_a_document_that_was_frozen_before_columns_had_keys_gives_the_same_sheets(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    snapshot = report_snapshot(draft, number=1, at=NOON)
    old = json.loads(json.dumps(snapshot))
    for block in blocks_of(old["document"]):
        for column in block.get("columns", ()):
            del column["key"], column["kind"]

    assert old != snapshot
    assert annex_workbook(old["document"], old["figures"]) == annex_workbook(
        snapshot["document"], snapshot["figures"]
    )


def blocks_of(document):
    return [*document["body"], *(one for annex in document["annexes"] for one in annex["body"])]
