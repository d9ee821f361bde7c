"""What waits about sealed names: for the Board to decide, for the secretary to read."""

from django.utils.translation import gettext as _

from committees.models import Role
from committees.permissions import BOARD
from duties.duty import Duty, kind, link
from foundation.clock import day_of
from sessions.duties import looks
from sessions.permissions import barred_from_deciding

LIST = "sessions:opening_list"


@kind
def opening_to_decide(look):
    """A secretary asks to be told who asked; every one of the Board may decide, and one does."""
    waiting = looks.openings_to_decide(look)
    barred = barred_from_deciding(waiting)
    for request in waiting:
        for who in look.people(request.board_id, *BOARD):
            if who.pk in barred[request.pk]:
                continue
            yield Duty(
                who=who,
                about=_("Requests for names"),
                what=_("%(committee)s asks to open the name at question %(code)s.")
                % {"committee": request.committee.name, "code": request.code},
                on=day_of(request.lapses_at),
                since=day_of(request.at),
                url=link("sessions:opening_decide", request.pk),
                label=_("Decide"),
                place=LIST,
                keys=(f"opening {request.pk}",),
            )


@kind
def opening_decided(look):
    """The Board has agreed, or refused, or let it lapse."""
    for request in looks.openings_decided(look):
        for who in look.people(request.committee_id, Role.SECRETARY):
            if who.pk == request.by_id:
                yield Duty(
                    who=who,
                    about=look.about(_("Sealed names"), request.committee, who),
                    what=_what(request),
                    url=link("sessions:question_unseal", request.question_id),
                    label=_("Read"),
                    place=LIST,
                    keys=(f"opening {request.pk} {request.stage(at=look.at)}",),
                    is_news=True,
                )


def _what(request):
    stage = request.decision.verdict if hasattr(request, "decision") else "lapsed"
    words = {
        "agreed": _("The Board agreed: you can read the name at %(code)s for 24 hours."),
        "refused": _("The Board refused to let the name at %(code)s be opened."),
        "lapsed": _("The Board did not answer about the name at %(code)s; the request has lapsed."),
    }
    return words[stage] % {"code": request.code}
