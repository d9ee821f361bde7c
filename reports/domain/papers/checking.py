"""What is worth a look before a paper is issued, and what stands in the way of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from foundation.clock import day_of, written_day
from reports.documents.glyphs import unprintable
from reports.domain.papers.letters import earlier_of, is_outdated, paper_document
from reports.models import Paper

if TYPE_CHECKING:
    from collections.abc import Iterator


def in_the_way(paper: Paper, *, at: dt.datetime) -> list[str]:
    """Return why the draft cannot be issued as it is: nobody signs it, or it could not be printed."""
    found = [] if paper.signer else [_("Nobody has been named who signs.")]
    words = _("The font of documents lacks the sign %(sign)s (%(part)s).")
    return [
        *found,
        *(
            words % {"sign": one.sign, "part": one.part}
            for one in unprintable(paper_document(paper, at=at))
        ),
    ]


def worth_a_look(paper: Paper, *, at: dt.datetime) -> list[str]:
    """Return what somebody who reads the draft may miss in it, a sentence each."""
    return list(_found(paper, at=at))


def _found(paper: Paper, *, at: dt.datetime) -> Iterator[str]:
    conference = paper.conference
    if not conference.agenda.exists() and paper.kind != Paper.Kind.NOTICE:
        yield _("The conference has no agenda yet.")
    if not conference.answerers.exists():
        yield _("Nobody has been named who answers.")
    due_on = {
        Paper.Kind.PLAN: conference.plan_due_on,
        Paper.Kind.NOTICE: conference.notice_due_on,
    }.get(Paper.Kind(paper.kind))
    if due_on and day_of(at) > due_on:
        yield _("It is late: it was due on %(day)s.") % {"day": written_day(due_on)}
    if before := _earlier_day_named(paper):
        words = _("The office's words still name the earlier day, %(day)s.")
        yield words % {"day": written_day(before)}


def _earlier_day_named(paper: Paper) -> dt.date | None:
    """Return the day that the earlier paper told, if words that were taken over still name it."""
    earlier = earlier_of(paper)
    if earlier is None or not is_outdated(earlier):
        return None
    facts = (earlier.snapshot or {})["facts"]
    day = day_of(dt.datetime.fromisoformat(facts["starts_at"]))
    named = rf"\b0?{day.day}(/|-|\.| tháng )0?{day.month}\b"
    is_named = any(re.search(named, text) for text in paper.texts.values())
    return day if is_named and day != paper.conference.held_on else None
