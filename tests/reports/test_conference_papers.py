"""Minutes and conclusion notice, made from what was recorded of a conference."""

import datetime as dt

import pytest
from django.utils import timezone

from hall.domain import desk
from reports.documents.docx import report_docx
from reports.documents.formatting import hour_in_words
from reports.documents.pdf import document_html
from reports.domain.conclusion import conclusion_document
from reports.domain.minutes import OPEN, minutes_document
from sessions.domain import answers, conferences, questions, triage
from sessions.models import AgendaItem, Question
from tests.hall.floor import begun, called, keyed, said, three
from tests.reports.papers import text_of, word
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("make", [minutes_document, conclusion_document])


@pytest.fixture
def held(world):
    conference, _ = hold_a_dialogue(world)
    return conference


def lines(document):
    return text_of(report_docx(document)).splitlines()


def test_the_minutes_tell_when_where_who_and_what(world, held):
    held.minutes_taker = "Trần Văn Bình"
    held.co_chair = "Viện trưởng"
    held.save()
    AgendaItem.objects.create(conference=held, position=2, title="Đối thoại", speaker="Chủ trì")

    said = lines(minutes_document(held, at=NOON))

    for line in (
        "BIÊN BẢN",
        "Số \u2003\u2003-BB/ĐU",
        "Hà Nội, ngày 27 tháng 5 năm 2026",
        "hội nghị đối thoại định kỳ với cán bộ, đảng viên, công chức, viên chức và người lao động "
        "6 tháng đầu năm 2026, ngày\u00a027/5/2026",
        "Hồi 12 giờ 00, ngày 27 tháng 5 năm 2026, tại Hội trường tầng 2, hình thức trực tiếp, "
        "Đảng ủy Viện Minh Hòa tổ chức hội nghị đối thoại (Hội nghị đối thoại tháng Năm).",
        "Chủ trì: Nguyễn Thị Ánh, Bí thư Đảng ủy.",
        "Đồng chủ trì: Viện trưởng.",
        "Lãnh đạo trả lời: Lê Quốc Cường.",
        "Người ghi biên bản: Trần Văn Bình.",
        "Triệu tập 50 người, có mặt 40 người, trong đó: đảng viên 30; công chức 20; viên chức 10; "
        "người lao động 10; nữ 18; dự trực tuyến 5.",
        "- Đối thoại, Chủ trì.",
        "Có 7 lượt phát biểu tại hội nghị.",
        "Thẳng thắn, cởi mở.",
        "Tổng hợp 6 nội dung ý kiến, kiến nghị (gửi trước 6, nêu tại hội nghị 0): trả lời trực tiếp "
        "1, trả lời bằng văn bản 1, đang xem xét 1, kiến nghị cấp trên 1, chuyển cơ quan chức năng "
        "1, không thuộc phạm vi đối thoại 1.",
        "Chuyển 1 đơn khiếu nại, tố cáo đến cơ quan có thẩm quyền.",
        "Nội dung: Lịch họp thay đổi sát giờ.",
        "Trả lời: Cố định sáng thứ Hai.",
        "Các đơn vị trả lời đúng hạn.",
        "Sửa mái khu để xe.",
        "Hội nghị kết thúc hồi 15 giờ 00 cùng ngày.",
    ):
        assert line in said


def test_the_minutes_are_signed_by_who_took_them_and_by_the_chair(held):
    held.minutes_taker = "Trần Văn Bình"

    document = word(report_docx(minutes_document(held, at=NOON)))

    left, right = document.tables[-1].rows[0].cells
    assert [line for line in left.text.split("\n") if line] == [
        "NGƯỜI GHI BIÊN BẢN",
        "Trần Văn Bình",
    ]
    assert [line for line in right.text.split("\n") if line] == [
        "CHỦ TRÌ HỘI NGHỊ",
        "Nguyễn Thị Ánh",
    ]
    assert "Nơi nhận:" not in document.tables[-1].rows[0].cells[0].text


def test_the_notice_tells_what_is_settled_what_is_not_and_who_does_what(held):
    said = lines(conclusion_document(held, at=NOON))

    for line in (
        "THÔNG BÁO",
        "Số 03-TB/ĐU",
        "Hà Nội, ngày 31 tháng 5 năm 2026",
        "Ngày 27 tháng 5 năm 2026, tại Hội trường tầng 2, hình thức trực tiếp, Đảng ủy Viện Minh "
        "Hòa tổ chức hội nghị đối thoại (Hội nghị đối thoại tháng Năm). Hội nghị có 40 người dự. "
        "Sau khi nghe các ý kiến và nội dung trả lời, đồng chí Nguyễn Thị Ánh, Bí thư Đảng ủy kết "
        "luận như sau:",
        "Các đơn vị trả lời đúng hạn.",
        "Các đơn vị được giao trả lời bằng văn bản các nội dung đang xem xét chậm nhất ngày "
        "16/6/2026 và báo cáo kết quả thực hiện về Văn phòng Đảng ủy.",
        "T/M ĐẢNG ỦY",
        "BÍ THƯ",
        "- Ban Thường vụ Đảng ủy Khối Mẫu (để báo cáo);",
        "- Lưu Văn phòng Đảng ủy.",
    ):
        assert line in said
    settled, pending = (
        said.index("II- NỘI DUNG ĐÃ ĐƯỢC GIẢI ĐÁP"),
        said.index("III- NỘI DUNG CHƯA GIẢI QUYẾT"),
    )
    assert "Nội dung: Đề nghị sửa mái khu để xe." in said[settled:pending]
    assert "Trả lời: Đã lập dự toán." in said[settled:pending]
    assert not any("Hình thức gửi" in line for line in said)
    assert "Bao giờ có nhà công vụ?" in said[pending:]
    assert "Kiến nghị cấp trên: Ban Thường vụ" in said[pending:]


@pytest.mark.parametrize(
    ("recorded", "printed"),
    [
        ("", "Số \u2003\u2003-TB/ĐU"),
        ("07-TB/ĐU", "Số 07-TB/ĐU"),
        ("theo sổ", "Số \u2003\u2003-TB/ĐU"),
        ("9" * 50 + "-TB/ĐU", "Số \u2003\u2003-TB/ĐU"),
    ],
)
def test_a_number_is_printed_where_the_office_has_recorded_one(held, recorded, printed):
    held.conclusion_number = recorded
    held.conclusion_issued_on = None

    said = lines(conclusion_document(held, at=NOON))

    assert printed in said
    assert "Hà Nội, ngày \u2003\u2002 tháng \u2003\u2002 năm 2026" in said


@BOTH
def test_what_nobody_has_recorded_is_left_open_and_blank_is_not_nought(world, make):
    bare = make_conference(
        world.host, world.secretary, starts_at=moment(-3), ends_at=moment(-2, 2), chair_post=""
    )
    conferences.hold_conference(bare, by=world.clerk, at=moment(-2, 3))

    said = lines(make(bare, at=NOON))

    assert OPEN in said
    if make is minutes_document:
        assert "Số người dự: chưa có số liệu." in said
        assert f"Số lượt phát biểu: {OPEN}" in said
        assert f"Người ghi biên bản: {OPEN}." in said
        assert "Hội nghị kết thúc hồi 14 giờ 00, ngày 30 tháng 5 năm 2026." in said
    else:
        assert not any("người dự" in line for line in said)
    assert not any("đơn khiếu nại" in line for line in said)


def test_without_an_agenda_its_place_in_the_minutes_is_left_open(held):
    held.agenda.all().delete()

    said = lines(minutes_document(held, at=NOON))

    assert said[said.index("1. Chương trình") + 1] == OPEN


@BOTH
def test_nobody_who_asked_is_named(world, make):
    """Not even who asked in the own name: the paper goes to more people than the question did."""
    conference = make_conference(
        world.host, world.secretary, starts_at=moment(-5), ends_at=moment(-5, 2),
        asks_open_at=moment(-30), asks_close_at=moment(-12),
    )  # fmt: skip
    asked = [
        questions.submit_question(
            conference, text=f"Câu hỏi {level}", theme=world.themes[0], kind="opinion",
            level=level, by=by, at=moment(-20),
        )
        for level, by in (
            (Question.Level.NAMED, world.staff),
            (Question.Level.CONFIDENTIAL, world.colleague),
        )
    ]  # fmt: skip
    asked.append(
        questions.record_question(
            conference,
            text="Câu hỏi trên giấy",
            theme=world.themes[0],
            kind="opinion",
            channel="paper",
            name="Phùng Thị Riêng",
            unit="Tổ Bảo vệ",
            level=Question.Level.NAMED,
            by=world.clerk,
            at=moment(-14),
        )
    )
    for question in asked:
        triage.classify_question(
            question, theme=world.themes[0], kind="opinion", by=world.clerk, at=moment(-8)
        )
    conferences.hold_conference(conference, by=world.clerk, at=moment(-5, 3))
    answers.record_live_answer(
        asked[0], text="Đã rõ.", answered_by="Lê Quốc Cường", by=world.clerk, at=moment(-5)
    )
    for question in asked:
        question.refresh_from_db()
        triage.edit_question(
            question,
            display_text="",
            edited_ok=True,
            in_report=True,
            times_raised=1,
            version=question.version,
        )

    said = "\n".join(lines(make(conference, at=NOON)))

    assert "Câu hỏi confidential" in said
    for name in ("Đỗ Minh Đức", "Vũ Hồng Gấm", "Phùng Thị Riêng", "Tổ Bảo vệ"):
        assert name not in said


@BOTH
def test_a_text_that_nobody_has_cleared_is_not_printed(held, make):
    held.questions.update(edited_ok=False)

    said = "\n".join(lines(make(held, at=NOON)))

    assert "Bao giờ có nhà công vụ?" not in said
    assert "(nội dung chưa biên tập)" in said


@BOTH
def test_with_a_text_that_nobody_has_cleared_it_stays_a_draft(held, make):
    """Not even the number under which the office says to have issued it stands on it."""
    whole = make(held, at=NOON)
    open_question = held.questions.get(state="assigned")
    held.questions.filter(pk=open_question.pk).update(edited_ok=False)

    draft = make(held, at=NOON)
    said = lines(draft)

    assert whole["draft_no"] is None
    assert whole["note"] == ""
    assert "(nội dung chưa biên tập)" not in "\n".join(lines(whole))
    assert "Dự thảo lần 1" in said
    assert draft["number"] is None
    assert (f"Chưa phát hành được: còn 1 nội dung chưa biên tập ({open_question.code}).") in said
    assert '<p class="mark">DỰ THẢO</p>' in document_html(draft)


@pytest.mark.parametrize("outcome", ["declined", "withdrawn"])
def test_what_the_notice_does_not_print_need_not_be_cleared_for_it(held, outcome):
    question = held.questions.exclude(state="merged").first()
    held.questions.filter(pk=question.pk).update(
        state=outcome, edited_ok=False, return_code="unclear"
    )

    assert conclusion_document(held, at=NOON)["draft_no"] is None


@BOTH
def test_old_papers_keep_the_old_names(world, held, make):
    world.host.names.create(
        valid_from=day(-1), name="Đảng ủy Viện Mới", header_name="ĐẢNG ỦY VIỆN MỚI", symbol="VM",
        place="Huế",
    )  # fmt: skip
    held.conclusion_issued_on = day(-2)

    said = lines(make(held, at=NOON))

    assert "ĐẢNG ỦY VIỆN MINH HÒA" in said
    assert not any("VIỆN MỚI" in line or "Huế" in line for line in said)


def test_the_minutes_tell_the_course_as_the_desk_recorded_it(world):
    first, second, third = three(world)
    at = begun(world)
    turn = called(world, first)
    answered_at = at + dt.timedelta(seconds=187)
    desk.answer_turn(turn, **said(turn), **keyed(world, at=answered_at))
    turn = called(world, second, at=answered_at)
    later_at = answered_at + dt.timedelta(seconds=40)
    desk.answer_later(
        turn, version=1, unit="Văn phòng", due_on=day(40), **keyed(world, at=later_at)
    )
    desk.put_back(called(world, third, at=later_at), **keyed(world, at=later_at))
    world.conference.refresh_from_db()

    told = lines(minutes_document(world.conference, at=later_at))

    assert "Có 2 lượt phát biểu tại hội nghị." in told
    begins = hour_in_words(timezone.localtime(at))
    assert f"- {begins}, {code_of(first)} (3 phút 07 giây): Lê Quốc Cường trả lời." in told
    assert any(
        line.endswith(f"{code_of(second)} (40 giây): sẽ trả lời bằng văn bản.") for line in told
    )
    assert sum(line.endswith("Sẽ sửa trong quý III.") for line in told) == 1  # every word once
    assert not any("not named" in line or "không nêu tên" in line for line in told)


def code_of(question):
    question.refresh_from_db()
    return question.code
