"""Every table of moves, walked: no state unreachable, no dead end, every other pair refused."""

import itertools

import pytest

from foundation.moves import MoveNotAllowed, move
from jobs import states as job_states
from reports import states as report_states
from sessions import states
from sessions.domain.commitments import make_commitment
from sessions.models import Answer, Question
from tests.world import NOON, day

TABLES = {
    "conference": (states.ConferenceState, states.CONFERENCE_MOVES, "scheduled"),
    "question": (states.QuestionState, states.QUESTION_MOVES, "received"),
    "answer": (states.AnswerState, states.ANSWER_MOVES, "draft"),
    "commitment": (states.CommitmentState, states.COMMITMENT_MOVES, "open"),
    "report": (report_states.ReportState, report_states.REPORT_MOVES, "draft"),
    "paper": (report_states.PaperState, report_states.PAPER_MOVES, "draft"),
    "job": (job_states.JobState, job_states.JOB_MOVES, "queued"),
}
# Where a thing may rest for good. A job that is done may be ordered again.
RESTS = {
    "conference": {"closed", "cancelled"},
    "question": {"answered_live", "answered_written", "declined", "merged", "withdrawn"}
    | {"escalated", "referred"},
    "answer": {"published", "superseded"},
    "commitment": {"done", "cancelled"},
    "report": {"acknowledged", "superseded", "withdrawn"},
    "paper": {"issued", "superseded"},
    "job": {"done"},
}


def reachable(moves, start):
    found, todo = {start}, [start]
    while todo:
        for state in moves[todo.pop()] - found:
            found.add(state)
            todo.append(state)
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_state_has_its_row_and_can_be_reached(name):
    choices, moves, start = TABLES[name]

    assert set(moves) == set(choices)
    assert reachable(moves, choices(start)) == set(choices)


@pytest.mark.parametrize("name", TABLES)
def test_every_state_can_end(name):
    choices, moves, _start = TABLES[name]

    stuck = {state for state in choices if not reachable(moves, state) & RESTS[name]}

    assert stuck == set()


def test_no_table_has_been_forgotten():
    every = {
        id(table)
        for module in (states, report_states, job_states)
        for name, table in vars(module).items()
        if name.endswith("_MOVES")
    }

    assert every == {id(moves) for _choices, moves, _start in TABLES.values()}


def a_conference(world, state):
    type(world.conference).objects.filter(pk=world.conference.pk).update(state=state)
    return world.conference


def a_question(world, state):
    return Question.objects.create(
        conference=world.conference,
        committee=world.host,
        theme=world.themes[0],
        kind="opinion",
        state=state,
        original_text="Khi nào sửa nhà để xe?",
        due_on=day(30),
        return_code="unclear",
        merged_into=Question.objects.create(
            conference=world.conference,
            committee=world.host,
            theme=world.themes[0],
            kind="opinion",
            original_text="Nhà để xe bao giờ sửa?",
            received_at=NOON,
        ),
        received_at=NOON,
    )


def an_answer(world, state):
    return Answer.objects.create(
        question=a_question(world, "assigned"),
        state=state,
        text="Quý III.",
        answered_by="Phòng Hành chính",
        written_at=NOON,
        published_at=NOON,
    )


def a_commitment(world, state):
    commitment = make_commitment(
        world.conference,
        text="Sửa nhà để xe",
        lead_unit="Phòng Hành chính",
        due_on=day(60),
        by=world.clerk,
        at=NOON,
    )
    settled_on = None if state == "open" else day(1)
    type(commitment).objects.filter(pk=commitment.pk).update(state=state, settled_on=settled_on)
    return commitment


MAKERS = {
    "conference": a_conference,
    "question": a_question,
    "answer": an_answer,
    "commitment": a_commitment,
}
PAIRS = [
    (name, before.value, after.value)
    for name in MAKERS
    for before, after in itertools.product(TABLES[name][0], repeat=2)
]


@pytest.mark.parametrize(("name", "before", "after"), PAIRS)
def test_a_move_is_allowed_by_the_table_and_by_nothing_else(world, name, before, after):
    thing = MAKERS[name](world, before)
    changes = {}
    if name == "commitment":
        changes["settled_on"] = None if after == "open" else day(1)

    if after in TABLES[name][1][before]:
        move(thing, after, by=None, at=NOON, **changes)
        assert thing.state == after
    else:
        with pytest.raises(MoveNotAllowed):
            move(thing, after, by=None, at=NOON, **changes)
        thing.refresh_from_db()
        assert thing.state == before
