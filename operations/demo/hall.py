"""A conference that goes on at this moment, so that a newcomer can sit down at its desk."""

import datetime as dt
import uuid

from hall.domain import desk, door, guests, screens
from hall.models import Guest
from operations.demo.dialogue import ask, sort
from operations.demo.papers import draw_up_papers
from operations.demo.words import ANSWERED_LIVE, FAMILY, GIVEN, MIDDLE, UNITS
from sessions.domain import conferences

SINCE = dt.timedelta(minutes=25)
INVITED = 48
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
    invite(conference)
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


def invite(conference):
    """Write a list of people, with what they replied and who of them has come."""
    said, came = Guest.Reply, Guest.Presence
    groups = Guest.Group.values
    guests.add_guests(
        conference,
        [
            {
                "full_name": f"{FAMILY[n * 3 % 10]} {MIDDLE[n % 7]} {GIVEN[n * 5 % 14]}",
                "post": "Trưởng phòng" if n % 9 == 0 else "",
                "unit": UNITS[n % len(UNITS)],
                "group": groups[1 + n % (len(groups) - 1)],
                "is_party_member": n % 3 != 0,
                "is_woman": MIDDLE[n % 7] in ("Thị", "Thu", "Hồng"),
            }
            for n in range(INVITED)
        ],
    )
    for n, guest in enumerate(conference.guests.all()):
        if n % 8 == 5:
            door.note_reply(guest, reply=said.CANNOT, note="Đi công tác")
        elif n % 4 != 3:
            door.note_reply(guest, reply=said.COMES)
            door.tick_guest(guest, presence=came.PRESENT)
