from hall.models.guest import Guest
from hall.models.hall import Hall, Place
from hall.models.speaker import Speaker
from hall.models.turn import DeskAct, Turn, TurnMove

__all__ = ["DeskAct", "Guest", "Hall", "Place", "Speaker", "Turn", "TurnMove"]
