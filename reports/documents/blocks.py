"""The pieces that documents are built of, as JSON-able dictionaries."""

from typing import Any


def heading(level: int, text: str) -> dict[str, Any]:
    """A heading: level 1 in capitals (I- …), level 2 below it (1. …)."""
    return {"type": "heading", "level": level, "text": text}


def paragraph(text: str, *, key: str | None = None) -> dict[str, Any]:
    """A paragraph; `key` names the place where the office may write its own words."""
    block: dict[str, Any] = {"type": "paragraph", "text": text}
    return {**block, "key": key} if key else block
