"""Documents as HTML, and a few as real PDFs read back with poppler's tools."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from reports.documents import pdf
from reports.documents.child import Helper, NotMade, write_pdf_in_child
from reports.documents.pdf import document_html, render_pdf
from reports.domain.drafting import report_snapshot, start_draft
from reports.domain.writing import write_narrative
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

MM = 72 / 25.4


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
        "name": "t",
        "caption": "Bảng 1. Thử",
        "columns": [
            {"label": "TT", "width": 1, "align": "center"},
            {"label": "Số", "width": 2, "align": "left"},
        ],
        "rows": [[1, 1234]],
        "total": None,
        "empty": "Không phát sinh.",
        **changes,
    }


# --- as HTML ------------------------------------------------------------------------


def test_nothing_that_was_typed_becomes_markup():
    hostile = '<script>alert(1)</script><img src="file:///etc/passwd">'
    html = document_html(
        a_document(
            issuer=hostile,
            abstract=hostile,
            body=[
                {"type": "heading", "level": 1, "text": hostile},
                {"type": "paragraph", "text": hostile},
                {"type": "bullets", "items": [hostile]},
                {
                    "type": "records",
                    "items": [{"title": hostile, "lines": [{"label": "x", "text": hostile}]}],
                },
                a_table(caption=hostile, rows=[[hostile, None]], empty=hostile),
            ],
            sign={"capacity": hostile, "post": hostile, "person": hostile},
            recipients=[hostile],
            annexes=[{"title": hostile, "landscape": True, "body": []}],
        )
    )

    assert "<script" not in html
    assert "<img" not in html


def test_a_table_without_rows_says_so_and_has_no_total():
    html = document_html(a_document(body=[a_table(rows=[], total=["", 0])]))

    assert "Không phát sinh." in html
    assert 'class="total"' not in html


def test_the_expensive_kinds_of_layout_stay_out_of_the_report():
    css = (pdf.STATIC / "css/pdf.css").read_text()

    for word in ("flex", "grid", "float:", "columns:", "table-layout: auto"):
        assert word not in css
    assert css.count("table-layout: fixed") >= 3


# --- as PDF -------------------------------------------------------------------------


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def report_pdf(world, tmp_path):
    """The world's report, issued as number 1, as a file."""
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    write_narrative(
        draft,
        key="lessons",
        text="Phân công rõ đơn vị trả lời; ữ ộ ễ ặ ẫ ỹ ẳ ở ừ Ự Ộ Ễ Ặ.",
        version=0,
        by=world.clerk,
        at=NOON,
    )
    path = tmp_path / "report.pdf"
    made = write_pdf_in_child(report_snapshot(draft, number=1, at=NOON)["document"], path)
    return path, made


@pytest.mark.django_db
def test_the_text_read_back_is_the_whole_report(report_pdf):
    path, _ = report_pdf

    text = " ".join(run("pdftotext", "-layout", str(path), "-").split())

    for part in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "ĐẢNG BỘ KHỐI MẪU",
        "ĐẢNG ỦY VIỆN MINH HÒA",
        "Số 01-BC/ĐU",
        "Hà Nội, ngày 01 tháng 6 năm 2026",
        "I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO VÀ CHUẨN BỊ",
        "II- KẾT QUẢ TỔ CHỨC HỘI NGHỊ",
        "III- TỔNG HỢP Ý KIẾN, KIẾN NGHỊ VÀ KẾT QUẢ GIẢI ĐÁP",
        "IV- KẾT LUẬN CỦA CHỦ TRÌ VÀ NỘI DUNG TIẾP TỤC THEO DÕI",
        "V- ĐÁNH GIÁ CHUNG",
        "VI- PHƯƠNG HƯỚNG VÀ KIẾN NGHỊ, ĐỀ XUẤT",
        *(f"Bảng {number}." for number in range(1, 6)),
        "Phụ lục 1",
        "Phụ lục 2",
        "T/M ĐẢNG ỦY",
        "BÍ THƯ",
        "Nơi nhận:",
        "ữ ộ ễ ặ ẫ ỹ ẳ ở ừ Ự Ộ Ễ Ặ",
    ):
        assert part in text
    assert "Số:" not in text
    assert "DỰ THẢO" not in text


@pytest.mark.django_db
def test_table_three_balances_on_paper(report_pdf):
    path, _ = report_pdf

    text = run("pdftotext", "-layout", str(path), "-")

    total = next(
        line for line in text.splitlines() if line.split()[:1] == ["Tổng"] and line.count(" 1") >= 6
    )
    items, before, live, *outcomes, overdue, _rate = [int(n) for n in total.split()[1:-1]] + [0]
    assert items == before + live == sum(outcomes) == 6
    assert overdue == 0


@pytest.mark.django_db
def test_paper_fonts_and_tags(report_pdf):
    path, made = report_pdf

    info = run("pdfinfo", str(path))
    fonts = run("pdffonts", str(path)).splitlines()[2:]

    assert re.search(r"Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)", info)
    assert re.search(r"Tagged:\s+yes", info)
    assert f"Pages:           {made.pages}" in info
    assert fonts
    for line in fonts:
        assert "Liberation-Serif" in line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]  # embedded, subset, ToUnicode


def words(path):
    """Return [(page, xMin, yMin, xMax, yMax, word)] in points, and the page sizes."""
    found, page = [], 0
    for line in run("pdftotext", "-bbox", str(path), "-").splitlines():
        if "<page " in line:
            page += 1
            width = float(re.search(r'width="([\d.]+)"', line)[1])
        elif "<word " in line:
            box = [float(n) for n in re.findall(r'"([\d.]+)"', line)]
            found.append((page, width, *box, re.search(r">(.*)</word>", line)[1]))
    return found


LONG = "congdoithoai.dangkhoicoquan.vanphongdanguy." * 3


def test_a_long_word_breaks_in_its_cell(tmp_path):
    """A name of a unit, an address: it never runs over the line into the next column."""
    columns = [{"label": name, "width": 2, "align": "left"} for name in ("Đơn vị", "Ghi chú")]
    table = a_table(columns=columns, rows=[[LONG, "Sau"]])
    path = tmp_path / "x.pdf"
    path.write_bytes(render_pdf(document_html(a_document(body=[table])))[0])

    (beside,) = (word[2] for word in words(path) if word[6] == "Sau")
    pieces = [word for word in words(path) if word[6] in LONG]
    assert "".join(word[6] for word in pieces) == LONG
    assert max(word[4] for word in pieces) < beside


@pytest.mark.parametrize("where", ["text", "abstract", "recipients", "caption"])
def test_a_long_word_never_leaves_the_page(tmp_path, where):
    changed = {
        "text": {"body": [{"type": "paragraph", "text": LONG}]},
        "abstract": {"abstract": LONG},
        "recipients": {"recipients": [LONG]},
        "caption": {"body": [a_table(caption=LONG)]},
    }
    path = tmp_path / "x.pdf"
    path.write_bytes(render_pdf(document_html(a_document(**changed[where])))[0])

    assert LONG in "".join(word[6] for word in words(path))
    assert max(word[4] for word in words(path)) <= (210 - 15) * MM + 1.5


@pytest.mark.django_db
def test_margins_and_page_numbers(report_pdf):
    path, _ = report_pdf
    portrait = [word for word in words(path) if word[1] < 600]

    for number in {page for page, *_ in portrait}:
        on_page = [word for word in portrait if word[0] == number]
        numbers = [word for word in on_page if word[3] < 18 * MM]
        text = [word for word in on_page if word[3] >= 18 * MM]
        assert min(word[2] for word in text) >= 30 * MM - 1.5
        assert max(word[4] for word in text) <= (210 - 15) * MM + 1.5
        assert max(word[5] for word in text) <= (297 - 20) * MM + 1.5
        assert min(word[3] for word in text) >= 20 * MM - 4  # the ascent of the first line
        if number == 1:
            assert numbers == []
        else:
            assert [word[6] for word in numbers] == [str(number)]
            top = numbers[0][3] / MM
            assert 9 <= top <= 12
            middle = (numbers[0][2] + numbers[0][4]) / 2
            assert abs(middle - (30 + 165 / 2) * MM) < 2
    left = min(word[2] for word in portrait)
    assert abs(left - 30 * MM) < 1.5


@pytest.mark.django_db
def test_the_same_document_gives_the_same_bytes(world, tmp_path):
    document = a_document(body=[a_table()])

    one = write_pdf_in_child(document, tmp_path / "one.pdf")
    two = write_pdf_in_child(document, tmp_path / "two.pdf")

    assert one == two
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_draft_says_so_on_every_page(tmp_path):
    document = a_document(
        draft_no=2,
        number=None,
        issued_on=None,
        body=[{"type": "paragraph", "text": "Dòng.\n" * 90}],
    )

    made = write_pdf_in_child(document, tmp_path / "draft.pdf")

    assert made.pages >= 2
    for page in range(1, made.pages + 1):
        text = run("pdftotext", "-f", str(page), "-l", str(page), str(tmp_path / "draft.pdf"), "-")
        assert "DỰ THẢO" in text
    assert "Dự thảo lần 2" in run("pdftotext", str(tmp_path / "draft.pdf"), "-")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1/x.png", "static:../manage.py"]
)
def test_a_document_reads_our_static_files_and_nothing_else(address):
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        render_pdf(f'<p>a</p><img alt="" src="{address}">')


# --- the process that renders -------------------------------------------------------


def test_a_child_that_takes_too_long_leaves_nothing(tmp_path):
    long = a_document(body=[{"type": "paragraph", "text": "Một câu dài. " * 200 + "\n"}] * 900)

    with pytest.raises(NotMade) as failed:
        write_pdf_in_child(long, tmp_path / "x.pdf", seconds=3)

    assert failed.value.kind == "timeout"
    assert list(tmp_path.iterdir()) == []


def test_a_child_without_memory_leaves_nothing(tmp_path):
    with pytest.raises(NotMade):
        write_pdf_in_child(a_document(), tmp_path / "x.pdf", memory_mb=60)

    assert list(tmp_path.iterdir()) == []


def test_a_document_that_is_none_fails_in_one_line(tmp_path):
    with pytest.raises(NotMade) as failed:
        write_pdf_in_child({"schema": 1}, tmp_path / "x.pdf")

    assert failed.value.kind == "crash"
    assert "\n" not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path):
    with pytest.raises((NotMade, OSError)):
        write_pdf_in_child(a_document(), tmp_path / "nowhere" / "x.pdf")


def test_the_child_has_no_secrets_and_no_database(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary-secret")
    helper = Helper()
    environment = b""
    while not environment and helper.process.poll() is None:  # empty until it runs its own program
        environment = Path(f"/proc/{helper.process.pid}/environ").read_bytes()
    helper.end()

    assert {line.partition(b"=")[0] for line in environment.split(b"\0") if line} == {
        *(b"PATH", b"HOME", b"LANG", b"PYTHONDONTWRITEBYTECODE")
    }
    loaded = subprocess.run(
        [sys.executable, "-c", "import reports.documents.pdf_child, sys; print('psycopg' in sys.modules, 'reports.models' in sys.modules)"],
        capture_output=True, text=True, check=True, cwd=pdf.ROOT,
        env={"PATH": os.environ["PATH"]},
    ).stdout  # fmt: skip
    assert loaded.split() == ["False", "False"]


def test_the_fonts_are_there_and_their_absence_would_be_noticed(monkeypatch):
    assert pdf.missing_fonts() == []

    monkeypatch.setattr(pdf, "FONT", "No Such Font")

    assert pdf.missing_fonts() == ["No Such Font"]


# --- the command --------------------------------------------------------------------


@pytest.mark.django_db
def test_make_report_writes_the_report_of_a_period(world, tmp_path, capsys):
    hold_a_dialogue(world)
    out = tmp_path / "deep" / "r.pdf"

    call_command("make_report", committee="A01", period="2026-h1", output=out)

    assert out.read_bytes().startswith(b"%PDF-")
    assert "pages, sha256" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("committee", "period"), [("XX", "2026-H1"), ("A01", "2026"), ("A01", "2031-H2")]
)
def test_make_report_says_what_is_wrong(world, tmp_path, committee, period):
    from django.core.management.base import CommandError

    with pytest.raises(CommandError):
        call_command("make_report", committee=committee, period=period, output=tmp_path / "r.pdf")
