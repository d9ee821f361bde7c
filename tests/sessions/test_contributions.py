"""Leaders named beside whoever answers: what they see, write and may not; what comes of it."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from committees.models import Membership
from duties.lists import duties_in
from duties.look import Look
from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from sessions import permissions
from sessions.askers import public as askers
from sessions.domain import (
    answers,
    contributions,
    handing_over,
    questions,
    triage,
    undoing,
)
from sessions.models import Contribution, CoResponder, Question, SortingStep
from tests.sessions.test_answer_pages import a_question
from tests.world import NOON, day

pytestmark = pytest.mark.django_db

WORDS = "Phòng Tổ chức đã có phương án."


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def assign(question, world, *, beside, to="leader", **more):
    triage.assign_question(
        question,
        to=world.people[to],
        beside=beside,
        due_on=day(20),
        by=world.clerk,
        at=NOON,
        **more,
    )


@pytest.fixture
def shared(world):
    """Answered for by the leader; the other leader contributes."""
    question = a_question(world)
    assign(question, world, beside=[world.other_leader])
    return question


def contribute(question, world, text=WORDS, number=0, who="other_leader"):
    return contributions.contribute(
        question, text=text, number=number, by=world.people[who], at=NOON
    )


def kinds(user):
    return {duty.kind for duty in duties_in(Look(at=NOON, person=user))}


def sort(client, world, question, **typed):
    client.force_login(world.clerk)
    question.refresh_from_db()
    right = {
        "theme": question.theme_id, "kind": "opinion", "times_raised": 1, "display_text": "",
        "due_on": f"{day(20):%d/%m/%Y}", "version": question.version, "to": world.leader.pk,
    }  # fmt: skip
    typed = {f"sort-{name}": value for name, value in {**right, **typed}.items()}
    return client.post(url("question_sort", question.pk), typed)


# --- who sees it ----------------------------------------------------------------------------


def test_the_question_and_its_permission_say_the_same_to_everybody(world, shared):
    found = Question.objects.filter(pk=shared.pk)
    seen = {w for w, person in world.people.items() if found.visible_to(person).exists()}
    handled = {w for w, person in world.people.items() if permissions.may_handle(person, shared)}

    assert seen == handled == {"secretary", "clerk", "leader", "other_leader"}


def test_a_contributor_reads_the_question_and_not_who_asked(client, world):
    question = Question.objects.get(pk=a_named_question(world).pk)
    assign(question, world, beside=[world.other_leader])
    client.force_login(world.other_leader)

    page = client.get(url("contribution_write", question.pk)).text

    assert question.original_text in page
    assert "Đỗ Minh Đức" not in page
    assert askers.asker_shown_to(question, world.other_leader) == "không nêu tên"


def a_named_question(world):
    return questions.submit_question(
        world.conference, text="Đề nghị lát sân.", theme=world.themes[2], kind="opinion",
        level="named", by=world.staff, at=NOON,
    )  # fmt: skip


def test_whoever_is_a_leader_no_more_sees_it_no_more(world, shared):
    Membership.objects.filter(user=world.other_leader).update(role="staff")
    person = type(world.other_leader).objects.get(pk=world.other_leader.pk)

    assert not Question.objects.visible_to(person).exists()
    assert not permissions.may_handle(person, shared)


@pytest.mark.parametrize("level", Question.Level.values)
def test_the_panel_of_who_sees_what_names_them_by_the_real_functions(level):
    row = {row.role: row for row in askers.who_sees_what(level)}["Lãnh đạo phối hợp trả lời"]

    assert (row.content, row.name, row.sealed) == (True, False, False)


# --- what they may ----------------------------------------------------------------------------


def test_a_contributor_writes_no_answer_and_says_nothing_to_the_assignment(client, world, shared):
    client.force_login(world.other_leader)

    for name in ("answer_write", "assignment_accept", "assignment_give_back"):
        assert client.post(url(name, shared.pk), {"text": "Có."}).status_code == 403, name
    assert client.get(url("answer_write", shared.pk)).status_code == 403


def test_nobody_who_was_not_named_contributes(client, world, shared):
    allowed = {"other_leader": 200, "leader": 403, "secretary": 403, "clerk": 403}
    found = {}
    for who, person in world.people.items():
        client.force_login(person)
        found[who] = client.get(url("contribution_write", shared.pk)).status_code

    assert found == dict.fromkeys(world.people, 404) | allowed


def test_every_version_is_kept_and_the_last_one_counts(client, world, shared):
    client.force_login(world.other_leader)
    place = url("contribution_write", shared.pk)

    client.post(place, {"text": WORDS, "number": 0})
    client.post(place, {"text": "Bản sửa.", "number": 1})

    client.force_login(world.leader)
    page = client.get(url("answer_write", shared.pk)).text
    [one] = contributions.contributions_to(shared)
    assert (one.text, [old.text for old in one.earlier]) == ("Bản sửa.", [WORDS])
    assert page.index("Bản sửa.") < page.index(WORDS)


def test_an_older_version_meets_both_texts_and_the_same_words_are_one_version(
    client, world, shared
):
    contribute(shared, world)
    client.force_login(world.other_leader)
    place = url("contribution_write", shared.pk)

    late = client.post(place, {"text": "Bản của cửa sổ kia.", "number": 0})
    contribute(shared, world, number=1)

    assert late.status_code == 409
    assert WORDS in late.text
    assert "Bản của cửa sổ kia." in late.text
    assert Contribution.objects.count() == 1
    with pytest.raises(OutdatedVersion):
        contribute(shared, world, text="Khác.", number=0)


def test_too_long_or_empty_is_refused_and_kept(client, world, shared):
    client.force_login(world.other_leader)

    for text in ("ă" * 10_001, " \u200b "):
        answer = client.post(url("contribution_write", shared.pk), {"text": text, "number": 0})
        assert answer.status_code == 422
    assert not Contribution.objects.exists()


def test_once_it_is_answered_nothing_more_is_contributed(world, shared):
    draft = answers.draft_answer(
        shared, text="Có.", answered_by="Văn phòng", version=0, by=world.leader, at=NOON
    )
    answers.publish_answer(draft, by=world.secretary, at=NOON)

    with pytest.raises(MoveNotAllowed):
        contribute(shared, world)


# --- into the answer ---------------------------------------------------------------------------


def test_one_click_puts_a_contribution_after_what_was_typed(client, world, shared):
    one = contribute(shared, world)
    client.force_login(world.leader)

    client.post(
        url("answer_write", shared.pk),
        {"text": "Đã xem xét.", "answered_by": "Lê Quốc Cường", "version": 0, "insert": one.pk},
    )

    assert answers.answer_in_work(shared).text == f"Đã xem xét.\n\n{WORDS}"


@pytest.mark.parametrize("insert", ["x", "9" * 30, "²", str(2**31 - 1), uuid.uuid4()])
def test_what_is_no_contribution_to_this_question_puts_nothing_in(client, world, shared, insert):
    elsewhere = a_question(world, "Câu khác.")
    assign(elsewhere, world, beside=[world.other_leader])
    strange = contribute(elsewhere, world, text="Không phải câu này.")
    client.force_login(world.leader)

    for number, value in enumerate((insert, strange.pk)):
        client.post(
            url("answer_write", shared.pk),
            {"text": "Có.", "answered_by": "LQC", "version": number, "insert": value},
        )

    assert answers.answer_in_work(shared).text == "Có."


# --- naming, undoing ----------------------------------------------------------------------------


def test_the_sorting_form_names_them_and_keeps_them(client, world, shared):
    question = a_question(world, "Đề nghị lát sân.")

    assert sort(client, world, question, beside=[world.other_leader.pk]).status_code == 302
    question.refresh_from_db()
    assert [one.person for one in question.co_responders.all()] == [world.other_leader]
    assert question.moves.last().reason == "Lê Quốc Cường; phối hợp: Phạm Thu Dung"
    page = client.get(url("triage_question", question.conference_id, question.pk)).text
    assert "Lãnh đạo phối hợp trả lời" in page
    sort(client, world, question, beside=[])
    assert not question.co_responders.exists()


def test_without_anybody_who_answers_nobody_contributes(client, world):
    question = a_question(world)

    answer = sort(client, world, question, to="", beside=[world.other_leader.pk])

    assert answer.status_code == 422
    assert not CoResponder.objects.exists()


@pytest.mark.parametrize("who", ["staff", "other_secretary", "clerk"])
def test_only_those_who_may_answer_here_are_named(client, world, who):
    answer = sort(client, world, a_question(world), beside=[world.people[who].pk])

    assert answer.status_code == 422


def test_whoever_answers_is_not_named_beside_and_nobody_else_is_lost(world, shared):
    assign(shared, world, beside=None, to="other_leader")
    assert not shared.contributors

    assign(shared, world, beside=[world.leader, world.other_leader])
    assert shared.contributors == {world.other_leader.pk}


def test_undoing_gives_back_those_who_were_named_before(world, shared):
    assign(shared, world, beside=[])
    last = SortingStep.objects.get(question=shared)

    undoing.undo_step(shared, batch=last.batch, by=world.clerk, at=NOON)

    assert shared.contributors == {world.other_leader.pk}


def test_several_at_once(client, world):
    questions = [a_question(world, f"Câu {n}") for n in range(2)]
    client.force_login(world.clerk)

    client.post(
        url("questions_sort", world.conference.pk),
        {
            "act": "assign", "questions": [one.pk for one in questions],
            "several-to": world.leader.pk, "several-beside": [world.other_leader.pk],
            "several-due_on": f"{day(20):%d/%m/%Y}",
        },
    )  # fmt: skip

    assert CoResponder.objects.filter(person=world.other_leader).count() == 2


def test_a_committee_that_takes_it_over_lets_strangers_go(world, shared):
    handing_over.hand_over(world.host, to=world.neighbour, at=NOON)

    assert not CoResponder.objects.exists()


def test_the_database_names_nobody_twice(world, shared):
    with pytest.raises(IntegrityError), transaction.atomic():
        CoResponder.objects.create(
            question=shared, person=world.other_leader, named_by=world.clerk, named_at=NOON
        )


# --- the word to do it --------------------------------------------------------------------------


def test_a_contribution_is_a_duty_of_its_own_until_it_is_given(client, world, shared):
    assert "to_contribute" in kinds(world.other_leader)
    assert "to_contribute" not in kinds(world.leader) | kinds(world.clerk)
    client.force_login(world.other_leader)
    assert url("contribution_write", shared.pk) in client.get(url("answer_list")).text
    assert "waits" not in client.get(url("answer_list") + "?show=beside").text

    contribute(shared, world)

    assert "to_contribute" not in kinds(world.other_leader)


def test_the_office_reads_it_and_the_asker_does_not(client, world, shared):
    contribute(shared, world)

    client.force_login(world.clerk)
    assert WORDS in client.get(url("triage_question", shared.conference_id, shared.pk)).text
    client.force_login(world.staff)
    page = client.get(url("question_detail", shared.pk))
    assert page.status_code == 200
    assert WORDS not in page.text
