"""Questions at the desk, and the forms that sort them."""

import datetime as dt

from django.urls import reverse

from sessions.domain import questions, triage
from sessions.models import Question
from tests.world import NOON, day

LATER = NOON + dt.timedelta(hours=1)


LEFT_ALONE = ("version", "number")


def a_question(world, text="Đề nghị sửa mái khu để xe.", *, conference=None, level="confidential"):
    return questions.submit_question(
        conference or world.conference, text=text, theme=world.themes[2], kind="recommendation",
        level=level, by=world.staff, at=NOON,
    )  # fmt: skip


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def form_of(world, question, **changes):
    question.refresh_from_db()
    return {
        "sort-display_text": question.text,
        "sort-theme": world.themes[0].pk,
        "sort-kind": "proposal",
        "sort-times_raised": 1,
        "sort-due_on": "20/06/2026",
        "sort-version": question.version,
        **changes,
    }


def standing(question):
    """Return every column of the question but those that only ever go up."""
    row = Question.objects.filter(pk=question.pk).values().get()
    return {name: value for name, value in row.items() if name not in LEFT_ALONE}


ACTS = {
    "sort": lambda world, question: triage.sort_question(
        question, version=question.version, theme=world.themes[0], kind="opinion", by=world.clerk,
        at=NOON, to=world.leader, due_on=day(20), display_text="Khác", edited_ok=True,
        in_report=True, times_raised=3,
    ),
    "classify": lambda world, question: triage.classify_question(
        question, theme=world.themes[1], kind="feedback", by=world.clerk, at=NOON
    ),
    "clear": lambda world, question: triage.clear_text(question, by=world.clerk, at=NOON),
    "assign": lambda world, question: triage.assign_question(
        question, unit="Văn phòng", due_on=day(30), by=world.clerk, at=NOON
    ),
    "merge": lambda world, question: triage.merge_questions(
        question, into=a_question(world, "Ý khác"), by=world.clerk, at=NOON
    ),
    "decline": lambda world, question: triage.decline_question(
        question, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON
    ),
    "refer": lambda world, question: triage.refer_question(
        question, to="Thanh tra", reason="Thẩm quyền", by=world.clerk, at=NOON
    ),
    "escalate": lambda world, question: triage.escalate_question(
        question, to="Khối", reason="Thẩm quyền", by=world.clerk, at=NOON
    ),
}  # fmt: skip


BEFORE = {
    "received": lambda world, question: None,
    "classified": lambda world, question: triage.classify_question(
        question, theme=world.themes[2], kind="proposal", by=world.clerk, at=NOON
    ),
    "assigned": lambda world, question: triage.assign_question(
        question, to=world.leader, due_on=day(20), by=world.clerk, at=NOON
    ),
}
