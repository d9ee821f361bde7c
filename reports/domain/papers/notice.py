"""The public notice of a conference (thông báo): when, where, about what, and how to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reports.documents.blocks import address, bullets, paragraph
from reports.domain.papers import saying
from reports.domain.papers.sorts import (
    RECIPIENTS,
    Place,
    Sort,
    no_annexes,
    points,
    sentence,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessions.models import Conference


LEVELS = (
    "Nêu tên (sau khi đăng nhập): văn phòng Đảng ủy biết người hỏi; lãnh đạo trả lời không được cho biết.",
    "Không nêu tên (sau khi đăng nhập): tên được niêm phong; chỉ được mở khi bí thư đề nghị có lý do và Ban tiếp nhận "
    "báo cáo đồng ý; người hỏi được báo.",
)
ANONYMOUS = (
    "Ẩn danh (không đăng nhập), bằng phiếu ẩn danh, tại {address}: dữ liệu được lưu không cho ai biết "
    "người hỏi, kể cả người quản trị."
)


def _body(conference: Conference, words: Mapping[str, str]) -> list[dict[str, Any]]:
    content = saying.content(conference)
    return [
        *written(words, "lead"),
        *points(
            ("Thời gian", sentence(f"{saying.when(conference)}.")),
            ("Địa điểm, hình thức", sentence(f"{conference.place}, {saying.mode(conference)}.")),
            (
                "Nội dung",
                [
                    paragraph(f"{conference.title}."),
                    *([bullets(*content)] if content else []),
                    *written(words, "focus"),
                ],
            ),
            ("Chủ trì, lãnh đạo trả lời", [bullets(*_people(conference))]),
            ("Thành phần dự", written(words, "attendees")),
            ("Gửi câu hỏi", list(_asking(conference, words))),
            level=1,
        ),
        *written(words, "closing"),
    ]


def _people(conference: Conference) -> Iterator[str]:
    yield f"Chủ trì: {saying.chair(conference)}."
    if found := saying.answerers(conference):
        yield f"Lãnh đạo trả lời: {'; '.join(found)}."


def _asking(conference: Conference, words: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield until when and how one asks, with what becomes of the name."""
    yield from sentence(
        f"{saying.window(conference)}, qua {saying.channels(conference)}. Người dự có thể hỏi ngay "
        "tại hội nghị."
    )
    yield paragraph(
        f"Trên {saying.PORTAL}, người hỏi chọn mức cho biết tên; mỗi câu hỏi có mã để theo dõi "
        "việc trả lời:"
    )
    levels = list(LEVELS)
    if saying.has_anonymous(conference):
        levels.append(ANONYMOUS.format(address=settings.ANONYMOUS_BASE_URL))
    yield bullets(*levels)
    yield address(saying.ask_address(conference), "Địa chỉ gửi câu hỏi")
    yield from written(words, "paper")


# --- what is proposed ---------------------------------------------------------------


def _lead(conference: Conference) -> str:
    return f"{conference.committee.name} thông báo tổ chức {saying.told_apart(conference)} như sau:"


def _focus(conference: Conference) -> str:
    return ""


def _attendees(conference: Conference) -> str:
    return "Cán bộ, đảng viên, công chức, viên chức và người lao động của cơ quan."


def _paper(conference: Conference) -> str:
    return "Câu hỏi trên giấy gửi Văn phòng Đảng ủy hoặc bỏ vào hòm thư góp ý."


def _closing(conference: Conference) -> str:
    return (
        "Bí mật nhà nước, khiếu nại, tố cáo không gửi theo cách này mà theo quy định riêng. Đề nghị "
        "các chi bộ, đơn vị trực thuộc thông báo đến mọi người để biết và tham gia."
    )


def _recipients(conference: Conference) -> str:
    return "\n".join(
        [
            "Lãnh đạo cơ quan; Công đoàn, Đoàn Thanh niên",
            "Các chi bộ, đơn vị trực thuộc",
            "Niêm yết, đăng trang thông tin nội bộ",
            "Lưu Văn phòng Đảng ủy",
        ]
    )


def _abstract(conference: Conference) -> str:
    return f"về việc tổ chức {saying.told_apart(conference)}"


NOTICE = Sort(
    code="TB",
    type="THÔNG BÁO",
    file_stem="thong-bao",
    abstract=_abstract,
    places=(
        Place("lead", _("Introduction"), _lead, 3),
        Place("focus", _("What is in the foreground"), _focus, 3),
        Place("attendees", _("Who takes part"), _attendees, 3),
        Place("paper", _("How to ask on paper"), _paper, 3),
        Place("closing", _("Closing words"), _closing),
        Place(RECIPIENTS, _("Recipients, one a line"), _recipients),
    ),
    body=_body,
    annexes=no_annexes,
)
