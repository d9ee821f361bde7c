"""Conferences as tests of them begin with."""

from sessions.domain import conferences
from sessions.models import Question
from tests.world import NOON, moment


def ask(world, **fields):
    values = {"kind": "opinion", "original_text": "Khi nào sửa nhà để xe?", "received_at": NOON}
    return Question.objects.create(
        conference=world.conference,
        committee=world.host,
        theme=world.themes[0],
        **{**values, **fields},
    )


def schedule(world, **fields):
    values = {
        "title": "Đối thoại quý III",
        "starts_at": moment(40),
        "ends_at": moment(40, 3),
        "place": "Hội trường",
        "chair": world.secretary,
        "answerers": [world.leader],
        "by": world.clerk,
        "at": NOON,
    }
    return conferences.schedule_conference(world.host, **{**values, **fields})


def hold(world):
    conferences.hold_conference(world.conference, by=world.clerk, at=moment(10, 3))


COUNTS = {
    "invited": 60,
    "present": 50,
    "party_members": 40,
    "civil_servants": 10,
    "public_employees": 30,
    "workers": 10,
    "women": 20,
    "online": 0,
}
