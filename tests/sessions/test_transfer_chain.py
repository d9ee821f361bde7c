"""The whole way of a question that another committee answers, by the pages alone."""

import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from periods.models import Obligation
from reports.figures import committee_figures
from sessions.askers import mixing
from sessions.domain import conferences
from sessions.models import Question, StagedQuestion
from tests.sessions.anonymously import post, sent
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db


def test_the_whole_chain_from_an_anonymous_slip_to_the_report(
    client, world, slips, stranger, monkeypatch
):
    """Asked at the host, handed on, answered by the neighbour, read with the old receipt."""
    page = post(stranger, "/", sent(world, slips[0], text="Cầu thang chung của hai viện hỏng."))
    code = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", page.text)[0]
    mixing.hand_on(StagedQuestion.objects.all(), at=NOON)
    [question] = Question.objects.all()
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)

    def act(who, name, data):
        client.force_login(who)
        answer = client.post(reverse(f"sessions:{name}", args=[question.pk]), data)
        question.refresh_from_db()
        assert answer.status_code == 302, (name, answer.status_code)

    theme = {"sort-theme": question.theme_id, "sort-kind": "opinion", "sort-times_raised": 1}
    due = {"sort-due_on": f"{day(25):%d/%m/%Y}", "sort-unit": ""}
    with time_machine.travel(moment(1), tick=False):
        act(world.clerk, "question_sort", {
            **theme, **due, "sort-to": "", "sort-version": question.version,
            "sort-display_text": "Cầu thang chung hỏng.", "sort-edited_ok": "on",
        })  # fmt: skip
        act(world.clerk, "question_transfer", {
            "transfer-to": "B02", "transfer-reason": "Do Bộ quản lý.",
            "transfer-version": question.version,
        })  # fmt: skip
    went = post(stranger, "/receipt/", {"code": code})
    with time_machine.travel(moment(2), tick=False):
        act(world.other_secretary, "question_sort", {
            **theme, **due, "sort-to": world.other_secretary.pk, "sort-version": question.version,
        })  # fmt: skip
        act(world.other_secretary, "answer_write", {
            "text": "Sửa xong trong quý III.", "answered_by": "Hoàng Văn Hải", "version": 0,
            "publish": "",
        })  # fmt: skip
    read = post(stranger, "/receipt/", {"code": code})
    conferences.hold_conference(world.conference, by=world.clerk, at=moment(11))
    conferences.close_conference(world.conference, by=world.clerk, at=moment(12))

    assert "đã được chuyển đến Đảng ủy Bộ Láng Giềng để trả lời" in went.text
    assert "Sửa xong trong quý III." in read.text
    counted, theirs = (
        committee_figures(Obligation.objects.get(committee=one), at=moment(13))
        for one in (world.host, world.neighbour)
    )
    assert (counted["totals"]["items"], counted["totals"]["answered_written"]) == (1, 1)
    assert counted["items"][0]["answer"] == "Sửa xong trong quý III."
    assert theirs["totals"]["items"] == 0
    assert (question.state, question.transferred_from) == ("answered_written", world.host)
