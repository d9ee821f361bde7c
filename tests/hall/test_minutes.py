"""What the office writes into minutes and addenda, and what nobody writes any more."""

import pytest

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall import permissions
from hall.domain import desk
from hall.domain import minutes as writing
from hall.models import Minutes, TurnNote
from hall.queries import minutes_of
from sessions.domain import conferences
from sessions.models import Answer
from tests.hall.floor import begun, called, fresh, keyed, said
from tests.world import NOON, make_conference, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    conference = make_conference(
        world.host, world.secretary, starts_at=moment(-3), ends_at=moment(-3, 2)
    )
    conferences.hold_conference(conference, by=world.clerk, at=moment(-3, 3))
    return conference


@pytest.fixture
def by(world):
    return {"by": world.clerk, "at": NOON}


def moved(minutes, *, to="approved", **by):
    """Return the minutes in another state, without the document that would be frozen."""
    by = {"approved_by": by["by"], "approved_at": by["at"]} if to == "approved" else {}
    Minutes.objects.filter(pk=minutes.pk).update(state=to, **by)
    return fresh(minutes)


def test_before_anybody_writes_there_are_minutes_and_no_row(held):
    (minutes,) = minutes_of(held)

    assert (minutes.number, minutes.is_drafted, minutes.version) == (0, True, 1)
    assert not Minutes.objects.exists()


def test_two_who_write_down_who_was_there_at_once_lose_nothing(world, held, by):
    writing.note_presence(held, version=1, present="Công đoàn", absent="", **by)

    with pytest.raises(OutdatedVersion):
        writing.note_presence(held, version=1, present="Đoàn Thanh niên", absent="", **by)

    minutes = Minutes.objects.get()
    assert (minutes.present, minutes.changed_by) == ("Công đoàn", world.clerk)


@pytest.mark.parametrize("state", ["scheduled", "postponed", "cancelled"])
def test_what_did_not_take_place_has_no_minutes(world, held, by, state):
    type(held).objects.filter(pk=held.pk).update(state=state)

    with pytest.raises(MoveNotAllowed):
        writing.note_presence(held, version=1, present="Công đoàn", absent="", **by)

    assert not permissions.can_see_minutes(world.secretary, fresh(held))
    assert not Minutes.objects.exists()


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_nobody_writes_in_what_lies_before_the_chair_or_is_approved(held, by, state):
    minutes = writing.note_presence(held, version=1, present="Công đoàn", absent="", **by)
    moved(minutes, to=state, **by)

    with pytest.raises(writing.NotDrafted):
        writing.note_presence(held, version=2, present="Khác", absent="", **by)

    assert Minutes.objects.get().present == "Công đoàn"


def test_a_note_on_a_turn_changes_nothing_of_its_answer(world):
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    turn = fresh(turn)

    writing.note_turn(
        turn, version=0, text="Đại biểu đề nghị làm sớm.", answered_by="Chủ trì", by=world.clerk,
        at=begun(world),
    )  # fmt: skip

    answer = Answer.objects.get(state="published")
    assert (answer.text, answer.answered_by) == ("Sẽ sửa trong quý III.", "Lê Quốc Cường")
    assert fresh(turn).gist == "Sẽ sửa trong quý III."
    assert Answer.objects.count() == 1


def test_two_who_note_the_same_turn_at_once_lose_nothing(world):
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    by = {"by": world.clerk, "at": begun(world)}
    writing.note_turn(turn, version=0, text="Một", answered_by="", **by)

    for version in (0, 2):
        with pytest.raises(OutdatedVersion):
            writing.note_turn(fresh(turn), version=version, text="Hai", answered_by="", **by)
    writing.note_turn(fresh(turn), version=1, text="Ba", answered_by="", **by)

    assert TurnNote.objects.get().text == "Ba"


def test_whoever_read_the_minutes_before_a_note_has_read_others(world):
    """What is laid before the chair is what was seen, notes on turns too."""
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    world.conference.refresh_from_db()
    before = minutes_of(world.conference)[0].version

    writing.note_turn(turn, version=0, text="Một", answered_by="", by=world.clerk, at=begun(world))

    assert minutes_of(world.conference)[0].version > before


# --- addenda --------------------------------------------------------------------------


@pytest.fixture
def approved(held, by):
    return moved(writing.begin_minutes(held), **by)


def test_addenda_follow_approved_minutes_alone(held, by):
    with pytest.raises(MoveNotAllowed):
        writing.write_addendum(held, text="Thêm", reason="Thiếu", **by)


def test_addenda_are_numbered_without_gaps_one_at_a_time(held, approved, by):
    first = writing.write_addendum(held, text="Một", reason="Thiếu", **by)
    with pytest.raises(writing.AddendumOpen):
        writing.write_addendum(held, text="Hai", reason="Thiếu", **by)
    writing.discard_addendum(first, version=first.version)
    again = writing.write_addendum(held, text="Một lần nữa", reason="Thiếu", **by)
    moved(again, **by)

    second = writing.write_addendum(held, text="Hai", reason="Thiếu", **by)

    assert (first.number, again.number, second.number) == (1, 1, 2)


def test_an_addendum_is_written_anew_by_whoever_read_it(held, approved, by):
    addendum = writing.write_addendum(held, text="Một", reason="Thiếu", **by)
    read = addendum.version
    writing.change_addendum(addendum, version=read, text="Hai", reason="Thiếu", **by)

    with pytest.raises(OutdatedVersion):
        writing.change_addendum(addendum, version=read, text="Ba", reason="Thiếu", **by)
    with pytest.raises(OutdatedVersion):
        writing.discard_addendum(addendum, version=read)

    assert fresh(addendum).text == "Hai"


def test_whoever_read_a_discarded_addendum_has_not_read_the_next_one_of_its_number(
    held, approved, by
):
    read = set()
    for text in ("Một", "Hai", "Ba"):
        addendum = writing.write_addendum(held, text=text, reason="Thiếu", **by)
        assert addendum.number == 1
        assert addendum.version not in read
        read.add(addendum.version)
        writing.change_addendum(addendum, version=addendum.version, text="X", reason="Y", **by)
        read.add(addendum.version)
        writing.discard_addendum(addendum, version=addendum.version)


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_an_addendum_on_its_way_is_neither_changed_nor_discarded(held, approved, by, state):
    addendum = writing.write_addendum(held, text="Một", reason="Thiếu", **by)
    moved(addendum, to=state, **by)

    with pytest.raises(writing.NotDrafted):
        writing.change_addendum(
            addendum, version=addendum.version, text="Hai", reason="Thiếu", **by
        )
    with pytest.raises(writing.NotDrafted):
        writing.discard_addendum(addendum, version=addendum.version)

    assert fresh(addendum).text == "Một"


# --- who ------------------------------------------------------------------------------


def test_the_named_chair_approves_whatever_the_role_and_the_secretary_where_the_chair_is_away(
    world, held
):
    held.chair = world.other_leader

    def those(may):
        return {who for who, person in world.people.items() if may(person, held)}

    assert those(permissions.can_approve_minutes) == {"secretary", "other_leader"}
    assert those(permissions.can_see_minutes) == {"secretary", "clerk", "other_leader"}
    assert those(permissions.can_edit_minutes) == {"secretary", "clerk"}


def test_a_chair_who_has_left_approves_nothing(world, held):
    held.chair = world.outsider

    assert not permissions.can_approve_minutes(world.outsider, held)
    assert not permissions.can_see_minutes(world.outsider, held)


def test_what_comes_back_says_why_and_what_is_taken_back_does_not(world, held, by):
    minutes = moved(writing.begin_minutes(held), to="submitted", **by)

    writing.send_back(minutes, version=1, reason="Thiếu tên.", by=world.secretary, at=NOON)

    assert (fresh(minutes).remarks, fresh(minutes).is_drafted) == ("Thiếu tên.", True)
    moved(minutes, to="submitted", **by)
    writing.take_back(minutes, **by)
    assert [one.reason for one in minutes.moves.all()] == ["Thiếu tên.", ""]


def test_what_was_not_read_is_not_sent_back(world, held, by):
    minutes = moved(writing.begin_minutes(held), to="submitted", **by)

    with pytest.raises(OutdatedVersion):
        writing.send_back(minutes, version=7, reason="Sai.", by=world.secretary, at=NOON)

    assert fresh(minutes).is_submitted
