"""What was answered before to questions of nearly the same words, for whoever is about to ask."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Case, Value, When

from foundation.search import words as words_of
from foundation.text import fold
from sessions.queries import answered_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from committees.models import Committee
    from sessions.models import Answer


def similar_answered(
    committee: Committee, text: str, *, most: int = 5, among: QuerySet[Answer] | None = None
) -> list[Answer]:
    """Return published answers in the committee to questions that share phrases with `text`.

    Vietnamese words are mostly pairs of syllables: what counts is how many neighbouring
    pairs of `text` a question holds. Only questions whose text was cleared are offered;
    `among` narrows the answers.
    """
    words = [fold(word) for word in words_of(text)[:60]]
    pairs = list(dict.fromkeys(" ".join(pair) for pair in pairwise(words)))[:24]
    if len(pairs) < 2:
        return []
    shared = sum(
        (Case(When(question__folded__contains=f" {pair} ", then=1), default=0) for pair in pairs),
        start=Value(0),
    )
    return list(
        (answered_for([committee.pk]) if among is None else among)
        .annotate(in_common=shared)
        .filter(in_common__gte=max(2, len(pairs) // 4))
        .order_by("-in_common", "-published_at", "pk")[:most]
    )
