from sessions.models.attachment import Attachment
from sessions.models.commitment import Commitment, CommitmentMove, Progress
from sessions.models.conference import AgendaItem, Attendance, Conference, ConferenceMove
from sessions.models.question import Answer, AnswerMove, Question, QuestionMove, Theme

__all__ = [
    "AgendaItem",
    "Answer",
    "AnswerMove",
    "Attachment",
    "Attendance",
    "Commitment",
    "CommitmentMove",
    "Conference",
    "ConferenceMove",
    "Progress",
    "Question",
    "QuestionMove",
    "Theme",
]
