"""Requests about personal data: for whoever decides, and the answer for whoever asked."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Role, User
from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from duties.look import there
from foundation.clock import day_of
from privacy.domain.personal_requests import answer_mark
from reports.models import PersonalRequest
from sessions.domain import news

PLACE, MINE = "privacy:personal_list", "privacy:my_data"


@there
def wishes(look):
    """Anybody's: there are few."""
    return PersonalRequest.objects.all()


def wishes_in(look):
    """Requests about personal data: open ones of the committees here, answers of late."""
    if not wishes(look):
        return []
    states = PersonalRequest.State
    is_open = Q(state=states.OPEN)
    answered = Q(
        state__in=(states.DONE, states.REFUSED),
        decided_on__gte=day_of(look.at - news.FRESH_FOR),
    )
    if look.person is not None:
        deciding = Q(committee_id__in=look.committees(*OFFICE, Role.HEAD))
        if look.person.is_superuser:
            deciding |= Q(committee=None)
        is_open, answered = is_open & deciding, answered & Q(person=look.person)
    found = PersonalRequest.objects.filter(is_open | answered)
    return list(found.select_related("committee", "person").order_by("due_on", "pk"))


@kind
def personal_requests(look):
    """What was asked for and waits, the earliest due first."""
    waiting: dict[Any, Any] = {}
    for wish in look.once(wishes_in):
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
            url=link("privacy:personal_decide", wishes[0].pk) if number == 1 else link(PLACE),
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
    for wish in look.once(wishes_in):
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
