"""Back and forth after a question was sent: what comes too early, twice or too late."""

import pytest

from sessions.domain import follow_up, triage
from sessions.models import Appeal, Clarification
from tests.sessions.at_the_desk import a_question, url
from tests.world import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def test_while_a_reply_is_awaited_nothing_else_is_asked_back(client, world):
    question = a_question(world)
    client.force_login(world.clerk)
    ask_back = url("question_ask_back", question.pk)

    first = client.post(ask_back, {"ask_back-text": "Nhà xe nào?"})
    second = client.post(ask_back, {"ask_back-text": "Mái nào?"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert Clarification.objects.get().text == "Nhà xe nào?"


def test_what_was_settled_meanwhile_is_not_asked_back_about(world):
    question = a_question(world)
    opened = type(question).objects.get()
    triage.decline_question(question, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON)

    with pytest.raises(follow_up.MoveNotAllowed):
        follow_up.ask_back(opened, text="Nhà xe nào?", by=world.clerk, at=NOON)

    assert not Clarification.objects.exists()


def test_nobody_replies_to_what_was_not_asked(client, world):
    question = a_question(world)
    client.force_login(world.staff)
    page = url("question_follow_up", question.pk)

    early = client.post(page, {"act": "reply", "text": "Nhà xe B."})
    follow_up.ask_back(question, text="Nhà xe nào?", by=world.clerk, at=NOON)
    client.post(page, {"act": "reply", "text": "Nhà xe B."})
    other = client.post(page, {"act": "reply", "text": "Nhà xe C."})

    assert (early.status_code, other.status_code) == (409, 409)
    assert Clarification.objects.get().reply == "Nhà xe B."


def test_what_is_not_settled_yet_is_not_objected_to(client, world):
    question = a_question(world)
    client.force_login(world.staff)

    answer = client.post(
        url("question_follow_up", question.pk), {"act": "appeal", "text": "Tôi không đồng ý."}
    )

    assert answer.status_code == 409
    assert not Appeal.objects.exists()


def test_an_objection_is_answered_once(client, world):
    question = a_question(world)
    triage.decline_question(question, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON)
    follow_up.appeal(question, text="Tôi không đồng ý.", at=NOON)
    client.force_login(world.secretary)
    page = url("question_appeal", question.pk)

    first = client.post(page, {"appeal-text": "Sẽ xem lại."})
    second = client.post(page, {"appeal-text": "Không xem lại."})

    assert (first.status_code, second.status_code) == (302, 409)
    assert Appeal.objects.get().reply == "Sẽ xem lại."
