"""A question of the host that its neighbour answers, in one line each."""

from sessions.domain import questions, transfers, triage
from tests.world import NOON, day, moment

ASKED = "Tôi là Đức ở phòng Tổ chức: cầu thang chung của hai viện hỏng."
CLEARED = "Cầu thang chung của hai viện hỏng."
WHY = "Cầu thang do Bộ Láng Giềng quản lý."
LATER = moment(0, 1)


def cleared(world, *, level="confidential", by=None, text=ASKED, conference=None):
    """Return a question that the host has sorted, and whose text it has cleared."""
    question = questions.submit_question(
        conference or world.conference, text=text, theme=world.themes[2], kind="opinion",
        level=level, by=by or world.staff, at=moment(-1),
    )  # fmt: skip
    triage.sort_question(
        question, version=question.version, theme=world.themes[2], kind="opinion",
        display_text=CLEARED, edited_ok=True, in_report=True, times_raised=2,
        by=world.clerk, at=moment(0, -2),
    )  # fmt: skip
    return question


def hand(world, question, *, to=None, at=NOON, by=None, reason=WHY):
    """Hand the question to the neighbour; return the transfer."""
    return transfers.transfer_question(
        question, to=to or world.neighbour, reason=reason, version=question.version,
        by=by or world.clerk, at=at,
    )  # fmt: skip


def handed(world, **asked):
    """Return a question that lies with the neighbour."""
    question = cleared(world, **asked)
    hand(world, question)
    return question


def taken_on(world, question, *, at=LATER):
    """Let the neighbour's secretary answer it."""
    triage.assign_question(
        question, to=world.other_secretary, due_on=day(20), by=world.other_secretary, at=at
    )


def given_back(world, question, *, at=LATER, reason="Không do chúng tôi quản lý."):
    return transfers.give_back(
        question, reason=reason, version=question.version, by=world.other_secretary, at=at
    )
