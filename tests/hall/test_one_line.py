"""An answer that ends with its commitment in one line, and who is named before anybody types."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from foundation.clock import written_day
from sessions.models import Commitment
from tests.hall.floor import a_question, called, fresh

pytestmark = pytest.mark.django_db
SCRIPT = {"headers": {"X-Sent-By": "script"}}


@pytest.fixture
def clerk(client, world, at):
    client.force_login(world.clerk)
    return client


def record(clerk, turn, text, **typed):
    data = {"version": fresh(turn).version, "text": text, "answered_by": "A", "key": uuid.uuid4()}
    return clerk.post(reverse("hall:turn_answer", args=[turn.pk]), {**data, **typed}, **SCRIPT)


def due(world, days=30):
    return world.conference.held_on + dt.timedelta(days=days)


def test_the_last_line_is_the_commitment(clerk, world):
    turn = called(world)
    line = f"=> Thay mái, quét vôi; Văn phòng; {written_day(due(world))}"

    assert record(clerk, turn, f"Có kinh phí.\nLàm ngay.\n{line}").status_code == 200

    made = Commitment.objects.get()
    assert (made.text, made.lead_unit, made.due_on) == (
        "Thay mái, quét vôi", "Văn phòng", due(world),
    )  # fmt: skip
    assert fresh(turn).gist == "Có kinh phí.\nLàm ngay."


@pytest.mark.parametrize(
    "line",
    [
        "=> Thay mái",
        "=> Thay mái; Văn phòng",
        "=> Thay mái; ; 01/02/2030",
        "=> Thay mái; Văn phòng; hôm nào",
        "=> Thay mái; Văn phòng; 01/02/2001",
        f"=> {'x' * 2_001}; Văn phòng; 01/02/2030",
        f"=> Thay mái; {'x' * 201}; 01/02/2030",
    ],
)
def test_half_a_commitment_is_refused_with_all_that_was_typed(clerk, world, line):
    turn = called(world)

    refused = record(clerk, turn, f"Có kinh phí.\n{line}")

    assert refused.status_code == 422
    assert refused.context["answer"].errors["text"]
    assert line in refused.context["answer"]["text"].value()
    assert fresh(turn).state == "running"


def test_an_arrow_alone_is_no_answer(clerk, world):
    turn = called(world)

    refused = record(clerk, turn, f"=> Thay mái; Văn phòng; {written_day(due(world))}")

    assert refused.status_code == 422


def test_fields_that_are_filled_are_the_commitment(clerk, world):
    turn = called(world)
    fields = {
        "promised": "Sửa đèn",
        "promised_unit": "Văn phòng",
        "promised_on": written_day(due(world)),
    }

    record(clerk, turn, "Có.\n=> xem công văn 12", **fields)

    assert Commitment.objects.get().text == "Sửa đèn"
    assert fresh(turn).gist == "Có.\n=> xem công văn 12"


def named(clerk, world):
    page = clerk.get(reverse("hall:hall_desk", args=[world.conference.pk]))
    return page.context["answer"]["answered_by"].value()


def test_where_one_person_alone_can_answer_the_name_stands_there(clerk, world):
    world.conference.answerers.set([world.leader])
    called(world)

    assert named(clerk, world) == world.leader.full_name


def test_where_several_can_nobody_is_named(clerk, world):
    world.conference.answerers.set([world.leader, world.secretary])
    called(world, a_question(world))

    assert named(clerk, world) == ""
