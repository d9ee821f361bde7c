"""Wherever people are listed, they stand by given name, as in any Vietnamese list."""

import random

import pytest
from django.utils.html import escape

from committees.models import Membership, Role, User
from foundation.text import order_of_name
from reports.domain.minutes import minutes_document
from sessions.domain import questions, triage
from sessions.models import Conference
from tests.hall.floor import begun, called
from tests.world import LONG_AGO, NOON, day

# Letters before tones, the tones in their order, then the family name; Đ follows D.
IN_ORDER = [
    "Lê Bá An", "Lê Văn An", "Trần Thị An", "Đỗ Văn Án", "Phạm Ạn", "Vũ Thị Anh", "Lê Văn Ánh",
    "Bùi Ân", "Hồ Bé", "Vũ Dung", "Chu Đức", "Lê Thị Hòa", "Ngô Duy Hoan", "Cao Ý", "Cao Yên",
    "Ma Zung",
]  # fmt: skip


def test_names_are_in_vietnamese_order_however_they_are_typed():
    shuffled = random.Random(1).sample(IN_ORDER, len(IN_ORDER))

    assert sorted(shuffled, key=order_of_name) == IN_ORDER
    assert order_of_name("Lê Văn Hoà (Phòng A)") == order_of_name("lê văn Hòa")
    assert order_of_name("Ðỗ Đức") == order_of_name("Đỗ Đức")
    assert max(map(len, map(order_of_name, ("Ạ " * 75, "Ạ" * 150)))) <= 500


@pytest.fixture
def many(world):
    """Return the world with all of them as leaders of the host, answering at its conference."""
    for number, name in enumerate(random.Random(2).sample(IN_ORDER, len(IN_ORDER))):
        person = User.objects.create(username=f"z{number}", full_name=name)
        Membership.objects.create(
            user=person, committee=world.host, role=Role.LEADER, starts_on=LONG_AGO
        )
    world.conference.answerers.set(User.objects.filter(full_name__in=IN_ORDER))
    return world


def listed(text):
    """Return the names in the order in which `text` has them for the first time."""
    found = [(text.find(escape(name)), name) for name in IN_ORDER]
    return [name for place, name in sorted(found) if place >= 0]


PLACES = {
    "people": ("clerk", "/committees/A01/people/"),
    "choice of the conference": ("clerk", "/conferences/{conference}/change/"),
    "conference": ("staff", "/conferences/{conference}/"),
    "desk": ("clerk", "/conferences/{conference}/hall/"),
    "sorting": ("clerk", "/conferences/{conference}/triage/"),
    "owner": ("clerk", "/conferences/{conference}/commitments/new/"),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_page_lists_people_in_this_order(client, many, place, monkeypatch):
    who, path = PLACES[place]
    triage.assign_question(
        questions.submit_question(
            many.conference, text="Bao giờ sửa mái?", theme=many.themes[0], kind="opinion",
            level="named", by=many.staff, at=NOON,
        ),
        to=many.leader, due_on=day(20), by=many.clerk, at=NOON,
    )  # fmt: skip
    if place == "desk":
        called(many)
        monkeypatch.setattr("foundation.clock.database_now", lambda: begun(many))
    if place == "owner":
        Conference.objects.update(state="held")
    client.force_login(getattr(many, who))

    page = client.get(path.format(conference=many.conference.pk))

    assert listed(page.content.decode()) == IN_ORDER


def test_documents_list_people_in_this_order(many):
    said = str(minutes_document(many.conference, at=NOON))

    assert listed(said) == IN_ORDER


def test_a_name_that_changes_takes_its_new_place(many):
    person = User.objects.get(full_name="Cao Yên")
    person.full_name = "Cao Bá"
    person.save()

    assert [one.full_name for one in many.conference.answerers.all()].index("Cao Bá") == 8
