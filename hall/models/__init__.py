from hall.models.hall import Hall, Place
from hall.models.turn import DeskAct, Turn, TurnMove

__all__ = ["DeskAct", "Hall", "Place", "Turn", "TurnMove"]
