"""One small named world. A owns, B is next door, C must see nothing."""

import datetime as dt
import os
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from committees.models import Committee, CommitteeName, Membership, Role, Term, User
from periods.models import Obligation, ReportingPeriod
from sessions.models import AgendaItem, Conference, Theme

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Which half-year the world lives in: everything is told in both (script/test, "both halves").
HALF = int(os.environ.get("HALF", "1"))
NOON = dt.datetime(2026, 6 * HALF, 1, 12, 0, tzinfo=HANOI)
TODAY = NOON.date()
DUE_BEFORE = TODAY.replace(day=25)
STARTS_ON = dt.date(2026, 6, 25) if HALF == 2 else dt.date(2025, 12, 25)
PASSWORD = "mot-mat-khau-dai-2026"
LONG_AGO = dt.date(2020, 1, 1)
# Queries behind the numbers in the menu of an office for which nothing waits; each kind of thing that
# does takes one more, and so do the minutes of a conference that took place. However many there are.
MENU = 7
SORTING = 1


def moment(days=0, hours=0):
    """Return the instant that lies `days` and `hours` after NOON."""
    return NOON + dt.timedelta(days=days, hours=hours)


def day(days=0):
    """Return the day that lies `days` after TODAY."""
    return TODAY + dt.timedelta(days=days)


@dataclass(frozen=True)
class World:
    bloc: Committee
    board: Committee
    host: Committee  # holds the conference
    neighbour: Committee  # must see nothing of it
    period: ReportingPeriod
    obligation: Obligation
    conference: Conference  # window open at NOON, held ten days later
    themes: list[Theme]
    people: dict[str, User]

    def __getattr__(self, name):
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


PEOPLE = {
    # key: (full name, committee, role, post)
    "secretary": ("Nguyễn Thị Ánh", "host", Role.SECRETARY, "Bí thư Đảng ủy"),
    "clerk": ("Trần Văn Bình", "host", Role.CLERK, "Văn phòng Đảng ủy"),
    "leader": ("Lê Quốc Cường", "host", Role.LEADER, "Phó Viện trưởng"),
    "other_leader": ("Phạm Thu Dung", "host", Role.LEADER, "Trưởng phòng Tổ chức"),
    "staff": ("Đỗ Minh Đức", "host", Role.STAFF, ""),
    "colleague": ("Vũ Hồng Gấm", "host", Role.STAFF, ""),
    "other_secretary": ("Hoàng Văn Hải", "neighbour", Role.SECRETARY, "Bí thư Đảng ủy"),
    "other_staff": ("Bùi Thị Khuê", "neighbour", Role.STAFF, ""),
    "head": ("Ngô Đình Lâm", "board", Role.HEAD, "Trưởng Ban"),
    "officer": ("Đặng Thị Mai", "board", Role.OFFICER, "Chuyên viên"),
    "outsider": ("Người Ngoài", None, None, ""),
}


def make_committee(code, kind, name, *, parent=None, organisation="", symbol="ĐU"):
    committee = Committee.objects.create(
        code=code, kind=kind, name=name, parent=parent, active_from=LONG_AGO, party_members=120
    )
    CommitteeName.objects.create(
        committee=committee,
        valid_from=LONG_AGO,
        name=name,
        header_name=name.upper(),
        organisation_name=organisation,
        symbol=symbol,
        place="Hà Nội",
    )
    Term.objects.create(committee=committee, name="2025-2030", starts_on=dt.date(2025, 8, 1))
    return committee


def make_conference(committee, chair, **fields):
    values = {
        "title": "Hội nghị đối thoại 6 tháng đầu năm 2026",
        "starts_at": moment(10),
        "ends_at": moment(10, 3),
        "place": "Hội trường tầng 2",
        "plan_due_on": day(-20),
        "asks_open_at": moment(-11),
        "asks_close_at": moment(3),
        "notice_due_on": day(3),
        "conclusion_due_on": day(20),
        "answers_due_on": day(30),
        "created_at": moment(-40),
        **fields,
    }
    values.setdefault("number", committee.conferences.count() + 1)
    conference = Conference.objects.create(committee=committee, chair=chair, **values)
    AgendaItem.objects.create(conference=conference, position=1, title="Khai mạc")
    return conference


def build_world():
    kind = Committee.Kind
    bloc = make_committee(
        "DUK",
        kind.BLOC,
        "Đảng ủy Khối Mẫu",
        organisation="ĐẢNG BỘ KHỐI MẪU",
        symbol="ĐUK",
    )
    board = make_committee("BDV", kind.BOARD, "Ban Dân vận", parent=bloc, symbol="BDVĐUK")
    host = make_committee("A01", kind.BASE, "Đảng ủy Viện Minh Hòa", parent=bloc)
    neighbour = make_committee("B02", kind.ABOVE_BASE, "Đảng ủy Bộ Láng Giềng", parent=bloc)
    committees = {"host": host, "neighbour": neighbour, "board": board}
    password = make_password(PASSWORD)
    people = {
        key: User(username=key, email=f"{key}@example.vn", password=password, full_name=full_name)
        for key, (full_name, *_) in PEOPLE.items()
    }
    User.objects.bulk_create(people.values())
    Membership.objects.bulk_create(
        Membership(
            user=people[key],
            committee=committees[where],
            role=role,
            post=post,
            unit=post,
            starts_on=LONG_AGO,
            given_on=LONG_AGO,
        )
        for key, (_, where, role, post) in PEOPLE.items()
        if where
    )
    period = ReportingPeriod.objects.create(
        year=2026, half=HALF, starts_on=STARTS_ON, due_before=DUE_BEFORE
    )
    obligations = Obligation.objects.bulk_create(
        Obligation(period=period, committee=committee, board=board)
        for committee in (host, neighbour)
    )
    conference = make_conference(host, people["secretary"], chair_post="Bí thư Đảng ủy")
    conference.answerers.set([people["leader"], people["other_leader"]])
    return World(
        bloc=bloc,
        board=board,
        host=host,
        neighbour=neighbour,
        period=period,
        obligation=obligations[0],
        conference=conference,
        themes=list(Theme.objects.filter(parent=None).order_by("number")),
        people=people,
    )
