"""Finding the words of a text wherever they were copied to, and putting a mark in their place.

Every table is looked through, whichever there are: a new one is not forgotten.
"""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set


MARK = "(Nội dung đã được gỡ theo quyết định của hai cơ quan.)"
SHORT = "(đã gỡ)"  # where the column has no room for more
LEAST = 16  # characters of a line that is looked for by itself
SURE = 40  # of one that is, even if others have written the same: no form of address is so long
OURS = ("committees", "dialogue_sessions", "hall", "reports", "dialogue_portal")


class Words:
    """What is looked for: whole texts, and their lines that are long enough to be nobody else's.

    Blanks of any kind between the words, the case as it was typed. What is shorter than LEAST is
    found only where it stands alone. `names` of committees, conferences and themes stay what they
    are, whoever repeats them.
    """

    def __init__(
        self,
        texts: Iterable[str | None],
        *,
        is_common: Callable[[str], bool] = lambda line: False,
        names: Set[str] = frozenset(),
    ) -> None:
        wholes, lines = set(), set()
        for text in texts:
            wholes.add(_even(text or ""))
            for line in map(_even, re.split(r"[\n\r\t]+", text or "")):
                if len(line) >= SURE or (len(line) >= LEAST and not is_common(line)):
                    lines.add(line)
        self.wholes = wholes - {"", MARK} - names
        found = lines | {one for one in self.wholes if len(one) >= LEAST}
        self._look_for(found - {MARK} - names)

    def _look_for(self, fragments: Iterable[str]) -> None:
        self.fragments = sorted(fragments, key=len, reverse=True)
        patterns = (r"\s+".join(map(re.escape, one.split())) for one in self.fragments)
        self.pattern = re.compile("|".join(patterns) or r"(?!)")

    def but(self, texts: Iterable[str]) -> Words:
        """Return these Words without those that stand in `texts`: they are somebody's own too."""
        own, found = "\n".join(map(_even, texts)), copy(self)
        found.wholes = {one for one in self.wholes if one not in own}
        found._look_for(one for one in self.fragments if one not in own)
        return found

    def are_in(self, value: Any) -> bool:
        return bool(self.without(value)[1])

    def without(self, value: Any, mark: str = MARK) -> tuple[Any, int]:
        """Return (the value with marks in place of the words, how often they stood in it)."""
        if isinstance(value, str):
            if _even(value) in self.wholes:
                return mark, 1
            return self.pattern.subn(lambda _found: mark, value)
        if isinstance(value, list):
            pairs = [self.without(one, mark) for one in value]
            return [one for one, _ in pairs], sum(times for _, times in pairs)
        if isinstance(value, dict):
            of_keys = {key: self.without(one, mark) for key, one in value.items()}
            found = {key: one for key, (one, _) in of_keys.items()}
            return found, sum(times for _, times in of_keys.values())
        return value, 0

    def telling(self) -> set[str]:
        """Return a word of each that a row must hold, for the database to look for."""
        every = [*self.fragments, *self.wholes]
        return {max(re.findall(r"\w+", one), key=len, default=one) for one in every}


def _even(text: str) -> str:
    return " ".join(text.split())


def is_name(field: models.Field[Any, Any]) -> bool:
    """Is it a line with a name, a title, a place? What stands there is told of, not changed."""
    return isinstance(field, models.CharField)


def columns() -> Iterator[tuple[type[models.Model], list[Any]]]:
    """Yield (model, [fields]) of every table of ours in which words can stand."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in OURS and model._meta.managed:
            fields = [
                one
                for one in model._meta.concrete_fields
                if isinstance(one, models.TextField | models.CharField | models.JSONField)
                and not one.choices
                and not one.primary_key
            ]
            if fields:
                yield model, fields


def rows_with(
    words: Words, model: type[models.Model], fields: Iterable[models.Field[Any, Any]]
) -> Iterator[models.Model]:
    """Yield the rows in one of whose fields the words stand."""
    condition: models.Q | None = models.Q()
    found = model._base_manager.all()
    is_plain = connection.vendor != "postgresql"  # where JSON is kept with its letters escaped
    for field in fields:
        name = field.name
        if isinstance(field, models.JSONField):
            if is_plain:
                condition = None
                break
            name = f"{field.name}_as_text"
            found = found.annotate(**{name: Cast(field.name, models.TextField())})
        for word in words.telling():
            condition = (condition or models.Q()) | models.Q(**{f"{name}__contains": word})
    if condition is not None:
        found = found.filter(condition)
    for row in found.iterator(100) if words.wholes else ():
        if any(words.are_in(getattr(row, field.attname)) for field in fields):
            yield row


def redact(row: models.Model, fields: Iterable[models.Field[Any, Any]], words: Words) -> int:
    """Put marks in place of the words in one row; return how many."""
    changed, total = {}, 0
    for field in fields:
        mark = SHORT if is_name(field) else MARK
        value, times = words.without(getattr(row, field.attname), mark)
        if times:
            changed[field.attname] = value[: field.max_length] if is_name(field) else value
            total += times
    if changed:
        type(row)._base_manager.filter(pk=row.pk).update(**changed)
    return total
