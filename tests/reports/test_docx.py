"""Documents as .docx, opened again and held against the PDF and the spreadsheet."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures
from foundation.text import printable
from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.formatting import cell_text, short_document_date
from reports.documents.pdf import ROOT, document_html
from reports.documents.word_styles import BLANKS, STYLES
from reports.documents.xlsx import annex_workbook
from reports.domain.drafting import report_snapshot, start_draft
from tests.reports.papers import (
    HOSTILE,
    a_document,
    a_table,
    an_annex,
    numbers_in,
    parts,
    rows_of,
    text_of,
    text_of_pdf,
    without_code,
    word,
    workbook,
)
from tests.reports.story import hold_a_dialogue
from tests.world import NOON


@pytest.fixture
def snapshot(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return report_snapshot(draft, number=1, at=NOON)


def paragraph(text):
    return {"type": "paragraph", "text": text}


# --- the same as the PDF ------------------------------------------------------------


def assert_says_what_the_pdf_says(document, path):
    """Every word of the one is in the other as often; the PDF adds what repeats on its pages."""
    write_pdf_in_child(document, path)
    in_word = Counter(text_of(report_docx(document)).split())
    in_pdf = Counter(text_of_pdf(path).split())
    assert in_word - in_pdf == Counter()
    return in_pdf - in_word


@pytest.mark.django_db
def test_the_report_says_what_its_pdf_says(snapshot, tmp_path):
    document = without_code(snapshot["document"])

    more = assert_says_what_the_pdf_says(document, tmp_path / "report.pdf")

    text = text_of(report_docx(document))
    assert "II- KẾT QUẢ TỔ CHỨC HỘI NGHỊ" in text
    assert "(kèm theo Báo cáo số 01-BC/ĐU, ngày 01/6/2026)" in text
    assert "- Lưu Văn phòng Đảng ủy." in text
    figures = Counter(numbers_in(" ".join(more)))
    assert set(figures) <= {str(page) for page in range(1, 12)}  # numbers of pages


@pytest.mark.django_db
def test_the_consolidated_report_says_what_its_pdf_says(world, snapshot, tmp_path):
    figures = consolidated_figures(world.board, world.period, at=NOON)
    document = consolidated_document(world.board, world.period, figures, at=NOON)

    assert_says_what_the_pdf_says(document, tmp_path / "consolidated.pdf")


@pytest.mark.django_db
def test_word_and_excel_show_the_same_figures(snapshot):
    document = snapshot["document"]
    tables = [
        table for table in word(report_docx(document)).tables if table.style.name == "Kẻ bảng"
    ]
    book = workbook(annex_workbook(document, snapshot["figures"]))
    names = [*(f"Bảng {number}" for number in range(1, 6)), "Phụ lục 2"]
    assert len(tables) == len(names)
    for table, name in zip(tables, names, strict=True):
        on_paper = [[cell.text for cell in row.cells] for row in table.rows][1:]
        in_cells = [[shown(value) for value in row] for row in rows_of(book[name])]
        if "Không phát sinh." in on_paper[0]:
            assert in_cells[0][0] == "Không phát sinh."
        else:
            assert in_cells == on_paper


def shown(value):
    """Return what a cell shows, as documents write it."""
    if value is None:
        return ""
    return short_document_date(value.date()) if hasattr(value, "year") else cell_text(value)


# --- the Party's form ---------------------------------------------------------------


@pytest.mark.django_db
def test_paper_margins_and_page_numbers(snapshot):
    letter, first, second = word(report_docx(snapshot["document"])).sections

    for section in (letter, first):
        assert section.orientation == WD_ORIENT.PORTRAIT
        assert near(section.page_width, Mm(210))
        assert near(section.page_height, Mm(297))
        assert near(section.top_margin, Mm(20))
        assert near(section.bottom_margin, Mm(20))
        assert near(section.left_margin, Mm(30))
        assert near(section.right_margin, Mm(15))
    assert second.orientation == WD_ORIENT.LANDSCAPE
    assert near(second.page_width, Mm(297))
    assert near(second.left_margin, Mm(20))
    assert near(second.top_margin, Mm(30))
    assert letter.different_first_page_header_footer
    assert not first.different_first_page_header_footer
    assert "PAGE" not in etree.tostring(letter.first_page_header._element).decode()
    for section in (letter, first, second):
        assert near(section.header_distance, Mm(10))
        (line,) = section.header.paragraphs
        assert "PAGE" in etree.tostring(line._element).decode()
        middle = line.paragraph_format.tab_stops[0]
        width = section.page_width - section.left_margin - section.right_margin
        assert near(middle.position, width // 2)


def near(one, other):
    return abs(one - other) <= Pt(0.1)


@pytest.mark.django_db
def test_a_clerk_finds_named_styles_and_real_headings(snapshot):
    document = word(report_docx(snapshot["document"]))

    names = {style.name for style in document.styles}
    assert {"Heading 1", "Heading 2", "Heading 3", "Nội dung", "Bảng", "Nơi nhận"} <= names
    by_name = {}
    for paragraph in document.paragraphs:
        by_name.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_name["Heading 1"][0] == "I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO VÀ CHUẨN BỊ"
    assert len(by_name["Heading 1"]) == 6
    assert by_name["Tên loại văn bản"] == ["BÁO CÁO"]
    assert by_name["Tên phụ lục"][1] == "DANH MỤC NỘI DUNG ĐANG XỬ LÝ, QUÁ HẠN"
    assert "Normal" not in by_name
    body = document.styles["Nội dung"]
    assert body.font.size == Pt(14)
    assert near(body.paragraph_format.first_line_indent, Mm(10))
    assert body.paragraph_format.line_spacing == Pt(19)
    assert document.styles["Nơi nhận"].font.size == Pt(12)


def test_the_font_and_the_language_are_said_once_for_all():
    defaults = word(report_docx(a_document())).styles.element.find(qn("w:docDefaults"))

    fonts = next(defaults.iter(qn("w:rFonts")))
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "Times New Roman"
    }
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:val")) == "vi-VN"


def test_headings_of_tables_are_repeated_and_rows_stay_whole():
    document = word(report_docx(a_document(body=[a_table(total=["", "", "Tổng"])])))

    table = next(one for one in document.tables if one.style.name == "Kẻ bảng")
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [
        True,
        False,
        False,
    ]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert table.rows[2].cells[2].paragraphs[0].runs[0].bold


@pytest.mark.parametrize("annexes", [[], [an_annex(body=[a_table()])]])
def test_a_paragraph_follows_every_table(annexes):
    body = word(report_docx(a_document(body=[a_table(), a_table()], annexes=annexes))).element.body

    tables = [node for node in body if node.tag == qn("w:tbl")]
    assert len(tables) == 4 + len(annexes)
    assert {node.getnext().tag for node in tables} == {qn("w:p")}


def test_below_the_last_table_of_a_part_there_is_no_room_that_could_be_a_page():
    """A table may end with its page: what must follow it is a line of a point, and no more."""
    annexes = [an_annex(body=[a_table()]), an_annex(body=[a_table()], landscape=True)]

    body = word(report_docx(a_document(annexes=annexes))).element.body

    of_parts = [one for one in body.iter(qn("w:p")) if one.find(".//" + qn("w:sectPr")) is not None]
    for last in (*of_parts, body.findall(qn("w:p"))[-1]):
        assert last.find(".//" + qn("w:pStyle")).get(qn("w:val")) == "CuoiPhan"
        assert last.getprevious().tag == qn("w:tbl")
    (style,) = (one for one in STYLES if one.id == "CuoiPhan")
    assert (style.line, style.before, style.after) == (1, 0, 0)


def test_the_signature_never_stands_on_a_page_alone():
    for body in ([paragraph("Câu cuối.")], [a_table()]):
        document = word(report_docx(a_document(body=body)))

        end = document.tables[-1]._tbl
        before = end.getprevious()
        assert before.find(qn("w:pPr")).find(qn("w:keepNext")) is not None
        last = before.getprevious()
        kept = last.iter(qn("w:tr") if last.tag == qn("w:tbl") else qn("w:p"))
        assert list(list(kept)[-1].iter(qn("w:keepNext")))


@pytest.mark.parametrize(
    ("profile", "line"),
    [("HD36_2018", "- Ban Dân vận (để tổng hợp),"), ("HD05_2026", "- Ban Dân vận (để tổng hợp);")],
)
def test_recipients_follow_the_dated_profile(profile, line):
    assert line in text_of(report_docx(a_document(profile=profile)))


def test_a_draft_says_so_on_every_page_and_leaves_room_for_its_number():
    content = report_docx(a_document(draft_no=2, number=None, issued_on=None, annexes=[an_annex()]))

    headers = [part.decode() for name, part in parts(content).items() if "header" in name]
    assert len(headers) == 3
    assert all("DỰ THẢO" in header for header in headers)
    text = text_of(content)
    assert "Dự thảo lần 2" in text
    assert "Số \u2003\u2003-BC/ĐU" in text
    assert "(kèm theo Báo cáo số … -BC/ĐU)" in text


def test_an_issued_report_is_no_draft():
    content = report_docx(a_document(note="bản tổng hợp tự động, chưa phê duyệt"))

    assert not any("DỰ THẢO" in part.decode() for part in parts(content).values())
    assert "bản tổng hợp tự động, chưa phê duyệt" in text_of(content)


# As ECMA-376 has them, of what we use.
ORDERS = {
    name: tuple(order.split())
    for name, order in {
        "pPr": "pStyle keepNext widowControl pBdr tabs spacing ind jc outlineLvl sectPr",
        "rPr": "rFonts b bCs i iCs color spacing sz szCs u lang",
        "tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
        "tcPr": "tcW gridSpan tcMar vAlign",
        "trPr": "cantSplit tblHeader",
        "sectPr": "headerReference type pgSz pgMar titlePg",
        "style": "name basedOn next semiHidden qFormat pPr rPr tblPr",
        "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol "
        "listSeparator",
    }.items()
}


@pytest.mark.django_db
def test_every_property_stands_in_the_order_that_word_insists_on(snapshot):
    """LibreOffice forgives another order; Word calls the file damaged."""
    document = {**snapshot["document"], "draft_no": 1, "note": "Ghi chú"}
    seen = Counter()
    for name, part in parts(report_docx(document)).items():
        for node in etree.fromstring(part).iter(etree.Element):
            order = ORDERS.get(etree.QName(node).localname)
            if order and name.startswith("word/"):
                places = [order.index(child_name(child)) for child in node]
                assert places == sorted(places), (name, etree.tostring(node)[:300])
                seen[etree.QName(node).localname] += 1
    assert set(seen) == set(ORDERS)


def child_name(node):
    return etree.QName(node).localname


# --- whatever stands in it ----------------------------------------------------------


def test_hostile_texts_in_every_field_stay_texts():
    for text in HOSTILE:
        document = a_document(
            issuer=text,
            superior=text,
            abstract=text,
            type=text,
            symbol=text,
            place=text,
            note=text,
            body=[
                {"type": "heading", "level": 1, "text": text},
                paragraph(text),
                {"type": "bullets", "items": [text]},
                {
                    "type": "records",
                    "items": [{"title": text, "lines": [{"label": text, "text": text}]}],
                },
                a_table(caption=text, rows=[[text, None, text]], total=[text, 1, text]),
                a_table(rows=[], empty=text),
            ],
            sign={"capacity": text, "post": text, "person": text},
            cosign={"post": text, "person": text},
            recipients=[text],
            annexes=[an_annex(title=text, landscape=True, body=[paragraph(text)])],
        )

        content = report_docx(document)

        for name, part in parts(content).items():
            assert etree.fromstring(part) is not None, name
        assert styles_used(content) <= {style.id for style in STYLES}
        shown = text_of(content).replace("\n", "")
        wanted = [BLANKS.sub(" ", line) for line in printable(text).split("\n") if line.strip()]
        assert all(line in shown for line in wanted), text[:40]


def styles_used(content):
    body = word(content).element.body
    return {node.get(qn("w:val")) for node in body.iter(qn("w:pStyle"))}


def test_a_block_nobody_knows_is_not_left_out_in_silence():
    with pytest.raises(KeyError):
        report_docx(a_document(body=[{"type": "picture"}]))


ALONE = """
import hashlib, json, sys
from reports.documents.docx import report_docx
print(hashlib.sha256(report_docx(json.load(sys.stdin))).hexdigest())
"""


@pytest.mark.django_db
def test_the_same_document_gives_the_same_bytes_anywhere(snapshot, time_machine):
    document = snapshot["document"]
    here = hashlib.sha256(report_docx(document)).hexdigest()
    time_machine.move_to("2031-01-01 03:00:00+00:00")
    later = hashlib.sha256(report_docx(document)).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps(document),
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert here == later == there


def test_the_properties_of_the_file_are_those_of_the_document():
    properties = word(report_docx(a_document())).core_properties

    assert properties.title == "BÁO CÁO kết quả hội nghị đối thoại"
    assert properties.author == properties.last_modified_by == "ĐẢNG ỦY VIỆN MINH HÒA"
    assert properties.language == "vi-VN"
    assert f"{properties.created:%Y-%m-%d}" == f"{properties.modified:%Y-%m-%d}" == "2026-06-18"


@pytest.mark.long
def test_sixty_thousand_rows_take_a_few_seconds_and_lose_none():
    """Held against what a .docx library needs for a thousandth of them in a table."""
    import io
    import time

    from docx import Document

    rows = [[number, None, f"Nội dung {number}"] for number in range(60_000)]
    begin = time.process_time()
    content = report_docx(a_document(annexes=[an_annex(body=[a_table(rows=rows)])]))
    ours = time.process_time() - begin

    begin = time.process_time()
    bare = Document()
    table = bare.add_table(0, 3)
    for row in rows[:600]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
    bare.save(io.BytesIO())
    library = time.process_time() - begin

    print(f"60,000 rows: {ours:.1f} s, {ours / library:.1f} of 600 rows with python-docx")
    assert parts(content)["word/document.xml"].count(b"<w:tr>") == 60_000 + 1 + 2
    assert ours < 30 * library


def test_long_answers_are_set_apart_in_word_and_pdf():
    """One after the other they would run together; what is one sentence stays a point of a list."""
    long = "Đề nghị sửa mái.\n- tầng hai\n- tầng ba\nTrả lời: Đã lập dự toán.\n(Văn phòng)"
    document = a_document(body=[{"type": "bullets", "items": ["Một câu.", long, long], "keys": []}])

    written = parts(report_docx(document))["word/document.xml"].decode()
    shown = document_html(document)

    assert written.count('<w:spacing w:before="280"/>') == 2
    assert re.findall(r'<div class="apart"><p[^>]*>- ([^<]*)', shown) == ["Đề nghị sửa mái."] * 2
    assert shown.count("Một câu.") == 1
