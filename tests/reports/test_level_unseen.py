"""A confidential and an anonymous question look alike, byte for byte, wherever others see them.

The same story is told twice, each time undone: only the level of one question differs. Then
every page of everybody who works with it is compared, and what is frozen and handed on.
"""

import json
import re
import uuid
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse

from board.domain import consolidating
from foundation.codes import with_check
from reports.domain import issuing
from reports.domain.drafting import report_snapshot, start_draft
from sessions.askers import mixing
from sessions.domain import answers, conferences, questions, triage
from sessions.models import Question, StagedQuestion
from tests.house import PACKAGES
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db
FIXED = uuid.UUID("8c1f5a52-4f0e-4d0a-9a53-5d0a3c6f1b7e")
TEXT = "Bao giờ sửa mái khu để xe?"
CHANGING = re.compile(
    r'name="(?:csrfmiddlewaretoken|key|owed|report)" value="[^"]*"|(?<=[/-])\d+(?=[/"#?-])'
)


class Undo(Exception):
    """Ends a story as if it had not been told."""


def confidential(world, at):
    return questions.submit_question(
        world.conference,
        text=TEXT,
        theme=world.themes[2],
        kind=Question.Kind.OPINION,
        level=Question.Level.CONFIDENTIAL,
        by=world.staff,
        at=at,
        receipt="c" * 64,
    )


def anonymous(world, at):
    waiting = StagedQuestion.objects.create(
        conference=world.conference,
        theme=world.themes[2],
        kind=Question.Kind.OPINION,
        text=TEXT,
        receipt="c" * 64,
        week="2026-W23",
    )
    mixing.hand_on(StagedQuestion.objects.filter(pk=waiting.pk), at=at)
    return Question.objects.get(receipt="c" * 64)


def named(world, at):
    return questions.submit_question(
        world.conference,
        text=TEXT,
        theme=world.themes[2],
        kind=Question.Kind.OPINION,
        level=Question.Level.NAMED,
        by=world.staff,
        at=at,
        receipt="c" * 64,
    )


def pages(world, who, *addresses):
    """Return {(who, address): what is answered} without what changes from page to page."""
    client = Client()
    client.force_login(world.people[who])
    seen = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, (who, address)
        headers = {name: value for name, value in answer.items() if name != "Content-Length"}
        # Lines, so that a failure shows the one that differs.
        lines = CHANGING.sub("…", answer.content.decode()).splitlines()
        seen[who, CHANGING.sub("…", address)] = (lines, headers)
    return seen


def sorting(world, question):
    queue = reverse("sessions:triage", args=[world.conference.pk])
    return [
        queue,
        f"{queue}?q=mai+khu+de+xe",
        f"{queue}?channel=portal",
        f"{queue}?state={question.state}",
        reverse("sessions:triage_question", args=[world.conference.pk, question.pk]),
        reverse("hall:hall_desk", args=[world.conference.pk]),
        reverse("sessions:conference_detail", args=[world.conference.pk]),
    ]


def record_results(world):
    conference = world.conference
    conferences.record_attendance(
        conference, invited=50, present=40, party_members=30, civil_servants=20,
        public_employees=10, workers=10, women=18, online=5, by=world.clerk, at=moment(10, 3),
    )  # fmt: skip
    conference.refresh_from_db()
    conferences.record_course(
        conference, version=conference.version, turns=7, diverted=0, summary="Thẳng thắn.",
        conclusion="Trả lời đúng hạn.", plan_number="12-KH/ĐU", plan_issued_on=day(-30),
        notice_published_on=day(-13), conclusion_number="03-TB/ĐU",
        conclusion_issued_on=day(11), by=world.clerk, at=moment(10, 3),
    )  # fmt: skip
    conference.refresh_from_db()


def told(world, ask, at):
    """Tell the story with the question that `ask` sends; return all that anybody saw of it."""
    seen = {}
    caches["local"].clear()  # the numbers of the menu, as the other story left them
    try:
        with transaction.atomic():
            question = ask(world, at)
            for who in ("secretary", "clerk"):
                seen["new", who] = pages(world, who, *sorting(world, question))
            if ask is not named:
                unseal = reverse("sessions:question_unseal", args=[question.pk])
                seen["unseal"] = pages(world, "secretary", unseal)
            triage.classify_question(
                question, theme=question.theme, kind="opinion", by=world.clerk, at=at
            )
            triage.assign_question(question, to=world.leader, due_on=day(30), by=world.clerk, at=at)
            writing = reverse("sessions:answer_write", args=[question.pk])
            work = reverse("sessions:answer_list")
            seen["leader"] = pages(world, "leader", work, writing, reverse("reports:home"))
            seen["office"] = pages(world, "secretary", *sorting(world, question), work, writing)
            draft = answers.draft_answer(
                question, text="Đã lập dự toán.", answered_by="Văn phòng", version=0,
                by=world.leader, at=at,
            )  # fmt: skip
            conferences.hold_conference(world.conference, by=world.clerk, at=moment(10, 3))
            record_results(world)
            conferences.close_conference(world.conference, by=world.clerk, at=moment(11))
            answers.publish_answer(draft, by=world.secretary, at=moment(11))
            question.refresh_from_db()
            triage.edit_question(
                question, display_text="", edited_ok=True, in_report=True, times_raised=1,
                version=question.version,
            )  # fmt: skip
            seen["colleague"] = pages(
                world,
                "colleague",
                reverse("sessions:answered_questions"),
                reverse("sessions:conference_detail", args=[world.conference.pk]),
            )
            world.conference.questions.update(edited_ok=True)  # the report quotes them all
            report = start_draft(world.obligation, by=world.clerk, at=moment(12))
            detail = reverse("reports:report_detail", args=[report.pk])
            seen["draft"] = pages(world, "secretary", detail)
            seen["draft figures"] = report_snapshot(report, at=moment(12))
            report = issuing.issue_report(report, by=world.secretary, at=moment(12))
            joint = consolidating.consolidate(
                world.board, world.period, by=world.head, at=moment(13)
            )
            seen["board"] = pages(
                world,
                "head",
                detail,
                reverse("board:board_desk_of", args=[world.period.code]),
                reverse("board:consolidated_detail", args=[joint.pk]),
            )
            seen["frozen"] = report.snapshot, joint.snapshot
            raise Undo
    except Undo:
        world.conference.refresh_from_db()
        return seen


@pytest.fixture
def fixed_id(monkeypatch):
    """Let the question bear the same id in every telling; the order of the queue hangs on it.
    The documents bear the same codes too, and are opened at one moment however long that takes."""
    # Long after, when nothing is news any more to whoever has asked.
    monkeypatch.setattr("foundation.clock.database_now", lambda: moment(150))
    monkeypatch.setattr(Question._meta.get_field("id"), "_get_default", lambda: FIXED)
    monkeypatch.setattr(issuing, "new_code", lambda length: with_check("7" * length))
    monkeypatch.setattr(consolidating, "new_code", lambda length: with_check("8" * length))


@pytest.fixture
def neighbours(world):
    """Two questions of others, so that the order of lists could tell something."""
    for number in range(2):
        questions.submit_question(
            world.conference, text=f"Ý kiến khác {number}", theme=world.themes[number],
            kind="opinion", level="confidential", by=world.colleague, at=NOON,
        )  # fmt: skip


def test_a_question_of_any_level_looks_alike(world, neighbours, fixed_id, time_machine):
    time_machine.move_to(NOON, tick=False)

    sealed, unknown, open_one = (told(world, ask, NOON) for ask in (confidential, anonymous, named))

    for place in sealed:
        assert sealed[place] == unknown[place], place
    for place in ("leader", "colleague", "draft figures", "board", "frozen"):
        assert sealed[place] == open_one[place], place
    assert world.staff.full_name in str(open_one["office"])
    frozen = json.dumps(sealed["frozen"], ensure_ascii=False)
    for word in ("confidential", "anonymous", "named", "ẩn danh", "nêu tên"):
        assert word not in frozen


def test_a_question_sent_while_the_conference_goes_on_looks_alike_too(
    world, neighbours, fixed_id, time_machine
):
    time_machine.move_to(NOON, tick=False)

    sealed, unknown = (told(world, ask, moment(10, 1)) for ask in (confidential, anonymous))

    for place in sealed:
        assert sealed[place] == unknown[place], place


def test_nothing_counts_sorts_or_filters_by_level_or_by_vouchers_used():
    # Who has named themselves may be looked for by that; no act tells the other two apart.
    by_level = re.compile(
        r"(?:values|values_list|annotate|aggregate|order_by|filter|Count)\([^)]*level"
        r"(?!=Question\.Level\.NAMED\b)"
    )
    counts_used = re.compile(r"SpentVoucher\.objects\.(?:count|filter\([^)]*\)\.count)|\.spent\.")
    root = Path(__file__).resolve().parents[2]
    found = [
        f"{path.relative_to(root)}: {hit.group()}"
        for folder in ("templates", *PACKAGES)
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".html") and "migrations" not in path.parts
        for pattern in (by_level, counts_used)
        for hit in pattern.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []
