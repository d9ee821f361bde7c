"""A hall that runs, and what is done at its desk."""

import datetime as dt
import uuid

from hall import queries
from hall.domain import desk, undoing
from hall.models import Turn
from sessions.domain import questions
from tests.world import day

PROMISE = {"text": "Thay mái khu để xe.", "lead_unit": "Văn phòng", "due_on": day(60)}
TEN_MINUTES = dt.timedelta(minutes=10)


def begun(world):
    """Return a moment at which the conference goes on."""
    return world.conference.starts_at + TEN_MINUTES


def keyed(world, *, by="clerk", at=None):
    return {"key": uuid.uuid4(), "by": getattr(world, by), "at": at or begun(world)}


def opened(world):
    return desk.open_hall(world.conference, at=begun(world))


def a_question(world, text="Đề nghị sửa mái khu để xe.", *, theme=2, level="confidential"):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[theme], kind="opinion", level=level,
        by=world.staff, at=world.conference.asks_open_at,
    )  # fmt: skip


def three(world):
    """Return three questions, in the order in which the queue has them at first."""
    return [a_question(world, f"Câu hỏi thứ {n}?", theme=n) for n in (1, 2, 3)]


def called(world, question=None, **when):
    """Return the turn of a question that was just called up."""
    question = question or a_question(world)
    return desk.call_up(opened(world), question, **keyed(world, **when))


def said(turn, text="Sẽ sửa trong quý III.", **more):
    """Return what `answer_turn` takes."""
    turn.refresh_from_db()
    return {"version": turn.version, "text": text, "answered_by": "Lê Quốc Cường", **more}


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def running(world):
    return Turn.objects.filter(hall=world.conference.pk, state="running").first()


def another(conference):
    """Return the hall of another conference of the same committee in the same period."""
    other = fresh(conference)
    other.pk, other.number = None, 99
    other.save(force_insert=True)
    return desk.open_hall(other, at=other.starts_at)


def from_the_floor(world, **changes):
    typed = {"text": "Bao giờ sửa đèn?", "name": "", "unit": "", "theme": world.themes[4]}
    return desk.ask_from_the_floor(opened(world), **{**typed, **changes}, **keyed(world))


def undo_last(world, **at):
    hall = opened(world)
    return undoing.undo(
        hall, number=queries.last_act(hall).number, by=world.clerk, at=at.get("at", begun(world))
    )
