"""The plan of a conference (kế hoạch tổ chức hội nghị đối thoại)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from reports.documents.blocks import bullets, paragraph, table
from reports.documents.tables import columns_of
from reports.domain.conference_papers import PEOPLE
from reports.domain.papers import saying
from reports.domain.papers.sorts import RECIPIENTS, Place, Sort, parts, points, sentence, written
from reports.domain.wording import GROUNDS
from sessions.domain.conferences import OFFICE_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessions.models import Conference


def lead_unit(conference: Conference) -> str:
    """Return who prepares the conference: the office, unless another unit is recorded."""
    return conference.plan_lead_unit or OFFICE_UNIT


def _body(conference: Conference, words: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        *written(words, "grounds"),
        *parts(
            (
                "MỤC ĐÍCH, YÊU CẦU",
                points(
                    ("Mục đích", written(words, "purpose")),
                    ("Yêu cầu", written(words, "demands")),
                ),
            ),
            ("NỘI DUNG ĐỐI THOẠI", [*_content(conference), *written(words, "focus")]),
            (
                "THỜI GIAN, ĐỊA ĐIỂM, HÌNH THỨC",
                points(
                    ("Thời gian", sentence(f"{saying.when(conference)}.")),
                    ("Địa điểm", sentence(f"{conference.place}.")),
                    ("Hình thức", sentence(f"{saying.mode(conference)}.")),
                ),
            ),
            (
                "THÀNH PHẦN",
                points(
                    ("Chủ trì, lãnh đạo trả lời, thư ký", [bullets(*_people(conference))]),
                    ("Thành phần dự", written(words, "attendees")),
                ),
            ),
            (
                "THU THẬP, TỔNG HỢP Ý KIẾN",
                [*sentence(_collecting(conference)), *written(words, "collection")],
            ),
            (
                "PHÂN CÔNG CHUẨN BỊ",
                points(
                    ("Các mốc thời gian", [bullets(*saying.milestones(conference))]),
                    ("Phân công", _tasks(conference, words)),
                ),
            ),
            ("TỔ CHỨC THỰC HIỆN", written(words, "organisation")),
        ),
    ]


def _content(conference: Conference) -> list[dict[str, Any]]:
    lines = saying.content(conference)
    if not lines:
        return []
    lead = paragraph(f"{conference.title}. Nội dung đối thoại gồm các nhóm:")
    return [lead, bullets(*lines)]


def _people(conference: Conference) -> Iterator[str]:
    yield f"Chủ trì: {saying.chair(conference)}."
    if conference.co_chair:
        yield f"Đồng chủ trì: {conference.co_chair}."
    if found := saying.answerers(conference):
        yield f"Lãnh đạo trả lời: {'; '.join(found)}."
    if conference.minutes_taker:
        yield f"Thư ký, ghi biên bản: {conference.minutes_taker}."


def _collecting(conference: Conference) -> str:
    return (
        f"Ý kiến, kiến nghị được thu thập qua {saying.channels(conference)}, "
        f"{saying.window(conference)}. Trên {saying.PORTAL}, người hỏi chọn "
        f"{saying.levels(conference)}."
    )


def _tasks(conference: Conference, words: Mapping[str, str]) -> list[dict[str, Any]]:
    lead = f"Đơn vị chủ trì tham mưu, tổ chức thực hiện: {lead_unit(conference)}."
    return [paragraph(lead), *written(words, "tasks")]


def _annexes(conference: Conference) -> list[dict[str, Any]]:
    rows = saying.programme(conference)
    programme = table("programme", columns_of("programme"), rows)
    title = "CHƯƠNG TRÌNH HỘI NGHỊ"
    return [{"title": title, "landscape": False, "body": [programme]}] if rows else []


# --- what is proposed ---------------------------------------------------------------


def _grounds(conference: Conference) -> str:
    committee = conference.committee
    return (
        f"{GROUNDS}{committee.name} xây dựng Kế hoạch tổ chức {saying.told_apart(conference)} "
        "như sau:"
    )


def _purpose(conference: Conference) -> str:
    return (
        f"- Lắng nghe, trao đổi, làm rõ và giải đáp ý kiến, kiến nghị, đề xuất, tâm tư, nguyện "
        f"vọng chính đáng, hợp pháp của {PEOPLE}.\n"
        "- Thực hiện dân chủ ở cơ sở; hạn chế đơn thư khiếu nại, tố cáo; kịp thời phát hiện, ngăn "
        "ngừa biểu hiện suy thoái."
    )


def _demands(conference: Conference) -> str:
    return (
        "- Hội nghị được tổ chức dân chủ, thẳng thắn, đúng trọng tâm, thiết thực, tiết kiệm.\n"
        "- Ý kiến được tổng hợp, phân loại và giao chuẩn bị trả lời trước hội nghị; nội dung chưa "
        "trả lời tại hội nghị được trả lời bằng văn bản đúng hạn.\n"
        "- Không để lộ danh tính của người đã chọn không nêu tên; không trù dập người nêu ý kiến "
        "dưới mọi hình thức."
    )


def _focus(conference: Conference) -> str:
    return ""


def _attendees(conference: Conference) -> str:
    return (
        f"- {PEOPLE.capitalize()}.\n- Đại diện Công đoàn, Đoàn Thanh niên, Ban Thanh tra nhân dân."
    )


def _collection(conference: Conference) -> str:
    return (
        "Văn phòng Đảng ủy tổng hợp, phân loại ý kiến theo nhóm nội dung, trình chủ trì hội nghị "
        "phân công chuẩn bị trả lời. Khiếu nại, tố cáo được chuyển đến cơ quan có thẩm quyền, "
        "không đưa vào nội dung đối thoại."
    )


def _tasks_proposed(conference: Conference) -> str:
    return (
        "- Văn phòng Đảng ủy: chuẩn bị chương trình, tài liệu, hội trường; ghi biên bản; dự thảo "
        "thông báo kết luận.\n"
        "- Lãnh đạo và các đơn vị được phân công: chuẩn bị nội dung trả lời thuộc lĩnh vực phụ "
        "trách.\n"
        "- Công đoàn, Đoàn Thanh niên, các chi bộ: phổ biến thời gian, nội dung đối thoại và cách "
        "gửi câu hỏi."
    )


def _organisation(conference: Conference) -> str:
    return (
        "- Các chi bộ, đơn vị trực thuộc phổ biến Kế hoạch này và bố trí người dự đúng thành phần.\n"
        "- Văn phòng Đảng ủy theo dõi, đôn đốc việc thực hiện và báo cáo Đảng ủy."
    )


def recipients(conference: Conference) -> str:
    """Propose who gets the plan: those above, those who prepare it, the file."""
    superior = conference.committee.parent
    above = [f"Ban Thường vụ {superior.name} (để báo cáo)"] if superior else []
    return "\n".join(
        [
            *above,
            "Lãnh đạo cơ quan; Công đoàn, Đoàn Thanh niên",
            "Các chi bộ, đơn vị trực thuộc (để thực hiện)",
            "Lưu Văn phòng Đảng ủy",
        ]
    )


def _abstract(conference: Conference) -> str:
    return f"tổ chức {saying.told_apart(conference)}"


PLAN = Sort(
    code="KH",
    type="KẾ HOẠCH",
    file_stem="ke-hoach",
    abstract=_abstract,
    places=(
        Place("grounds", _("Grounds and introduction"), _grounds, 5),
        Place("purpose", _("Purpose"), _purpose, 5),
        Place("demands", _("Requirements"), _demands, 6),
        Place("focus", _("What is in the foreground"), _focus, 3),
        Place("attendees", _("Who takes part"), _attendees),
        Place("collection", _("How questions are put together"), _collection),
        Place("tasks", _("Who prepares what"), _tasks_proposed, 7),
        Place("organisation", _("Carrying it out"), _organisation),
        Place(RECIPIENTS, _("Recipients, one a line"), recipients),
    ),
    body=_body,
    annexes=_annexes,
)
