"""What people typed keeps its shape in every document: paragraphs, lists, tables, long answers."""

import re
import subprocess

from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.layout import BELOW, spread
from reports.documents.pdf import document_html
from reports.documents.xlsx import annex_workbook
from tests.reports.papers import (
    a_document,
    a_table,
    an_annex,
    parts,
    text_of_pdf,
    without_code,
    word,
    workbook,
)

NAMES = "\n".join(f"{n}. Đồng chí thứ {n}" for n in range(1, 31))
TYPED = (
    "Đề nghị xem xét:\n- Tăng phụ cấp\n  + Cho ca đêm\n- Sửa mái nhà\n"
    "STT\tĐơn vị\tSố người\tSố tiền\n1\tPhòng Tổng hợp\t7\t2.100.000\nCộng\t\t19\t7.956.000\n"
    f"Danh sách:\n{NAMES}"
)
ROWS = [["STT", "Đơn vị", "Số người", "Số tiền"], ["1", "Phòng Tổng hợp", "7", "2.100.000"],
        ["Cộng", "", "19", "7.956.000"]]  # fmt: skip
SENTENCE = "Đề nghị lãnh đạo xem xét chế độ làm thêm giờ của bộ phận phục vụ trong năm nay. "


def records(text):
    item = {"title": "1. C001", "lines": [{"label": "Nội dung", "text": text}]}
    return {"type": "records", "items": [item]}


def an_answer(text):
    return a_document(annexes=[an_annex(body=[records(text)])])


def test_a_list_is_a_list_and_a_table_a_table_on_paper(tmp_path):
    write_pdf_in_child(an_answer(TYPED), tmp_path / "a.pdf")

    text = text_of_pdf(tmp_path / "a.pdf")
    for n in range(1, 31):
        assert re.search(rf"^\s*{n}\. Đồng chí thứ {n}$", text, re.MULTILINE)
    tags = subprocess.run(
        ["pdfinfo", "-struct", str(tmp_path / "a.pdf")], check=True, capture_output=True, text=True
    ).stdout
    assert re.findall(r"\b(?:TH|TD)\b", tags).count("TH") >= 4
    assert len(re.findall(r"^\s+LI\b", tags, re.MULTILINE)) == 33


def test_word_has_real_lists_and_real_tables_with_their_empty_cells():
    content = report_docx(without_code(an_answer(TYPED)))

    opened = word(content)
    assert ROWS in [
        [[cell.text for cell in row.cells] for row in table.rows] for table in opened.tables
    ]
    numbered = [one for one in opened.paragraphs if one._p.pPr.numPr is not None]
    assert [one.text for one in numbered] == [
        "Tăng phụ cấp",
        "Cho ca đêm",
        "Sửa mái nhà",
        *(f"Đồng chí thứ {n}" for n in range(1, 31)),
    ]
    numbering = parts(content)["word/numbering.xml"].decode()
    assert {'w:val="%1."', 'w:val="-"', 'w:val="+"'} <= set(re.findall(r'w:val="[^"]*"', numbering))


def test_a_cell_of_the_spreadsheet_keeps_the_lines_and_the_empty_cells_between_them():
    table = a_table(rows=[[1, "18/6/2026", TYPED]])
    document = a_document(body=[table])

    book = workbook(annex_workbook(without_code(document), {"conferences": []}))

    cells = [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    text = next(one for one in cells if "7.956.000" in one)
    lines = text.split("\n")
    assert "Cộng |  | 19 | 7.956.000" in lines
    assert "30. Đồng chí thứ 30" in lines
    assert "  + Cho ca đêm" in lines


def test_a_long_answer_fills_its_pages(tmp_path):
    """10,000 characters in a row of a table: kept whole, the row would leave pages half empty."""
    rows = [[1, "18/6/2026", "Ngắn."], [2, "18/6/2026", SENTENCE * 120], [3, "18/6/2026", "Ngắn."]]
    document = a_document(
        annexes=[an_annex(landscape=True, body=[a_table(rows=rows, total=["", "Cộng", ""])])]
    )

    write_pdf_in_child(document, tmp_path / "a.pdf")

    pages = text_of_pdf(tmp_path / "a.pdf").split("\f")[1:-1]
    filled = [len(page.split("\n")) for page in pages]
    assert len(pages) >= 3
    assert all("Thời hạn" in page for page in pages)  # the heading is repeated
    assert min(filled[:-1]) > 15
    assert "Ngắn." in pages[-1]
    assert "Cộng" in pages[-1]  # no total alone on a page


def test_what_is_too_long_for_its_column_has_the_whole_width_below_its_row():
    long, short = SENTENCE * 20, SENTENCE.strip()
    document = a_document(body=[a_table(rows=[[1, "18/6/2026", long], [2, "19/6/2026", short]])])

    html = document_html(document)
    [table] = [
        one
        for one in word(report_docx(without_code(document))).tables
        if "TT" in one.cell(0, 0).text
    ]

    rows = re.findall(
        r'<tr(?: class="([^"]*)")?><td class="x" colspan="3"><p><b>Nội dung:</b>', html
    )
    assert rows == ["below long"]
    said = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert said == [
        ["1", "18/6/2026", BELOW],
        [f"Nội dung: {long.strip()}"] * 3,
        ["2", "19/6/2026", short.strip()],
    ]


def test_a_typed_table_has_no_room_in_a_narrow_column():
    columns = [
        {"label": "Nội dung", "width": 1, "align": "left"},
        {"label": "Kết quả", "width": 3, "align": "left"},
    ]

    row, below = spread(columns, [TYPED.split("\nDanh sách")[0], "1\tMột\t\n2\tHai\t3"])

    assert row == [BELOW, "1\tMột\t\n2\tHai\t3"]
    assert [label for label, _ in below] == ["Nội dung"]


def test_an_annex_of_nothing_is_a_line_and_no_page():
    empty = an_annex(title="DANH MỤC QUÁ HẠN", body=[a_table(rows=[])])
    filled = an_annex(body=[records("Sửa mái.")])
    document = a_document(annexes=[filled, empty])

    html = document_html(document)

    assert "Phụ lục 2 (Danh mục quá hạn): không phát sinh." in html
    assert html.count("DANH MỤC") == 1
    said = "\n".join(one.text for one in word(report_docx(without_code(document))).paragraphs)
    assert "Phụ lục 2 (Danh mục quá hạn): không phát sinh." in said
    assert "Phụ lục 1" in said
    assert "DANH MỤC QUÁ HẠN" not in said
