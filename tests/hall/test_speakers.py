"""The list of speakers: who waits, speaks, has spoken for how long; each act undone, each done once."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from hall import queries
from hall.domain import desk, speakers, undoing
from hall.domain.closing import forget_desks
from hall.models import Speaker
from sessions.domain import conferences
from tests.hall.floor import (
    a_question,
    another,
    begun,
    called,
    fresh,
    from_the_floor,
    keyed,
    opened,
    running,
    undo_last,
)

pytestmark = pytest.mark.django_db
SCRIPT = {"headers": {"X-Sent-By": "script"}}


def after(world, minutes):
    return begun(world) + dt.timedelta(minutes=minutes)


def waiting(world, name="Trần Thị Hoa", unit="Phòng Tổng hợp", kind="question", **when):
    return speakers.add_speaker(
        opened(world), name=name, unit=unit, kind=kind, **keyed(world, **when)
    )


def speaking(world, name="Trần Thị Hoa", *, at=None, **more):
    speaker = waiting(world, name, **more)
    speakers.begin_speaker(speaker, **keyed(world, at=at or begun(world)))
    return speaker


def test_who_asked_first_waits_first(world):
    waiting(world, "Hoa"), waiting(world, "Nam")

    found = queries.desk(opened(world))

    assert [one.name for one in found.next_speakers] == ["Hoa", "Nam"]
    assert found.speaking is None


def test_whoever_begins_ends_the_one_before(world):
    hoa = speaking(world, "Hoa")

    nam = speaking(world, "Nam", at=after(world, 3))

    assert fresh(hoa).lasted(at=after(world, 9)) == dt.timedelta(minutes=3)
    assert queries.desk(opened(world)).speaking == nam


def test_a_pause_does_not_count(world):
    hoa = speaking(world)

    speakers.pause_speaker(hoa, **keyed(world, at=after(world, 2)))
    speakers.pause_speaker(hoa, **keyed(world, at=after(world, 7)))
    speakers.end_speaker(hoa, **keyed(world, at=after(world, 8)))

    assert fresh(hoa).lasted(at=after(world, 60)) == dt.timedelta(minutes=3)


def test_who_ends_during_a_pause_spoke_until_it(world):
    hoa = speaking(world)
    speakers.pause_speaker(hoa, **keyed(world, at=after(world, 2)))

    speakers.end_speaker(hoa, **keyed(world, at=after(world, 8)))

    assert fresh(hoa).lasted(at=after(world, 60)) == dt.timedelta(minutes=2)


def test_what_is_asked_while_somebody_speaks_belongs_to_them(world):
    hoa = speaking(world)

    from_the_floor(world, name="Trần Thị Hoa")

    assert fresh(hoa).turn == running(world)


def test_who_speaks_to_a_question_belongs_to_its_turn(world):
    turn = called(world, a_question(world))

    hoa = speaking(world, kind="follow_up")

    assert fresh(hoa).turn == turn
    assert list(turn.speakers.all()) == [hoa]


def test_units_are_told_by_how_long_they_spoke(world):
    for name, unit, minutes in (("Hoa", "A", 2), ("Nam", "B", 5), ("Yến", "A", 1), ("Vân", "", 1)):
        one = speaking(world, name, unit=unit)
        speakers.end_speaker(one, **keyed(world, at=after(world, minutes)))
    waiting(world, "Chờ", unit="C")

    found = queries.desk(opened(world)).speakers

    assert queries.spoken_by_unit(found, at=after(world, 60)) == [
        ("B", 1, 300), ("A", 2, 180), ("", 1, 60),
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["pause_speaker", "end_speaker"])
def test_who_does_not_speak_neither_pauses_nor_ends(world, act):
    with pytest.raises(MoveNotAllowed):
        getattr(speakers, act)(waiting(world), **keyed(world))


@pytest.mark.parametrize("act", ["begin_speaker", "remove_speaker"])
def test_who_speaks_neither_begins_nor_is_taken_off(world, act):
    with pytest.raises(MoveNotAllowed):
        getattr(speakers, act)(speaking(world), **keyed(world))


def test_each_act_is_undone(world):
    hoa = waiting(world, "Hoa")
    nam = waiting(world, "Nam")
    speakers.begin_speaker(hoa, **keyed(world))
    speakers.begin_speaker(nam, **keyed(world, at=after(world, 3)))
    speakers.pause_speaker(nam, **keyed(world, at=after(world, 4)))

    undo_last(world)
    assert fresh(nam).paused_at is None
    undo_last(world)
    assert (fresh(hoa).speaks, fresh(nam).waits) == (True, True)
    undo_last(world)
    assert fresh(hoa).waits
    undo_last(world)
    assert fresh(nam).is_gone
    undo_last(world)
    assert fresh(hoa).is_gone
    assert queries.desk(opened(world)).speakers == []


def test_who_was_taken_off_comes_back(world):
    hoa = waiting(world)
    speakers.remove_speaker(hoa, **keyed(world))
    assert queries.desk(opened(world)).next_speakers == []

    undo_last(world)

    assert queries.desk(opened(world)).next_speakers == [hoa]


def test_the_same_form_twice_is_one_person(world):
    once = keyed(world)
    speakers.add_speaker(opened(world), name="Hoa", unit="", kind="question", **once)

    with pytest.raises(desk.DoneAlready):
        speakers.add_speaker(opened(world), name="Hoa", unit="", kind="question", **once)
    assert Speaker.objects.count() == 1


def test_one_hall_does_not_hear_the_speakers_of_another(world):
    speaking(world)

    assert queries.desk(another(world.conference)).speakers == []


def test_when_the_conference_is_closed_nobody_speaks_any_more(world):
    called(world)
    hoa = speaking(world)
    conferences.close_conference(fresh(world.conference), by=world.clerk, at=after(world, 20))

    forget_desks(at=after(world, 20))

    found = list(opened(world).speakers.all())
    assert queries.spoken_by_unit(found, at=after(world, 1_800)) == [("Phòng Tổng hợp", 1, 1_200)]
    assert not fresh(hoa).speaks


def test_what_passed_until_an_end_is_undone_is_a_pause(world):
    hoa = speaking(world)
    speakers.end_speaker(hoa, **keyed(world, at=after(world, 2)))

    undo_last(world, at=after(world, 30))

    assert fresh(hoa).lasted(at=after(world, 31)) == dt.timedelta(minutes=3)


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def clerk(client, world, at):
    client.force_login(world.clerk)
    opened(world)
    return client


def add(clerk, world, **typed):
    where = reverse("hall:speaker_add", args=[world.conference.pk])
    return clerk.post(where, {"key": uuid.uuid4(), "kind": "question", **typed}, **SCRIPT)


def change(clerk, speaker, to):
    where = reverse("hall:speaker_change", args=[speaker.pk])
    return clerk.post(where, {"key": uuid.uuid4(), "to": to}, **SCRIPT)


def test_the_list_is_kept_at_the_desk(clerk, world):
    added = add(clerk, world, name="Trần Thị Hoa", unit="Phòng Tổng hợp")
    hoa = Speaker.objects.get()
    begins = change(clerk, hoa, "begin").content.decode()
    ends = change(clerk, hoa, "end").content.decode()

    assert added.status_code == 200
    assert 'data-name="Trần Thị Hoa"' in begins
    assert "data-asks" not in ends
    assert "Phòng Tổng hợp" in ends


def test_the_line_names_nobody_by_itself(clerk, world):
    """Somebody else may be typing into it what a person asks who is not named."""
    speaking(world)

    page = clerk.get(reverse("hall:hall_desk", args=[world.conference.pk]))

    assert not page.context["floor"]["name"].value()
    assert not page.context["floor"]["unit"].value()


@pytest.mark.parametrize("typed", [{}, {"name": "x" * 151}, {"name": "Hoa", "kind": "song"}])
def test_what_cannot_be_read_is_refused_beside_its_field(clerk, world, typed):
    refused = add(clerk, world, **typed)

    assert refused.status_code == 422
    assert refused.context["speaker"].errors
    assert not Speaker.objects.exists()


def test_who_ended_meanwhile_is_told(clerk, world):
    hoa = speaking(world)
    speakers.end_speaker(hoa, **keyed(world))

    late = change(clerk, hoa, "end")

    assert late.status_code == 409
    assert "Đã có người làm trước" in late.content.decode()
    assert change(clerk, hoa, "sing").status_code == 422


def test_no_phone_and_no_screen_is_told_who_asks_to_speak(client, world, at):
    speaking(world, "Người Xin Nói")
    hall = opened(world)

    page = client.get(reverse("hall:join_hall", args=[hall.code])).content.decode()

    assert "Người Xin Nói" not in page


def test_undoing_a_question_leaves_whoever_spoke(world):
    hoa = speaking(world)
    from_the_floor(world, name="Trần Thị Hoa")

    undoing.undo(
        opened(world), number=queries.last_act(opened(world)).number, by=world.clerk,
        at=begun(world),
    )  # fmt: skip

    assert fresh(hoa).speaks
