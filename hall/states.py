"""The tables of moves: of a turn, one question on the floor of the hall, and of the minutes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.looks import Look, State


class TurnState(State):
    RUNNING = "running", Look.NOW, _("On the floor")
    ANSWERED = "answered", Look.DONE, _("Answered in the hall")
    IN_WRITING = "in_writing", Look.WAITING, _("To be answered in writing")
    PUT_BACK = "put_back", Look.OFF, _("Put back into the queue")


# What is over comes back by undoing alone.
TURN_MOVES: dict[str, set[TurnState]] = {
    TurnState.RUNNING: {TurnState.ANSWERED, TurnState.IN_WRITING, TurnState.PUT_BACK},
    TurnState.ANSWERED: {TurnState.RUNNING},
    TurnState.IN_WRITING: {TurnState.RUNNING},
    TurnState.PUT_BACK: {TurnState.RUNNING},
}
# Those that the minutes tell of.
TAKEN = (TurnState.ANSWERED, TurnState.IN_WRITING)


class MinutesState(State):
    DRAFTED = "drafted", Look.WAITING, pgettext_lazy("minutes", "Being written")
    SUBMITTED = "submitted", Look.NOW, pgettext_lazy("minutes", "Before the chair")
    APPROVED = "approved", Look.DONE, pgettext_lazy("minutes", "Approved by the chair")


# The same for the minutes and for each addendum. What is approved stays: later changes are addenda.
MINUTES_MOVES: dict[str, set[MinutesState]] = {
    MinutesState.DRAFTED: {MinutesState.SUBMITTED},
    MinutesState.SUBMITTED: {MinutesState.APPROVED, MinutesState.DRAFTED},
    MinutesState.APPROVED: set(),
}
