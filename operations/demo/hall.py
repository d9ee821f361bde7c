"""A conference that goes on at this moment, so that a newcomer can sit down at its desk."""

import datetime as dt
import uuid

from hall.domain import desk, screens
from operations.demo.dialogue import ask, sort
from operations.demo.papers import draw_up_papers
from operations.demo.words import ANSWERED_LIVE
from sessions.domain import conferences

SINCE = dt.timedelta(minutes=25)
PROMISED = ("Lập dự toán, trình cấp có thẩm quyền.", "", "")


def run_a_hall(host, office, themes, *, at):
    """Begin a conference 25 minutes before `at`: three turns are over, one question is on the floor."""
    secretary, clerk, leaders, _staff = office
    starts_at = at - SINCE
    asked_on = starts_at - dt.timedelta(days=20)
    conference = conferences.schedule_conference(
        host,
        title="Hội nghị đối thoại về điều kiện làm việc",
        kind="extraordinary",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        place="Hội trường tầng 2",
        chair=secretary,
        answerers=leaders,
        minutes_taker="Văn phòng Đảng ủy",
        by=clerk,
        at=asked_on - dt.timedelta(days=12),
    )
    draw_up_papers(conference, office, at=starts_at - dt.timedelta(days=2), has_notice=True)
    asked = ask(conference, office, themes, count=10, shift=2)
    sort(conference, office, asked)
    hall = desk.open_hall(conference, at=starts_at)
    moment = starts_at + dt.timedelta(minutes=5)
    waiting = [one for one in asked if one[0].state in ("classified", "assigned")]
    for (question, answer), promised in zip(waiting, PROMISED, strict=False):
        turn = desk.call_up(hall, question, key=uuid.uuid4(), by=clerk, at=moment)
        moment += dt.timedelta(minutes=4, seconds=20)
        due_on = conference.answers_due_on
        promise = {"text": promised, "lead_unit": "Văn phòng", "due_on": due_on}
        desk.answer_turn(
            turn, version=turn.version, text=answer or ANSWERED_LIVE, answered_by=leaders[0].full_name,
            promise=promise if promised else None, key=uuid.uuid4(), by=clerk, at=moment,
        )  # fmt: skip
        moment += dt.timedelta(seconds=30)
    now = waiting[len(PROMISED)][0]
    desk.call_up(hall, now, key=uuid.uuid4(), by=clerk, at=at - dt.timedelta(minutes=1))
    screens.show(hall, "question", question=now, key=uuid.uuid4(), by=clerk, at=at)
    return hall
