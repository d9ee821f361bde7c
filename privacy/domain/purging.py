"""Taking a text out, asked for by one body and agreed to by another.

The question keeps its number, its state and its place in every count; what is done to the text
is `taking_out`, and `remaining` says what still holds it and until when.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from committees.domain.receiving_board import receiving_board
from committees.models import User
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.given import given
from foundation.search import quotes
from foundation.text import clean
from privacy.domain.of_question import texts_of
from privacy.domain.taking_out import (
    REPEATED,
    alike,
    has_reasons,
    is_out,
    left_alone,
    take_out,
)
from reports.models import Purge
from sessions.domain.undoing import lock_for_sorting
from sessions.models import Question

if TYPE_CHECKING:
    import datetime as dt


State = Purge.State
LOG = "purged.log"  # in DATA_DIR, one line a text that was taken out, never shortened by the portal
REASONS = "reasons"  # at the end of such a line: those about the question went as well
ALIKE = 3  # words in a row that a reason may not share with the text


class AlreadyAsked(Exception):
    """A request for this question waits, or its text is out already."""


class NotWaiting(Exception):
    """It was decided or withdrawn, or its time is over."""


def repeats(reason: str, question: Question) -> bool:
    """Does the reason say three words in a row of what is to go, or all of a shorter text?"""
    return any(quotes(reason, text, at_least=ALIKE) for text in texts_of(question))


@transaction.atomic
def ask(
    question: Question,
    *,
    why: str,
    reason: str,
    by: User,
    at: dt.datetime,
    with_reasons: bool = False,
) -> Purge:
    """Ask the other body. Raises AlreadyAsked.

    Once the text is out, the reasons of requests about it can be asked for still.
    """
    lock_for_sorting(question)
    if question.purges.waiting(at=at).exists() or not _is_left(question, with_reasons):
        raise AlreadyAsked
    # One whose time is over makes room: the database keeps one waiting.
    question.purges.filter(state=State.ASKED).update(state=State.WITHDRAWN)
    purge = Purge.objects.create(
        question=question,
        committee=question.keeper,
        board=receiving_board(question.keeper, on=day_of(at)),
        why=why,
        reason=clean(reason),
        with_reasons=with_reasons,
        asked_by=by,
        asked_at=at,
    )
    _record(Act.PURGE_ASKED, purge, by=by)
    return purge


def _is_left(question: Question, with_reasons: bool) -> bool:
    """Is there anything to take out: the text, or reasons about it?"""
    return not is_out(question) or (with_reasons and has_reasons(question))


@transaction.atomic
def withdraw(purge: Purge, *, by: User, at: dt.datetime) -> None:
    """Let the office think again. Raises NotWaiting."""
    _settle(purge, State.WITHDRAWN, at=at)
    _record(Act.PURGE_REFUSED, purge, by=by, withdrawn=True)


@transaction.atomic
def refuse(purge: Purge, *, refusal: str, by: User, at: dt.datetime) -> None:
    """Say no with a reason. Raises NotWaiting."""
    _settle(purge, State.REFUSED, at=at, decided_by=by, decided_at=at, refusal=clean(refusal))
    _record(Act.PURGE_REFUSED, purge, by=by)


@transaction.atomic
def agree(purge: Purge, *, by: User, at: dt.datetime) -> None:
    """Take the text out of everything, in one transaction. Raises NotWaiting."""
    lock_for_sorting(purge.question)
    _settle(purge, State.DONE, at=at, decided_by=by, decided_at=at)
    _carry_out(purge, by=by, at=at)


def _carry_out(purge: Purge, *, by: User | None, at: dt.datetime) -> None:
    """Take the text out, and note outside the database that it was."""
    removed, words = take_out(purge, at=at)
    purge.removed = {
        "counts": removed,
        "alike": alike(purge, words),
        "final": left_alone(words),
    }
    purge.save(update_fields=["removed"])
    redacted = {str(one): one.sha256 for one in purge.redactions.all()}
    _record(Act.PURGED, purge, by=by, **removed, redacted=redacted)
    transaction.on_commit(partial(_note, purge))


def _note(purge: Purge) -> None:
    """Add a line to the log that outlives the database; of the text there is nothing in it."""
    words = [purge.question_id, purge.why, purge.asked_by_id, purge.decided_by_id]
    line = " ".join(map(str, [*words, *([REASONS] if purge.with_reasons else [])])) + "\n"
    with Path(settings.DATA_DIR, LOG).open("a", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


@transaction.atomic
def repeat(*, at: dt.datetime) -> int:
    """After a restore: take out again what an older backup has brought back. Returns how many."""
    path, done = Path(settings.DATA_DIR, LOG), 0
    for line in dict.fromkeys(path.read_text().splitlines()) if path.exists() else ():
        pk, why, asked_by, decided_by, *more = line.split()
        question, with_reasons = Question.objects.filter(pk=pk).first(), REASONS in more
        if question is None or not _is_left(question, with_reasons):
            continue
        question.purges.filter(state=State.ASKED).update(state=State.WITHDRAWN)
        purge = Purge.objects.create(
            question=question, committee=question.keeper, board=receiving_board(question.keeper, on=day_of(at)),
            why=why, reason=REPEATED, with_reasons=with_reasons, state=State.DONE,
            asked_at=at, decided_at=at,
            asked_by=given(_person(asked_by, but=decided_by)),
            decided_by=_person(decided_by, but=asked_by),
        )  # fmt: skip
        _carry_out(purge, by=None, at=at)
        done += 1
    return done


def _person(pk: Any, *, but: Any) -> User | None:
    """Return who did it; should the backup not know the account yet, the first that stands for it."""
    known = User.objects.filter(pk=pk).first()
    return known or User.objects.exclude(pk=but).order_by("-is_superuser", "pk").first()


def _settle(purge: Purge, state: str, *, at: dt.datetime, **fields: Any) -> None:
    if not Purge.objects.waiting(at=at).filter(pk=purge.pk).update(state=state, **fields):
        raise NotWaiting
    purge.refresh_from_db()


def _record(act: Act, purge: Purge, *, by: User | None, **facts: Any) -> None:
    subject = purge.question.code or str(purge.question_id)[:8]
    audit.record(act, by=by, committee=purge.committee, subject=subject, purge=purge.pk, **facts)
