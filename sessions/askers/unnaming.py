"""Taking the name off a named question, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.models import Question

if TYPE_CHECKING:
    from django.db.models import QuerySet


def named_in(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Return those of `questions` that still bear a name."""
    return questions.filter(level=Question.Level.NAMED).exclude(
        author=None, asker_name="", asker_unit=""
    )


def take_names_off(questions: QuerySet[Question]) -> int:
    """Let nothing lead from the questions to who asked; return how many bore a name.

    Their level stays what it was, and so does what was written. Who asked finds them by the
    receipt alone from then on.
    """
    bare = {"author": None, "asker_name": "", "asker_unit": ""}
    return named_in(questions).update(**bare)
