"""Requests about personal data: for whoever decides, and the answer for whoever asked."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Role, User
from committees.permissions import OFFICE
from reports.domain.personal_requests import answer_mark
from reports.duties.duty import Duty, kind, link
from reports.models import PersonalRequest

PLACE, MINE = "reports:personal_list", "reports:my_data"


@kind
def personal_requests(look):
    """What was asked for and waits, the earliest due first."""
    waiting = {}
    for wish in look.wishes:
        if wish.state == PersonalRequest.State.OPEN:
            for who in _deciders(look, wish):
                waiting.setdefault((who, wish.committee), []).append(wish)
    for (who, committee), wishes in waiting.items():
        number = len(wishes)
        what = ngettext(
            "%(count)d request about personal data waits for a decision.",
            "%(count)d requests about personal data wait for a decision.",
            number,
        ) % {"count": number}
        yield Duty(
            who=who,
            about=look.about(_("Personal data"), committee, who)
            if committee
            else _("Personal data"),
            what=what,
            on=wishes[0].due_on,
            url=link("reports:personal_decide", wishes[0].pk) if number == 1 else link(PLACE),
            label=_("Decide"),
            place=PLACE,
            number=number,
            keys=tuple(str(wish.pk) for wish in wishes),
        )


def _deciders(look, wish):
    """Return those of the look who decide it (reports.permissions.can_decide_personal)."""
    if wish.committee is None:
        if look.person is None:
            return list(User.objects.filter(is_superuser=True, is_active=True).exclude(email=""))
        return [look.person] if look.person.is_superuser else []
    people = look.people(wish.committee_id, *OFFICE, Role.HEAD)
    is_own_allowed = wish.kind == PersonalRequest.Kind.QUESTION
    return [who for who in people if is_own_allowed or who.pk != wish.person_id]


@kind
def personal_answers(look):
    """The own request was decided and the answer not read yet."""
    for wish in look.wishes:
        if wish.state == PersonalRequest.State.OPEN or not (wish.person and wish.person.is_active):
            continue
        if answer_mark(wish) in look.read:
            continue
        if look.person is None or look.person.pk == wish.person_id:
            yield Duty(
                who=look.person or wish.person,
                about=_("Personal data"),
                what=_("Your request about your personal data was answered."),
                url=link(MINE),
                label=_("Read"),
                place=MINE,
                keys=(f"{wish.pk}:{wish.state}",),
                is_news=True,
            )
