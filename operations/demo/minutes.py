"""Minutes of the story: written, laid before the chair, approved; one of them with an addendum."""

import datetime as dt

from hall.domain import minutes as writing
from hall.queries import minutes_of
from reports.domain import approving

PRESENT = (
    "Đại diện Ban Thường vụ Đảng ủy, lãnh đạo cơ quan\nBan Chấp hành Công đoàn, Đoàn Thanh niên"
)
ABSENT = "Đại diện Hội Cựu chiến binh (có lý do)"
ADDED = "Chủ trì hội nghị giao Văn phòng Đảng ủy thông báo lịch tiếp đảng viên hằng tháng trên bảng tin."
WHY = "Nội dung chủ trì nêu khi bế mạc, ghi thiếu trong biên bản."
DAY = dt.timedelta(days=1)


def lay(conference, office, *, number=0, at):
    """Lay the minutes, or an addendum, before the chair."""
    minutes = minutes_of(conference)[number]
    minutes.conference = conference
    return approving.submit_minutes(minutes, version=minutes.version, by=office[1], at=at)


def write_minutes(conference, office):
    """The office writes, and lays them before the chair on the day after the conference."""
    by, at = office[1], conference.ends_at + DAY
    writing.note_presence(conference, version=1, present=PRESENT, absent=ABSENT, by=by, at=at)
    return lay(conference, office, at=at)


def have_approved(minutes, office, *, at):
    approving.approve_minutes(minutes, version=minutes.version, by=office[0], at=at)


def add_to_minutes(conference, office, *, at):
    """Something was forgotten: an addendum, approved as well."""
    writing.write_addendum(conference, text=ADDED, reason=WHY, by=office[1], at=at)
    have_approved(lay(conference, office, number=1, at=at), office, at=at)
