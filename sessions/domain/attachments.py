"""Files of questions, answers and commitments: cleaned, kept under the hash of their content,
named neutrally. Whoever may read the thing may have its files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from foundation import files
from foundation.clock import start_of_week
from foundation.given import given
from foundation.moves import MoveNotAllowed
from jobs.kinds import names_kept_files
from sessions import queries
from sessions.askers import public as askers
from sessions.domain.attachment_files import place_of, remove
from sessions.models import Answer, Attachment, Commitment, Question
from sessions.permissions import may_answer, may_follow, may_handle
from sessions.states import AnswerState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator

    from committees.models import User


MOST = 5  # of one thing
MOST_OF_COMMITMENT = 20  # a commitment is followed for years
LARGEST = 10 * 1024 * 1024  # bytes
TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class NotAttachable(MoveNotAllowed):
    """Too many files; or any at all with an anonymous question: they tell too much."""


def most_of(thing: Any) -> int:
    return MOST_OF_COMMITMENT if isinstance(thing, Commitment) else MOST


def exchange(
    thing: Any, *, add: Collection[Any] = (), drop: Collection[Attachment] = (), at: dt.datetime
) -> None:
    """Take away the attachments `drop` of the thing and keep the cleaned files `add` with it.

    `add` is [(kind, bytes), …]. In the transaction of the act; a file leaves the disk once that
    is sure. Raises NotAttachable.
    """
    if not add and not drop:
        return
    if isinstance(thing, Question) and thing.level == Question.Level.ANONYMOUS:
        raise NotAttachable
    gone = list(thing.attachments.filter(pk__in=[one.pk for one in drop]))
    taken = set(
        thing.attachments.exclude(pk__in=[one.pk for one in gone]).values_list("number", flat=True)
    )
    most = most_of(thing)
    if len(taken) + len(add) > most:
        raise NotAttachable
    remove(gone)
    free = [number for number in range(1, most + 1) if number not in taken]
    for number, cleaned in zip(free, add, strict=False):
        kind, content = cleaned
        lost = getattr(cleaned, "lost_signature", False)
        thing.attachments.create(
            number=number, kind=kind, lost_signature=lost, **_kept(kind, content, at=at)
        )


def copy(thing: Any, *, to: Any, without: Any = ()) -> None:
    """Let `to` have the attachments of `thing` too, but those in `without`: the files are the same."""
    left_out = {one.pk for one in without}
    for one in thing.attachments.all():
        if one.pk not in left_out:
            to.attachments.create(
                number=one.number,
                kind=one.kind,
                size=one.size,
                sha256=one.sha256,
                lost_signature=one.lost_signature,
            )


def _kept(kind: str, content: bytes, *, at: dt.datetime) -> dict[str, Any]:
    path = files.temporary_path(f".{kind}")
    path.write_bytes(content)
    place, sha256, size = files.keep(path, f".{kind}")
    week = start_of_week(at).timestamp()  # the file shall not tell the hour either
    os.utime(files.path_of(place), (week, week))
    return {"size": size, "sha256": sha256}


@names_kept_files
def kept_files() -> Iterator[tuple[str, str]]:
    for attachment in Attachment.objects.all():
        yield place_of(attachment), attachment.sha256


def content_of(attachment: Attachment) -> bytes:
    """Return the bytes. Raises files.DamagedFile."""
    return files.read(place_of(attachment), attachment.sha256)


# --- who may have one ---------------------------------------------------------------


def may_have(user: User, attachment: Attachment) -> bool:
    """May `user` read what the file belongs to?"""
    if question := attachment.question:
        is_here = may_handle(user, question) or may_follow(user, question)
        return is_here or askers.is_asker(user, question)
    if answer := attachment.answer:
        return _may_read_answer(user, answer)
    commitment = attachment.commitment or given(attachment.progress).commitment
    return Commitment.objects.visible_to(user).filter(pk=commitment.pk).exists()


def _may_read_answer(user: User, answer: Answer) -> bool:
    """Those who answer the question; once it is published its askers, and, where others may read
    the question, every member of the committee."""
    question = answer.question
    if may_answer(user, question):
        return True
    if answer.state != AnswerState.PUBLISHED:
        return False
    if queries.answered_for(list(user.roles)).filter(pk=answer.pk).exists():
        return True
    mine = askers.questions_of(user)
    return mine.filter(pk=question.pk).exists() or mine.filter(merged_into=question).exists()


def of_receipt(question: Question, pk: object) -> Attachment | None:
    """Return the attachment `pk` of an answer that whoever holds the receipt reads, or None."""
    answers = Answer.objects.filter(
        state=AnswerState.PUBLISHED, question_id__in=[question.pk, question.merged_into_id]
    )
    return Attachment.objects.filter(answer__in=answers, pk=pk).first()
