from hall.models.hall import Hall, Place
from hall.models.minutes import Minutes, MinutesMove, Submission, TurnNote
from hall.models.turn import DeskAct, Turn, TurnMove

__all__ = [
    "DeskAct",
    "Hall",
    "Minutes",
    "MinutesMove",
    "Place",
    "Submission",
    "Turn",
    "TurnMove",
    "TurnNote",
]
