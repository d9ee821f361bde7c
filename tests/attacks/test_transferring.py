"""The name does not cross: a committee that a question was handed to learns who asked nowhere."""

import re
import uuid

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.models import Membership, Role, User
from foundation.moves import MoveNotAllowed
from privacy.domain import personal_requests
from reports.permissions import can_ask_purge
from sessions import permissions
from sessions.askers import identity, unsealing
from sessions.domain import answers, notes, questions, transfers, triage
from sessions.models import OpeningRequest, Question
from tests.openings import REASON
from tests.reports.test_level_unseen import Undo, anonymous, confidential, named, pages
from tests.sessions.transferred import CLEARED, WHY, cleared, hand, handed, taken_on
from tests.walls.places import every_pattern
from tests.walls.planted import opened
from tests.world import LONG_AGO, NOON, day, moment

pytestmark = pytest.mark.django_db
NAME = "ZZCANARY Trịnh Hoài Ẩn"
NOT_CLEARED = "ZZWRITTEN: tôi là Ẩn ở phòng Tổ chức"
NOTED = "ZZNOTED"
NEEDLES = (b"ZZCANARY", b"ZZWRITTEN", b"ZZNOTED")
LEVELS = [Question.Level.NAMED, Question.Level.CONFIDENTIAL]


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch, time_machine):
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)
    time_machine.move_to(moment(0, 3), tick=False)


@pytest.fixture
def there(world):
    """Everybody who could read it there: secretary, clerk, leader, staff."""
    found = {"secretary": world.other_secretary, "staff": world.other_staff}
    for role in (Role.CLERK, Role.LEADER):
        found[role.value] = User.objects.create(
            username=f"there-{role}", full_name=f"Người Bộ {role}", email=f"{role}@bo.vn"
        )
        Membership.objects.create(
            user=found[role.value], committee=world.neighbour, role=role, starts_on=LONG_AGO,
            given_on=LONG_AGO,
        )  # fmt: skip
    return found


def asked(world, level, text=NOT_CLEARED):
    """Return a question whose name, words and notes bear a mark each."""
    User.objects.filter(pk=world.staff.pk).update(full_name=NAME)
    world.people["staff"] = User.objects.get(pk=world.staff.pk)
    question = cleared(world, level=level, text=text)
    notes.write_note(question, text=NOTED, by=world.clerk, at=NOON)
    triage.edit_question(
        question, display_text=f"{CLEARED} ZZWRITTEN", edited_ok=True, in_report=True,
        times_raised=1, version=question.version, by=world.clerk, at=NOON,
    )  # fmt: skip
    triage.edit_question(
        question, display_text=CLEARED, edited_ok=True, in_report=True,
        times_raised=1, version=question.version, by=world.clerk, at=NOON,
    )  # fmt: skip
    return question


def every_address(question):
    """Yield every address that could be about the question or its conference."""
    for name, pattern in every_pattern():
        wanted = dict(pattern.pattern.converters)
        if name.startswith("admin:") or set(wanted) - {"pk", "question_pk"} or not wanted:
            continue
        known = {
            key: question.pk
            if "uuid" in type(converter).__name__.lower()
            else question.conference_id
            for key, converter in wanted.items()
        }
        yield reverse(name, kwargs=known)
    base = reverse("sessions:triage_question", args=[question.conference_id, question.pk])
    for act in ("return", "decline", "refer", "escalate", "ask_back", "transfer", "merge"):
        yield f"{base}?open={act}"
    queue = reverse("sessions:triage", args=[question.conference_id])
    yield from (f"{queue}?state=all", f"{queue}?state=handed_on", f"{queue}?q=trinh+hoai")
    shows = ("own", "units", "owed", "due", "clearance", "replies", "came_back")
    yield from (f"{reverse('sessions:answer_list')}?show={show}" for show in shows)
    for page in (
        "sessions:triage_index", "sessions:answer_list", "sessions:answered_questions",
        "sessions:opening_list", "sessions:commitment_list", "sessions:conference_list",
        "reports:home", "reports:report_list", "privacy:personal_list", "privacy:purge_list",
        "audit_list",
    ):  # fmt: skip
        yield reverse(page)


def read_by(person, addresses):
    """Return {address: all that is answered}, as far as there is something."""
    client, seen = Client(raise_request_exception=False), {}
    client.force_login(person)
    for address in addresses:
        with transaction.atomic():
            answer = client.get(address)
            transaction.set_rollback(True)
        if answer.status_code == 200:
            body = b"".join(answer) if answer.streaming else answer.content
            seen[address] = opened(body) + repr(dict(answer.headers)).encode()
    return seen


@pytest.mark.parametrize("stage", ["new", "assigned", "answered", "given back"])
@pytest.mark.parametrize("level", LEVELS)
def test_no_address_tells_the_other_committee(world, there, level, stage):
    question = asked(world, level)
    hand(world, question)
    if stage != "new":
        triage.assign_question(
            question, to=there["leader"], due_on=day(9), by=there["clerk"], at=moment(0, 1)
        )
    if stage == "answered":
        draft = answers.draft_answer(
            question, text="Sẽ sửa.", answered_by="Bộ", version=0, by=there["leader"],
            at=moment(0, 2),
        )  # fmt: skip
        answers.publish_answer(draft, by=there["secretary"], at=moment(0, 2))
    if stage == "given back":
        transfers.give_back(
            question, reason="x", version=question.version, by=there["clerk"], at=moment(0, 2)
        )
    addresses = list(every_address(question))

    read = {who: read_by(there[who], addresses) for who in ("secretary", "leader", "staff")}

    about = [text for text in read["secretary"].values() if CLEARED.encode() in text]
    assert len(about) >= (0 if stage == "given back" else 3)
    for who, texts in read.items():
        told = [
            (address, mark) for address, text in texts.items() for mark in NEEDLES if mark in text
        ]
        assert told == [], who
    # The search can find each mark: the office at home reads them all, a sealed name not.
    at_home = b"".join(read_by(world.clerk, addresses).values())
    expected = NEEDLES[1:] if stage == "given back" else ()
    assert all(mark in at_home for mark in expected)
    if level == Question.Level.NAMED:
        assert NEEDLES[0] in at_home


def told(world, ask, *, queue=False):
    """Hand over the question that `ask` sends, answer it there; return all that was seen there."""
    caches["local"].clear()
    seen = {}
    try:
        with transaction.atomic():
            question = ask(world, NOON)
            triage.sort_question(
                question, version=question.version, theme=world.themes[2], kind="opinion",
                display_text="Bao giờ sửa?", edited_ok=True, in_report=False, times_raised=1,
                by=world.clerk, at=NOON,
            )  # fmt: skip
            hand(world, question)
            place = reverse("sessions:triage_question", args=[question.conference_id, question.pk])
            listed = reverse("sessions:triage", args=[question.conference_id])
            where = [
                place,
                f"{place}?open=return",
                listed,
                f"{listed}?state=all",
                f"{listed}?q=sua",
            ]
            where += [
                reverse("reports:home"),
                reverse("sessions:answer_list"),
            ]
            seen["new"] = pages(world, "other_secretary", *where)
            taken_on(world, question)
            writing = reverse("sessions:answer_write", args=[question.pk])
            history = reverse("sessions:question_history", args=[question.pk])
            seen["work"] = pages(world, "other_secretary", *where, writing, history)
            raise Undo
    except Undo:
        world.conference.refresh_from_db()
        return seen


def test_no_level_is_seen_there(world, monkeypatch):
    """Named, confidential and anonymous are the same to the letter, page by page."""
    fixed = uuid.UUID("8c1f5a52-4f0e-4d0a-9a53-5d0a3c6f1b7e")
    monkeypatch.setattr(Question._meta.get_field("id"), "_get_default", lambda: fixed)

    one, two, three = (told(world, ask) for ask in (named, confidential, anonymous))

    assert one["new"].keys() == two["new"].keys()
    for stage, texts in one.items():
        for address, text in texts.items():
            assert text == two[stage][address] == three[stage][address], address
    assert "Bao giờ sửa?" in str(one)


# --- who may ask for it -----------------------------------------------------------------


def test_the_secretary_at_home_alone_asks_for_the_name_and_reads_it(world):
    question = handed(world)
    assert permissions.can_request_opening(world.secretary, question)
    assert not permissions.can_request_opening(world.other_secretary, question)

    request = unsealing.request_opening(question, reason=REASON, by=world.secretary, at=NOON)
    unsealing.agree(request, by=world.officer, at=moment(0, 1))

    assert request.committee == world.host
    assert unsealing.open_name(request, by=world.secretary, at=moment(0, 2)) == world.staff
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open_name(request, by=world.other_secretary, at=moment(0, 2))


def test_the_database_refuses_a_request_from_the_other_committee(world):
    question = handed(world)
    asked_for = {
        "question": question, "board": world.board, "code": question.code, "reason": REASON,
        "at": NOON, "lapses_at": moment(5),
    }  # fmt: skip

    with pytest.raises(Exception, match="by the committee that handles"), transaction.atomic():
        OpeningRequest.objects.create(
            **asked_for, committee=world.neighbour, by=world.other_secretary, by_name="Hải"
        )
    OpeningRequest.objects.create(
        **asked_for, committee=world.host, by=world.secretary, by_name="Ánh"
    )


def test_a_request_under_way_stays_where_it_was_made(world):
    question = cleared(world)
    request = unsealing.request_opening(question, reason=REASON, by=world.secretary, at=NOON)
    unsealing.agree(request, by=world.officer, at=NOON)

    hand(world, question)

    assert unsealing.open_name(request, by=world.secretary, at=moment(0, 1)) == world.staff


def test_the_seal_opens_after_it_has_come_back(world):
    question = handed(world)
    transfers.give_back(
        question, reason="x", version=question.version, by=world.other_secretary, at=NOON
    )

    request = unsealing.request_opening(question, reason=REASON, by=world.secretary, at=NOON)
    unsealing.agree(request, by=world.officer, at=NOON)

    assert unsealing.open_name(request, by=world.secretary, at=NOON) == world.staff


# --- other ways to a name ---------------------------------------------------------------


def test_no_form_there_says_whether_a_name_was_the_right_one(client, world):
    """The warning that a text names the asker would be a way to guess."""
    question = handed(world, level="named")
    taken_on(world, question)
    client.force_login(world.other_secretary)
    note = reverse("sessions:note_add", args=[question.pk])

    right, wrong = (
        client.post(note, {"note-text": f"Đồng chí {name} hỏi."})
        for name in (world.staff.full_name, world.colleague.full_name)
    )

    assert (right.status_code, wrong.status_code) == (302, 302)
    assert not identity.names_asker(world.staff.full_name, question)
    question.transferred_from = None  # the control: at home it is said
    assert identity.names_asker(world.staff.full_name, question)


def test_a_request_about_ones_data_goes_to_the_keeper(world):
    question = handed(world, level="named")

    wish = personal_requests.ask(kind="unname", by=world.staff, at=NOON, question=question)

    assert wish.committee == world.host


def test_taking_the_text_out_is_asked_for_at_home(world):
    question = handed(world)

    assert can_ask_purge(world.secretary, question)
    assert not can_ask_purge(world.other_secretary, question)


def test_who_sees_what_still_says_so(world):
    """A stand-in that was handed on: neither name nor opening for anybody there."""
    question = handed(world, level="named")

    assert identity.asker_shown_to(question, world.clerk) == world.staff.full_name
    assert identity.asker_shown_to(question, world.staff) == world.staff.full_name
    for who in ("other_secretary", "other_staff", "leader", "head", "officer"):
        assert identity.asker_shown_to(question, world.people[who]) == identity.NOBODY, who


def test_no_row_of_a_transfer_tells_of_the_asker(world):
    """Of two questions, one by name and one without, the rows differ in what the office typed."""
    one, other = handed(world, level="named"), handed(world, level="confidential")
    columns = [
        field.attname
        for field in transfers.Transfer._meta.concrete_fields
        if field.attname not in ("id", "question_id")
    ]

    rows = [list(found.transfers.values_list(*columns)) for found in (one, other)]

    assert rows[0] == rows[1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dialogue_sessions_transfer")
        assert not re.search(str(world.staff.full_name), repr(cursor.fetchall()))


def test_the_reason_may_not_name_whoever_asked(client, world):
    question = cleared(world, level="named")
    client.force_login(world.clerk)

    page = client.post(
        reverse("sessions:question_transfer", args=[question.pk]),
        {
            "transfer-to": "B02", "transfer-version": question.version,
            "transfer-reason": f"{world.staff.full_name} hỏi. {WHY}",
        },
    )  # fmt: skip

    assert page.status_code == 422
    with pytest.raises(MoveNotAllowed):
        questions.withdraw_question(question, at=NOON)
