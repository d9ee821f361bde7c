"""The screen: opened by its link alone, showing what is cleared, and never who asked."""

import datetime as dt
import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall import queries
from hall.domain import desk, screens
from hall.models import Hall
from sessions.domain import conferences, questions, triage
from tests.hall.floor import (
    a_question,
    another,
    begun,
    called,
    fresh,
    keyed,
    opened,
    said,
    undo_last,
)
from tests.hall.test_desk_pages import SCRIPT, url

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def link(hall, name="screen", token=""):
    return reverse(f"hall:{name}", args=[hall.pk, token or screens.token_of(hall)])


def cleared(world, question):
    triage.clear_text(question, by=world.clerk, at=begun(world))
    return question


def show(world, what, question=None, **more):
    screens.show(opened(world), what, question=question, **more, **keyed(world))


def seen(world):
    return Client().get(link(fresh(opened(world)))).content.decode()


# --- its link ---------------------------------------------------------------------------


def test_whoever_has_the_link_sees_the_screen_without_an_account(world, at):
    page = Client().get(link(opened(world)))

    assert page.status_code == 200
    assert world.conference.title in page.content.decode()
    assert not page.cookies
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("name", ["screen", "screen_state"])
def test_whoever_has_another_link_sees_nothing(world, at, name):
    hall = opened(world)
    old = screens.token_of(hall)
    elsewhere = another(world.conference)

    for token in ("x", old[:-1], screens.token_of(elsewhere)):
        assert Client().get(link(hall, name, token)).status_code == 404
    screens.renew_link(hall)
    assert Client().get(link(hall, name, old)).status_code == 404
    assert Client().get(link(hall, name)).status_code == 200


@pytest.mark.parametrize(("days", "status"), [(-2, 404), (-1, 200), (0, 200), (1, 404)])
def test_the_link_opens_from_the_day_before_to_the_end_of_the_day(world, at, days, status):
    at.now = world.conference.starts_at + days * DAY

    assert Client().get(link(opened(world))).status_code == status


def test_when_the_conference_is_closed_the_screen_is_dark(world, at):
    hall, by = opened(world), {"by": world.clerk, "at": begun(world)}
    conferences.hold_conference(world.conference, **by)
    conferences.close_conference(world.conference, **by)

    assert Client().get(link(hall)).status_code == 404


def test_a_hall_that_nobody_opened_has_no_screen(world, at):
    assert Client().get(reverse("hall:screen", args=[world.conference.pk, "x"])).status_code == 404


# --- what it shows ------------------------------------------------------------------------


def test_a_question_is_shown_with_its_group_and_clock_and_without_a_name(world, at):
    question = cleared(world, a_question(world, "Khi nào sửa mái?", level="named"))
    called(world, question)

    show(world, "question", question)

    page = seen(world)
    assert "Khi nào sửa mái?" in page
    assert world.themes[2].name in page
    assert "data-clock" in page
    for name in (world.staff.full_name, world.clerk.full_name):
        assert name not in page


def test_a_text_that_nobody_cleared_is_not_shown(world, at):
    question = a_question(world)
    called(world, question)

    with pytest.raises(screens.NotCleared), transaction.atomic():
        show(world, "question", question)

    assert Hall.objects.get().shown == "title"


def test_it_is_cleared_and_shown_in_one_act(world, at):
    question = a_question(world, "Đèn sân sau?")

    show(world, "question", question, clears=True)

    assert fresh(question).edited_ok
    assert "Đèn sân sau?" in seen(world)


@pytest.mark.parametrize("how", ["not cleared any more", "merged"])
def test_what_may_not_be_read_any_more_goes_from_the_screen_at_once(world, at, how):
    question = cleared(world, a_question(world, "Nêu đích danh ông Ba."))
    show(world, "question", question)
    hall = fresh(opened(world))
    before = queries.stamp(hall)
    question.refresh_from_db()
    if how == "not cleared any more":
        typed = {"display_text": "", "edited_ok": False, "in_report": False, "times_raised": 1}
        triage.edit_question(question, **typed, version=question.version)
    else:
        by = {"by": world.clerk, "at": begun(world)}
        triage.merge_questions(question, into=a_question(world, "Khác"), **by)

    changed = Client().get(link(hall, "screen_state"), {"since": before})

    assert changed.status_code == 200
    assert "đích danh" not in changed.content.decode()
    assert "đích danh" not in seen(world)


def test_a_clearance_that_is_taken_back_while_the_screen_is_read_is_not_missed(
    world, at, monkeypatch
):
    question = cleared(world, a_question(world, "Nêu đích danh ông Ba."))
    show(world, "question", question)
    hall = fresh(opened(world))
    judge = queries.may_be_read_by_all

    def and_then_it_is_taken_back(shown):
        verdict = judge(shown)
        typed = {"display_text": "", "edited_ok": False, "in_report": False, "times_raised": 1}
        triage.edit_question(fresh(question), **typed, version=fresh(question).version)
        return verdict

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("hall.queries.may_be_read_by_all", and_then_it_is_taken_back)
        page = seen(world)

    since = re.search(r'data-change="([^"]+)"', page)[1]
    later = Client().get(link(hall, "screen_state"), {"since": since})
    assert later.status_code == 200
    assert "đích danh" not in later.content.decode()


def test_a_text_that_was_changed_since_it_was_looked_at_is_not_shown(world, at):
    question = a_question(world, "Đèn sân sau?")
    changed = {"text": "Nêu đích danh ông Ba.", "theme": world.themes[0], "kind": "opinion"}
    questions.change_question(fresh(question), **changed, version=1, at=begun(world))

    with pytest.raises(OutdatedVersion), transaction.atomic():
        show(world, "question", question, version=1, clears=True)

    assert not fresh(question).edited_ok


def test_a_question_of_another_conference_is_not_shown(world, at):
    question = cleared(world, a_question(world))
    elsewhere = another(world.conference)

    with pytest.raises(MoveNotAllowed), transaction.atomic():
        screens.show(elsewhere, "question", question=question, **keyed(world))


def test_between_turns_the_title_stands_there_again(world, at):
    question = cleared(world, a_question(world))
    turn = called(world, question)
    show(world, "question", question)

    desk.answer_turn(turn, **said(turn), **keyed(world))

    page = seen(world)
    assert question.text not in page
    assert "1 câu đã trao đổi" in page
    assert fresh(opened(world)).code in page


def test_what_was_shown_before_is_shown_again_when_it_is_undone(world, at):
    question = cleared(world, a_question(world))
    show(world, "nothing")
    show(world, "question", question)

    undo_last(world)
    assert "is-blank" in seen(world)
    undo_last(world)
    assert "is-title" in seen(world)


def test_a_text_that_was_cleared_to_be_shown_is_not_cleared_when_that_is_undone(world, at):
    question = a_question(world)
    show(world, "question", question, clears=True)

    undo_last(world)

    assert (fresh(question).edited_ok, fresh(question).display_text) == (False, "")


def test_what_was_worked_at_since_stays_cleared(world, at):
    question = a_question(world)
    show(world, "question", question, clears=True)
    by = {"by": world.clerk, "at": begun(world)}
    triage.classify_question(fresh(question), theme=world.themes[0], kind="opinion", **by)

    undo_last(world)

    assert fresh(question).edited_ok
    assert "is-title" in seen(world)


def test_the_screen_may_fill_the_whole_screen_and_nothing_else_may(world, at, client):
    client.force_login(world.clerk)
    allowed = "fullscreen=(self)"
    assert allowed in client.get(link(opened(world)))["Permissions-Policy"]
    assert allowed not in client.get(url("hall_desk", world.conference.pk))["Permissions-Policy"]


# --- asking whether anything has changed -------------------------------------------------------


def test_the_screen_is_sent_what_changed_and_nothing_else(world, at, django_assert_max_num_queries):
    hall = opened(world)
    address = link(hall, "screen_state")

    before = queries.stamp(hall)
    with django_assert_max_num_queries(2):
        assert Client().get(address, {"since": before}).status_code == 304
    show(world, "nothing")
    changed = Client().get(address, {"since": before})

    assert changed.status_code == 200
    assert "is-blank" in changed.content.decode()
    assert "<html" not in changed.content.decode()


# --- from the desk -------------------------------------------------------------------------------


@pytest.fixture
def clerk(client, world, at):
    client.force_login(world.clerk)
    return client


def test_the_desk_clears_and_shows_what_is_on_the_floor(clerk, world):
    question = a_question(world, "Đèn sân sau?")
    called(world, question)
    question.refresh_from_db()
    sent = {"what": "question", "question": question.pk, "version": question.version}

    refused = clerk.post(url("screen_show", world.conference.pk), sent, **SCRIPT)
    assert refused.status_code == 409
    assert "chưa được duyệt" in refused.content.decode()
    clerk.post(url("screen_show", world.conference.pk), {**sent, "clears": "1"}, **SCRIPT)

    assert "Đèn sân sau?" in seen(world)


def test_what_came_up_since_is_not_shown_in_place_of_what_was_looked_at(clerk, world):
    first, second = a_question(world, "Đã xem."), a_question(world, "Chưa ai xem.")
    turn = called(world, first)
    desk.put_back(turn, **keyed(world))
    called(world, second)
    looked_at = {"what": "question", "question": first.pk, "version": first.version}

    late = clerk.post(
        url("screen_show", world.conference.pk), {**looked_at, "clears": "1"}, **SCRIPT
    )

    assert late.status_code == 409
    assert not fresh(second).edited_ok
    assert "Chưa ai xem." not in seen(world)


@pytest.mark.parametrize(("what", "status"), [("question", 409), ("", 422), ("film", 422)])
def test_what_is_not_there_to_be_shown_is_refused(clerk, world, what, status):
    opened(world)

    sent = clerk.post(url("screen_show", world.conference.pk), {"what": what}, **SCRIPT)

    assert sent.status_code == status
    assert Hall.objects.get().shown == "title"


def test_the_desk_makes_a_new_link(clerk, world):
    old = link(opened(world))

    sent = clerk.post(url("screen_link", world.conference.pk), **SCRIPT)

    assert old not in sent.content.decode()
    assert link(fresh(opened(world))) in sent.content.decode()
