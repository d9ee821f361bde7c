"""Several that ask the same become one at the desk, and can be parted again."""

import uuid

import pytest
from django.db import transaction
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from hall import queries
from hall.domain import desk, joining, merging
from hall.models import Place
from tests.hall.floor import (
    a_question,
    another,
    begun,
    called,
    fresh,
    from_the_floor,
    keyed,
    opened,
    said,
    three,
    undo_last,
)
from tests.world import day

pytestmark = pytest.mark.django_db


def merge(world, *questions, into):
    merging.merge_waiting(opened(world), questions, into=into, **keyed(world))


def waiting(world):
    return queries.desk(opened(world)).waiting


def test_merged_questions_leave_the_queue_and_are_counted_with_the_one_they_live_on_in(world):
    first, second, third = three(world)

    merge(world, second, third, into=first)

    (left,) = waiting(world)
    assert (left, left.joined) == (first, 2)
    assert {fresh(one).state for one in (second, third)} == {"merged"}
    assert {fresh(one).merged_into for one in (second, third)} == {first}


def test_what_asks_the_same_as_the_floor_is_merged_with_it(world):
    first, second, _ = three(world)
    turn = called(world, first)

    merge(world, second, into=first)

    assert fresh(second).merged_into == first
    assert (fresh(turn).state, fresh(first).state) == ("running", "received")


def test_undone_each_waits_again_in_its_place(world):
    first, second, third = three(world)
    desk.shift(opened(world), third, up=True, **keyed(world))
    merge(world, first, third, into=second)

    undo_last(world)

    assert waiting(world) == [first, third, second]


def test_whoever_asks_the_same_from_a_seat_asks_the_same_as_the_one(world):
    first, second, _ = three(world)
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    type(second).objects.update(edited_ok=True)
    for phone in ("a", "b"):
        joining.ask_the_same(hall, fresh(second), phone=phone, at=begun(world))

    merge(world, second, into=first)

    assert Place.objects.get(question=first).also == 2
    undo_last(world)
    assert [Place.objects.get(question=one).also for one in (first, second)] == [0, 2]


def test_all_of_them_are_merged_or_none(world):
    first, second, third = three(world)
    called(world, third)

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        merge(world, second, third, into=first)

    assert fresh(second).state == "received"


def test_a_question_of_another_conference_is_not_merged_here(world):
    elsewhere = a_question(world)
    other = another(world.conference)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(conference=other.pk)

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        merge(world, fresh(elsewhere), into=a_question(world))


def test_one_that_others_were_merged_with_is_not_merged_further(world):
    first, second, third = three(world)
    merge(world, second, into=first)

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        merge(world, first, into=third)


# --- the page -------------------------------------------------------------------------


def send(client, world, *questions, into="first", floor="", user="clerk"):
    client.force_login(getattr(world, user))
    address = reverse("hall:questions_merge", args=[opened(world).pk])
    ticked = [str(one.pk) for one in questions]
    typed = {"question": ticked, "into": into, "floor": floor, "key": uuid.uuid4()}
    return client.post(address, typed, HTTP_X_SENT_BY="script")


def test_the_ticked_ones_live_on_in_the_first_of_the_queue(world, at, client):
    first, second, third = three(world)

    answer = send(client, world, third, second)

    assert answer.status_code == 200
    assert fresh(third).merged_into == second
    assert waiting(world) == [first, second]


def test_or_in_what_is_on_the_floor(world, at, client):
    first, second, third = three(world)
    called(world, first)

    send(client, world, third, second, into="floor", floor=first.pk)

    assert {fresh(one).merged_into for one in (second, third)} == {first}


def test_sent_twice_they_are_merged_once(world, at, client):
    first, second, _ = three(world)
    client.force_login(world.clerk)
    address = reverse("hall:questions_merge", args=[opened(world).pk])
    typed = {"question": [first.pk, second.pk], "into": "first", "key": uuid.uuid4()}

    answers = [client.post(address, typed, HTTP_X_SENT_BY="script") for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert second.moves.filter(to_state="merged").count() == 1


@pytest.mark.parametrize("became", ["answered", "put off"])
def test_what_was_on_the_floor_when_they_were_ticked_is_meant_and_nothing_else(
    world, at, client, became
):
    first, second, third = three(world)
    turn = called(world, first)
    if became == "answered":
        desk.answer_turn(turn, **said(turn), **keyed(world))
    else:
        desk.answer_later(
            turn, version=turn.version, unit="Văn phòng", due_on=day(30), **keyed(world)
        )
    called(world, second)

    answer = send(client, world, third, into="floor", floor=first.pk)

    assert answer.status_code == 409
    assert fresh(third).state == "received"


def test_one_that_was_called_up_meanwhile_is_not_left_out_in_silence(world, at, client):
    first, second, third = three(world)
    called(world, first)

    answer = send(client, world, first, second, third)

    assert answer.status_code == 409
    assert {fresh(one).state for one in (second, third)} == {"received"}


@pytest.mark.parametrize(("ticked", "into"), [(0, "first"), (1, "first"), (1, "floor")])
def test_one_alone_is_merged_with_nothing(world, at, client, ticked, into):
    questions = three(world)[:ticked]

    answer = send(client, world, *questions, into=into)

    assert answer.status_code == 422
    assert "notice-error" in answer.content.decode()
    assert len(waiting(world)) == 3


def test_what_is_no_identifier_is_refused(world, at, client):
    client.force_login(world.clerk)
    address = reverse("hall:questions_merge", args=[opened(world).pk])

    answer = client.post(address, {"question": ["x"], "into": "first"}, HTTP_X_SENT_BY="script")

    assert answer.status_code == 422


def test_the_office_of_another_committee_finds_no_hall(world, at, client):
    first, second, _ = three(world)

    answer = send(client, world, first, second, user="other_secretary")

    assert answer.status_code == 404
    assert len(waiting(world)) == 3


# --- which of those that wait are shown -------------------------------------------------


def shown(client, world, **only):
    client.force_login(world.clerk)
    page = client.get(reverse("hall:hall_desk", args=[opened(world).pk]), only)
    return page.context["desk"].shown, page.content.decode()


def test_the_queue_shows_one_theme_alone(world, at, client):
    _, second, _ = three(world)

    found, page = shown(client, world, theme=second.theme.group.pk)

    assert found == [second]
    assert f'data-only="theme={second.theme.group.pk}"' in page


def test_or_one_unit_of_those_who_asked_by_name(world, at, client):
    first, *_ = three(world)
    called(world, first)
    asked = from_the_floor(world, name="Trần Văn Bình", unit="Tổ Xe & Bảo vệ")

    found, page = shown(client, world, unit="Tổ Xe & Bảo vệ")

    assert found == [asked]
    assert "<option selected>Tổ Xe &amp; Bảo vệ</option>" in page


@pytest.mark.parametrize("theme", ["0", "x", "-1", str(2**63)])
def test_a_theme_that_is_none_shows_all(world, at, client, theme):
    questions = three(world)

    found, _page = shown(client, world, theme=theme)

    assert found == questions


def test_what_was_shown_alone_is_shown_alone_after_an_act_too(world, at, client):
    _first, second, _ = three(world)
    client.force_login(world.clerk)
    address = reverse("hall:place_change", args=[opened(world).pk, second.pk])

    answer = client.post(
        f"{address}?theme={second.theme.group.pk}", {"to": "star"}, HTTP_X_SENT_BY="script"
    )

    assert answer.context["desk"].shown == [second]


def test_what_the_hall_has_not_heard_is_marked_by_theme_unit_and_how_it_was_asked(world):
    first, second, _third = three(world)
    same_theme = a_question(world, "Cùng nhóm?", theme=1)
    called(world, first)
    named = from_the_floor(world, name="Trần Văn Bình", unit="Tổ xe", theme=world.themes[1])

    shown = queries.desk(opened(world))
    new = {one.pk: queries.unheard(one, shown.heard) for one in shown.waiting}

    assert new[same_theme.pk] == []
    assert new[second.pk] == ["theme"]
    assert new[named.pk] == ["named", "unit"]


def test_before_anything_was_heard_nothing_is_marked(world):
    first, *_ = three(world)

    assert queries.unheard(first, queries.desk(opened(world)).heard) == []
