"""In which states and from which moment on an act can be done, by whoever may do it at all."""

import datetime as dt

import pytest

from reports.models import Paper, Report
from sessions import permissions
from sessions.models import Commitment, Conference, Question
from tests.test_access import ROLES, functions, things
from tests.world import NOON

pytestmark = pytest.mark.django_db

# {what is acted on: {act: the states in which it can be done}}
STATES = {
    "conference": {
        "can_change_conference": "scheduled postponed held",
        "can_postpone_conference": "scheduled",
        "can_reschedule_conference": "postponed",
        "can_cancel_conference": "scheduled postponed",
        "can_hold_conference": "scheduled",
        "can_close_conference": "held",
        "can_record_results": "scheduled postponed held closed",
        "can_make_commitment": "held closed",
        "can_record_question": "scheduled postponed held",
        "can_print_vouchers": "scheduled postponed held",
        "can_make_papers": "held closed",
        "can_see_minutes": "held closed",
        "can_edit_minutes": "held closed",
        "can_approve_minutes": "held closed",
        "can_see_papers": "scheduled postponed cancelled held closed",
        "can_print_papers": "scheduled postponed held closed",
        "can_start_paper": "scheduled",
    },
    "question": {
        "can_ask_back": "received classified assigned",
        "can_insist": "assigned",
        "can_give_holding_reply": "assigned",
        "can_assign": "received classified assigned",
        "can_transfer": "received classified assigned",
        "can_write_answer": "assigned escalated referred",
        "can_publish_answer": "assigned escalated referred",
        "can_correct_answer": "answered_live answered_written",
        "can_complete_answer": "answered_live",
    },
    "commitment": {
        "can_change_commitment": "open",
        "can_add_progress": "open",
        "can_settle_commitment": "open",
        "can_cancel_commitment": "open",
        "can_reopen_commitment": "done",
    },
    "report": {
        "can_edit_report": "draft",
        "can_issue_report": "draft",
        "can_correct_report": "issued acknowledged returned withdrawn",
        "can_withdraw_report": "issued returned",
        "can_add_signed_copy": "issued acknowledged returned",
        "can_acknowledge_report": "issued",
        "can_return_report": "issued acknowledged",
    },
    "paper": {"can_edit_paper": "draft", "can_issue_paper": "draft"},
}


@pytest.mark.parametrize("kind", STATES)
def test_an_act_can_be_done_in_these_states_and_in_no_others(world, kind):
    model, fields = {
        "conference": (Conference, {"committee": world.host, "starts_at": NOON}),
        "question": (Question, {"committee": world.host}),
        "commitment": (Commitment, {"committee": world.host, "owner": world.leader}),
        "report": (Report, {"obligation": world.obligation}),
        "paper": (Paper, {"conference": world.conference}),
    }[kind]
    states = model._meta.get_field("state").choices

    before = NOON - dt.timedelta(hours=1)
    at = {
        "can_hold_conference": {"at": NOON},
        "can_start_paper": {"at": before},
        "can_issue_paper": {"at": NOON},
    }

    def can(name, state):
        thing, may = model(state=state, **fields), functions()[name]
        return any(may(world.people[who], thing, **at.get(name, {})) for who in ROLES)

    assert {name: {state for state, _ in states if can(name, state)} for name in STATES[kind]} == {
        name: set(possible.split()) for name, possible in STATES[kind].items()
    }


def test_a_conference_is_held_from_the_moment_it_begins(world):
    begins = world.conference.starts_at
    early = begins - dt.timedelta(seconds=1)

    assert permissions.can_hold_conference(world.clerk, world.conference, at=begins)
    assert not permissions.can_hold_conference(world.clerk, world.conference, at=early)


def test_progress_is_told_by_the_person_responsible_who_still_belongs_here(world):
    promise = Commitment(committee=world.host, owner=world.staff, state="open")
    may = permissions.can_add_progress

    assert [may(who, promise) for who in (world.staff, world.clerk, world.colleague)] == [
        *(True, True, False)
    ]
    promise.owner = world.other_staff
    assert not may(world.other_staff, promise)


def test_a_question_concerns_its_office_and_the_leader_it_is_assigned_to(world):
    question = Question(committee=world.host, assignee=world.leader, state="assigned")

    def those():
        may = permissions.may_handle
        return {who for who, person in world.people.items() if may(person, question)}

    assert those() == {"secretary", "clerk", "leader"}
    question.assignee = world.staff  # who is a leader no more
    assert those() == {"secretary", "clerk"}
    question.assignee = None
    assert those() == {"secretary", "clerk"}


def test_the_clerk_corrects_what_was_said_and_nothing_that_was_cleared(world):
    def those(state):
        question, may = Question(committee=world.host, state=state), permissions.can_correct_answer
        question.assignee = world.leader
        return {who for who, person in world.people.items() if may(person, question)}

    assert those("answered_live") == {"secretary", "clerk"}
    assert those("answered_written") == {"secretary"}


def test_an_administrator_runs_the_portal_and_reaches_no_dialogue(world, admin_user):
    asked = {
        name: bool(functions()[name](admin_user, *arguments, **keywords))
        for name, (arguments, keywords) in things(world).items()
    }

    assert {name for name, may in asked.items() if may} == {
        "can_manage_members",
        "can_manage_committees",
        "can_recover_account",
        "can_set_up",
        "can_see_health",
        "can_repair",
    }
