"""A text that two bodies take out goes from minutes as well, before and after they were approved."""

import json

import pytest
from django.urls import reverse

from hall.domain import minutes as writing
from hall.models import Minutes, Submission
from privacy.domain import purging
from privacy.domain.redacting import MARK
from privacy.domain.remaining import what_remains
from reports.documents.docx import report_docx
from reports.domain import approving
from reports.domain.inbox import verify_inbox
from reports.models import Redaction
from sessions.models import Question
from tests.reports.papers import text_of
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db
NEEDLE = "Kho ZZBIMAT ở chân núi Voi chứa bao nhiêu tấn?"


@pytest.fixture
def question(world):
    _, asked = hold_a_dialogue(world)
    question = asked["answered_live"]
    Question.objects.filter(pk=question.pk).update(original_text=NEEDLE, display_text=NEEDLE)
    question.refresh_from_db()
    writing.note_presence(
        question.conference, version=1, present=f"Người nêu: {NEEDLE}", absent="", by=world.clerk,
        at=NOON,
    )  # fmt: skip
    return question


def laid(world, question, number=0):
    minutes = Minutes.objects.get(conference=question.conference, number=number)
    return approving.submit_minutes(minutes, version=minutes.version, by=world.clerk, at=NOON)


def approve(world, minutes):
    return approving.approve_minutes(minutes, version=minutes.version, by=world.secretary, at=NOON)


def take_out(world, question):
    asked = {"why": "secret", "reason": "Có nội dung nghi thuộc danh mục mật."}
    purge = purging.ask(question, **asked, by=world.secretary, at=NOON)
    purging.agree(purge, by=world.officer, at=moment(0, 1))
    return purge


def kept():
    rows = [*Submission.objects.values(), *Minutes.objects.values()]
    return json.dumps(rows, ensure_ascii=False, default=str)


def test_approved_minutes_lose_the_text_and_stay_whole(client, world, question):
    minutes = approve(world, laid(world, question))
    writing.write_addendum(
        question.conference, text=f"Về việc {NEEDLE}", reason="Thiếu", by=world.clerk, at=NOON
    )
    approve(world, laid(world, question, 1))
    before = Submission.objects.get(minutes=minutes).snapshot_sha256
    assert kept().count(NEEDLE) >= 4

    purge = take_out(world, question)

    assert NEEDLE not in kept()
    assert Redaction.objects.exclude(minutes=None).count() == 2
    assert Submission.objects.get(minutes=minutes).snapshot_sha256 == before  # what was approved
    assert verify_inbox() == []
    paper = text_of(report_docx(approving.minutes_paper(question.conference, at=NOON)))
    assert MARK in paper
    assert "Các đơn vị trả lời đúng hạn." in paper
    client.force_login(world.clerk)
    page = client.get(reverse("reports:minutes_detail", args=[question.conference_id]))
    assert page.status_code == 200
    assert any("biên bản" in holder.what for holder in what_remains(purge))


def test_the_chair_approves_what_is_left_of_what_was_laid(world, question):
    minutes = laid(world, question)

    take_out(world, question)

    assert NEEDLE not in kept()
    approve(world, minutes)
    assert verify_inbox() == []
    assert not Redaction.objects.exclude(minutes=None).exists()
