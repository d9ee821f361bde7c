"""The tables of moves: what a conference, a question, an answer and a commitment may become."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.looks import Look, State


class ConferenceState(State):
    SCHEDULED = "scheduled", Look.WAITING, _("Scheduled")
    POSTPONED = "postponed", Look.LATE, _("Postponed")
    HELD = "held", Look.NOW, _("Held")
    CLOSED = "closed", Look.DONE, _("Closed")
    CANCELLED = "cancelled", Look.OFF, _("Cancelled")


CONFERENCE_MOVES: dict[str, set[ConferenceState]] = {
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
# On the calendar, or held and not closed: its hall may be worked at.
CONFERENCE_RUNNING = (ConferenceState.SCHEDULED, ConferenceState.HELD)
CONFERENCE_AHEAD = (ConferenceState.SCHEDULED, ConferenceState.POSTPONED)


class QuestionState(State):
    RECEIVED = "received", Look.WAITING, _("Received")
    CLASSIFIED = "classified", Look.WAITING, _("Classified")
    ASSIGNED = "assigned", Look.NOW, _("Being answered")
    ANSWERED_LIVE = "answered_live", Look.DONE, _("Answered at the conference")
    ANSWERED_WRITTEN = "answered_written", Look.DONE, _("Answered in writing")
    ESCALATED = "escalated", Look.NOW, _("Put to a higher level")
    REFERRED = "referred", Look.OFF, _("Referred to the competent body")
    DECLINED = "declined", Look.OFF, _("Returned with a reason")
    MERGED = "merged", Look.OFF, _("Merged with another question")
    WITHDRAWN = "withdrawn", Look.OFF, _("Withdrawn by the asker")


# What an act of sorting that is undone may go back to.
_SORTED_BEFORE = {QuestionState.RECEIVED, QuestionState.CLASSIFIED, QuestionState.ASSIGNED}
_SETTLED_OTHERWISE = {
    QuestionState.ESCALATED,
    QuestionState.REFERRED,
    QuestionState.DECLINED,
    QuestionState.MERGED,
}
QUESTION_MOVES: dict[str, set[QuestionState]] = {
    QuestionState.RECEIVED: {
        QuestionState.CLASSIFIED,
        QuestionState.ASSIGNED,
        QuestionState.ANSWERED_LIVE,
        QuestionState.WITHDRAWN,
        *_SETTLED_OTHERWISE,
    },
    QuestionState.CLASSIFIED: {
        QuestionState.RECEIVED,  # undone
        QuestionState.CLASSIFIED,  # handed to another committee, or back
        QuestionState.ASSIGNED,
        QuestionState.ANSWERED_LIVE,
        *_SETTLED_OTHERWISE,
    },
    QuestionState.ASSIGNED: {
        QuestionState.RECEIVED,  # undone
        QuestionState.CLASSIFIED,  # undone, or handed to another committee, or back
        QuestionState.ASSIGNED,  # somebody else, or another due date
        QuestionState.ANSWERED_LIVE,
        QuestionState.ANSWERED_WRITTEN,
        *_SETTLED_OTHERWISE,
    },
    QuestionState.MERGED: _SORTED_BEFORE,
    # To be completed in writing, or recorded by mistake at the desk and undone.
    QuestionState.ANSWERED_LIVE: _SORTED_BEFORE,
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


class AnswerState(State):
    DRAFT = "draft", Look.WAITING, pgettext_lazy("answer", "Draft")
    SUBMITTED = "submitted", Look.NOW, _("Waiting for the secretary")
    PUBLISHED = "published", Look.DONE, _("Published")
    SUPERSEDED = "superseded", Look.OFF, _("Replaced by a newer version")


ANSWER_MOVES: dict[str, set[AnswerState]] = {
    AnswerState.DRAFT: {AnswerState.SUBMITTED, AnswerState.PUBLISHED},
    AnswerState.SUBMITTED: {AnswerState.DRAFT, AnswerState.PUBLISHED},
    AnswerState.PUBLISHED: {AnswerState.SUPERSEDED},
    AnswerState.SUPERSEDED: set(),
}


class CommitmentState(State):
    OPEN = "open", Look.NOW, _("In progress")
    DONE = "done", Look.DONE, _("Done")
    CANCELLED = "cancelled", Look.OFF, _("No longer needed")


COMMITMENT_MOVES: dict[str, set[CommitmentState]] = {
    CommitmentState.OPEN: {CommitmentState.DONE, CommitmentState.CANCELLED},
    CommitmentState.DONE: {CommitmentState.OPEN},  # it turned out not to be done
    CommitmentState.CANCELLED: set(),
}
