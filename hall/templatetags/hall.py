"""What the desk shows of a turn."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from hall import queries
from sessions.models import Question

if TYPE_CHECKING:
    import datetime as dt

    from hall.models import Turn
    from hall.queries import Desk


register = template.Library()


@register.simple_tag
def act_key() -> str:
    """Return a key of its own for each form of the page: what is sent twice is done once."""
    return str(uuid.uuid4())


@register.simple_tag
def seconds_of(turn: Turn, at: dt.datetime) -> int:
    """Return for how many seconds the turn has been on the floor, pauses left out."""
    return int(turn.lasted(at=at).total_seconds())


@register.filter
def minutes_and_seconds(seconds: int) -> str:
    """Return "3:07"; what takes longer than an hour has more minutes."""
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def unheard(question: Question, desk: Desk) -> str:
    """Return what of this question the hall has not heard yet, in words; "" where it has all."""
    words = {"theme": _("theme"), "unit": _("unit"), "named": _("asked like this")}
    return ", ".join(words[name] for name in queries.unheard(question, desk.heard))


@register.filter
def speaker(question: Question) -> str:
    """Return who asks as the desk may name them, with the unit; of others only that none is named."""
    if question.level != Question.Level.NAMED:
        return _("not named")
    name = question.asker_name or (question.author.full_name if question.author else "")
    return ", ".join(filter(None, (name, question.asker_unit))) or _("not named")
