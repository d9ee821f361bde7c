"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


SAME, GONE, NEW = "same", "gone", "new"
WORDS = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")  # each with the blank before it
SENTENCES = re.compile(r"[^.!?;\n]*[.!?;\n]+\s*|[^.!?;\n]+")
MOST = 500_000  # pairs of words that are compared; beyond that whole sentences are, or the whole


@dataclass(frozen=True)
class Part:
    """A piece of text that is in both, or only in the earlier (GONE) or the later (NEW) one."""

    kind: str
    text: str


def parts_of(before: str, after: str) -> list[Part]:
    """Return the pieces of both texts in order; the GONE before the NEW that took their place."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) * len(new) > MOST:
        old, new = SENTENCES.findall(before), SENTENCES.findall(after)
    if len(old) * len(new) > MOST:
        old, new = [before], [after]
    return list(_compared(old, new))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, begins, ends in matcher.get_opcodes():
        if kind == "equal":
            yield Part(SAME, "".join(old[first:last]))
            continue
        if first != last:
            yield Part(GONE, "".join(old[first:last]))
        if begins != ends:
            yield Part(NEW, "".join(new[begins:ends]))
