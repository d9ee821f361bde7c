"""A hall of the demo that asks by itself, for an office that practises."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from hall import queries
from hall.models import Hall, Place
from operations.demo import practice, words
from tests.hall.floor import a_question, begun, opened

pytestmark = pytest.mark.django_db


class Chosen:
    """Chance, as far as what one of them does; the rest is left to it."""

    def __init__(self, does):
        self.does, self.chance = does, practice.random.Random(7)

    def choice(self, among):
        return self.does if self.does in among else self.chance.choice(among)

    def __getattr__(self, name):
        return getattr(self.chance, name)


@pytest.fixture
def steps(world, monkeypatch):
    """A hall that asks by itself, and what lets one person do one thing of those that are named."""
    hall = opened(world)
    practice.let_practise(hall, on=True)

    def step(does, at=None):
        monkeypatch.setattr(practice, "chance", Chosen(getattr(practice, does)))
        cache.delete(f"demo.practice.{hall.pk}.step")
        return practice.take_step(hall, by=world.clerk, at=at or begun(world))

    yield step
    cache.delete(f"demo.practice.{hall.pk}")


def test_a_made_up_person_asks_and_waits_in_the_queue(steps, world):
    before = queries.desk_stamp(opened(world))

    steps("_asks")

    (asked,) = queries.desk(opened(world)).waiting
    assert asked.original_text in {text for _number, text in words.IN_THE_HALL}
    assert (asked.channel, asked.raised_live) == ("oral", True)
    assert before != queries.desk_stamp(opened(world))


def test_none_asks_what_was_asked_and_the_queue_stays_short(steps, world):
    done = [steps("_asks") for _one in range(20)]

    texts = [one.original_text for one in queries.desk(opened(world)).waiting]
    assert len(texts) == len(set(texts)) == practice.MOST_WAITING
    assert done == [True] * practice.MOST_WAITING + [False] * 5


def test_some_wish_to_speak_and_some_ask_the_same(steps, world):
    question = a_question(world)

    said = [steps("_wishes_to_speak") for _one in range(5)]
    steps("_asks_the_same")

    assert said == [True] * practice.MOST_SPEAKERS + [False]
    assert queries.desk(opened(world)).next_speakers
    assert Place.objects.get(question=question).also == Hall.objects.get().also > 0


def test_one_does_something_at_a_time_however_many_desks_are_open(steps, world):
    steps("_asks")

    assert practice.take_step(opened(world), by=world.clerk, at=begun(world)) is False
    assert len(queries.desk(opened(world)).waiting) == 1


def test_after_the_conference_nobody_asks(steps, world):
    type(world.conference).objects.update(state="closed")

    with pytest.raises(MoveNotAllowed):
        steps("_asks")


# --- the page -------------------------------------------------------------------------


@pytest.fixture
def clerk(client, world, at, settings):
    settings.DEMO = True
    client.force_login(world.clerk)
    yield client
    cache.delete(f"demo.practice.{world.conference.pk}")


def test_the_desk_lets_them_ask_and_stops_them(clerk, world):
    hall = opened(world)
    desk = reverse("hall:hall_desk", args=[hall.pk])
    switch, step = (
        reverse(f"operations:practice_{name}", args=[hall.pk]) for name in ("switch", "step")
    )
    assert f'action="{switch}"' in clerk.get(desk).text

    clerk.post(switch, {"on": "1"})
    assert f'data-steps="{step}"' in clerk.get(desk).text
    assert clerk.post(step).status_code == 204
    clerk.post(switch, {"on": "0"})

    assert "data-steps" not in clerk.get(desk).text
    assert not practice.practises(hall)


def test_where_the_portal_is_no_demo_there_is_none(clerk, world, settings):
    settings.DEMO = False
    hall = opened(world)

    answers = [
        clerk.post(reverse(f"operations:practice_{name}", args=[hall.pk]), {"on": "1"}).status_code
        for name in ("switch", "step")
    ]

    assert answers == [404, 404]
    assert "hall-practice" not in clerk.get(reverse("hall:hall_desk", args=[hall.pk])).text


@pytest.mark.parametrize(("who", "status"), [("other_secretary", 404), ("staff", 403)])
def test_nobody_but_the_office_lets_them_ask(clerk, world, who, status):
    hall = opened(world)
    clerk.force_login(getattr(world, who))

    answer = clerk.post(reverse("operations:practice_switch", args=[hall.pk]), {"on": "1"})

    assert answer.status_code == status
    assert not practice.practises(hall)
