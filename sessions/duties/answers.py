"""What leaders, and whoever else a question was handed to, must answer."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from duties.duty import Duty, kind, link
from sessions.duties import looks

ANSWERS = "sessions:answer_list"
DAYS_BEFORE = settings.DUE_REMINDER_DAYS["answers"]


def _first_wanted(questions, *, at):
    """By when the first is wanted; nothing while all of them wait for their askers."""
    wanted = (question.wanted_on(at=at) for question in questions)
    return min((one for one in wanted if one is not None), default=None)


@kind
def to_answer(look):
    back = {answer.question_id for answer in looks.sent_back(look)}
    waiting: dict[Any, Any] = {}
    for who, question in looks.handed(look):
        if question.pk not in back:
            waiting.setdefault((who, question.conference), []).append(question)
    for (who, conference), questions in waiting.items():
        number = len(questions)
        what = ngettext(
            "%(count)d question waits for your answer.",
            "%(count)d questions wait for your answer.",
            number,
        ) % {"count": number}
        yield Duty(
            who=who,
            about=looks.about_conference(look, conference, who),
            conference=conference.pk,
            what=what,
            on=_first_wanted(questions, at=look.at),
            url=link("sessions:answer_write", questions[0].pk)
            if number == 1
            else link(ANSWERS, show="own", conference=conference.pk),
            label=_("Answer"),
            place=ANSWERS,
            number=number,
            days_before=DAYS_BEFORE,
        )


@kind
def to_contribute(look):
    """Named beside whoever answers: the answer is not theirs, a word to it is."""
    waiting: dict[Any, Any] = {}
    for who, question in looks.to_contribute(look):
        waiting.setdefault((who, question.conference), []).append(question)
    for (who, conference), questions in waiting.items():
        number = len(questions)
        what = ngettext(
            "%(count)d answer waits for your contribution.",
            "%(count)d answers wait for your contribution.",
            number,
        ) % {"count": number}
        yield Duty(
            who=who,
            about=looks.about_conference(look, conference, who),
            conference=conference.pk,
            what=what,
            on=_first_wanted(questions, at=look.at),
            url=link("sessions:contribution_write", questions[0].pk)
            if number == 1
            else link(ANSWERS, show="beside", conference=conference.pk),
            label=_("Contribute"),
            place=ANSWERS,
            number=number,
            days_before=DAYS_BEFORE,
        )


@kind
def sent_back(look):
    """The secretary has given a draft back, with a reason."""
    back = {answer.question_id: answer for answer in looks.sent_back(look)}
    for who, question in looks.handed(look):
        answer = back.get(question.pk)
        if answer is None:
            continue
        conference = question.conference
        yield Duty(
            who=who,
            about=looks.about_conference(look, conference, who),
            conference=conference.pk,
            what=_("Your answer to question %(code)s came back to be completed.")
            % {"code": question.code},
            remarks=answer.remarks,
            on=question.wanted_on(at=look.at),
            url=link("sessions:answer_write", question.pk),
            label=_("Complete the answer"),
            place=ANSWERS,
            days_before=DAYS_BEFORE,
            keys=(f"{answer.pk}:{answer.times}",),
        )
