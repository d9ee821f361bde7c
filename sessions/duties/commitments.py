"""What was promised: the own promises, and for the office those of others that are late."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from sessions.duties import looks

LIST = "sessions:commitment_list"
DAYS_BEFORE = settings.DUE_REMINDER_DAYS["commitments"]


@kind
def promises(look):
    """Everybody's own, until they are done."""
    waiting: dict[Any, Any] = {}
    for one in looks.commitments(look):
        if one.owner_id and one.owner in look.members(one.committee_id):
            waiting.setdefault((one.owner, one.committee), []).append(one)
    for (who, committee), found in waiting.items():
        what = ngettext(
            "%(count)d commitment is yours to fulfil.",
            "%(count)d commitments are yours to fulfil.",
            len(found),
        ) % {"count": len(found)}
        yield Duty(
            who=who,
            about=look.about(_("Commitments"), committee, who),
            what=what,
            on=found[0].due_on,
            url=link("sessions:commitment_detail", found[0].pk)
            if len(found) == 1
            else link(LIST, state="open", mine="on", committee=committee.pk),
            label=_("Open"),
            place=LIST,
            number=len(found),
            days_before=DAYS_BEFORE,
        )


@kind
def late_promises(look):
    """Those of others that are overdue: the office of the committee chases them."""
    waiting: dict[Any, Any] = {}
    for one in looks.commitments(look):
        if one.is_overdue(on=look.today):
            for who in look.people(one.committee_id, *OFFICE):
                if one.owner_id != who.pk:
                    waiting.setdefault((who, one.committee), []).append(one)
    for (who, committee), found in waiting.items():
        what = ngettext(
            "%(count)d commitment of others is overdue.",
            "%(count)d commitments of others are overdue.",
            len(found),
        ) % {"count": len(found)}
        yield Duty(
            who=who,
            about=look.about(_("Commitments"), committee, who),
            what=what,
            on=found[0].due_on,
            url=link(LIST, state="overdue", others="on", committee=committee.pk),
            label=_("See which"),
            place=LIST,
            number=len(found),
            days_before=DAYS_BEFORE,
        )
