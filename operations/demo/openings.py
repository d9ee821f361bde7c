"""Names that are asked for in the demonstration: one was read, one refused, one waits."""

import datetime as dt

from committees.models import Committee, Role
from sessions.askers import public as askers

DANGER = "Người hỏi cho biết đang bị gây sức ép tại nơi làm việc; cần gặp để bảo vệ kịp thời."
CURIOUS = "Cần biết người hỏi để trao đổi thêm cho rõ ý kiến trước khi trả lời."
HEALTH = "Nội dung có dấu hiệu mất an toàn lao động; cần gặp người hỏi ngay để xác minh."
WHY_REFUSED = "Có thể hỏi lại người hỏi ngay trên cổng mà không cần biết tên."


def ask_for_names(conference, secretary, *, at):
    """The secretary asks for three names; the first is that of the demonstration's own asker."""
    unnamed = conference.questions.exclude(asker_key="").filter(number__isnull=False)
    questions = list(unnamed.order_by("number")[:3])
    board = Committee.objects.filter(
        kind=Committee.Kind.BOARD, parent=conference.committee.parent
    ).first()
    if len(questions) < 3 or board is None:
        return
    head, officer = (board.memberships.get(role=role).user for role in (Role.HEAD, Role.OFFICER))

    def asked(place, reason, hours):
        return askers.request_opening(
            questions[place], reason=reason, by=secretary, at=at - dt.timedelta(hours=hours)
        )

    read = asked(0, DANGER, 5)
    askers.agree_to_opening(read, by=officer, at=at - dt.timedelta(hours=3))
    askers.open_name(read, by=secretary, at=at - dt.timedelta(hours=2))
    refused = asked(1, CURIOUS, 28)
    askers.refuse_opening(refused, reason=WHY_REFUSED, by=head, at=at - dt.timedelta(hours=26))
    asked(2, HEALTH, 1)
