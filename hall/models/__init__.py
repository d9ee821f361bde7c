from hall.models.guest import Guest
from hall.models.hall import Hall, Place
from hall.models.turn import DeskAct, Turn, TurnMove

__all__ = ["DeskAct", "Guest", "Hall", "Place", "Turn", "TurnMove"]
