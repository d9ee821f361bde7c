"""Where the words of a question lie, and those that others wrote about it."""

from __future__ import annotations

from django.db.models import Q

from hall.models import Turn, TurnNote
from privacy.domain.redacting import MARK
from sessions.models import (
    Answer,
    AnswerMove,
    Appeal,
    AssignmentReply,
    Clarification,
    Commitment,
    CommitmentMove,
    Contribution,
    HoldingReply,
    InternalNote,
    Progress,
    Question,
    QuestionMove,
    Rating,
    SortingStep,
    TextChange,
    Transfer,
)


def texts_of(question: Question) -> list[str]:
    """Return what was typed as, and to, the question."""
    found = [question.original_text, question.display_text]
    found += question.clarifications.values_list("reply", flat=True)
    found += Appeal.objects.filter(question=question).values_list("text", flat=True)
    found += Rating.objects.filter(question=question).values_list("why", flat=True)
    return [text for text in found if text not in ("", MARK)]


def words_written_about(question: Question) -> list[str]:
    """Return what the office and leaders wrote, which may repeat it."""
    found = [question.return_text, question.passed_reason]
    found += question.clarifications.values_list("text", flat=True)
    found += question.answers.values_list("text", flat=True)
    found += question.answers.values_list("remarks", flat=True)
    found += question.assignment_replies.values_list("reason", flat=True)
    found += question.assignment_replies.values_list("insisted_because", flat=True)
    for reply in HoldingReply.objects.filter(question=question):
        found += [reply.text, reply.reason]
    found += question.contributions.values_list("text", flat=True)
    found += question.transfers.values_list("reason", flat=True)
    found += question.transfers.values_list("return_reason", flat=True)
    found += question.notes.values_list("text", flat=True)
    found += question.commitments.values_list("text", flat=True)
    found += question.turns.values_list("gist", flat=True)
    found += TurnNote.objects.filter(turn__question=question).values_list("text", flat=True)
    return [text for text in found if text]


def empty(question: Question) -> int:
    """Put the mark in place of all that was typed as or to the question; return how many rows.

    Of what was handed to another committee the mark stands as cleared: nobody there clears a text,
    and the report of the committee where it was asked does not wait for them.
    """
    mine = {"question": question}
    commitments = Commitment.objects.filter(**mine)
    answers = Answer.objects.filter(**mine)
    changes = TextChange.objects.filter(Q(**mine) | Q(commitment__in=commitments))
    rows = Question.objects.filter(pk=question.pk).update(
        original_text=MARK, display_text="", folded="", edited_ok=question.is_transferred, in_report=False,
        passed_reason="",
    )  # fmt: skip
    Question.objects.filter(pk=question.pk).exclude(return_text="").update(return_text=MARK)
    SortingStep.objects.filter(**mine).delete()
    for found, field in (
        (Clarification.objects.filter(**mine), "text"),
        (Clarification.objects.filter(**mine).exclude(reply=""), "reply"),
        (InternalNote.objects.filter(**mine), "text"),
        (Appeal.objects.filter(**mine), "text"),
        (Appeal.objects.filter(**mine).exclude(reply=""), "reply"),
        (Rating.objects.filter(**mine).exclude(why=""), "why"),
        (QuestionMove.objects.filter(**mine).exclude(reason=""), "reason"),
        (AssignmentReply.objects.filter(**mine).exclude(reason=""), "reason"),
        (
            AssignmentReply.objects.filter(**mine).exclude(insisted_because=""),
            "insisted_because",
        ),
        (Contribution.objects.filter(**mine), "text"),
        (Transfer.objects.filter(**mine), "reason"),
        (Transfer.objects.filter(**mine).exclude(return_reason=""), "return_reason"),
        (HoldingReply.objects.filter(**mine), "text"),
        (HoldingReply.objects.filter(**mine), "reason"),
        *((changes.exclude(**{name: ""}), name) for name in ("before", "after", "reason")),
        (answers, "text"),
        (answers.exclude(remarks=""), "remarks"),
        (AnswerMove.objects.filter(answer__in=answers).exclude(reason=""), "reason"),
        (commitments, "text"),
        (commitments.exclude(result=""), "result"),
        (Progress.objects.filter(commitment__in=commitments), "text"),
        (CommitmentMove.objects.filter(commitment__in=commitments).exclude(reason=""), "reason"),
    ):
        rows += found.update(**{field: MARK})
    Turn.objects.filter(**mine).update(promised={})
    rows += TurnNote.objects.filter(turn__question=question).exclude(text="").update(text=MARK)
    return rows + Turn.objects.filter(**mine).exclude(gist="").update(gist=MARK)
