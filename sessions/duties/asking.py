"""What waits for whoever has asked, and to whom the portal offers to ask.

In `look.person is None`, that is for mail, only named questions are spoken of: who asked the
others is reached by a word to everybody (reports.duties.announcing).
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from duties.duty import Duty, kind, link
from sessions.askers.public import own_address
from sessions.duties import looks
from sessions.states import IN_PROGRESS

MINE = "sessions:my_questions"


@kind
def asked_back(look):
    """The office has asked what is meant; without a reply it cannot go on."""
    for who, question in looks.asked(look):
        if question.is_asked_back and question.state in IN_PROGRESS:
            yield _of(
                look, who, question, _("The office asks you back about your question."),
                label=_("Reply"), anchor="asked-back", keys=(f"{question.pk}",),
            )  # fmt: skip


@kind
def news(look):
    """Answered, returned, passed on, objection decided, and not yet read."""
    for who, question in looks.asked(look):
        found = looks.news_of(look, who, question)
        if found:
            yield _of(
                look, who, question, _("News of your question: %(what)s.") % {"what": found.words},
                label=_("Read"), keys=(found.fingerprint,), is_news=True,
            )  # fmt: skip


@kind
def name_asked_for(look):
    """The own sealed name was asked for: told on every page until it is put away, never by mail."""
    if look.person is None:
        return
    told = looks.openings(look)
    if told:
        what = ngettext(
            "%(count)d request to open your sealed name: read why and where it stands.",
            "%(count)d requests to open your sealed name: read why and where they stand.",
            len(told),
        ) % {"count": len(told)}
        yield Duty(
            who=look.person,
            about=_("My questions"),
            what=what,
            url=link("sessions:question_detail", own_address(look.person, told[0].question_id)),
            label=_("Read"),
            place=MINE,
            number=len(told),
            is_mailed=False,
        )


def _of(look, who, question, what, *, label, anchor="", **more):
    return Duty(
        who=who,
        about=looks.about_conference(look, question.conference, who),
        conference=question.conference_id,
        what=what,
        url=link("sessions:question_detail", own_address(who, question.pk), anchor=anchor),
        label=label,
        place=MINE,
        **more,
    )
