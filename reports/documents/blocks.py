"""The pieces that documents are built of, as JSON-able dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def heading(level: int, text: str) -> dict[str, Any]:
    """A heading: level 1 in capitals (I- …), level 2 below it (1. …)."""
    return {"type": "heading", "level": level, "text": text}


def paragraph(text: str, *, key: str | None = None) -> dict[str, Any]:
    """A paragraph; `key` names the place where the office may write its own words."""
    block: dict[str, Any] = {"type": "paragraph", "text": text}
    return {**block, "key": key} if key else block


def numbered(*parts: tuple[str, list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Number the parts (title, blocks) that say something; the others leave no gap."""
    said = [(title, blocks) for title, blocks in parts if blocks]
    for number, (title, blocks) in enumerate(said, 1):
        yield from (heading(2, f"{number}. {title}"), *blocks)


def bullets(*items: str) -> dict[str, Any]:
    """Lines that begin with a dash."""
    return {"type": "bullets", "items": list(items)}


def address(url: str, text: str, *, typed: str = "") -> dict[str, Any]:
    """An address to type, and a picture of it to scan; `typed` is a shorter one that leads there."""
    return {"type": "qr", "url": url, "text": text, "typed": typed or url}


def room(lines: int, label: str = "") -> dict[str, Any]:
    """Ruled lines to write on by hand."""
    return {"type": "room", "lines": lines, "text": label}


def table(name: str, columns: Any, rows: Any, *, caption: str = "", **more: Any) -> dict[str, Any]:
    """A table; `columns` as `tables.columns_of` gives them."""
    whole = {"caption": caption, "columns": columns, "rows": rows, "total": None, "empty": ""}
    return {"type": "table", "name": name, **whole, **more}
