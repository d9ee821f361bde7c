"""Conferences: their date, their papers, their results, closed ones included."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from foundation.clock import day_of
from sessions.domain.conferences import CLOSES_BY_ITSELF_AFTER
from sessions.duties import looks
from sessions.states import ConferenceState

TOLD_FOR = dt.timedelta(days=14)  # that a conference closed by itself
PLACE = "sessions:conference_list"


def _of(look, conference, what, *, on, label, page="", url="", **more):
    for who in look.people(conference.committee_id, *OFFICE):
        yield Duty(
            who=who,
            about=looks.about_conference(look, conference, who),
            conference=conference.pk,
            what=what,
            on=on,
            url=url or link(f"sessions:{page}", conference.pk),
            label=label,
            place=PLACE,
            **more,
        )


@kind
def conference_date(look):
    """A conference was postponed and has no new date."""
    for conference in looks.conferences(look):
        if conference.state == ConferenceState.POSTPONED:
            yield from _of(
                look, conference, _("Set a new date for the postponed conference."), on=None,
                page="conference_reschedule", label=_("Set a new date"),
                keys=(f"{conference.pk}:{conference.starts_at.isoformat()}",),
            )  # fmt: skip


@kind
def conference_held(look):
    """Its hour has come, and nobody has said that it was held."""
    for conference in looks.conferences(look):
        if conference.state == ConferenceState.SCHEDULED and conference.starts_at <= look.at:
            yield from _of(
                look, conference, _("Confirm that the conference was held."),
                on=conference.held_on, page="conference_hold", label=_("Confirm"),
            )  # fmt: skip


@kind
def results(look):
    """How many came has not been written down: blank is not zero."""
    for conference in _happened(look):
        if getattr(conference, "attendance", None) is None:
            yield from _of(
                look, conference, _("Record attendance and results."), on=conference.held_on,
                page="conference_results", label=_("Record the results"),
            )  # fmt: skip


@kind
def to_close(look):
    """It was held and is not closed; three days after it the portal closes it by itself."""
    for conference in looks.conferences(look):
        if conference.state == ConferenceState.HELD:
            yield from _of(
                look, conference,
                _("Close the conference: questions without an answer are then owed in writing."),
                on=day_of(conference.ends_at) + CLOSES_BY_ITSELF_AFTER, page="conference_close",
                label=_("Close the conference"),
            )  # fmt: skip


@kind
def conclusion(look):
    for conference in _happened(look):
        if not conference.has_conclusion_notice:
            yield from _of(
                look, conference, _("Issue the conclusion notice and enter its number."),
                on=conference.conclusion_due_on, page="conference_results",
                label=_("Enter the papers"),
            )  # fmt: skip


@kind
def closed_by_itself(look):
    """Nobody closed it in three days, so the portal did, and what was unanswered is owed."""
    owed = {
        (one["conference"], one["committee"]): one["owed"] for one in looks.asked_of_offices(look)
    }
    for conference in _happened(look):
        closed_at = conference.closed_alone_at
        if closed_at and look.at - closed_at < TOLD_FOR:
            # What a merged committee left open is its successor's to answer, and said there.
            waiting = owed.get((conference.pk, conference.committee_id), 0)
            what, label = _("The conference was closed by itself."), _("Open")
            url = link("sessions:conference_detail", conference.pk)
            if waiting:
                what = ngettext(
                    "The conference was closed by itself; %(count)d question is now owed in writing.",
                    "The conference was closed by itself; %(count)d questions are now owed in writing.",
                    waiting,
                ) % {"count": waiting}
                url = link("sessions:answer_list", show="owed", conference=conference.pk)
                label = _("See the questions")
            yield from _of(
                look, conference, what, on=None, since=day_of(closed_at),
                url=url, label=label, keys=(f"{conference.pk}",),
            )  # fmt: skip


def _happened(look):
    return [conference for conference in looks.conferences(look) if conference.happened]
