"""Minutes on their way: to be laid before the chair, to be approved, come back, to be signed."""

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from committees.models import Membership, Role
from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from duties.look import looked_up
from hall.models import Minutes
from sessions.duties import looks

PLACE = "sessions:conference_list"


@looked_up
def minutes_on_their_way(look):
    """[(conference, [its minutes and addenda])] of what happened, as far as it concerns anybody here."""
    offices = {one.pk for one in looks.conferences(look)}
    concerned = [
        one
        for one in looks.all_conferences(look)
        if one.happened
        and (one.pk in offices or (look.person is not None and one.chair_id == look.person.pk))
    ]
    papers: defaultdict[int, list[Any]] = defaultdict(list)
    chairs = Membership.objects.active(on=look.today).filter(
        user=OuterRef("conference__chair"), committee=OuterRef("conference__committee")
    )
    if concerned:
        found = Minutes.objects.filter(conference__in=concerned)
        for paper in found.annotate(has_its_chair=Exists(chairs)).order_by("number"):
            papers[paper.conference_id].append(paper)
    return [(one, papers[one.pk] or [Minutes(conference=one)]) for one in concerned]


@kind
def minutes(look):
    """What the office has to do about minutes and addenda."""
    for conference, papers in minutes_on_their_way(look):
        if found := _todo(conference, papers):
            what, label, remarks = found
            came_back = (f"{papers[-1].pk}:{papers[-1].version}",) if remarks else ()
            for who in look.people(conference.committee_id, *OFFICE):
                yield _duty(
                    look, conference, who, what, label=label, remarks=remarks, keys=came_back
                )


@kind
def minutes_to_approve(look):
    """What lies before the chair; where the chair has left, before the secretary."""
    for conference, papers in minutes_on_their_way(look):
        paper = papers[-1]
        if not paper.is_submitted:
            continue
        if paper.is_addendum:
            what = _("Read the addendum to the minutes and approve it.")
        else:
            what = _("Read the minutes and approve them.")
        for who in _chairs(look, conference, paper):
            yield _duty(
                look, conference, who, what, label=_("Open the minutes"),
                keys=(f"{paper.pk}:{paper.version}",),
            )  # fmt: skip


def _todo(conference, papers):
    """Return (what, label of the button, why it came back), or None."""
    first, last = papers[0], papers[-1]
    if last.is_drafted and last.remarks:
        return _("The chair has sent the minutes back."), _("Open the minutes"), last.remarks
    if last.is_addendum and last.is_drafted:
        what = _("Finish the addendum to the minutes and lay it before the chair.")
        return what, _("Open the minutes"), ""
    if conference.minutes_signed_on:
        return None  # signed on paper: nobody asks for more
    if first.is_drafted:
        return _("Check the minutes and lay them before the chair."), _("Open the minutes"), ""
    if first.is_approved:
        return _("Have the minutes signed and enter the day."), _("Enter the day"), ""
    return None


def _chairs(look, conference, paper):
    """Return who is asked to approve: the chair, or the secretary where the chair has left."""
    if not paper.has_its_chair:
        return look.people(conference.committee_id, Role.SECRETARY)
    return [who for who in look.members(conference.committee_id) if who.pk == conference.chair_id]


def _duty(look, conference, who, what, *, label, remarks="", keys=()):
    return Duty(
        who=who,
        about=looks.about_conference(look, conference, who),
        conference=conference.pk,
        what=what,
        on=conference.conclusion_due_on,
        url=link("reports:minutes_detail", conference.pk),
        label=label,
        place=PLACE,
        remarks=remarks,
        keys=keys,
    )
