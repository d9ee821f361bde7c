"""The tables of moves: what a conference, a question, an answer and a commitment may become."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConferenceState(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    POSTPONED = "postponed", _("Postponed")
    HELD = "held", _("Held")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


CONFERENCE_MOVES = {
    ConferenceState.SCHEDULED: {
        ConferenceState.POSTPONED,
        ConferenceState.HELD,
        ConferenceState.CANCELLED,
    },
    ConferenceState.POSTPONED: {ConferenceState.SCHEDULED, ConferenceState.CANCELLED},
    ConferenceState.HELD: {ConferenceState.CLOSED},
    ConferenceState.CLOSED: set(),
    ConferenceState.CANCELLED: set(),
}
CONFERENCE_HAPPENED = (ConferenceState.HELD, ConferenceState.CLOSED)
CONFERENCE_AHEAD = (ConferenceState.SCHEDULED, ConferenceState.POSTPONED)


class QuestionState(models.TextChoices):
    RECEIVED = "received", _("Received")
    CLASSIFIED = "classified", _("Classified")
    ASSIGNED = "assigned", _("Being answered")
    ANSWERED_LIVE = "answered_live", _("Answered at the conference")
    ANSWERED_WRITTEN = "answered_written", _("Answered in writing")
    ESCALATED = "escalated", _("Put to a higher level")
    REFERRED = "referred", _("Referred to the competent body")
    DECLINED = "declined", _("Returned with a reason")
    MERGED = "merged", _("Merged with another question")
    WITHDRAWN = "withdrawn", _("Withdrawn by the asker")


# What an act of sorting that is undone may go back to.
_SORTED_BEFORE = {QuestionState.RECEIVED, QuestionState.CLASSIFIED, QuestionState.ASSIGNED}
_SETTLED_OTHERWISE = {
    QuestionState.ESCALATED,
    QuestionState.REFERRED,
    QuestionState.DECLINED,
    QuestionState.MERGED,
}
QUESTION_MOVES = {
    QuestionState.RECEIVED: {
        QuestionState.CLASSIFIED,
        QuestionState.ASSIGNED,
        QuestionState.ANSWERED_LIVE,
        QuestionState.WITHDRAWN,
        *_SETTLED_OTHERWISE,
    },
    QuestionState.CLASSIFIED: {
        QuestionState.RECEIVED,  # undone
        QuestionState.ASSIGNED,
        QuestionState.ANSWERED_LIVE,
        *_SETTLED_OTHERWISE,
    },
    QuestionState.ASSIGNED: {
        QuestionState.RECEIVED,  # undone
        QuestionState.CLASSIFIED,  # undone
        QuestionState.ASSIGNED,  # somebody else, or another due date
        QuestionState.ANSWERED_LIVE,
        QuestionState.ANSWERED_WRITTEN,
        *_SETTLED_OTHERWISE,
    },
    QuestionState.MERGED: _SORTED_BEFORE,
    QuestionState.ANSWERED_LIVE: {QuestionState.ASSIGNED},  # to be completed in writing
    QuestionState.ANSWERED_WRITTEN: set(),
    # The higher level has answered, or the act is undone.
    QuestionState.ESCALATED: {QuestionState.ANSWERED_WRITTEN, *_SORTED_BEFORE},
    QuestionState.REFERRED: {QuestionState.ANSWERED_WRITTEN, *_SORTED_BEFORE},
    QuestionState.DECLINED: _SORTED_BEFORE,  # the office thought again
    QuestionState.WITHDRAWN: {QuestionState.RECEIVED},  # the asker thought again
}
BEFORE_TRIAGE = (QuestionState.RECEIVED,)
IN_PROGRESS = (QuestionState.RECEIVED, QuestionState.CLASSIFIED, QuestionState.ASSIGNED)
ANSWERED = (QuestionState.ANSWERED_LIVE, QuestionState.ANSWERED_WRITTEN)
# A written answer may still be given, even by a higher level that was asked.
ANSWERABLE = (QuestionState.ASSIGNED, QuestionState.ESCALATED, QuestionState.REFERRED)
# Every question a report counts; a merged one is counted once, with the one it was merged into.
COUNTED = (
    *IN_PROGRESS,
    *ANSWERED,
    QuestionState.ESCALATED,
    QuestionState.REFERRED,
    QuestionState.DECLINED,
)


class AnswerState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("answer", "Draft")
    SUBMITTED = "submitted", _("Waiting for the secretary")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Replaced by a newer version")


ANSWER_MOVES = {
    AnswerState.DRAFT: {AnswerState.SUBMITTED, AnswerState.PUBLISHED},
    AnswerState.SUBMITTED: {AnswerState.DRAFT, AnswerState.PUBLISHED},
    AnswerState.PUBLISHED: {AnswerState.SUPERSEDED},
    AnswerState.SUPERSEDED: set(),
}


class CommitmentState(models.TextChoices):
    OPEN = "open", _("In progress")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("No longer needed")


COMMITMENT_MOVES = {
    CommitmentState.OPEN: {CommitmentState.DONE, CommitmentState.CANCELLED},
    CommitmentState.DONE: {CommitmentState.OPEN},  # it turned out not to be done
    CommitmentState.CANCELLED: set(),
}
