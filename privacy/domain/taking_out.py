"""Removing a question's text from every row, draft, snapshot and file; what two bodies have agreed to.

The question keeps its number, its state and its place in every count.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from committees.models import CommitteeName
from foundation import files
from foundation.models import Draft
from hall.models import Submission
from jobs.models import Rendering
from jobs.states import JobState
from privacy.domain.of_question import empty, texts_of, words_written_about
from privacy.domain.redacting import MARK, Words, columns, is_name, redact, rows_with
from reports.domain.snapshots import digest
from reports.models import (
    ConsolidatedReport,
    Narrative,
    Paper,
    Purge,
    Redaction,
    Report,
    SignedCopy,
)
from sessions.domain import attachment_files
from sessions.domain.triage import decline_question
from sessions.models import (
    AgendaItem,
    Answer,
    Appeal,
    Attachment,
    Clarification,
    Commitment,
    Conference,
    OpeningDecision,
    OpeningRequest,
    Progress,
    Question,
    Rating,
    Theme,
)
from sessions.states import IN_PROGRESS

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.db import models
    from django.db.models import QuerySet


REPEATED = "Gỡ lại sau khi khôi phục từ bản sao lưu."  # the reason of what a restore took out
# Whose words are somebody's own: the same ones there are told of and not taken out unasked.
OF_OTHERS = (Question, Answer, Clarification, Appeal, Rating, Commitment, Progress)


def take_out(purge: Purge, *, at: dt.datetime) -> tuple[dict[str, int], Words]:
    """Remove the text, its copies and its files; return ({what: how many}, the Words)."""
    question = purge.question
    others = [
        *Question.objects.exclude(pk=question.pk).values_list("original_text", flat=True),
        *Answer.objects.exclude(question=question).values_list("text", flat=True),
    ]
    common = {" ".join(line.split()) for text in others for line in text.splitlines()}
    words = Words(
        [*texts_of(question), *words_written_about(question)],
        is_common=common.__contains__,
        names=_names(),
    )
    _redact_lines(question, words)
    _settle_question(purge, at=at)
    removed = {"rows": empty(question)}
    removed["reasons"] = _empty_reasons(purge, words)
    removed["files"] = _remove_attachments(question)
    removed["drafts"] = _forget_drafts(question, words)
    removed |= _sweep(purge, words, at=at)
    return {what: number for what, number in removed.items() if number}, words


def alike(purge: Purge, words: Words) -> list[tuple[str | None, str | int]]:
    """Return [(id, code)] of other questions of the committee with the same words in them or in
    what was written to them, and how many there are elsewhere as (None, number)."""
    asked = Question.objects.filter(pk__in=_questions_with(words) - {purge.question_id})
    own = asked.filter(committee=purge.committee).select_related("conference")
    elsewhere = asked.exclude(committee=purge.committee).count()
    found: list[tuple[str | None, str | int]] = [(str(one.pk), one.code) for one in own]
    return [*found, (None, elsewhere)] if elsewhere else found


def _questions_with(words: Words) -> set[UUID]:
    """Return the ids of the questions that hold the words, or to which they were written."""
    found = set()
    for model, fields in columns():
        if model in OF_OTHERS:
            found |= {_question_of(row) for row in rows_with(words, model, fields)}
    return {one for one in found if one is not None}


def left_alone(words: Words) -> dict[str, int]:
    """Return {table: how many rows} that hold the words and stay: those that nobody can change,
    and lines with names and titles."""
    found = {}
    for model, fields in columns():
        if model not in OF_OTHERS and model is not Purge:
            kept = [one for one in fields if is_name(one) or not _can_change(model)]
            number = sum(1 for _row in rows_with(words, model, kept)) if kept else 0
            found[str(model._meta.model_name)] = number
    return {table: number for table, number in found.items() if number}


def _question_of(row: Any) -> UUID | None:
    if isinstance(row, Question):
        return row.pk
    if isinstance(row, Progress):
        row = row.commitment
    question_id: UUID | None = row.question_id
    return question_id


def _settle_question(purge: Purge, *, at: dt.datetime) -> None:
    """Return what is still in progress: nobody can answer it, and its asker reads where it belongs."""
    question = purge.question
    if question.state in IN_PROGRESS:
        codes = Question.ReturnCode
        is_denunciation = purge.why == Purge.Why.DENUNCIATION
        code = codes.COMPLAINT if is_denunciation else codes.SECRET
        decline_question(question, code=code, text=MARK, by=None, at=at)


def _names() -> set[str]:
    """Return what committees, conferences and themes are called."""
    found: set[str] = set()
    for model, columns_ in (
        (CommitteeName, ("name", "header_name", "organisation_name")),
        (Conference, ("title", "place")),
        (AgendaItem, ("title",)),
        (Theme, ("name",)),
    ):
        for names in model.objects.values_list(*columns_):
            found.update(" ".join(name.split()) for name in names)
    return found


def _redact_lines(question: Question, words: Words) -> None:
    """Take the words out of the names and numbers that stand with the question: units, evidence."""
    commitments = Commitment.objects.filter(question=question)
    rows = [question, *question.answers.all(), *commitments]
    rows += Progress.objects.filter(commitment__in=commitments)
    fields_of = dict(columns())
    for row in rows:
        redact(row, [one for one in fields_of[type(row)] if is_name(one)], words)


def is_out(question: Question) -> bool:
    return question.original_text == MARK


def reasons_about(question: Question) -> list[tuple[QuerySet[Any], str]]:
    """Return [(rows, field)] of what was written about the question for another body to read."""
    purges = question.purges.exclude(with_reasons=True, state=Purge.State.DONE)
    found = [
        (OpeningRequest.objects.filter(question=question), "reason"),
        (OpeningDecision.objects.filter(request__question=question), "reason"),
        (purges.exclude(reason=REPEATED), "reason"),
        (purges, "refusal"),
    ]
    return [(rows.exclude(**{f"{field}__in": ("", MARK)}), field) for rows, field in found]


def has_reasons(question: Question) -> bool:
    """Does anything stand that was written about the question for another body to read?"""
    return any(rows.exists() for rows, _field in reasons_about(question))


def _empty_reasons(purge: Purge, words: Words) -> int:
    """Take out the reasons of requests about the question: all if both bodies say so, else those
    with its words. Who asked and decided, and when, stays."""
    total = 0
    for rows, field in reasons_about(purge.question):
        gone = [
            pk
            for pk, reason in rows.values_list("pk", field)
            if purge.with_reasons or words.are_in(reason)
        ]
        total += rows.filter(pk__in=gone).update(**{field: MARK}) if gone else 0
    return total


def _remove_attachments(question: Question) -> int:
    found = Attachment.objects.filter(question=question)
    found |= Attachment.objects.filter(answer__question=question)
    found |= Attachment.objects.filter(commitment__question=question)
    found |= Attachment.objects.filter(progress__commitment__question=question)
    return attachment_files.remove(found)


def _forget_drafts(question: Question, words: Words) -> int:
    """Remove what anybody is typing about it, or with its words."""
    about = Draft.objects.filter(thing__contains=str(question.pk))
    copied = [one.pk for one in Draft.objects.exclude(body="") if words.are_in(_typed_in(one))]
    return (about | Draft.objects.filter(pk__in=copied)).delete()[0]


def _typed_in(draft: Any) -> Any:
    """Return what a draft holds: fields as they were typed, not the letters they are kept in."""
    try:
        return json.loads(draft.body)
    except ValueError:
        return draft.body


def _sweep(purge: Purge, words: Words, *, at: dt.datetime) -> dict[str, int]:
    """Put marks in place of the words wherever else they stand; return {table: how many}.

    A report of another committee in which somebody has written the same is about that question:
    it is asked for there, by those whose report it is.
    """
    found: dict[str, int] = {}
    theirs = _words_by_committee(purge, words)
    for model, fields in columns():
        if model in OF_OTHERS or model is Purge or not _can_change(model):
            continue
        written = [field for field in fields if not is_name(field)]
        for row in rows_with(words, model, written) if written else ():
            own = _committee_of(row)
            times = redact(row, written, theirs.get(own, words) if own else words)
            if not times:
                continue
            name = str(model._meta.model_name)
            found[name] = found.get(name, 0) + times
            if model in (Report, ConsolidatedReport, Submission, Paper):
                _note_redaction(row, purge, at=at)
    return found


def _words_by_committee(purge: Purge, words: Words) -> dict[int, Words]:
    """Return {id of a committee: the Words but its own} of the other committees in which the same
    was asked or answered."""
    texts: defaultdict[int, list[str]] = defaultdict(list)
    asked = Question.objects.filter(pk__in=_questions_with(words))
    for question in asked.exclude(committee=purge.committee):
        texts[question.committee_id] += texts_of(question) + words_written_about(question)
    return {pk: words.but(own) for pk, own in texts.items()}


def _committee_of(row: Any) -> int | None:
    """Return the id of the committee whose report or minutes the row is, or is a part of; None of
    others."""
    if isinstance(row, Submission):
        return row.minutes.conference.committee_id
    report = row.report if isinstance(row, Narrative) else row
    return report.committee.pk if isinstance(report, Report) else None


def _can_change(model: type[models.Model]) -> bool:
    return model._meta.label not in FINAL


# What the database lets nobody change. Reasons about a name of the question itself go by
# _empty_reasons(), which the database lets two bodies do.
FINAL = (
    *("dialogue_portal.AuditEntry", "reports.JobEvent", "reports.Extension"),
    "reports.Exemption",
    *("dialogue_sessions.OpeningRequest", "dialogue_sessions.OpeningDecision"),
    "dialogue_sessions.Unsealing",
)


KINDS = {
    Report: "report",
    ConsolidatedReport: "consolidated",
    Submission: "minutes",
    Paper: "paper",
}


def _note_redaction(row: Any, purge: Purge, *, at: dt.datetime) -> None:
    """Say what the frozen snapshot is now, and have everything made from it made anew."""
    row.refresh_from_db()
    if row.snapshot is None:
        return  # a draft: nothing was frozen
    if isinstance(row, Submission) and not row.minutes.is_approved:
        row.snapshot_sha256 = digest(
            row.snapshot
        )  # nothing was approved: the chair reads what is left
        row.save(update_fields=["snapshot_sha256"])
        return
    kind = KINDS[type(row)]
    Redaction.objects.update_or_create(
        **{kind: row}, defaults={"purge": purge, "sha256": digest(row.snapshot), "at": at}
    )
    if isinstance(row, Submission | Paper):
        return  # its files are made whenever they are asked for
    made = Rendering.objects.filter(**{kind: row})
    if isinstance(row, Report):
        obligation = row.obligation
        made |= Rendering.objects.filter(
            archive__period=obligation.period, archive__board=obligation.board
        )
        _remove_signed(row)
    for one in made:
        _make_again(one, at=at)


def _make_again(rendering: Rendering, *, at: dt.datetime) -> None:
    """Whoever is making it now loses it: what comes of that is named by no row."""
    place = rendering.file
    Rendering.objects.filter(pk=rendering.pk).update(
        state=JobState.QUEUED, attempt=0, next_at=at, lease_token=None, lease_until=None,
        file="", sha256="", size=None, error="",
    )  # fmt: skip
    if place:
        transaction.on_commit(partial(_remove_file, place))


def _remove_signed(report: Report) -> None:
    for one in report.signed_copies.all():
        place = one.file
        one.delete()
        transaction.on_commit(partial(_remove_file, place))


def _remove_file(place: str) -> None:
    """Remove the file, unless another row names the same content."""
    kept = (
        Rendering.objects.filter(file=place).exists()
        or SignedCopy.objects.filter(file=place).exists()
    )
    if not kept:
        files.path_of(place).unlink(missing_ok=True)
