"""Asking from one's seat: opened by the desk, who asks the same is counted and not known."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from foundation.moves import MoveNotAllowed
from hall import queries
from hall.domain import desk, joining
from hall.models import Place
from sessions.domain import triage
from tests.hall.floor import a_question, another, begun, called, fresh, keyed, opened, said

pytestmark = pytest.mark.django_db


def open_seats(world):
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    return fresh(hall)


def cleared(world, text="Bao giờ sửa mái?", **more):
    question = a_question(world, text, **more)
    triage.clear_text(question, by=world.clerk, at=begun(world))
    return question


def page_of(world, **asked):
    hall = opened(world)
    return Client().get(reverse("hall:join_hall", args=[hall.code]), asked).content.decode()


def press(world, question, *, phone=None, code=None):
    where = reverse("hall:join_same", args=[code or opened(world).code, question.pk])
    telephone = Client()
    telephone.cookies[settings.CSRF_COOKIE_NAME] = phone or get_random_string(32)
    return telephone.post(where, headers={"X-Sent-By": "script"})


def also(question):
    return Place.objects.filter(question=question).values_list("also", flat=True).first() or 0


def test_it_is_off_until_the_desk_opens_it(world, at):
    question = cleared(world)
    assert "Bao giờ sửa mái?" not in page_of(world)
    assert press(world, question).status_code == 409

    open_seats(world)

    assert "Bao giờ sửa mái?" in page_of(world)
    assert press(world, question).status_code == 204


def test_one_telephone_counts_once_for_one_question(world, at):
    open_seats(world)
    first, second = cleared(world), cleared(world, "Bao giờ sửa đèn?")
    phone = get_random_string(32)

    for question in (first, first, second):
        assert press(world, question, phone=phone).status_code == 204
    press(world, first)

    assert (also(first), also(second)) == (2, 1)


def test_who_pressed_stands_nowhere(world, at):
    open_seats(world)
    question = cleared(world)
    phone = get_random_string(32)

    press(world, question, phone=phone)

    assert phone not in str(list(Place.objects.values()))


def test_what_was_not_cleared_is_neither_read_nor_counted(world, at):
    open_seats(world)
    question = a_question(world, "Nêu đích danh ông Ba.")

    assert "đích danh" not in page_of(world)
    assert press(world, question).status_code == 409


def test_how_many_asked_is_hidden_until_it_is_taken(world, at):
    open_seats(world)
    question = cleared(world)
    for _ in range(3):
        press(world, question)
    assert "cũng hỏi như vậy" not in page_of(world)
    turn = called(world, fresh(question))

    desk.answer_turn(turn, **said(turn), **keyed(world))

    assert "Khoảng 3 người cũng hỏi" in page_of(world)


def test_the_desk_sees_how_many(client, world, at):
    open_seats(world)
    question = cleared(world)
    client.force_login(world.clerk)
    where = reverse("hall:hall_desk", args=[world.conference.pk])
    before = client.get(where).context["stamp"]

    press(world, question)

    page = client.get(where)
    assert "+1" in page.content.decode()
    assert page.context["stamp"] != before


def test_each_telephone_has_an_order_of_its_own_that_stays(world, at):
    open_seats(world)
    texts = [f"Câu hỏi số {n}?" for n in range(12)]
    for text in texts:
        cleared(world, text)

    def order(seed):
        return re.findall(r"Câu hỏi số \d+\?(?=</div>)", page_of(world, seed=seed))

    assert sorted(order("a")) == sorted(texts)
    assert order("a") == order("a")
    assert len({tuple(order(seed)) for seed in "abcde"}) == 5


def test_a_question_of_another_hall_is_not_there(world, at):
    open_seats(world)
    other = another(world.conference)

    assert press(world, cleared(world), code=other.code).status_code == 404


def test_one_that_is_taken_is_not_asked_again(world, at):
    open_seats(world)
    question = cleared(world)
    called(world, fresh(question))

    with pytest.raises(MoveNotAllowed):
        joining.ask_the_same(fresh(opened(world)), question, phone="1", at=begun(world))


def test_a_browser_counts_once_however_often_its_page_is_loaded(world, at):
    open_seats(world)
    question = cleared(world)
    telephone = Client(enforce_csrf_checks=True)
    hall = opened(world)
    for _ in range(3):
        page = telephone.get(reverse("hall:join_hall", args=[hall.code])).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        where = reverse("hall:join_same", args=[hall.code, question.pk])
        assert telephone.post(where, {"csrfmiddlewaretoken": token}).status_code == 302

    assert also(question) == 1


def test_without_the_token_of_its_browser_nothing_is_counted(world, at):
    open_seats(world)
    question = cleared(world)
    where = reverse("hall:join_same", args=[opened(world).code, question.pk])

    assert Client(enforce_csrf_checks=True).post(where).status_code == 403
    assert also(question) == 0


def test_what_is_not_listed_is_told(world, at, monkeypatch):
    monkeypatch.setattr(queries, "QUEUE", 2)
    open_seats(world)
    for n in range(5):
        cleared(world, f"Câu hỏi số {n}?")

    assert "Còn 3 câu" in page_of(world)


def test_too_many_presses_are_slowed_down(world, at, monkeypatch):
    monkeypatch.setattr("hall.views.joining.presses.left", 0)
    monkeypatch.setattr("hall.views.joining.presses.rate", 0)
    open_seats(world)

    assert press(world, cleared(world)).status_code == 429


def test_the_desk_closes_it_again(client, world, at):
    open_seats(world)
    client.force_login(world.clerk)

    client.post(reverse("hall:seats_switch", args=[world.conference.pk]), {})

    assert not fresh(opened(world)).takes_from_seats
    assert queries.asked_from_seats(fresh(opened(world)), seed="") == []


def test_asking_leads_to_the_levels_that_there_are(world, at):
    open_seats(world)

    page = page_of(world)

    assert reverse("sessions:question_ask", args=[world.conference.pk]) in page
    assert f'href="{settings.ANONYMOUS_BASE_URL}/"' in page
