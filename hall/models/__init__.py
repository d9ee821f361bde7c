from hall.models.guest import Guest, what_is_told
from hall.models.hall import Hall, Place
from hall.models.minutes import Minutes, MinutesMove, Submission, TurnNote
from hall.models.speaker import Speaker
from hall.models.turn import DeskAct, Turn, TurnMove

__all__ = [
    "DeskAct",
    "Guest",
    "Hall",
    "Minutes",
    "MinutesMove",
    "Place",
    "Speaker",
    "Submission",
    "Turn",
    "TurnMove",
    "TurnNote",
    "what_is_told",
]
