"""Following a question by its receipt."""

import pytest

from foundation.codes import RECEIPT_LENGTH, code_of, in_groups
from sessions.domain import follow_up, holding, triage
from sessions.domain.answers import record_live_answer
from sessions.models import (
    Question,
)
from sessions.states import QuestionState
from tests.sessions.anonymously import CODE, WEEK, ask_with, post, sent
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db


def test_a_code_shows_its_question_and_another_code_none(world, stranger):
    ask_with(world, CODE[:26])
    page = post(stranger, "/receipt/", {"code": in_groups(CODE).lower()})
    assert page.status_code == 200
    assert "Bao giờ sửa mái che?" in page.content.decode()
    other = post(stranger, "/receipt/", {"code": code_of(b"other", RECEIPT_LENGTH)})
    assert other.status_code == 422
    assert "Bao giờ" not in other.content.decode()


def test_a_staged_question_is_found_and_says_when_it_is_handed_on(world, stranger, slips):
    body = CODE[:26]
    from hashlib import sha256

    post(stranger, "/", sent(world, slips[0], receipt=sha256(body.encode()).hexdigest()))
    page = post(stranger, "/receipt/", {"code": CODE}).content.decode()
    assert "11:30" in page
    assert "Đề nghị công khai" in page


def test_the_whole_way_with_a_code(world, stranger):
    question = ask_with(world, CODE[:26])
    follow_up.ask_back(question, text="Mái che nào?", by=world.clerk, at=NOON)
    assert "Mái che nào?" in post(stranger, "/receipt/", {"code": CODE}).content.decode()
    page = post(stranger, "/receipt/", {"code": CODE, "act": "reply", "text": "Nhà để xe B."})
    assert "Cảm ơn đồng chí" in page.content.decode()
    question.refresh_from_db()
    assert question.clarifications.get().reply == "Nhà để xe B."
    early = post(stranger, "/receipt/", {"code": CODE, "act": "rate", "value": "answered"})
    assert early.status_code == 409
    record_live_answer(
        question, text="Quý này.", answered_by="Văn phòng", by=world.clerk, at=moment(10, 1)
    )
    bad = post(stranger, "/receipt/", {"code": CODE, "act": "rate", "value": "not"})
    assert bad.status_code == 422
    post(
        stranger, "/receipt/", {"code": CODE, "act": "rate", "value": "not", "why": "Chưa rõ ngày."}
    )
    post(stranger, "/receipt/", {"code": CODE, "act": "appeal", "text": "Đề nghị nêu rõ ngày."})
    twice = post(stranger, "/receipt/", {"code": CODE, "act": "appeal", "text": "Lần nữa."})
    assert twice.status_code == 409
    question = Question.objects.get(pk=question.pk)
    assert (question.rating.value, question.rating.why) == ("not", "Chưa rõ ngày.")
    assert (question.appeal.text, question.appeal.week) == ("Đề nghị nêu rõ ngày.", WEEK)
    follow_up.reply_to_appeal(question.appeal, text="Ngày 30/6.", by=world.secretary, at=NOON)
    assert "Ngày 30/6." in post(stranger, "/receipt/", {"code": CODE}).content.decode()


@pytest.mark.parametrize("state", QuestionState)
def test_a_question_is_followed_wherever_it_stands(world, stranger, state):
    more = {
        QuestionState.ASSIGNED: {"due_on": day(5), "assignee": world.leader},
        QuestionState.DECLINED: {"return_code": "unclear"},
        QuestionState.MERGED: {"merged_into": ask_with(world, "3" * RECEIPT_LENGTH)},
    }
    ask_with(world, CODE[:26], state=state, **more.get(state, {}))

    page = post(stranger, "/receipt/", {"code": CODE})

    assert page.status_code == 200
    assert ("(còn 5 ngày)" in page.text) is (state == QuestionState.ASSIGNED)


def test_an_unknown_act_is_not_found(world, stranger):
    ask_with(world, CODE[:26])
    assert post(stranger, "/receipt/", {"code": CODE, "act": "drop"}).status_code == 404


def test_guessing_runs_dry_and_the_right_code_still_works(world, stranger, monkeypatch):
    from sessions.views import anonymous as views

    ask_with(world, CODE[:26])
    monkeypatch.setattr(views, "SAME_TIME", 0.001)
    monkeypatch.setattr(views, "misses", views.Bucket(5, 600))
    found = [
        post(stranger, "/receipt/", {"code": code_of(bytes([n]), RECEIPT_LENGTH)}).status_code
        for n in range(8)
    ]
    assert found == [422] * 5 + [429] * 3
    assert post(stranger, "/receipt/", {"code": CODE}).status_code == 200


def test_a_first_reply_and_a_date_that_stands_still_are_read_with_the_code(world, stranger):
    question = ask_with(world, CODE[:26])
    triage.assign_question(question, to=world.leader, due_on=day(2), by=world.clerk, at=NOON)
    words = {"text": "Đang lấy ý kiến.", "reason": "Chờ Phòng Tài chính.", "due_on": day(20)}
    holding.give_holding_reply(question, **words, by=world.leader, at=NOON)
    follow_up.ask_back(question, text="Mái che nào?", by=world.clerk, at=NOON)

    page = post(stranger, "/receipt/", {"code": CODE}).text

    for said in ("Đang lấy ý kiến.", "Chờ Phòng Tài chính.", "tạm dừng tính hạn"):
        assert said in page
    post(stranger, "/receipt/", {"code": CODE, "act": "reply", "text": "Nhà để xe B."})
    assert "Đã tạm dừng tính hạn" in post(stranger, "/receipt/", {"code": CODE}).text
