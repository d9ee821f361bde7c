"""What is worth a look before a paper is issued, and what stands in the way of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from foundation.clock import day_of, written_day
from reports.documents.glyphs import unprintable
from reports.domain.papers.letters import paper_document
from reports.models import Paper

if TYPE_CHECKING:
    import datetime as dt
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
