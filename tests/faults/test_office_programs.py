"""Word and Excel as an office program opens them: LibreOffice without a screen.

What it shows of the .docx and the .xlsx is held against the PDF, word for word and number for
number; what somebody typed computes nothing.
"""

import csv
import os
import shutil
import subprocess
from collections import Counter

import pytest

from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures
from hall.domain import minutes as writing
from hall.queries import minutes_of
from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.formatting import cell_text
from reports.documents.xlsx import annex_workbook
from reports.domain import approving
from reports.domain.conclusion import conclusion_document
from reports.domain.drafting import report_snapshot, start_draft
from reports.domain.minutes import minutes_document
from tests.reports.papers import (
    HOSTILE,
    a_document,
    a_table,
    an_annex,
    an_item,
    numbers_in,
    rows_of,
    text_of,
    text_of_pdf,
    without_code,
    workbook,
)
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not SOFFICE,
        reason="LIBREOFFICE IS MISSING: nobody has opened the .docx and .xlsx in an office "
        "program. Install libreoffice-writer-nogui and libreoffice-calc-nogui.",
    ),
]
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1066,false,true,true,false,false,-1"


def convert(path, to, folder):
    """Let LibreOffice open `path` and write it in another form."""
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation=file://{folder}/profile",
            *("--headless", "--norestore", "--convert-to", to),
            *("--outdir", str(folder), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
    )


def approved_with_addenda(world, conference):
    """Return the minutes as they were approved, followed by two addenda."""

    def approve(minutes):
        minutes.conference = conference
        version = minutes.version
        laid = approving.submit_minutes(minutes, version=version, by=world.clerk, at=NOON)
        approving.approve_minutes(laid, version=laid.version, by=world.secretary, at=NOON)

    approve(minutes_of(conference)[0])
    for text in ("Bổ sung đại biểu:\n- Công đoàn\n- Đoàn Thanh niên", "Sửa ngày họp. " * 200):
        approve(
            writing.write_addendum(
                conference, text=text, reason="Ghi thiếu", by=world.clerk, at=NOON
            )
        )
    return approving.minutes_paper(conference, at=NOON)


@pytest.fixture
def papers(world):
    """{name: (document, figures or None)} of everything that goes out."""
    conference, _ = hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    issued = report_snapshot(draft, number=1, at=NOON)
    unissued = report_snapshot(draft, at=NOON)
    figures = consolidated_figures(world.board, world.period, at=NOON)
    return {
        "report": (issued["document"], issued["figures"]),
        "draft": (unissued["document"], unissued["figures"]),
        "consolidated": (
            consolidated_document(world.board, world.period, figures, at=NOON),
            figures,
        ),
        "minutes": (minutes_document(conference, at=NOON), None),
        "addenda": (approved_with_addenda(world, conference), None),
        "conclusion": (conclusion_document(conference, at=NOON), None),
    }


@pytest.mark.django_db
def test_an_office_program_shows_what_the_pdf_shows(papers, tmp_path):
    assert papers.keys() >= {"draft", "report", "consolidated", "minutes", "addenda", "conclusion"}
    for name, (document, _) in papers.items():
        ours, theirs = tmp_path / f"{name}-ours.pdf", tmp_path / f"{name}.pdf"
        document = without_code(document)
        made = write_pdf_in_child(document, ours)
        (tmp_path / f"{name}.docx").write_bytes(report_docx(document))
        convert(tmp_path / f"{name}.docx", "pdf", tmp_path)
        shown, printed = text_of_pdf(theirs), text_of_pdf(ours)

        said = Counter(text_of(report_docx(document)).split())
        assert said - Counter(shown.split()) == Counter(), name
        assert said - Counter(printed.split()) == Counter(), name
        difference = Counter(numbers_in(shown)) - Counter(numbers_in(printed))
        assert set(difference) <= {str(page) for page in range(1, 20)}, name
        assert abs(shown.count("\f") - made.pages) <= 1, name
        if name == "draft":
            assert shown.count("DỰ THẢO") >= shown.count("\f")


@pytest.mark.django_db
def test_an_office_program_shows_the_cells_as_documents_write_them(papers, tmp_path):
    compared = set()
    for name in ("report", "consolidated"):
        document, figures = papers[name]
        content = annex_workbook(document, figures)
        (tmp_path / f"{name}.xlsx").write_bytes(content)
        convert(tmp_path / f"{name}.xlsx", ALL_SHEETS, tmp_path)
        for sheet in workbook(content):
            with (tmp_path / f"{name}-{sheet.title}.csv").open(
                newline="", encoding="utf-8"
            ) as file:
                seen = list(csv.reader(file))[3:]
            for row, expected in zip(seen, rows_of(sheet), strict=False):
                for cell, value in zip(row, expected, strict=True):
                    compared.add((name, sheet.title))
                    assert as_written(cell) == shown(value), (name, sheet.title, row)
    assert len(compared) > 8


def as_written(cell):
    """Turn the program's own 1,234.5 into what documents write."""
    if cell.replace(",", "").replace(".", "").isdigit() and not cell.startswith("0"):
        return cell.translate(str.maketrans(",.", ".,")).removesuffix(",0")
    return cell


def shown(value):
    if value is None:
        return ""
    if hasattr(value, "hour") and value.hour:
        return f"{value:%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}" if hasattr(value, "year") else cell_text(value)


def test_hostile_texts_are_opened_and_compute_nothing(tmp_path):
    hostile = [text for text in HOSTILE if len(text) < 1_000]
    document = a_document(
        body=[a_table(rows=[[number, text, text] for number, text in enumerate(hostile)])],
        annexes=[an_annex()],
    )
    items = [an_item(text=text, answer=text, answered_by=text) for text in hostile]
    (tmp_path / "hostile.xlsx").write_bytes(annex_workbook(document, {"items": items}))
    (tmp_path / "hostile.docx").write_bytes(report_docx(document))

    convert(tmp_path / "hostile.xlsx", ALL_SHEETS, tmp_path)
    convert(tmp_path / "hostile.docx", "pdf", tmp_path)

    with (tmp_path / "hostile-Phụ lục.csv").open(newline="", encoding="utf-8") as file:
        seen = [row[3] for row in list(csv.reader(file))[3:]]
    assert "'-2+3" in seen
    assert '\'=cmd|"/c calc"!A1' in seen
    assert "'#REF!" in seen
    assert not any(text.startswith(("=", "+", "-", "@", "Err:", "#")) for text in seen)
    assert '=cmd|"/c' in text_of_pdf(tmp_path / "hostile.pdf")


def test_a_word_of_a_hundred_thousand_letters_is_opened(tmp_path):
    long = "từ" * 50_000
    document = a_document(body=[{"type": "paragraph", "text": long}], annexes=[an_annex()])
    (tmp_path / "long.docx").write_bytes(report_docx(document))
    (tmp_path / "long.xlsx").write_bytes(annex_workbook(document, {"items": [an_item(text=long)]}))

    convert(tmp_path / "long.docx", "txt:Text (encoded):UTF8", tmp_path)
    convert(tmp_path / "long.xlsx", ALL_SHEETS, tmp_path)

    assert long in (tmp_path / "long.txt").read_text(encoding="utf-8-sig")
    with (tmp_path / "long-Phụ lục.csv").open(newline="", encoding="utf-8") as file:
        seen = [row[3] for row in list(csv.reader(file))[3:]]
    assert "".join(seen) == long
