"""What is printed and handed out: slips, poster, queue, list of signatures, invitations with names."""

import pytest

from hall import queries
from hall.domain import desk
from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.pdf import document_html
from reports.domain.papers import handouts, letters
from reports.domain.papers.invitation import invitations_for
from reports.domain.papers.people import Listed, people_in
from sessions.domain import questions, triage
from sessions.models import Question
from tests.hall.floor import a_question, begun, keyed, opened, three
from tests.reports.archival import assert_archival
from tests.reports.papers import parts, text_of, text_of_pdf, word
from tests.reports.test_papers import issued, started
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db
LEVELS = pytest.mark.parametrize("level", handouts.SLIPS)
PEOPLE = people_in(
    "Nguyễn Văn An; Chủ tịch Công đoàn; Văn phòng\nTrần Thị Bích\tTrưởng phòng\tPhòng Tổ chức\n\nLê Cao"
)
LONGEST = ("Hội nghị đối thoại về sắp xếp tổ chức bộ máy " * 5)[:200]


@pytest.fixture
def hall(world):
    return desk.open_hall(world.conference, at=NOON)


def pdf_of(document, tmp_path):
    """Return (bytes, text, pages) of the document as PDF."""
    path = tmp_path / "paper.pdf"
    made = write_pdf_in_child(document, path)
    return path.read_bytes(), text_of_pdf(path), made.pages


def said(document):
    return text_of(report_docx(document))


# --- lists of people -----------------------------------------------------------------


def test_a_pasted_list_is_read_line_by_line():
    assert [
        Listed("Nguyễn Văn An", "Chủ tịch Công đoàn", "Văn phòng"),
        Listed("Trần Thị Bích", "Trưởng phòng", "Phòng Tổ chức"),
        Listed("Lê Cao"),
    ] == PEOPLE
    assert people_in(" ; Văn phòng \n\t\n") == []


def test_the_number_of_a_row_is_nobodys_name():
    pasted = "1\tNguyễn Văn An\tTrưởng phòng\n2.\tLê Cao\n3;Hồ Thị Hà\n4\t\t"

    assert [one.name for one in people_in(pasted)] == ["Nguyễn Văn An", "Lê Cao", "Hồ Thị Hà"]


def test_each_of_the_people_gets_a_letter_of_the_same_number(world, tmp_path):
    invitation = issued(world, started(world, "invitation"))
    document = invitations_for(letters.paper_document(invitation, at=NOON), PEOPLE)

    pdf, text, pages = pdf_of(document, tmp_path)

    assert_archival(pdf)
    assert pages == 3
    assert text.count("Số 01-GM/ĐU") == 3
    assert "Đồng chí: Nguyễn Văn An, Chủ tịch Công đoàn, Văn phòng" in text
    found = said(document)
    assert found.count("GIẤY MỜI") == 3
    assert "Đồng\u00a0chí: Lê Cao" in found
    assert "…………" not in found


def test_a_list_of_signatures_repeats_its_heading_on_each_page(world, tmp_path):
    many = [Listed(f"Người Dự {number}", "Chuyên viên", "Phòng Một") for number in range(60)]
    document = handouts.signature_list(world.conference, many, at=NOON)

    pdf, text, pages = pdf_of(document, tmp_path)

    assert_archival(pdf)
    assert pages > 2
    assert text.count("Ký tên") == pages
    rows = word(report_docx(document)).tables[1].rows
    assert [cell.text for cell in rows[1].cells] == [
        "1",
        "Người Dự 0",
        "Chuyên viên",
        "Phòng Một",
        "",
    ]
    assert len(rows) == 61
    assert "<w:tblHeader/>" in rows[0]._tr.xml


def test_without_a_list_there_are_rows_to_be_filled_in(world):
    document = handouts.signature_list(world.conference, at=NOON)

    table = word(report_docx(document)).tables[1]

    assert 'class="t tall"' in document_html(document)
    assert 'w:hRule="atLeast"' in table.rows[1]._tr.xml
    assert [row.cells[0].text for row in table.rows[1:]] == [str(n) for n in range(1, 41)]


# --- slips -----------------------------------------------------------------------------


@LEVELS
def test_two_slips_to_a_page_with_all_that_they_promise(world, level, tmp_path):
    world.conference.title = LONGEST
    document = handouts.question_slips(world.conference, level, at=NOON)

    pdf, text, pages = pdf_of(document, tmp_path)

    assert_archival(pdf)
    title, promises = handouts.SLIPS[level]
    assert (pages, text.count(title)) == (1, 2)
    flat = " ".join(text.split())
    for promise in promises:
        assert flat.count(promise) == 2, promise
        assert said(document).count(promise) == 2


@LEVELS
def test_only_a_slip_of_a_named_question_has_a_place_for_a_name(world, level):
    found = said(handouts.question_slips(world.conference, level, at=NOON))

    is_named = level == handouts.NAMED
    assert ("Họ và tên:" in found, "Đơn vị:" in found) == (is_named, is_named)


def test_what_came_on_paper_without_a_name_is_recorded_without_one(world):
    """The slips of both other levels say so."""
    question = questions.record_question(
        world.conference, text="Bao giờ sửa mái?", theme=world.themes[0], kind="opinion",
        channel="box", level=Question.Level.CONFIDENTIAL, name="Ai Đó", unit="Đâu Đó",
        by=world.clerk, at=NOON,
    )  # fmt: skip

    assert (question.asker_name, question.asker_unit, question.author) == ("", "", None)
    assert not hasattr(question, "sealed_identity")


def test_the_anonymous_slip_leads_to_the_portal_only_where_people_are_enough(world, settings):
    few = said(handouts.question_slips(world.conference, "anonymous", at=NOON))
    settings.ANONYMITY_SET = 3
    many = said(handouts.question_slips(world.conference, "anonymous", at=NOON))

    assert settings.ANONYMOUS_BASE_URL not in few
    assert settings.ANONYMOUS_BASE_URL in many


# --- the hall --------------------------------------------------------------------------


@pytest.mark.parametrize("issuer", ["ĐẢNG ỦY VIỆN MINH HÒA", LONGEST.upper()[:140]])
@pytest.mark.parametrize("title", ["Hội nghị đối thoại", "Hội nghị " * 6, LONGEST])
def test_the_poster_is_one_page_with_the_code_of_the_hall(world, hall, title, issuer, tmp_path):
    world.host.names.update(header_name=issuer)
    world.conference.title = world.conference.place = title
    hall.conference = world.conference
    document = handouts.hall_poster(hall, at=NOON)

    pdf, text, pages = pdf_of(document, tmp_path)

    assert_archival(pdf)
    assert pages == 1
    assert hall.code in text.replace(" ", "")
    assert "http://testserver/join/" in text
    assert "không ai được báo rằng đồng chí đang đọc" in " ".join(text.split())
    (address,) = [block for block in document["body"] if block["type"] == "qr"]
    assert address["url"] == f"http://testserver/join/{hall.code}/"
    content = report_docx(document)
    assert hall.code in text_of(content)
    assert parts(content)["word/media/qr1.png"].startswith(b"\x89PNG")


def test_the_same_poster_gives_the_same_word_file(world, hall):
    document = handouts.hall_poster(hall, at=NOON)

    assert report_docx(document) == report_docx(document)


def test_the_queue_stands_in_the_order_of_the_desk(world, tmp_path):
    first, second, third = three(world)
    at = begun(world)
    hall = opened(world)
    desk.hold_back(hall, first, on=True, **keyed(world, at=at))
    desk.star(hall, third, on=True, **keyed(world, at=at))
    triage.assign_question(second, to=world.leader, due_on=at.date(), by=world.clerk, at=at)
    expected = desk_order(hall)

    document = handouts.queue_list(hall, at=at)

    records = [block["items"][0] for block in document["body"] if block["type"] == "records"]
    assert [texts(one)["Nội dung"] for one in records] == expected
    assert any(texts(one)["Phân công trả lời"] == "Lê Quốc Cường" for one in records)
    pdf, text, _pages = pdf_of(document, tmp_path)
    assert_archival(pdf)
    assert text.count("Trả lời (người trả lời") == 3
    assert "TẠM GIỮ LẠI" in text


def test_room_to_answer_stands_on_the_page_of_its_question_and_weighs_little(world, tmp_path):
    for n in range(20):
        a_question(world, f"Câu hỏi thứ {n}. " + "Nội dung dài ngắn khác nhau. " * (n % 5))

    pdf, text, number = pdf_of(handouts.queue_list(opened(world), at=begun(world)), tmp_path)

    pages = [one for one in text.split("\f") if one.strip()]
    assert len(pages) == number > 4
    for page in pages:
        assert page.count("Phân công trả lời") == page.count("Trả lời (người trả lời"), page
    assert len(pdf) < 200_000


def desk_order(hall):
    found = queries.desk(hall)
    return [one.text for one in (*found.waiting, *found.held_back)]


def texts(record):
    return {line["label"]: line["text"] for line in record["lines"]}


def test_the_queue_names_nobody_but_who_asks_by_name(world):
    asked = {"theme": world.themes[0], "kind": "opinion", "at": moment(-1)}
    for level, by in (
        (Question.Level.NAMED, world.staff),
        (Question.Level.CONFIDENTIAL, world.colleague),
    ):
        questions.submit_question(
            world.conference, text=f"Câu hỏi {level}", level=level, by=by, **asked
        )
    hall = desk.open_hall(world.conference, at=NOON)

    found = said(handouts.queue_list(hall, at=NOON))

    assert "Câu hỏi confidential" in found
    assert "Đỗ Minh Đức" in found
    assert "Vũ Hồng Gấm" not in found
    assert found.count("không nêu tên") == 1


# --- what is issued ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["plan", "notice", "invitation"])
def test_drafts_and_issued_papers_are_archival_however_long_they_grow(world, kind, tmp_path):
    world.conference.title = world.conference.place = LONGEST
    world.conference.save()
    for number in range(2, 13):
        world.conference.agenda.create(position=number, title=LONGEST, speaker="Văn phòng Đảng ủy")
    paper = started(world, kind)
    draft = letters.paper_document(paper, at=NOON)

    for document in (draft, letters.paper_document(issued(world, paper), at=NOON)):
        pdf, text, _pages = pdf_of(document, tmp_path)

        assert_archival(pdf)
        assert ("DỰ THẢO" in text) == (document is draft)
        assert " ".join(text.split()).count("Văn phòng Đảng ủy") >= (12 if kind == "plan" else 1)
