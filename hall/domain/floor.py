"""What the dialogue may ask of the hall: whether a question is on the floor at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hall.models import Turn
from hall.states import TurnState
from sessions.domain.transfers import says_on_the_floor

if TYPE_CHECKING:
    from sessions.models import Question


@says_on_the_floor
def is_on_the_floor(question: Question) -> bool:
    return Turn.objects.filter(question=question, state=TurnState.RUNNING).exists()
