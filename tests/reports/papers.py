"""Documents to write, and what stands in the files that came of them."""

import io
import re
import subprocess
import zipfile

from docx import Document
from openpyxl import load_workbook

HOSTILE = [
    "<w:p><script>alert(1)</script></w:p>",
    "]]>&amp;<!--",
    "\x00\x01\x0b\x1f\ufffe\uffff\ud800 hết",
    "👩‍👩‍👧‍👦 🇻🇳 ☃",
    "\u202eđảo ngược\u202c \u200bẩn",
    "từ" * 50_000,
    '=cmd|"/c calc"!A1',
    '+HYPERLINK("http://x")',
    "@SUM(1+1)",
    "-2+3",
    "＝1+1",
    "#REF!",
    "đã\r\nxuống\tdòng",
    "_x0041_",
    "' OR 1=1 --",
]


def a_document(**changes):
    """The smallest document there is, with `changes`."""
    return {
        "schema": 1,
        "kind": "report",
        "profile": "HD05_2026",
        "draft_no": None,
        "note": "",
        "superior": "ĐẢNG BỘ KHỐI MẪU",
        "issuer": "ĐẢNG ỦY VIỆN MINH HÒA",
        "number": 5,
        "symbol": "BC/ĐU",
        "place": "Hà Nội",
        "issued_on": "2026-06-18",
        "year": 2026,
        "type": "BÁO CÁO",
        "abstract": "kết quả hội nghị đối thoại",
        "body": [],
        "sign": {"capacity": "T/M ĐẢNG ỦY", "post": "BÍ THƯ", "person": "Nguyễn Thị Ánh"},
        "recipients": ["Ban Dân vận (để tổng hợp)", "Lưu Văn phòng Đảng ủy"],
        "annexes": [],
        **changes,
    }


def a_table(**changes):
    return {
        "type": "table",
        "name": "table1",
        "caption": "Bảng 1. Thử",
        "columns": [
            {"label": "TT", "width": 1, "align": "center"},
            {"label": "Thời hạn", "width": 2, "align": "center"},
            {"label": "Nội dung", "width": 6, "align": "left"},
        ],
        "rows": [[1, "18/6/2026", "Sửa mái"]],
        "total": None,
        "empty": "Không phát sinh.",
        **changes,
    }


def an_item(number=1, **changes):
    """One question as figures have it."""
    return {
        "code": f"HN1-C{number:03d}",
        "group": "Chế độ, chính sách",
        "text": f"Đề nghị sửa mái khu để xe số {number}.",
        "channel": "portal",
        "raised_live": False,
        "outcome": "answered_written",
        "answer": "Đã lập dự toán, thi công trong quý tới.",
        "answered_by": "Văn phòng",
        "answered_on": "2026-06-02",
        "due_on": "2026-06-20",
        "passed_to": "",
        "return_code": "",
        "times_raised": 1,
        **changes,
    }


def an_annex(**changes):
    return {"title": "DANH MỤC Ý KIẾN", "landscape": False, "body": [], **changes}


def without_code(document):
    """Return the document without what the PDF alone bears: what can be edited proves nothing."""
    return {key: value for key, value in document.items() if key != "verify"}


# --- reading back -------------------------------------------------------------------


def workbook(content):
    return load_workbook(io.BytesIO(content))


def rows_of(sheet):
    """Return the rows below the heading, without the blanks at the end."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    return rows


def word(content):
    return Document(io.BytesIO(content))


def text_of(content):
    """Return all the text of a .docx in its order, a paragraph a line."""
    paragraphs = (node for node in word(content).element.body.iter() if node.tag.endswith("}p"))
    return "\n".join(
        "".join(part.text or "" for part in paragraph.iter() if part.tag.endswith("}t"))
        for paragraph in paragraphs
    )


def parts(content):
    """Return {name: bytes} of the archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of_pdf(path):
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout


def numbers_in(text):
    return re.findall(r"\d[\d.,/]*\d|\d", text)
