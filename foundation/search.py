"""Searching in Vietnamese: whole words; marks count where they were typed; the best hit first.

`dang uy` finds "Đảng ủy" and "đăng uỷ"; `đảng ủy` finds "Đảng uỷ" alone, wherever its tone is put.
What is searched is kept beside its text as `searchable` makes it, the same in every database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, Value, When

from foundation.letters import mended
from foundation.text import TONES, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


WORD = re.compile(r"\w+")
# Words in quotation marks belong together, as do those of "12/2026" or "a01.001@x.vn".
PART = re.compile(r'["“”«»]([^"“”«»]+)["“”«»]|(\S+)')
PLAIN, MARKED = " |"
CODE, TOGETHER_AS_TYPED, TOGETHER, AS_TYPED, ANYWHERE = range(5)


def searchable(text: str | None) -> str:
    """Return what is kept for searching: all words without marks, and |all|with|their|marks|."""
    found = words(text)
    return _between(PLAIN, map(fold, found)) + _between(MARKED, map(spelled, found))


def _between(sign: str, found: Iterable[str]) -> str:
    return f"{sign}{sign.join(found)}{sign}"


def words(text: str | None) -> list[str]:
    """Return the words of `text` in small letters, without what stands between them."""
    return WORD.findall(mended(text or "").lower())


def quotes(text: str, source: str, *, at_least: int = 6) -> bool:
    """Does `text` repeat so many words of `source` in a row, or all of a shorter one?

    A single word is nobody's.
    """
    said, known = words(text), words(source)
    length = min(at_least, len(known))

    def runs(found: Sequence[str]) -> set[tuple[str, ...]]:
        return {tuple(found[n : n + length]) for n in range(len(found) - length + 1)}

    return length > 1 and not runs(said).isdisjoint(runs(known))


def spelled(word: str) -> str:
    """Return the word with its tone at the end, so that `uỷ` and `ủy` are one."""
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in letters if c in TONES)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in TONES)) + tones


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Each of `parts` must be there; `whole` is all of it in one.

    With `beginnings`, as names are looked for, a part may be the beginning of a word.
    """

    parts: tuple[tuple[str, ...], ...] = ()
    whole: tuple[str, ...] = ()
    beginnings: bool = False

    @classmethod
    def of(cls, text: str | None, *, beginnings: bool = False) -> Search:
        found = [words(one or other) for one, other in PART.findall(text or "")]
        parts = tuple(tuple(part) for part in found if part)
        return cls(parts, tuple(word for part in parts for word in part), beginnings)

    def found_in(self, field: str) -> Q:
        """Return the condition that `field`, which holds what `searchable` made, has all parts."""
        found = Q()
        for part in self.parts:
            found &= Q(**{f"{field}__contains": self._as_asked(part)})
        return found if self.parts else Q(pk__in=[])

    def matches(self, text: str) -> bool:
        """Say whether a text that no column is kept for has all parts."""
        kept = searchable(text)
        return bool(self.parts) and all(self._as_asked(part) in kept for part in self.parts)

    def rank(self, field: str, *, code: Q | None = None) -> Case | Value:
        """Return the expression to order hits by; those that the condition `code` names come first."""
        if not self.parts:
            return Value(CODE, IntegerField())
        as_typed = Q()
        for part in self.parts:
            as_typed &= Q(**{f"{field}__contains": self._needle(MARKED, part)})
        together = {f"{field}__contains": self._needle(PLAIN, self.whole)}
        return Case(
            *([When(code, then=Value(CODE))] if code else []),
            When(**{f"{field}__contains": self._needle(MARKED, self.whole)},
                 then=Value(TOGETHER_AS_TYPED)),
            When(**together, then=Value(TOGETHER)),
            When(as_typed, then=Value(AS_TYPED)),
            default=Value(ANYWHERE),
            output_field=IntegerField(),
        )  # fmt: skip

    def _as_asked(self, part: Sequence[str]) -> str:
        has_marks = any(spelled(word) != fold(word) for word in part)
        return self._needle(MARKED if has_marks else PLAIN, part)

    def _needle(self, sign: str, part: Sequence[str]) -> str:
        needle = _between(sign, map(fold if sign == PLAIN else spelled, part))
        return needle[:-1] if self.beginnings else needle
