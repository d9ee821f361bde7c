"""What a state looks like: its word and its look stand where the state is defined.

A room writes `HELD = "held", Look.NOW, _("Held")` into a subclass of State, and a model that
moves between such states is Stateful. Pages ask for `{% state_badge thing %}` and for facts with
a name of their own (`thing.is_open`); no template knows the value of a state.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Self

from django.db import models


class Look(enum.Enum):
    """How a state stands among the others: the class of its style, and its icon."""

    DONE = "done", "check-circle"
    LATE = "late", "exclamation-triangle"
    WAITING = "waiting", "clock"
    NOW = "now", "record-circle"
    OFF = "off", "dash-circle"

    def __init__(self, css: str, icon: str) -> None:
        self.css = css
        self.icon = icon


class State(models.TextChoices):
    """States, each with its look and its word: `NAME = value, look, word`."""

    look: Look

    if not TYPE_CHECKING:  # a checker would want a look wherever a state is named by its value

        def __new__(cls, value: str, look: Look) -> Self:
            member = str.__new__(cls, value)
            member._value_ = value
            member.look = look
            return member


class Stateful:
    """Something whose column `state` holds one of STATES."""

    STATES: type[State]
    state: Any

    @property
    def stands(self) -> State:
        """Its state with look and word; a model just made may hold the member already."""
        return self.STATES(self.state)
