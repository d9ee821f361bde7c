"""Finding questions by their code, "HN2-C012" or "c12", or by their words."""

from typing import Any

from django.db.models import IntegerField, Q, QuerySet, Value

from foundation.search import CODE, Search
from sessions.codes import QUESTION, read_code


def coded(text: str, *, to: str = "") -> Q | None:
    """Return the condition that `text` names a question by its code, or None if it is no code.

    `to` leads to the question from what is searched. "C12" names one in each conference.
    """
    conference, kind, number = read_code(text) or (None, None, None)
    if (conference, number) == (None, None) or kind not in (None, QUESTION):
        return None
    named = {f"{to}conference__number": conference, f"{to}number": number}
    return Q(**{field: value for field, value in named.items() if value is not None})


def searched(found: QuerySet[Any], text: str | None, *, to: str = "") -> QuerySet[Any]:
    """Return those of `found` that `text` looks for, each with its `rank`: the lower the better."""
    if not text or not text.strip():
        found = found.annotate(rank=Value(CODE, IntegerField()))
    else:
        search, code, folded = Search.of(text), coded(text, to=to), f"{to}folded"
        condition = search.found_in(folded)
        found = found.filter(code | condition if code else condition)
        found = found.annotate(rank=search.rank(folded, code=code))
    return found
