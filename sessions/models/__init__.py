from sessions.models.anonymous import (
    BlindIssue,
    MixerTurn,
    PaperVoucher,
    SeatRound,
    SpentPass,
    SpentVoucher,
    StagedQuestion,
    VoucherRound,
)
from sessions.models.assignment import (
    AssignmentReply,
    Contribution,
    CoResponder,
    HoldingReply,
)
from sessions.models.attachment import Attachment
from sessions.models.citation import Citation
from sessions.models.commitment import Commitment, CommitmentMove, Progress
from sessions.models.conference import AgendaItem, Attendance, Conference, ConferenceMove
from sessions.models.follow_up import Appeal, Clarification, Rating
from sessions.models.identity import (
    OpeningDecision,
    OpeningRequest,
    SealedIdentity,
    Unsealing,
)
from sessions.models.note import InternalNote
from sessions.models.question import Answer, AnswerMove, Question, QuestionMove
from sessions.models.sorting import SortingStep
from sessions.models.text_change import TextChange
from sessions.models.text_template import TextTemplate
from sessions.models.theme import Theme
from sessions.models.transfer import Transfer

__all__ = [
    "AgendaItem",
    "Answer",
    "AnswerMove",
    "Appeal",
    "AssignmentReply",
    "Attachment",
    "Attendance",
    "BlindIssue",
    "Citation",
    "Clarification",
    "CoResponder",
    "Commitment",
    "CommitmentMove",
    "Conference",
    "ConferenceMove",
    "Contribution",
    "HoldingReply",
    "InternalNote",
    "MixerTurn",
    "OpeningDecision",
    "OpeningRequest",
    "PaperVoucher",
    "Progress",
    "Question",
    "QuestionMove",
    "Rating",
    "SealedIdentity",
    "SeatRound",
    "SortingStep",
    "SpentPass",
    "SpentVoucher",
    "StagedQuestion",
    "TextChange",
    "TextTemplate",
    "Theme",
    "Transfer",
    "Unsealing",
    "VoucherRound",
]
