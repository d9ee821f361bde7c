"""What an asker is told as new: the newest, and nothing of long ago."""

import datetime as dt

import pytest

from sessions.domain import answers, follow_up, news, triage
from sessions.models import Question
from tests.sessions.at_the_desk import a_question
from tests.world import NOON

pytestmark = pytest.mark.django_db

LONG_AGO = NOON - news.FRESH_FOR - dt.timedelta(days=1)


def decline(world, question, *, at):
    triage.decline_question(question, code="unclear", text="Chưa rõ.", by=world.clerk, at=at)


def answer(world, question, *, at):
    answers.record_live_answer(question, text="Có.", answered_by="A", by=world.clerk, at=at)


def decide_an_objection(world, question, *, at):
    decline(world, question, at=LONG_AGO)
    follow_up.appeal(question, text="Tôi không đồng ý.", at=LONG_AGO)
    follow_up.reply_to_appeal(question.appeal, text="Sẽ xem lại.", by=world.secretary, at=at)


def told(world):
    found = news.unread(Question.objects.all(), asker=world.staff, at=NOON)
    return [one.words for one in found.values()]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (decline, "trả lại, có lý do"),
        (answer, "đã trả lời"),
        (decide_an_objection, "kiến nghị xem lại đã có kết quả"),
    ],
)
def test_what_became_of_a_question_is_news_for_sixty_days(world, act, words):
    old, fresh = a_question(world), a_question(world)
    for question in (old, fresh):
        # Nobody replied: for this alone the question is looked at still.
        follow_up.ask_back(question, text="Nhà xe nào?", by=world.clerk, at=LONG_AGO)

    act(world, old, at=LONG_AGO)
    assert told(world) == []

    act(world, fresh, at=NOON - news.FRESH_FOR)
    assert told(world) == [words]


def test_the_newest_is_told_and_not_what_it_followed_from(world):
    question = a_question(world)
    decide_an_objection(world, question, at=NOON)
    assert question.settled_at == LONG_AGO

    assert told(world) == ["kiến nghị xem lại đã có kết quả"]
