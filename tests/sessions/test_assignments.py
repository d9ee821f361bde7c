"""Taken on or given back: who may, what the office does about it, and who reads why."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from duties.lists import duties_in
from duties.look import Look
from foundation.moves import MoveNotAllowed
from sessions.domain import answers, assignments, questions, triage, undoing
from sessions.models import AssignmentReply, SortingStep
from tests.sessions.test_answer_pages import a_question, assigned_question, submitted_answer
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db

WHY = "Việc này do Văn phòng nắm."


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


@pytest.fixture
def assigned(world):
    return assigned_question(world)


@pytest.fixture
def refused(world, assigned):
    give_back(assigned, world)
    return assigned


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def give_back(question, world, **more):
    assignments.refuse_assignment(
        question, **{"reason": WHY, "proposed": None, "by": world.leader, "at": NOON, **more}
    )


def kinds(user, at=NOON):
    return {duty.kind for duty in duties_in(Look(at=at, person=user))}


def triage_page(client, world, question, who="clerk"):
    client.force_login(world.people[who])
    return client.get(url("triage_question", question.conference_id, question.pk))


# --- the leader's word ------------------------------------------------------------------


def test_a_leader_takes_a_question_on_once(client, world, assigned):
    client.force_login(world.leader)

    first, second = (client.post(url("assignment_accept", assigned.pk)) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert [one.verdict for one in AssignmentReply.objects.all()] == ["accepted"]
    page = client.get(url("answer_write", assigned.pk)).text
    assert "Đồng chí Lê Quốc Cường nhận trả lời" in page
    assert f'action="{url("assignment_accept", assigned.pk)}"' not in page


def test_to_begin_writing_says_that_it_is_taken_on(world, assigned):
    words = {"text": "Quý IV.", "answered_by": "Văn phòng", "version": 0, "at": NOON}
    answers.draft_answer(assigned, **words, by=world.leader)

    assert assignments.standing_reply(assigned).verdict == "accepted"


def test_the_office_that_writes_in_the_leaders_place_takes_nothing_on(world, assigned):
    words = {"text": "Quý IV.", "answered_by": "Văn phòng", "version": 0, "at": NOON}
    answers.draft_answer(assigned, **words, by=world.clerk)

    assert assignments.standing_reply(assigned) is None


def test_what_is_given_back_waits_for_the_office_and_no_more_for_the_leader(
    client, world, assigned
):
    client.force_login(world.leader)
    assert "to_answer" in kinds(world.leader)

    answer = client.post(
        url("assignment_give_back", assigned.pk),
        {"reason": WHY, "proposed": world.other_leader.pk},
    )

    assigned.refresh_from_db()
    assert answer.url == url("answer_list")
    assert (assigned.state, assigned.assignee, assigned.due_on) == (
        "assigned",
        world.leader,
        day(20),
    )
    assert "to_answer" not in kinds(world.leader)
    assert url("answer_write", assigned.pk) not in client.get(url("answer_list")).text
    assert "given_back" in kinds(world.clerk) & kinds(world.secretary)
    page = triage_page(client, world, assigned).text
    assert WHY in page
    assert "Phạm Thu Dung" in page
    assert "Xin chuyển lại" in page.partition('id="question"')[0], "in the queue too"


def test_without_a_reason_nothing_is_given_back_and_the_page_keeps_what_was_typed(
    client, world, assigned
):
    client.force_login(world.leader)

    for reason in (" \u200b ", "ă" * 1_001):
        answer = client.post(url("assignment_give_back", assigned.pk), {"reason": reason})
        assert answer.status_code == 422
    assert "ă" * 1_001 in answer.text
    assert not AssignmentReply.objects.exists()


@pytest.mark.parametrize("act", ["assignment_accept", "assignment_give_back"])
def test_nobody_but_the_leader_it_is_assigned_to_says_so(client, world, assigned, act):
    allowed = {"leader": 302, "secretary": 403, "clerk": 403}

    for who, person in world.people.items():
        if who != "leader":
            client.force_login(person)
            answer = client.post(url(act, assigned.pk), {"reason": WHY})
            assert answer.status_code == allowed.get(who, 404), who
    assert not AssignmentReply.objects.exists()


def test_once_laid_before_the_secretary_nothing_is_given_back(client, world):
    question = submitted_answer(world).question
    client.force_login(world.leader)

    assert client.post(url("assignment_give_back", question.pk), {"reason": WHY}).status_code == 409
    answers.send_back_answer(question.answers.get(), remarks="Rõ hơn.", by=world.secretary, at=NOON)
    assert client.post(url("assignment_give_back", question.pk), {"reason": WHY}).status_code == 409
    assert "Xin chuyển lại" not in client.get(url("answer_write", question.pk)).text


def test_of_two_at_once_the_second_finds_it_given_back_or_assigned_to_another(world, refused):
    with pytest.raises(MoveNotAllowed):
        give_back(refused, world)
    triage.assign_question(refused, to=world.other_leader, due_on=day(20), by=world.clerk, at=NOON)

    with pytest.raises(MoveNotAllowed):
        assignments.accept_assignment(refused, by=world.leader, at=NOON)


def test_whoever_is_named_instead_answers_in_this_committee(client, world, assigned):
    client.force_login(world.leader)

    for stranger in (world.other_secretary, world.leader, world.staff):
        answer = client.post(
            url("assignment_give_back", assigned.pk), {"reason": WHY, "proposed": stranger.pk}
        )
        assert answer.status_code == 422


# --- the office's answer ------------------------------------------------------------------


def test_the_office_hands_it_on_and_undoing_that_gives_it_back_again(world, refused):
    triage.assign_question(refused, to=world.other_leader, due_on=day(20), by=world.clerk, at=NOON)

    assert "given_back" not in kinds(world.clerk)
    assert "to_answer" in kinds(world.other_leader)
    last = SortingStep.objects.get(question=refused)
    undoing.undo_step(refused, batch=last.batch, by=world.clerk, at=NOON)
    assert "given_back" in kinds(world.clerk)


def test_whoever_gets_it_anew_is_asked_anew(world, refused):
    for leader in (world.other_leader, world.leader):
        triage.assign_question(refused, to=leader, due_on=day(20), by=world.clerk, at=NOON)

    assert assignments.standing_reply(refused) is None
    assert "to_answer" in kinds(world.leader)
    give_back(refused, world, reason="Vẫn không phải việc của tôi.")
    assert refused.assignment_replies.count() == 2


def test_another_date_alone_settles_nothing(world, refused):
    triage.assign_question(refused, to=world.leader, due_on=day(25), by=world.clerk, at=NOON)

    assert "given_back" in kinds(world.clerk)


def test_the_office_insists_with_a_reason_that_the_leader_reads_and_that_is_the_end(
    client, world, refused
):
    client.force_login(world.clerk)
    place = url("question_insist", refused.pk)

    first, second = (client.post(place, {"insist-reason": "Đúng lĩnh vực."}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert "given_back" not in kinds(world.clerk)
    assert "to_answer" in kinds(world.leader)
    client.force_login(world.leader)
    page = client.get(url("answer_write", refused.pk)).text
    assert "Đúng lĩnh vực." in page
    assert "Xin chuyển lại" not in page
    assert client.post(url("assignment_give_back", refused.pk), {"reason": WHY}).status_code == 409
    assert (
        client.post(url("question_insist", refused.pk), {"insist-reason": "x"}).status_code == 403
    )


def test_why_it_stays_does_not_say_who_asked(client, world):
    question = questions.submit_question(
        world.conference, text="Đề nghị sửa mái.", theme=world.themes[2], kind="opinion",
        level="named", by=world.staff, at=NOON,
    )  # fmt: skip
    triage.assign_question(question, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    give_back(question, world)
    client.force_login(world.clerk)

    answer = client.post(
        url("question_insist", question.pk), {"insist-reason": "Đồng chí Đỗ Minh Đức hỏi việc này."}
    )

    assert answer.status_code == 422
    assert AssignmentReply.objects.get().insisted_at is None


def test_the_asker_and_the_next_leader_read_nothing_of_it(client, world, refused):
    triage.assign_question(refused, to=world.other_leader, due_on=day(20), by=world.clerk, at=NOON)

    for who, name in (("staff", "question_detail"), ("other_leader", "answer_write")):
        client.force_login(world.people[who])
        page = client.get(url(name, refused.pk))
        assert page.status_code == 200
        assert WHY not in page.text


# --- who says nothing -----------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_said"), [(3, False), (4, True)])
def test_the_desk_of_sorting_shows_what_nobody_has_taken_on(
    client, world, assigned, monkeypatch, days, is_said
):
    monkeypatch.setattr("foundation.clock.database_now", lambda: moment(days))

    client.force_login(world.clerk)
    page = client.get(
        url("triage_question", assigned.conference_id, assigned.pk), {"state": "all"}
    ).text

    assert ("Chưa nhận trả lời" in page) is is_said
    assert ("chưa cho biết có nhận trả lời" in page) is is_said
    assignments.accept_assignment(assigned, by=world.leader, at=moment(days))
    page = client.get(
        url("triage_question", assigned.conference_id, assigned.pk), {"state": "all"}
    ).text
    assert "Chưa nhận trả lời" not in page


def test_a_unit_is_asked_nothing(client, world, monkeypatch):
    question = a_question(world)
    triage.assign_question(question, unit="Ban Quản trị", due_on=day(20), by=world.clerk, at=NOON)
    monkeypatch.setattr("foundation.clock.database_now", lambda: moment(9))

    page = triage_page(client, world, question).text

    assert "Chưa nhận trả lời" not in page


# --- the database --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "refused"},
        {"verdict": "refused", "reason": WHY, "insisted_at": NOON},
        {"verdict": "accepted", "insisted_because": "Vì thế."},
    ],
)
def test_the_database_refuses_half_a_word(world, assigned, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentReply.objects.create(question=assigned, by=world.leader, at=NOON, **fields)
