"""What is printed and handed out, hung up or signed: made whenever somebody asks, and kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from foundation.clock import day_of
from hall.queries import desk
from hall.templatetags.hall import speaker
from reports.documents.blocks import address, heading, paragraph, room, table
from reports.documents.formatting import moment_in_words
from reports.documents.tables import columns_of
from reports.domain.conference_papers import conference_paper
from reports.domain.papers import saying
from reports.domain.wording import short_date
from sessions.models import Question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from hall.models import Hall
    from reports.domain.papers.people import Listed
    from sessions.models import Conference


BLANK_ROWS = 40  # of a list of signatures that nobody has filled in
ANSWER_LINES = 5
QUESTION_LINES = 7
SLIPS_ON_A_PAGE = 2
LONG_NAMES = (
    100  # signs of title, place and issuer together: the poster then sets its lines smaller
)
NO_NUMBER: dict[str, Any] = {"symbol": "", "recipients": []}
NOBODY = {"capacity": "", "post": "", "person": ""}


# --- signatures ---------------------------------------------------------------------


def signature_list(
    conference: Conference, people: Sequence[Listed] = (), *, at: dt.datetime
) -> dict[str, Any]:
    """Return the list of those who sign that they are present, or rows to be filled in by hand.

    Whoever keeps a list of those who are invited hands it in here.
    """
    rows = [[number, *one, ""] for number, one in enumerate(people, 1)]
    rows = rows or [[number, "", "", "", ""] for number in range(1, BLANK_ROWS + 1)]
    document = _sheet(
        conference,
        at=at,
        type="DANH SÁCH",
        abstract=f"ký tên dự {saying.told_apart(conference)}",
        body=[
            paragraph(f"Thời gian: {saying.when(conference)}. Địa điểm: {conference.place}."),
            table("signatures", columns_of("signatures"), rows, tall=True),
        ],
    )
    signs = {"capacity": "", "post": "NGƯỜI LẬP DANH SÁCH", "person": ""}
    return {**document, "sign": signs, "issued_on": conference.held_on.isoformat()}


# --- the queue ----------------------------------------------------------------------


def queue_list(hall: Hall, *, at: dt.datetime) -> dict[str, Any]:
    """Return what waits in the hall, in the order of its desk, with room to write the answers.

    Nobody is named but who asks by name, as at the desk.
    """
    found, conference = desk(hall), hall.conference
    with translation.override("vi"):  # who asks is said by the desk's own words
        blocks = list(_waiting(found.waiting))
        if found.held_back:
            blocks += [heading(1, "TẠM GIỮ LẠI"), *_waiting(found.held_back)]
    lead = (
        f"Thứ tự tại bàn điều hành lúc {moment_in_words(timezone.localtime(at))}: "
        f"{len(found.waiting)} câu hỏi chờ trả lời, {len(found.held_back)} câu tạm giữ lại."
    )
    return _sheet(
        conference,
        at=at,
        type="DANH SÁCH CÂU HỎI CHỜ TRẢ LỜI",
        abstract=f"dùng cho chủ trì và bàn điều hành, hội nghị ngày {short_date(conference.held_on)}",
        note="Chỉ dùng tại bàn điều hành; không phát cho người dự. Ghi xong, nhập lại vào cổng.",
        body=[paragraph(lead), *blocks],
    )


def _waiting(questions: Sequence[Question]) -> Iterator[dict[str, Any]]:
    for number, question in enumerate(questions, 1):
        code = question.code or "chưa có mã"
        lines = [
            ("Nhóm", question.theme.name),
            ("Người hỏi", speaker(question)),
            ("Nội dung", question.text),
            ("Phân công trả lời", _assigned(question)),
        ]
        yield {
            "type": "records",
            "keeps": True,
            "items": [
                {
                    "title": f"{number}. {code}",
                    "lines": [{"label": label, "text": text} for label, text in lines],
                }
            ],
        }
        yield room(
            ANSWER_LINES, "Trả lời (người trả lời, nội dung chính, hẹn trả lời bằng văn bản):"
        )


def _assigned(question: Question) -> str:
    person = question.assignee.full_name if question.assignee else ""
    return person or question.assigned_unit or "chưa phân công"


# --- slips --------------------------------------------------------------------------

NAMED, CONFIDENTIAL, ANONYMOUS = "named", "confidential", "anonymous"
READ_BY_ALL = (
    "Câu trả lời được đăng trên cổng cho mọi người của đảng ủy đọc, sau khi câu hỏi đã biên tập."
)
SLIPS = {
    NAMED: (
        "PHIẾU CÂU HỎI CÓ NÊU TÊN",
        (
            "Văn phòng Đảng ủy nhập câu hỏi vào cổng kèm tên và đơn vị của đồng chí, rồi đưa lại mã "
            "biên nhận để theo dõi việc trả lời. Chỉ văn phòng đọc được tên; lãnh đạo trả lời, biên "
            "bản và báo cáo không có tên người hỏi.",
            "Nộp phiếu cho Văn phòng Đảng ủy hoặc người điều hành hội nghị.",
        ),
    ),
    CONFIDENTIAL: (
        "PHIẾU CÂU HỎI KHÔNG NÊU TÊN",
        (
            "Phiếu này không có chỗ ghi tên: đừng ghi tên, đơn vị hay điều gì cho biết đồng chí là ai. "
            "Cho phiếu vào phong bì dán kín, đề “Văn phòng Đảng ủy – câu hỏi đối thoại”.",
            "Văn phòng nhập câu hỏi vào cổng không kèm tên nào, nên cổng không có tên để mở. Người "
            "nhận phong bì có thể biết ai đưa và nhận ra nét chữ.",
            f"{READ_BY_ALL} Muốn có mã để theo dõi: hỏi trên cổng, mức “Không nêu tên”.",
        ),
    ),
    ANONYMOUS: (
        "PHIẾU CÂU HỎI ẨN DANH",
        (
            "Đừng ghi tên, đơn vị hay điều gì cho biết đồng chí là ai. Gấp phiếu, bỏ vào hòm phiếu; "
            "không đưa cho ai.",
            "Văn phòng nhập câu hỏi vào cổng không kèm tên nào, ghi là “không nêu tên”. Nét chữ có thể "
            "bị nhận ra: nên viết chữ in hoa.",
            READ_BY_ALL,
        ),
    ),
}


def question_slips(conference: Conference, level: str, *, at: dt.datetime) -> dict[str, Any]:
    """Return a page of slips to ask on paper, which promise what the portal then does.

    What comes on paper is recorded with a name or without one (`record_question`): a slip of the
    other two levels has no place for a name.
    """
    title, promises = SLIPS[level]
    fields = [room(1, "Họ và tên:"), room(1, "Đơn vị:")] if level == NAMED else []
    further = _in_the_portal(conference) if level == ANONYMOUS else []
    slip = [
        paragraph(f"{conference.title}. Nhận câu hỏi {saying.window(conference)}."),
        *fields,
        room(QUESTION_LINES - len(fields), "Câu hỏi, kiến nghị:"),
        *[paragraph(text) for text in (*promises, *further)],
    ]
    return {
        **_sheet(conference, at=at, type="PHIẾU CÂU HỎI", abstract=title, body=slip),
        "layout": "slips",
        "times": SLIPS_ON_A_PAGE,
    }


def _in_the_portal(conference: Conference) -> list[str]:
    """Say where one asks without being seen writing, where there are people enough for it."""
    if not saying.has_anonymous(conference):
        return []
    return [
        "Muốn nhận mã để theo dõi mà không ai biết: dùng phiếu ẩn danh có mã, tại "
        f"{settings.ANONYMOUS_BASE_URL}"
    ]


# --- the poster ---------------------------------------------------------------------


def hall_poster(hall: Hall, *, at: dt.datetime) -> dict[str, Any]:
    """Return what hangs in the hall: how one follows from the own seat, and what that tells nobody."""
    conference = hall.conference
    url = f"{settings.BASE_URL}{reverse('hall:join_hall', args=[hall.code])}"
    join = f"{settings.BASE_URL}{reverse('hall:join')}"
    body = [
        paragraph(f"{conference.title}"),
        paragraph(f"Ngày {short_date(conference.held_on)} · {conference.place}"),
        heading(1, "THEO DÕI TỪ CHỖ NGỒI"),
        address(url, "Quét mã, hoặc mở địa chỉ sau rồi nhập mã:", typed=join),
        {"type": "code", "text": hall.code},
        paragraph("Xem câu hỏi đang được trả lời và những nội dung đã trả lời."),
        paragraph("Không cần tài khoản; không ai được báo rằng đồng chí đang đọc."),
        paragraph("Mở trang không gửi câu hỏi, không điểm danh. Mã dùng trong ngày hội nghị."),
    ]
    sheet = _sheet(
        conference, at=at, type="HỘI NGHỊ ĐỐI THOẠI", abstract=conference.title, body=body
    )
    names = (conference.title, conference.place, sheet["issuer"])
    return {
        **sheet,
        "layout": "poster",
        "is_long": sum(map(len, names)) > LONG_NAMES,
    }


def _sheet(
    conference: Conference, *, at: dt.datetime, type: str, abstract: str, body: Any, note: str = ""
) -> dict[str, Any]:
    """Return a document that bears no number, is signed by nobody and sent to nobody."""
    document = conference_paper(
        conference,
        kind="handout",
        code="",
        type=type,
        abstract=abstract,
        body=body,
        sign=NOBODY,
        issued_on=day_of(at),
    )
    return {**document, **NO_NUMBER, "note": note}
