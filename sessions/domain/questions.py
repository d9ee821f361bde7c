"""Asking: sending, recording, changing and withdrawing a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from foundation.clock import start_of_week
from foundation.moves import MoveNotAllowed, move
from foundation.search import searchable
from foundation.text import clean
from foundation.versions import claim_version
from sessions.askers.public import asker_key, print_of, seal
from sessions.domain.attachments import exchange
from sessions.models import Question
from sessions.states import BEFORE_TRIAGE, CONFERENCE_AHEAD, QuestionState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from committees.models import User
    from sessions.models import Attachment, Conference, Theme


LONGEST = 4_000


class WindowClosed(Exception):
    """The conference takes no questions at this moment."""


class AlreadySent(Exception):
    """Another question was sent with this key of a form: the answer to it may have been lost."""

    def __init__(self, question: Question) -> None:
        super().__init__(str(question.pk))
        self.question = question


class LevelNotOffered(Exception):
    """The level of disclosure cannot be asked for in this way."""


@transaction.atomic
def submit_question(
    conference: Conference,
    *,
    text: str,
    theme: Theme,
    kind: str,
    level: str,
    by: User,
    at: dt.datetime,
    form_key: str | None = None,
    receipt: str | None = None,
    files: Collection[Any] = (),
) -> Question:
    """Take a question from somebody who is signed in; the same `form_key` is taken once.

    A confidential question keeps a sealed name and the keyed pseudonym, no person. `receipt`
    is what is kept of the asker's code, `files` are cleaned: [(kind, bytes), …]. Raises
    WindowClosed, LevelNotOffered, and AlreadySent where something else was sent before.
    """
    if not conference.takes_questions(at=at):
        raise WindowClosed
    if level not in (Question.Level.NAMED, Question.Level.CONFIDENTIAL):
        raise LevelNotOffered
    question, is_new = _once(
        form_key,
        conference=conference,
        committee=conference.committee,
        theme=theme,
        kind=kind,
        level=level,
        author=by if level == Question.Level.NAMED else None,
        asker_key=asker_key(by, conference) if level == Question.Level.CONFIDENTIAL else "",
        raised_live=at >= conference.starts_at,
        received_at=_received_at(level, at),
        receipt=receipt,
        **_texts(text),
    )
    if not is_new and not _is_the_same(question, text=text, theme=theme, kind=kind, level=level):
        raise AlreadySent(question)
    if is_new and level == Question.Level.CONFIDENTIAL:
        seal(question, by)
    if is_new:
        exchange(question, add=files, at=at)
    return question


def record_question(
    conference: Conference,
    *,
    text: str,
    theme: Theme,
    kind: str,
    channel: str,
    level: str,
    by: User,
    at: dt.datetime,
    name: str = "",
    unit: str = "",
    form_key: str | None = None,
    receipt: str | None = None,
) -> Question:
    """Write down for somebody what came on paper or was spoken. `by` is who writes.

    Raises AlreadySent where something else was written down before from the same form.
    """
    named = level == Question.Level.NAMED
    question, is_new = _once(
        form_key,
        conference=conference,
        committee=conference.committee,
        theme=theme,
        kind=kind,
        channel=channel,
        level=level,
        asker_name=name if named else "",
        asker_unit=unit if named else "",
        raised_live=channel == Question.Channel.ORAL,
        received_at=_received_at(level, at),
        receipt=receipt,
        **_texts(text),
    )
    if not is_new and not (
        _is_the_same(question, text=text, theme=theme, kind=kind, level=level)
        and (question.channel, question.asker_name, question.asker_unit)
        == (channel, name if named else "", unit if named else "")
    ):
        raise AlreadySent(question)
    return question


def _is_the_same(question: Question, *, text: str, theme: Theme, kind: str, level: str) -> bool:
    sent = (question.original_text, question.theme_id, question.kind, question.level)
    return sent == (clean(text), theme.pk, kind, level)


def _texts(text: str) -> dict[str, str]:
    text = clean(text)
    return {"original_text": text, "folded": searchable(text)}


def _once(form_key: str | None, **values: Any | None) -> tuple[Question, bool]:
    """Return (question, True), or (the one that the same form has created before, False)."""
    form_print = print_of(form_key) if form_key else None
    try:
        with transaction.atomic():
            return Question.objects.create(form_print=form_print, **values), True
    except IntegrityError:
        found = form_print and Question.objects.filter(form_print=form_print).first()
        if found:
            return found, False
        if not values.get("receipt"):
            raise
    # The code is another question's already: this one is kept all the same, without it.
    return _once(form_key, **{**values, "receipt": None})


def _received_at(level: str, at: dt.datetime) -> dt.datetime:
    """The day of a named question's arrival is everybody's; of others only the week is kept."""
    return at if level == Question.Level.NAMED else start_of_week(at)


@transaction.atomic
def change_question(
    question: Question,
    *,
    text: str,
    theme: Theme,
    kind: str,
    version: int,
    at: dt.datetime,
    files: Collection[Any] = (),
    drop: Collection[Attachment] = (),
) -> None:
    """Let the asker correct the question until it is sorted. Nobody's name is written down.

    `files` are cleaned and come to it, the attachments `drop` go. The same change sent twice is
    made once. Raises NotAttachable and OutdatedVersion.
    """
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    if question.state not in BEFORE_TRIAGE:
        raise MoveNotAllowed(f"{question} has been sorted")
    if question.version == version + 1 and not (files or drop):
        stands = _is_the_same(question, text=text, theme=theme, kind=kind, level=question.level)
        if stands:
            return
    claim_version(question, version)
    for name, value in {**_texts(text), "theme": theme, "kind": kind}.items():
        setattr(question, name, value)
    question.save(update_fields=["original_text", "folded", "theme", "kind"])
    exchange(question, add=files, drop=drop, at=at)


@transaction.atomic
def withdraw_question(question: Question, *, at: dt.datetime) -> None:
    """Take the question back before it is sorted. The act bears no name, nor its hour.

    What is withdrawn already stays so.
    """
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    if question.state == QuestionState.WITHDRAWN:
        return
    at = _received_at(question.level, at)
    move(question, QuestionState.WITHDRAWN, by=None, at=at, settled_at=at)


def can_send_again(question: Question) -> bool:
    """May the asker take the withdrawal back? As long as the conference has not been held."""
    is_withdrawn = question.state == QuestionState.WITHDRAWN
    return is_withdrawn and question.conference.state in CONFERENCE_AHEAD


@transaction.atomic
def send_again(question: Question, *, at: dt.datetime) -> None:
    """Put a withdrawn question back where it was. The act bears no name, nor its hour.

    What was put back a moment ago stands as it is.
    """
    question.refresh_from_db(from_queryset=Question.objects.select_for_update(no_key=True))
    last = question.moves.order_by("pk").last()
    was_withdrawn = last and last.from_state == QuestionState.WITHDRAWN
    if question.state == QuestionState.RECEIVED and was_withdrawn:
        return
    if not can_send_again(question):
        raise MoveNotAllowed(f"{question} is not to be sent again")
    at = _received_at(question.level, at)
    move(question, QuestionState.RECEIVED, by=None, at=at, settled_at=None)
