"""Several questions are sorted at once."""

import pytest

from foundation.moves import MoveNotAllowed
from sessions.domain import answers, triage
from sessions.domain.bulk import sort_several
from sessions.models import Question, SortingStep
from tests.sessions.at_the_desk import ACTS, a_question, standing, url
from tests.world import NOON, make_conference

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("later")]


def several(client, world, chosen, act, **fields):
    data = {f"several-{name}": value for name, value in fields.items()}
    query = f"state=all&theme={chosen[0].theme_id}"
    return client.post(
        url("questions_sort", world.conference.pk),
        {"act": act, "questions": [one.pk for one in chosen], "query": query, **data},
    )


BULK = {
    "classify": lambda world: {"theme": world.themes[1].pk, "kind": "opinion"},
    "assign": lambda world: {"to": world.leader.pk, "due_on": "20/06/2026"},
    "clear": lambda world: {},
    "decline": lambda world: {"code": "unclear", "text": "Chưa rõ."},
}


@pytest.mark.parametrize("act", BULK)
def test_several_are_sorted_at_once_and_taken_back_at_once(client, world, act):
    chosen = [a_question(world, f"Ý kiến {number}") for number in range(3)]
    stood = [standing(one) for one in chosen]
    client.force_login(world.clerk)

    answer = several(client, world, chosen, act, **BULK[act](world))

    assert all(standing(one) != before for one, before in zip(chosen, stood, strict=True))
    assert "state=all" in answer.url
    assert f"theme={chosen[0].theme_id}" in answer.url
    page = client.get(answer.url).content.decode()
    assert "3 câu hỏi" in page
    [batch] = set(SortingStep.objects.values_list("batch", flat=True))
    client.post(url("sorting_undo", world.conference.pk, batch))
    assert [standing(one) for one in chosen] == stood


def test_those_whose_state_forbids_it_are_named_and_left(client, world):
    fresh, answered = a_question(world), a_question(world, "Ý khác")
    answers.record_live_answer(answered, text="Có.", answered_by="A", by=world.clerk, at=NOON)
    stood = standing(answered)
    client.force_login(world.clerk)

    answer = several(client, world, [fresh, answered], "decline", code="unclear", text="Chưa rõ.")

    page = client.get(answer.url).content.decode()
    assert answered.code in page[page.index("không cho phép") - 200 :]
    assert standing(answered) == stood
    fresh.refresh_from_db()
    assert fresh.state == "declined"


SETTLED = ("declined", "merged", "referred", "escalated", "answered_live")


def settled_questions(world):
    """Return a question of each of those states, and one that waits."""
    asked = {state: a_question(world, f"Ý kiến {state}") for state in SETTLED}
    into = a_question(world, "Ý kiến chung")
    for act in ("refer", "escalate"):
        ACTS[act](world, asked["referred" if act == "refer" else "escalated"])
    ACTS["decline"](world, asked["declined"])
    triage.merge_questions(asked["merged"], into=into, by=world.clerk, at=NOON)
    answers.record_live_answer(
        asked["answered_live"], text="Có.", answered_by="A", by=world.clerk, at=NOON
    )
    assert [one.state for one in asked.values()] == list(SETTLED)
    return list(asked.values()), into


def test_assigning_several_wakes_none_that_is_settled(client, world):
    settled, waiting = settled_questions(world)
    stood = [standing(one) for one in settled]
    client.force_login(world.clerk)

    answer = several(client, world, [*settled, waiting], "assign", **BULK["assign"](world))

    assert [standing(one) for one in settled] == stood
    assert standing(waiting)["state"] == "assigned"
    page = client.get(answer.url).content.decode()
    named = page[page.index("không cho phép") :][:600]
    assert all(f"{Question.objects.get(pk=one.pk)}" in named for one in settled)


@pytest.mark.parametrize("place", range(len(SETTLED)), ids=SETTLED)
def test_a_question_that_was_settled_meanwhile_is_not_assigned(world, place):
    settled, _waiting = settled_questions(world)
    stood = standing(settled[place])

    with pytest.raises(MoveNotAllowed):
        ACTS["assign"](world, settled[place])

    assert standing(settled[place]) == stood


def test_anything_but_a_state_takes_back_all_of_them(world):
    chosen = [a_question(world, f"Ý kiến {number}") for number in range(3)]
    done = []

    def act(question, **details):
        triage.clear_text(question, **details)
        done.append(question)
        if len(done) == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sort_several(chosen, act, by=world.clerk, at=NOON)

    assert len(done) == 3
    assert not Question.objects.filter(edited_ok=True).exists()


def test_a_refused_act_on_several_keeps_its_text_when_the_filter_shows_nothing(client, world):
    chosen = [a_question(world, "Ý kiến")]
    client.force_login(world.clerk)
    place = url("questions_sort", world.conference.pk)

    answer = client.post(
        place,
        {"act": "decline", "questions": [chosen[0].pk], "query": "q=khongco",
         "several-code": "", "several-text": "Chưa rõ ý nào."},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "Chưa rõ ý nào.</textarea>" in answer.content.decode()


def test_a_refused_act_on_several_keeps_the_ticks_and_what_was_typed(client, world):
    chosen = [a_question(world, f"Ý kiến {number}") for number in range(2)]
    a_question(world, "Không chọn")
    client.force_login(world.clerk)

    answer = several(client, world, chosen, "decline", code="", text="Chưa rõ ý nào.")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chưa rõ ý nào.</textarea>" in page
    assert [f'value="{one.pk}" checked' in page for one in chosen] == [True, True]
    assert page.count('name="questions"') == 3
    assert page.count(" checked data-not-kept") == 2


def test_without_a_script_the_ticks_go_along_to_the_form_of_the_act(client, world):
    one, other = a_question(world), a_question(world, "Ý khác")
    client.force_login(world.clerk)

    page = client.post(
        url("questions_sort", world.conference.pk), {"bulk": "decline", "questions": [one.pk]}
    ).content.decode()

    assert 'name="several-text"' in page
    assert f'value="{one.pk}" checked' in page
    assert f'value="{other.pk}" checked' not in page


def test_a_question_of_another_conference_is_not_among_the_ticked(client, world):
    elsewhere = a_question(world, conference=make_conference(world.host, world.secretary))
    client.force_login(world.clerk)

    answer = several(client, world, [elsewhere], "clear")

    assert answer.status_code == 422
    elsewhere.refresh_from_db()
    assert not elsewhere.edited_ok
