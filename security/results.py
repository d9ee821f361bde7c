"""What a check says: held or not with its figure, or that it did not run, and why."""

from dataclasses import dataclass


class NotRun(Exception):
    """The check could not be made here; that is said and never counted as held."""


@dataclass(frozen=True)
class Result:
    held: bool
    figure: str
    cut: str = ""  # what was left out for want of time: held only as far as it was looked at
