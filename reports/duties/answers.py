"""What leaders, and whoever else a question was handed to, must answer."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.duties.duty import Duty, kind, link
from sessions.states import ConferenceState

ANSWERS = "sessions:answer_list"
DAYS_BEFORE = settings.DUE_REMINDER_DAYS["answers"]


def by_when(due_on, conference, *, at):
    """Return the day an answer is wanted: what is asked before a conference, before it is held."""
    if conference.state == ConferenceState.SCHEDULED and at < conference.starts_at:
        return min(due_on, conference.held_on - dt.timedelta(days=1))
    return due_on


@kind
def to_answer(look):
    back = {answer.question_id for answer in look.sent_back}
    waiting = {}
    for question in look.handed:
        if question.pk not in back:
            waiting.setdefault((question.assignee, question.conference), []).append(question)
    for (who, conference), questions in waiting.items():
        number = len(questions)
        what = ngettext(
            "%(count)d question waits for your answer.",
            "%(count)d questions wait for your answer.",
            number,
        ) % {"count": number}
        yield Duty(
            who=who,
            about=look.about(conference.short_name, conference.committee, who),
            what=what,
            on=by_when(questions[0].due_on, conference, at=look.at),
            url=link("sessions:answer_write", questions[0].pk)
            if number == 1
            else link(ANSWERS, show="own", conference=conference.pk),
            label=_("Answer"),
            place=ANSWERS,
            number=number,
            days_before=DAYS_BEFORE,
        )


@kind
def sent_back(look):
    """The secretary has given a draft back, with a reason."""
    handed = {question.pk: question for question in look.handed}
    for answer in look.sent_back:
        question = handed[answer.question_id]
        conference = question.conference
        yield Duty(
            who=question.assignee,
            about=look.about(conference.short_name, conference.committee, question.assignee),
            what=_("Your answer to question %(code)s came back to be completed.")
            % {"code": question.code},
            remarks=answer.remarks,
            on=by_when(question.due_on, conference, at=look.at),
            url=link("sessions:answer_write", question.pk),
            label=_("Read the reason"),
            place=ANSWERS,
            days_before=DAYS_BEFORE,
            keys=(f"{answer.pk}:{answer.times}",),
        )
