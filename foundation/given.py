"""What a state promises to be there: the moment of issue of what was issued, the file that was made."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def given(value: T | None) -> T:
    """Return the value, which is not None: who asks knows the state that promises it."""
    if value is None:
        raise ValueError("a value is missing that its state promises")
    return value
