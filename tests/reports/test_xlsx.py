"""The annexes as a spreadsheet, opened again."""

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys

import pytest
from lxml import etree

from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures
from board.domain.consolidating import consolidate
from foundation.text import printable
from periods.domain import periods
from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.pdf import ROOT
from reports.documents.words import UNEDITED
from reports.documents.xlsx import annex_workbook, lines_of, typed
from reports.domain import issuing
from reports.domain.drafting import report_snapshot, start_draft
from sessions.domain import triage
from tests.reports.papers import (
    HOSTILE,
    a_document,
    a_table,
    an_annex,
    an_item,
    parts,
    rows_of,
    text_of,
    text_of_pdf,
    workbook,
)
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

FIGURES = {"items": [], "as_of": "2026-06-18T05:00:00+00:00"}


@pytest.fixture
def snapshot(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return report_snapshot(draft, number=1, at=NOON)


def written(document, figures=FIGURES):
    return workbook(annex_workbook(document, figures))


# --- the report ---------------------------------------------------------------------


@pytest.mark.django_db
def test_every_table_and_annex_has_its_sheet(snapshot):
    book = written(snapshot["document"], snapshot["figures"])

    assert book.sheetnames == [
        *(f"Bảng {number}" for number in range(1, 6)),
        "Phụ lục 1",
        "Phụ lục 2",
        "Giải thích",
    ]
    assert book["Bảng 3"]["A1"].value == (
        "Bảng 3. Ý kiến, kiến nghị theo nhóm nội dung và kết quả xử lý"
    )
    assert book["Bảng 3"]["A2"].value == "ĐẢNG ỦY VIỆN MINH HÒA, Số 01-BC/ĐU, ngày 01/6/2026"


@pytest.mark.django_db
def test_cells_are_what_they_say(snapshot):
    book = written(snapshot["document"], snapshot["figures"])

    (held,) = rows_of(book["Bảng 1"])[:-1]
    assert held == [1, dt.datetime(2026, 5, 27), 50, 40, 30, 20, 10, 10, 18, 5, 80]  # noqa: DTZ001
    assert book["Bảng 1"]["B4"].number_format == "dd/mm/yyyy"
    assert rows_of(book["Bảng 3"])[-1] == [None, "Tổng", 6, 6, 0, 1, 1, 1, 1, 1, 1, 0, 50]
    first = rows_of(book["Phụ lục 1"])[0]
    assert first[:2] == [1, "HN2-C006"]
    answered = next(row for row in rows_of(book["Phụ lục 1"]) if row[1] == "HN2-C002")
    assert answered[3:] == [
        "Đề nghị sửa mái khu để xe.",
        "Cổng đối thoại",
        "gửi trước hội nghị",
        "Trả lời bằng văn bản",
        "Đã lập dự toán.",
        "Văn phòng",
        dt.datetime(2026, 5, 31),  # noqa: DTZ001
        1,
    ]
    assert rows_of(book["Bảng 2"]) == [["Không phát sinh."] + [None] * 6]


@pytest.mark.django_db
def test_the_heading_stays_and_paper_is_wide(snapshot):
    book = written(snapshot["document"], snapshot["figures"])
    assert len(book.worksheets) > 2
    for sheet in book:
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert all(cell.font.b for cell in sheet[3])
        assert sheet.row_dimensions[3].height in (16, 32, 48, 64)
        assert all(6 <= column.width <= 80 for column in sheet.column_dimensions.values())


@pytest.mark.django_db
def test_every_column_of_every_sheet_is_explained(world, snapshot):
    figures = consolidated_figures(world.board, world.period, at=NOON)
    consolidated = consolidated_document(world.board, world.period, figures, at=NOON)
    for document, numbers in (
        (snapshot["document"], snapshot["figures"]),
        (consolidated, figures),
    ):
        book = written(document, numbers)
        explained = {(row[0], row[1]): row[2] for row in rows_of(book["Giải thích"])}
        assert len(explained) > 10
        for sheet in book.worksheets[:-1]:
            for cell in sheet[3]:
                assert explained[sheet.title, cell.value], (sheet.title, cell.value)


def test_the_figures_are_dated_in_the_time_of_the_place():
    figures = {"items": [], "as_of": "2026-06-01T20:30:15.25+00:00"}

    values = [row[0] for row in rows_of(written(a_document(), figures)["Giải thích"])]

    moment = values[values.index("Số liệu chốt đến") + 1]
    assert moment == dt.datetime(2026, 6, 2, 3, 30, 15)  # noqa: DTZ001


# --- only what was cleared -----------------------------------------------------------


def cells_of(content):
    """Return all texts of all sheets, a cell a line."""
    rows = (row for sheet in workbook(content) for row in sheet.iter_rows(values_only=True))
    return "\n".join(str(value) for row in rows for value in row if value is not None)


def edit(questions, *, edited_ok):
    for number, question in enumerate(questions, 1):
        question.refresh_from_db()
        triage.edit_question(
            question,
            display_text=f"Nội dung đã biên tập số {number}.",
            edited_ok=edited_ok,
            in_report=True,
            times_raised=1,
            version=question.version,
        )


@pytest.mark.django_db
def test_no_sheet_of_what_is_deposited_shows_a_text_that_was_not_cleared(world, tmp_path):
    """Deposited by itself or issued by the secretary, and what the Board makes of both."""
    _conference, asked = hold_a_dialogue(world)
    typed_by_askers = [question.original_text for question in asked.values()]
    counted = [one for name, one in asked.items() if name not in ("merged", "withdrawn")]
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    periods.set_auto_issue(world.period, on=True, reason="x", by=world.head)
    deadline = world.period.deadline
    edit(counted, edited_ok=True)
    edit(counted[:1], edited_ok=False)
    drafted = report_snapshot(draft, at=NOON)
    assert UNEDITED in cells_of(annex_workbook(drafted["document"], drafted["figures"]))
    assert issuing.deposit_unissued(at=deadline) == []

    edit(counted[:1], edited_ok=True)
    (deposited,) = issuing.deposit_unissued(at=deadline)
    second = issuing.correct_report(deposited, by=world.secretary, at=deadline)
    issued = issuing.issue_report(second, by=world.secretary, at=deadline)
    summed_up = consolidate(world.board, world.period, by=world.head, at=deadline)
    edit(counted, edited_ok=False)  # what is issued stays as it was
    shown = {}
    for name, one in {"by itself": deposited, "issued": issued, "of all": summed_up}.items():
        document = one.snapshot["document"]
        shown[name, "xlsx"] = cells_of(annex_workbook(document, one.snapshot["figures"]))
        shown[name, "docx"] = text_of(report_docx(document))
    path = tmp_path / "deposited.pdf"
    document = deposited.snapshot["document"]
    write_pdf_in_child(document, path, figures=deposited.snapshot["figures"])
    shown["by itself", "pdf"] = text_of_pdf(path)

    for (name, kind), text in shown.items():
        assert UNEDITED not in text, (name, kind)
        assert [one for one in typed_by_askers if one in text] == [], (name, kind)
        if name != "of all":
            assert "Nội dung đã biên tập số 3." in text, (name, kind)


@pytest.mark.django_db
def test_a_text_opened_again_while_it_is_issued_is_printed_as_it_was_cleared(world, monkeypatch):
    _conference, asked = hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    edit([asked["referred"]], edited_ok=True)
    checklist = issuing.checklist

    def then_opened_again(*args, **kwargs):
        found = checklist(*args, **kwargs)
        edit([asked["referred"]], edited_ok=False)
        return found

    monkeypatch.setattr(issuing, "checklist", then_opened_again)
    issued = issuing.issue_report(draft, by=world.secretary, at=NOON)

    document, figures = issued.snapshot["document"], issued.snapshot["figures"]
    assert UNEDITED not in cells_of(annex_workbook(document, figures))
    assert "Nội dung đã biên tập số 1." in cells_of(annex_workbook(document, figures))


@pytest.mark.django_db
def test_a_text_cleared_while_it_is_issued_is_asked_for_again(world, monkeypatch):
    _conference, asked = hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    edit([asked["referred"]], edited_ok=False)
    checklist = issuing.checklist

    def cleared_meanwhile(*args, **kwargs):
        edit([asked["referred"]], edited_ok=True)
        return checklist(*args, **kwargs)

    monkeypatch.setattr(issuing, "checklist", cleared_meanwhile)
    with pytest.raises(issuing.ReportNotReady) as refused:
        issuing.issue_report(draft, by=world.secretary, at=NOON)

    assert [item.code for item in refused.value.items] == ["cleared"]


# --- cells --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, "–"),
        (0, 0),
        (92.34, 92.3),
        (100.0, 100.0),
        ("18/6/2026", dt.date(2026, 6, 18)),
        ("05/02/2026", dt.date(2026, 2, 5)),
        ("31/02/2026", "31/02/2026"),
        ("=1+1", "'=1+1"),
    ],
)
def test_a_value_keeps_its_kind(value, kept):
    assert typed(value, may_be_day=True) == kept


def test_what_somebody_typed_is_no_day():
    assert typed("18/6/2026", may_be_day=False) == "18/6/2026"


def test_hostile_texts_in_every_field_give_a_file_that_opens_and_computes_nothing():
    for text in HOSTILE:
        document = a_document(
            issuer=text,
            abstract=text,
            type=text,
            symbol=text,
            body=[
                a_table(
                    caption=text,
                    columns=[{"label": text, "width": 1, "align": "left"}],
                    rows=[[text], [text]],
                    total=[text],
                )
            ],
            annexes=[
                an_annex(title=text),
                an_annex(title=text, body=[a_table(rows=[], empty=text)]),
            ],
        )
        items = [an_item(text=text, answer=text, code=text, group=text, answered_by=text)]

        content = annex_workbook(document, {"items": items})

        for name, part in parts(content).items():
            assert etree.fromstring(part) is not None, name
        book = workbook(content)
        assert "Giải thích" in book.sheetnames
        assert len(book.sheetnames) > 2
        for sheet in book:
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            assert kinds <= {"s", "n", "d", "inlineStr"}, text[:40]
            assert not any(
                str(cell.value).lstrip().startswith(("=", "+", "-2", "@", "＝"))
                for row in sheet.iter_rows()
                for cell in row
            )


def test_a_text_too_long_for_a_cell_goes_on_below_and_nothing_is_cut():
    text = "".join(f"{number:06d}😀" for number in range(6_000))

    book = written(a_document(annexes=[an_annex()]), {"items": [an_item(text=text), an_item(2)]})

    rows = rows_of(book["Phụ lục"])
    assert "".join(row[3] for row in rows[:3]) == text
    assert [row[0] for row in rows] == [1, None, None, 2]
    assert all(len(row[3].encode("utf-16-le")) // 2 <= 32_767 for row in rows)


def test_control_characters_are_all_that_is_lost():
    text = "a\x00b\ufffec\nd 😀"

    book = written(a_document(annexes=[an_annex()]), {"items": [an_item(text=text)]})

    assert rows_of(book["Phụ lục"])[0][3] == printable(text) == "abc\nd 😀"


def test_sheets_of_one_name_are_told_apart():
    twice = [
        a_table(caption="Bảng 1. Một"),
        a_table(caption="Bảng 1. Hai"),
        a_table(caption="Giải thích"),
    ]

    assert written(a_document(body=twice)).sheetnames == [
        "Bảng 1",
        "Bảng 1 (2)",
        "Bảng",
        "Giải thích",
    ]


def test_rows_are_as_tall_as_their_texts():
    assert lines_of("ngắn", 20) == 1
    assert lines_of("x" * 100, 20) == 5
    assert lines_of("một\nhai " + "x" * 30, 20) == 3
    assert lines_of(12345678901234567890123, 5) == 1


# --- the same bytes, without the portal ---------------------------------------------

ALONE = """
import hashlib, json, sys
from reports.documents.xlsx import annex_workbook
order = json.load(sys.stdin)
print(hashlib.sha256(annex_workbook(order["document"], order["figures"])).hexdigest())
"""


@pytest.mark.django_db
def test_the_same_snapshot_gives_the_same_bytes_anywhere(snapshot, time_machine):
    """Another day, another process without database and settings, another order of hashes."""
    here = hashlib.sha256(annex_workbook(snapshot["document"], snapshot["figures"])).hexdigest()
    time_machine.move_to("2031-01-01 03:00:00+00:00")
    later = hashlib.sha256(annex_workbook(snapshot["document"], snapshot["figures"])).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps(snapshot),
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert here == later == there


def test_the_file_bears_the_day_of_issue():
    book = written(a_document())

    assert book.properties.created == book.properties.modified == dt.datetime(2026, 6, 18)  # noqa: DTZ001
    assert book.properties.title == "BÁO CÁO kết quả hội nghị đối thoại"
    assert book.properties.language == "vi-VN"


# --- sixty thousand rows ------------------------------------------------------------

MEASURED = """
import json, re, sys, time
from openpyxl import Workbook
from reports.documents.xlsx import _item_row, annex_workbook
from tests.reports.papers import a_document, an_annex, an_item
def peak():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1]) / 1024
items = [an_item(number) for number in range(int(sys.argv[2]))]
before, begin = peak(), time.process_time()
if sys.argv[1] == "ours":
    annex_workbook(a_document(annexes=[an_annex()]), {"items": items})
else:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, item in enumerate(items, 1):
        sheet.append(_item_row(number, item))
    book.save(sys.argv[3])
print(json.dumps([time.process_time() - begin, peak() - before]))
"""


def measured(which, rows, path):
    """Return (seconds, further MB) of a process that writes `rows` rows."""
    command = [sys.executable, "-c", MEASURED, which, str(rows), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.long
def test_sixty_thousand_rows_cost_little_more_than_bare_ones(tmp_path):
    seconds, memory = measured("ours", 60_000, "")
    bare, _ = measured("bare", 60_000, tmp_path / "bare.xlsx")
    _, small = measured("ours", 6_000, "")

    print(
        f"60,000 rows: {seconds / bare:.2f} of bare openpyxl, {memory:.0f} MB, a tenth {small:.0f} MB"
    )
    assert seconds < 4 * bare
    assert memory < 60


def test_no_row_is_left_out():
    items = [an_item(number) for number in range(1, 1_501)]

    rows = rows_of(written(a_document(annexes=[an_annex()]), {"items": items})["Phụ lục"])

    assert [row[0] for row in rows] == list(range(1, 1_501))
    assert rows[-1][3] == "Đề nghị sửa mái khu để xe số 1500."
