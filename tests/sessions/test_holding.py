"""The first reply: once, with a new date, read by the asker, and no answer."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from duties.lists import duties_in
from duties.look import Look
from foundation.moves import MoveNotAllowed
from reports.documents.words import outcome
from reports.figures import committee_figures
from sessions.askers import public as askers
from sessions.domain import answers, conferences, follow_up, holding, news, questions, triage
from sessions.models import HoldingReply, Question
from tests.sessions.test_answer_pages import a_question
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db

WORDS = {"text": "Đang lấy ý kiến Phòng Tài chính.", "reason": "Phải có ý kiến liên ngành."}


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def assigned(world, *, due=2, question=None):
    question = question or a_question(world)
    triage.assign_question(question, to=world.leader, due_on=day(due), by=world.clerk, at=NOON)
    return question


@pytest.fixture
def near(world):
    return assigned(world)


def give(question, world, *, until=20, at=NOON):
    return holding.give_holding_reply(question, **WORDS, due_on=day(until), by=world.leader, at=at)


def typed(until=20, **more):
    fields = {**WORDS, "due_on": f"{day(until):%d/%m/%Y}", **more}
    return {f"holding-{name}": value for name, value in fields.items()}


# --- once, near its date -----------------------------------------------------------------


def test_a_first_reply_moves_the_date_and_settles_nothing(client, world, near):
    client.force_login(world.leader)
    assert "Trả lời bước đầu" in client.get(url("answer_write", near.pk)).text

    answer = client.post(url("holding_reply_give", near.pk), typed())

    near.refresh_from_db()
    reply = HoldingReply.objects.get()
    assert answer.url == url("answer_write", near.pk)
    assert (near.state, near.due_on, near.settled_at) == ("assigned", day(20), None)
    assert (reply.due_before, reply.due_on, reply.by) == (day(2), day(20), world.leader)
    assert near.moves.last().reason == "trả lời bước đầu"


def test_there_is_only_one_whoever_sends_the_second(client, world, near):
    give(near, world)
    near.refresh_from_db()
    client.force_login(world.clerk)

    second = client.post(url("holding_reply_give", near.pk), typed(until=25))

    assert second.status_code == 409
    assert HoldingReply.objects.get().due_on == day(20)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoldingReply.objects.create(
            question=near, **WORDS, due_before=day(2), due_on=day(3), by=world.clerk, at=NOON
        )
    Question.objects.filter(pk=near.pk).update(due_on=day(1))
    assert url("holding_reply_give", near.pk) not in client.get(url("answer_write", near.pk)).text


def test_it_is_given_near_the_date_or_past_it(world):
    early, late = assigned(world, due=6), assigned(world, due=-3)

    with pytest.raises(MoveNotAllowed):
        give(early, world)
    give(late, world)
    assert late.due_on == day(20)


@pytest.mark.parametrize("until", [-1, 0, 2, 61])
def test_a_date_that_is_over_or_not_later_or_too_far_is_refused_beside_its_field(
    client, world, near, until
):
    client.force_login(world.leader)

    answer = client.post(url("holding_reply_give", near.pk), typed(until=until))

    assert answer.status_code == 422
    assert 'id="id_holding-due_on_error"' in answer.text
    assert WORDS["text"] in answer.text
    assert not HoldingReply.objects.exists()


def test_while_the_asker_is_asked_back_there_is_none(world, near):
    follow_up.ask_back(near, text="Ở đâu?", by=world.clerk, at=NOON)

    with pytest.raises(MoveNotAllowed):
        give(near, world)


def test_who_may_give_it(client, world):
    found = {}
    for who, person in world.people.items():
        question = assigned(world)
        client.force_login(person)
        found[who] = client.post(url("holding_reply_give", question.pk), typed()).status_code

    allowed = dict.fromkeys(("secretary", "clerk", "leader"), 302)
    assert found == dict.fromkeys(world.people, 404) | allowed


def test_the_database_wants_more_time_and_words(world, near):
    for wrong in ({"due_on": day(2)}, {"text": ""}, {"reason": ""}):
        row = {**WORDS, "due_before": day(2), "due_on": day(9), **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            HoldingReply.objects.create(question=near, by=world.clerk, at=NOON, **row)


def test_the_close_of_the_conference_does_not_take_the_new_date_back(world):
    conference = make_conference(
        world.host, world.secretary, starts_at=moment(-1), ends_at=moment(-1, 3),
        asks_open_at=moment(-20), asks_close_at=moment(-2), answers_due_on=day(9),
    )  # fmt: skip
    question = questions.submit_question(
        conference, text="Đề nghị sửa mái.", theme=world.themes[2], kind="opinion",
        level="confidential", by=world.staff, at=moment(-10),
    )  # fmt: skip
    assigned(world, question=question)
    give(question, world, until=30)

    conferences.hold_conference(conference, by=world.clerk, at=NOON)
    conferences.close_conference(conference, by=world.clerk, at=NOON)

    question.refresh_from_db()
    assert question.due_on == day(30)


# --- read by the asker, as news -------------------------------------------------------------


@pytest.mark.parametrize("level", ["named", "confidential"])
def test_the_asker_reads_it_and_is_told(client, world, level):
    question = questions.submit_question(
        world.conference, text="Đề nghị sửa mái.", theme=world.themes[2], kind="opinion",
        level=level, by=world.staff, at=NOON,
    )  # fmt: skip
    give(assigned(world, question=question), world)
    mine = askers.questions_of(world.staff)

    [found] = news.unread(mine, asker=world.staff, at=NOON).values()

    assert found.words == "có trả lời bước đầu, hẹn lại thời hạn"
    assert "news" in {d.kind for d in duties_in(Look(at=NOON, person=world.staff))}
    client.force_login(world.staff)
    page = client.get(url("question_detail", question.pk)).text
    for words in WORDS.values():
        assert words in page
    assert f"{day(20):%d/%m/%Y}" in page


def test_the_news_of_it_grow_old_and_give_way_to_the_answer(world, near):
    give(near, world)
    mine = askers.questions_of(world.staff)
    assert not news.unread(mine, asker=world.staff, at=NOON + dt.timedelta(days=61))
    words = {"text": "Có.", "answered_by": "Văn phòng", "version": 0}
    draft = answers.draft_answer(near, **words, by=world.leader, at=NOON)
    answers.publish_answer(draft, by=world.secretary, at=NOON)

    [found] = news.unread(mine, asker=world.staff, at=NOON).values()

    assert found.words == "đã trả lời"


def test_who_asked_the_same_reads_it_too(client, world, near):
    other = a_question(world, "Bao giờ sửa mái?")
    triage.merge_questions(other, into=near, by=world.clerk, at=NOON)
    near.refresh_from_db()
    give(near, world)
    client.force_login(world.staff)

    assert WORDS["text"] in client.get(url("question_detail", other.pk)).text
    assert other.pk in news.unread(askers.questions_of(world.staff), asker=world.staff, at=NOON)


# --- counted apart ----------------------------------------------------------------------------


def test_a_report_counts_it_apart_from_answers(world):
    conference = make_conference(
        world.host, world.secretary, starts_at=moment(-1), ends_at=moment(-1, 3),
        asks_open_at=moment(-20), asks_close_at=moment(-2),
    )  # fmt: skip
    for n in range(2):
        question = questions.submit_question(
            conference, text=f"Câu {n}", theme=world.themes[2], kind="opinion",
            level="confidential", by=world.staff, at=moment(-10),
        )  # fmt: skip
        assigned(world, question=question, due=-1)
    give(question, world)
    conferences.hold_conference(conference, by=world.clerk, at=NOON)

    figures = committee_figures(world.obligation, at=moment(0, 2))

    assert figures["totals"]["in_progress"] == 2
    assert figures["totals"]["overdue"] == 1
    assert figures["totals"]["answered_written"] == 0
    assert figures["counts"]["first_replies"] == 1
    [held] = [item for item in figures["open_items"] if item["first_reply_on"]]
    assert held["days_overdue"] == 0
    assert outcome(held).startswith("Đang xem xét, đã trả lời bước đầu ngày ")
