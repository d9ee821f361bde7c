"""Every field of sorting and answering, sent each kind of bad text by the person who may send it.

A refusal says why beside the field and leaves everything as it was. What is taken is one clean
text: precomposed, without NUL and direction marks, and otherwise as it was typed.
"""

import json
from dataclasses import dataclass, field

import pytest
from django.core import serializers
from django.forms import Form
from django.test import Client
from django.urls import reverse

from foundation.fields import LineField, TextField
from foundation.text import clean
from sessions.domain import answers, assignments, follow_up, questions, transfers, triage
from sessions.forms.answers import (
    AnswerForm,
    CompleteForm,
    CorrectForm,
    RemarksForm,
)
from sessions.forms.assignments import ContributionForm, GiveBackForm, HoldingForm, InsistForm
from sessions.forms.sorting import (
    AppealReplyForm,
    AskBackForm,
    DeclineForm,
    MergeForm,
    PassOnForm,
    ReconsiderForm,
    SortForm,
)
from sessions.forms.transfers import GiveBackTransferForm, TakeBackTransferForm, TransferForm
from sessions.models import (
    Answer,
    Appeal,
    AssignmentReply,
    Clarification,
    Contribution,
    HoldingReply,
    Question,
    TextChange,
    Transfer,
)
from sessions.views.panels import PANELS
from tests.walls.test_scripts import Watchman
from tests.world import NOON, day

pytestmark = pytest.mark.django_db

EMPTY = ("", "   \t ", "\0", "\u200b\ufeff", "\u202e")
HOSTILE = (
    "a\0b",
    "Cảm ơn 😀👨‍👩‍👧",
    "\u202eđảo chiều\u202c \u2067nữa\u2069",
    "Đe\u0302\u0300 nghi\u0323 su\u031b\u0309a",
    "'; DROP TABLE dialogue_sessions_question; --",
    '" OR 1=1 UNION SELECT password FROM committees_user --',
    "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)> {{ 7|add:7 }} {% debug %} ${7*7}',
    "=cmd|' /C calc'!A0",
    "\x1b[31m đỏ \x7f\x85",
)
KEPT = (
    *(Question, Answer, AssignmentReply, Contribution, Clarification, Appeal, HoldingReply),
    TextChange,
    Transfer,
)


@dataclass(frozen=True)
class Act:
    """One form: who sends it, how the question came to where it is taken, what is right in it.

    `fields` are its texts: {name: longest}; `may_be_empty` those that need not be filled.
    """

    name: str
    form: type
    who: str
    ready: str
    fields: dict
    right: dict = field(default_factory=dict)
    may_be_empty: tuple = ()

    def __str__(self):
        return self.name


DUE = f"{day(20):%d/%m/%Y}"
ACTS = (
    Act("question_sort", SortForm, "clerk", "received", {"sort-display_text": 4_000, "sort-unit": 200},
        {"sort-times_raised": 1, "sort-kind": "opinion", "sort-due_on": DUE},
        ("sort-display_text", "sort-unit")),
    Act("question_sort", SortForm, "clerk", "cleared", {"sort-reason": 1_000},
        {"sort-times_raised": 1, "sort-kind": "opinion", "sort-due_on": DUE, "sort-edited_ok": "on",
         "sort-display_text": "Đề nghị sửa cổng."}, ("sort-reason",)),
    Act("question_decline", DeclineForm, "clerk", "received", {"decline-text": 2_000},
        {"decline-code": "out_of_scope"}),
    Act("question_refer", PassOnForm, "clerk", "received", {"refer-to": 200, "refer-reason": 2_000}),
    Act("question_escalate", PassOnForm, "clerk", "received", {"escalate-to": 200, "escalate-reason": 2_000}),
    Act("question_transfer", TransferForm, "clerk", "cleared", {"transfer-reason": 1_000}, {"transfer-to": "B02"}),
    Act("question_return", GiveBackTransferForm, "other_secretary", "handed", {"return-reason": 1_000}),
    Act("question_take_back", TakeBackTransferForm, "clerk", "handed", {"take_back-reason": 1_000}),
    Act("question_reconsider", ReconsiderForm, "clerk", "declined", {"reconsider-reason": 1_000}),
    Act("question_ask_back", AskBackForm, "clerk", "received", {"ask_back-text": 1_000}),
    Act("question_stop_asking", Form, "clerk", "asked_back", {}),
    Act("question_insist", InsistForm, "clerk", "given_back", {"insist-reason": 1_000}),
    Act("assignment_give_back", GiveBackForm, "leader", "assigned", {"reason": 1_000}),
    Act("contribution_write", ContributionForm, "other_leader", "assigned", {"text": 10_000}, {"number": 0}),
    Act("holding_reply_give", HoldingForm, "leader", "soon_due", {"holding-text": 4_000, "holding-reason": 1_000},
        {"holding-due_on": DUE}),
    Act("question_appeal", AppealReplyForm, "secretary", "appealed", {"appeal-text": 2_000}),
    Act("answer_write", AnswerForm, "leader", "assigned", {"text": 20_000, "answered_by": 200}, {"version": 0}),
    Act("answer_send_back", RemarksForm, "secretary", "submitted", {"remarks": 2_000}),
    Act("answer_correct", CorrectForm, "clerk", "answered_live", {"text": 20_000, "answered_by": 200, "reason": 1_000},
        {"number": 1}),
    Act("answer_complete", CompleteForm, "clerk", "answered_live", {"reason": 1_000}, {"due_on": DUE}),
)  # fmt: skip
MERGE = Act("question_merge", MergeForm, "clerk", "received", {"merge-into": 12})
TRANSFER = Act(
    "question_transfer",
    TransferForm,
    "clerk",
    "cleared",
    {"transfer-to": 200},
    {"transfer-reason": "x"},
)
FIELDS = [(act, name) for act in ACTS for name in act.fields]


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def ready(world, state):
    """Return a question of the world in the state in which the form is taken."""
    question = questions.submit_question(
        world.conference, text="Đề nghị sửa mái.", theme=world.themes[2], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    by = {"by": world.clerk, "at": NOON}
    if state in ("cleared", "handed"):
        triage.clear_text(question, **by)
    if state == "handed":
        transfers.transfer_question(
            question, to=world.neighbour, reason="Việc của Bộ.", version=question.version, **by
        )
    if state in ("declined", "appealed"):
        triage.decline_question(question, code="out_of_scope", text="Ngoài phạm vi.", **by)
    if state == "appealed":
        follow_up.appeal(question, text="Đề nghị xem lại.", at=NOON)
    if state in ("assigned", "submitted", "given_back"):
        triage.assign_question(
            question, to=world.leader, beside=[world.other_leader], due_on=day(20), **by
        )
    if state == "asked_back":
        follow_up.ask_back(question, text="Mái nào?", **by)
    if state == "soon_due":
        triage.assign_question(question, to=world.leader, due_on=day(2), **by)
    if state == "given_back":
        assignments.refuse_assignment(
            question, reason="Việc của Văn phòng.", proposed=None, by=world.leader, at=NOON
        )
    if state == "submitted":
        draft = answers.draft_answer(
            question, text="Đã có dự toán.", answered_by="Văn phòng", version=0,
            by=world.leader, at=NOON,
        )  # fmt: skip
        answers.submit_answer(draft, by=world.leader, at=NOON)
    if state == "answered_live":
        answers.record_live_answer(question, text="Có.", answered_by="Văn phòng", **by)
    question.refresh_from_db()
    return question


def everything():
    """All that is kept of questions and their answers, history included."""
    rows = [row for model in KEPT for row in model.objects.order_by("pk")]
    moves = [move for row in rows if hasattr(row, "moves") for move in row.moves.order_by("pk")]
    return serializers.serialize("json", [*rows, *moves])


def texts_of(kept):
    """What people read; `folded` is made for searching alone."""
    rows = (row["fields"] for row in json.loads(kept))
    return [value for row in rows for name, value in row.items() if name != "folded"]


def send(world, act, question, typed):
    """Send the form as a person would who filled it in rightly but for what is in `typed`."""
    client = Client()
    client.force_login(world.people[act.who])
    right = dict.fromkeys(act.fields, "Văn phòng") | act.right
    if act.name == "question_sort":
        right |= {"sort-version": question.version, "sort-theme": question.theme_id}
    if act.name in ("question_transfer", "question_return"):
        right |= {f"{act.name.removeprefix('question_')}-version": question.version}
    return client.post(reverse(f"sessions:{act.name}", args=[question.pk]), {**right, **typed})


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_what_is_right_is_taken(world, act):
    question = ready(world, act.ready)
    before = everything()

    assert send(world, act, question, {}).status_code == 302
    assert everything() != before


@pytest.mark.parametrize(("act", "name"), FIELDS, ids=str)
def test_too_long_and_empty_texts_are_refused_beside_the_field(world, act, name):
    question = ready(world, act.ready)
    before = everything()
    empty = () if name in act.may_be_empty else EMPTY

    for text in (*empty, "ă" * (act.fields[name] + 1), "😀" * (act.fields[name] + 1)):
        answer = send(world, act, question, {name: text})
        page = answer.content.decode()

        assert answer.status_code == 422, (name, text[:20])
        assert f'id="id_{name}_error"' in page, (name, text[:20])
        assert everything() == before


@pytest.mark.parametrize(("act", "name"), FIELDS, ids=str)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_kept_as_clean_texts_and_shown_as_texts(world, act, name, text):
    question = ready(world, act.ready)

    answer = send(world, act, question, {name: text})

    kept = texts_of(everything())
    assert answer.status_code == 302
    assert clean(text) in kept
    assert not [value for value in kept if isinstance(value, str) and value != clean(value)]
    for who in ("clerk", "secretary"):
        client = Client()
        client.force_login(world.people[who])
        page = client.get(
            reverse("sessions:triage_question", args=[question.conference_id, question.pk])
        )
        watchman = Watchman()
        watchman.feed(page.content.decode())
        assert (page.status_code, watchman.found) == (200, [])


@pytest.mark.parametrize("text", [*EMPTY, *HOSTILE, "C" + "9" * 12, "C001"], ids=str.__repr__)
def test_a_code_that_is_none_merges_nothing(world, text):
    question = ready(world, "received")
    before = everything()

    answer = send(world, MERGE, question, {"merge-into": text})

    assert answer.status_code == 422
    assert 'id="id_merge-into_error"' in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("text", [*EMPTY, *HOSTILE, "ă" * 201, "A01", "BDV"], ids=str.__repr__)
def test_what_names_no_committee_transfers_nothing(world, text):
    question = ready(world, "cleared")
    before = everything()

    answer = send(world, TRANSFER, question, {"transfer-to": text})

    assert answer.status_code == 422
    assert 'id="id_transfer-to_error"' in answer.content.decode()
    assert everything() == before


def test_no_text_of_sorting_and_answering_is_left_out():
    """A form or a field that is added must be named above."""
    every = (*ACTS, MERGE, TRANSFER)
    sorting = {act.name.removeprefix("question_") for act in every} & {"sort", *PANELS}
    named = {
        (act.name, field.rpartition("-")[2])
        for act in (*ACTS, MERGE, TRANSFER)
        for field in act.fields
    }
    unnamed = {
        (act.name, name)
        for act in (*ACTS, MERGE, TRANSFER)
        for name, one in act.form.base_fields.items()
        if isinstance(one, TextField | LineField) and (act.name, name) not in named
    }

    assert sorting == {"sort", *PANELS}
    assert unnamed == set()
