"""Office work around the answers of the story: taken on, given back, contributed to, put off."""

import datetime as dt

from committees.domain.deputies import name_deputy
from foundation.clock import day_of
from sessions.domain import (
    assignments,
    contributions,
    holding,
    notes,
    text_templates,
    transfers,
    triage,
)
from sessions.models import TextTemplate

TEMPLATES = (
    (
        TextTemplate.Use.ANSWER,
        "Trả lời có thời hạn thực hiện",
        "Về nội dung {mã câu hỏi}, {đơn vị} trả lời như sau:\n\nCơ quan sẽ thực hiện xong trước ngày …",
    ),
    (
        TextTemplate.Use.DECLINE,
        "Không thuộc phạm vi đối thoại",
        "Nội dung này không thuộc phạm vi của hội nghị đối thoại; đề nghị đồng chí gửi đến …",
    ),
)
CONTRIBUTED = "Phòng Tài vụ đã bố trí kinh phí trong dự toán quý này; đề nghị nêu rõ mức hỗ trợ."
NOTE = "Đã trao đổi với Công đoàn; chờ số liệu của Phòng Tổ chức trước khi trình đồng chí Bí thư."
NOT_MINE = "Nội dung thuộc phần việc của đồng chí phụ trách cơ sở vật chất; đề nghị giao lại."
PUT_OFF = (
    "Cơ quan đã nhận câu hỏi và đang chờ ý kiến của cơ quan tài chính. Câu trả lời sẽ được gửi đến "
    "đồng chí trong thời hạn mới."
)
WHY_PUT_OFF = "Chờ văn bản của cơ quan tài chính."
AWAY = "Đi công tác."
THEIRS = "Nội dung do cơ quan của đảng ủy bên đó quản lý; đề nghị trả lời người hỏi."
DAY = dt.timedelta(days=1)


def work_around_answers(conference, office, *, at):
    """What still waits is taken on, contributed to and put off; who leads has a deputy."""
    secretary, clerk, (leader, other, *_more), _staff = office
    for use, name, text in TEMPLATES:
        text_templates.make_template(conference.committee, use=use, name=name, text=text)
    name_deputy(
        conference.committee, leader=leader, deputy=other, starts_on=day_of(at),
        ends_on=day_of(at) + 4 * DAY, reason=AWAY, by=secretary, at=at,
    )  # fmt: skip
    question = conference.questions.filter(state="assigned").order_by("number").first()
    if question is None:
        return
    soon = day_of(at) + 2 * DAY
    triage.assign_question(question, to=leader, due_on=soon, beside=[other], by=clerk, at=at)
    assignments.accept_assignment(question, by=leader, at=at)
    contributions.contribute(question, text=CONTRIBUTED, number=0, by=other, at=at)
    notes.write_note(question, text=NOTE, by=clerk, at=at)
    holding.give_holding_reply(
        question, text=PUT_OFF, reason=WHY_PUT_OFF, due_on=soon + 14 * DAY, by=leader, at=at
    )


def _sorted(conference, clerk, *, at):
    """Return a question that came before the conference, sorted and cleared; None if none waits."""
    question = conference.questions.filter(state="received").order_by("received_at").first()
    if question is not None:
        triage.classify_question(
            question, theme=question.theme, kind=question.kind, by=clerk, at=at
        )
        triage.clear_text(question, by=clerk, at=at)
        question.refresh_from_db()
    return question


def transfer_one(host, office, to, *, at):
    """Another committee answers a question of the one that lies ahead here."""
    ahead = (
        host.conferences.filter(state="scheduled", starts_at__gt=at).order_by("-starts_at").first()
    )
    if ahead is not None and (question := _sorted(ahead, office[1], at=at)):
        transfers.transfer_question(
            question, to=to, reason=THEIRS, version=question.version, by=office[1], at=at
        )


def give_one_back(conference, office, *, at):
    """A question that came before the conference is sorted, handed on, and comes back."""
    _secretary, clerk, (leader, other, *_more), _staff = office
    question = _sorted(conference, clerk, at=at)
    if question is None:
        return
    triage.assign_question(question, to=leader, due_on=conference.answers_due_on, by=clerk, at=at)
    assignments.refuse_assignment(question, reason=NOT_MINE, proposed=other, by=leader, at=at)
