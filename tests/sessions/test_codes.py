"""Codes: what a conference, a question and a commitment are called, and how people type it."""

import pytest

from sessions.codes import read_code
from sessions.domain import commitments, conferences, triage
from sessions.forms.sorting import MergeForm
from sessions.models import Question
from tests.world import NOON, day, make_conference, moment


def sorted_question(world, conference):
    question = Question.objects.create(
        conference=conference,
        committee=conference.committee,
        theme=world.themes[0],
        kind="opinion",
        level="anonymous",
        original_text="Bao giờ sửa mái khu để xe?",
        received_at=NOON,
    )
    triage.classify_question(
        question, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON
    )
    return question


def scheduled(world, **fields):
    values = {
        "starts_at": moment(40),
        "ends_at": moment(40, 3),
        "title": "Đối thoại đột xuất",
        "place": "Hội trường",
        "mode": "in_person",
        "kind": "extraordinary",
        **fields,
    }
    return conferences.schedule_conference(
        world.host, chair=world.secretary, answerers=[], by=world.clerk, at=NOON, **values
    )


@pytest.mark.django_db
def test_two_conferences_of_one_period_share_no_code(world):
    second = scheduled(world)

    codes = [sorted_question(world, one).code for one in (world.conference, second)]

    assert codes == ["HN1-C001", "HN2-C001"]


@pytest.mark.django_db
def test_a_code_stays_when_its_conference_is_moved(world):
    second = scheduled(world)
    question = sorted_question(world, second)

    conferences.postpone_conference(second, reason="Trùng lịch", by=world.clerk, at=NOON)
    conferences.reschedule_conference(
        second, starts_at=moment(400), ends_at=moment(400, 3), by=world.clerk, at=NOON
    )

    assert Question.objects.get(pk=question.pk).code == "HN2-C001"


@pytest.mark.django_db
def test_promises_of_two_conferences_share_no_code(world):
    second = make_conference(world.host, world.secretary, starts_at=moment(-9), ends_at=moment(-8))
    codes = [
        commitments.make_commitment(
            one, text="Sửa mái", lead_unit="Văn phòng", due_on=day(30), by=world.clerk, at=NOON
        ).code
        for one in (world.conference, second)
    ]

    assert codes == ["HN1-K01", "HN2-K01"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("HN2-C001", ["HN2-C001"]),
        ("hn2 c1", ["HN2-C001"]),
        ("c001", ["HN1-C001", "HN2-C001"]),
        ("HN2", ["HN2-C001"]),
        ("HN9-C001", []),
        ("HN1-K01", []),
        ("sửa mái", []),
        ("", []),
        ("C99999999999999999999", []),
    ],
)
def test_questions_are_found_by_the_code_as_it_is_typed(world, typed, found):
    for one in (world.conference, scheduled(world)):
        sorted_question(world, one)

    questions = Question.objects.with_code(typed).order_by("conference__number", "number")

    assert [question.code for question in questions] == found


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("HN12-K03", (12, "K", 3)),
        ("HN 12", (12, None, None)),
        ("k3", (None, "K", 3)),
        ("12", None),
        ("-", None),
        ("không", None),
    ],
)
def test_a_code_is_read(typed, read):
    assert read_code(typed) == read


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("HN1-C001", True),
        ("hn1 c1", True),
        ("c001", True),
        ("1", True),
        ("HN2-C001", False),
        ("HN1", False),
        ("HN1-K01", False),
        ("²", False),
    ],
)
def test_the_question_to_merge_into_is_found_in_its_own_conference(world, typed, is_found):
    question = sorted_question(world, world.conference)
    sorted_question(world, scheduled(world))

    other = sorted_question(world, world.conference)
    form = MergeForm({"into": typed}, question=other)

    assert form.is_valid() is is_found
    assert not is_found or form.cleaned_data["into"] == question
