"""Slowing down those who guess, without remembering who they are."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Bucket:
    """Allow `most` misses in `seconds`, for everybody together, in this process."""

    def __init__(
        self, most: float, seconds: float, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.rate, self.now = most, most / seconds, now
        self.left, self.at = float(most), now()
        self.lock = threading.Lock()

    def take(self) -> bool:
        """Count one miss. Return whether there was room for it."""
        with self.lock:
            moment = self.now()
            self.left = min(self.most, self.left + (moment - self.at) * self.rate)
            self.at = moment
            if self.left < 1:
                return False
            self.left -= 1
            return True


def until_the_next(step: float, began: float) -> None:
    """Sleep until a whole number of `step` seconds has passed since `began` (monotonic).

    A hit and a miss then take the same time.
    """
    time.sleep(-(time.monotonic() - began) % step)
