"""What is counted on home and in the menu is what the page it leads to shows."""

from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from board.domain import receiving
from duties.lists import duties_in
from duties.look import Look
from reports.domain import drafting, issuing
from reports.duties.looks import board_rows
from reports.models import Report
from reports.queries import desk, desk_totals
from sessions.models import Conference, Question
from sessions.states import QuestionState
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db
TO_SORT = "chờ phân loại hoặc duyệt nội dung"


def in_every_state(world):
    """Two questions in each state, one with its text cleared and one without."""
    target = None
    for state, is_cleared in product(QuestionState, (True, False)):
        made = Question.objects.create(
            conference=world.conference,
            committee=world.host,
            theme=world.themes[0],
            kind="opinion",
            original_text=f"Ý kiến {state}",
            received_at=NOON,
            state=state,
            edited_ok=is_cleared,
            due_on=day(15),
            return_code="unclear" if state == QuestionState.DECLINED else "",
            merged_into=target if state == QuestionState.MERGED else None,
        )
        target = target or made


@pytest.mark.parametrize("state", ["scheduled", "postponed", "held", "closed", "cancelled"])
def test_as_many_wait_to_be_sorted_everywhere(client, world, state):
    in_every_state(world)
    Conference.objects.filter(pk=world.conference.pk).update(state=state)
    client.force_login(world.clerk)
    queue = reverse("sessions:triage", args=[world.conference.pk])

    page = client.get(queue)
    shown = len(page.context["queue"].questions)

    # Both received ones, and those without a cleared text in the seven other states that count.
    assert shown == 2 + 7
    assert page.context["chips"][0][2] == shown
    [duty] = [
        duty
        for duty in duties_in(Look(at=timezone.now(), person=world.clerk))
        if duty.kind == "to_sort"
    ]
    assert (duty.number, duty.url) == (shown, queue)
    assert duty.what == f"{shown} câu hỏi {TO_SORT}."
    index = reverse("sessions:triage_index")
    menu = {entry["url"]: entry["count"] for entry in page.context["nav"]}
    assert menu[index] == shown
    assert client.get(index).url == queue
    conference = client.get(reverse("sessions:conference_detail", args=[world.conference.pk]))
    assert f"{shown} câu hỏi {TO_SORT}." in conference.text
    assert f"{shown} câu hỏi {TO_SORT}." in client.get(reverse("reports:home")).text


def test_the_list_of_conferences_shows_what_waits_in_each(client, world):
    hold_a_dialogue(world)
    in_every_state(world)
    client.force_login(world.clerk)

    page = client.get(reverse("sessions:triage_index"))

    for conference in page.context["conferences"]:
        queue = client.get(reverse("sessions:triage", args=[conference.pk])).context["queue"]
        assert conference.waiting == len(queue.questions)
    assert len(page.context["conferences"]) == 2


def test_an_old_conference_stays_in_the_list_while_something_waits_in_it(client, world):
    in_every_state(world)
    for weeks in range(1, 23):
        make_conference(
            world.host, world.secretary, starts_at=moment(10 + 7 * weeks),
            ends_at=moment(10 + 7 * weeks, 3),
        )  # fmt: skip
    client.force_login(world.clerk)

    page = client.get(reverse("sessions:triage_index"))

    found = page.context["conferences"]
    waiting = Question.objects.to_sort().count()
    assert len(found) == 21
    assert (sum(one.waiting for one in found), found[-1]) == (waiting, world.conference)
    assert waiting > 0


def test_a_sorted_text_is_cleared_by_no_date(world):
    in_every_state(world)
    look = Look(at=moment(-1), person=world.clerk)
    [new] = [duty for duty in duties_in(look) if duty.kind == "to_sort"]
    assert new.on == world.conference.notice_due_on

    Question.objects.filter(state=QuestionState.RECEIVED).update(state=QuestionState.WITHDRAWN)

    look = Look(at=moment(-1), person=world.clerk)
    [cleared] = [duty for duty in duties_in(look) if duty.kind == "to_sort"]
    assert (cleared.number, cleared.on) == (7, None)


# --- a report that was returned -----------------------------------------------------------


@pytest.mark.parametrize(
    ("data_missing", "corrected", "received"),
    [(True, False, 0), (False, False, 1), (True, True, 1), (False, True, 1)],
)
def test_home_and_desk_agree_on_a_returned_report(client, world, data_missing, corrected, received):
    hold_a_dialogue(world)
    report = issuing.issue_report(
        drafting.start_draft(world.obligation, by=world.clerk, at=NOON),
        by=world.secretary,
        at=NOON,
    )
    receiving.return_report(
        report, remarks="Bổ sung.", data_missing=data_missing, by=world.officer, at=NOON
    )
    if corrected:
        draft = issuing.correct_report(report, by=world.clerk, at=NOON)
        issuing.issue_report(draft, by=world.secretary, at=NOON)
    client.force_login(world.officer)

    address = reverse("board:board_desk_of", args=[world.period.code])
    rows = client.get(address).context["rows"]

    [row] = [row for row in rows if row.obligation == world.obligation]
    assert (row.is_settled, row.status == "incomplete") == (received == 1, received == 0)
    settled = sum(row.is_settled for row in rows)
    assert settled == received == Report.objects.received().count()
    standing = board_rows(Look(at=moment(1), person=world.officer), world.period)
    assert desk_totals(standing) == desk_totals(desk(world.period, world.board, at=moment(1)))
    assert desk_totals(standing)["settled"] == settled
    for kind, show in (("arrived", "arrived"), ("missing", "overdue")):
        told = [
            d for d in duties_in(Look(at=timezone.now(), person=world.officer)) if d.kind == kind
        ]
        number = sum(duty.number for duty in told)
        assert len(client.get(address, {"show": show}).context["rows"]) == number, kind
