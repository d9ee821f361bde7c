"""Plan and notice of a conference: drawn up, issued and published on the page of its papers."""

import datetime as dt

from django.db.models import F
from django.utils.translation import gettext as _

from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from duties.look import looked_up
from reports.models import Paper
from reports.states import PaperState
from sessions.duties.conferences import PLACE
from sessions.duties.looks import about_conference, conferences
from sessions.states import CONFERENCE_AHEAD

AHEAD = dt.timedelta(days=14)  # a paper is asked for once its day is near


@kind
def plan(look):
    """The plan has not been issued here, nor was one that was made elsewhere entered."""
    for conference in conferences(look):
        if not conference.has_plan and _is_near(look, conference.plan_due_on):
            yield from _of(
                look, conference, _("Issue the plan, or enter one that was made elsewhere."),
                on=conference.plan_due_on,
            )  # fmt: skip


@kind
def notice(look):
    """Nobody has said that the notice was made public, whether it was issued or not."""
    for conference in conferences(look):
        if not conference.notice_published_on and _is_near(look, conference.notice_due_on):
            yield from _of(
                look, conference, _("Issue the notice, publish it and enter the day."),
                on=conference.notice_due_on,
            )  # fmt: skip


@looked_up
def newer_notices(look):
    """Ids of the conferences ahead of which a notice was issued after one had been made public."""
    ahead = [
        one.pk
        for one in conferences(look)
        if one.notice_published_on and one.state in CONFERENCE_AHEAD
    ]
    if not ahead:
        return set()
    newer = Paper.objects.filter(
        kind=Paper.Kind.NOTICE,
        state=PaperState.ISSUED,
        conference__in=ahead,
        issued_at__date__gt=F("conference__notice_published_on"),
    )
    return set(newer.values_list("conference", flat=True))


@kind
def newer_notice(look):
    """Of two notices the earlier one is public still, as after a new date."""
    for conference in conferences(look):
        if conference.pk in newer_notices(look):
            yield from _of(
                look, conference, _("Publish the newer notice and enter the day."),
                on=conference.notice_due_on,
            )  # fmt: skip


def _is_near(look, due_on):
    return due_on <= look.today + AHEAD


def _of(look, conference, what, *, on):
    for who in look.people(conference.committee_id, *OFFICE):
        yield Duty(
            who=who,
            about=about_conference(look, conference, who),
            conference=conference.pk,
            what=what,
            on=on,
            url=link("reports:conference_papers", conference.pk),
            label=_("Open the papers"),
            place=PLACE,
        )
