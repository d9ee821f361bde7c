"""The first page: what to do now, and by when."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from committees.domain import founding
from committees.permissions import OFFICE, can_set_up
from duties import lists
from reports.domain.telling import newcomers
from reports.duties import looks
from reports.queries import desk_totals, period_on
from sessions.duties.looks import invitations, running
from sessions.read_marks import keep


def _newcomers(user, *, on):
    """Return who has joined the person's offices of late."""
    offices = user.committees_as(*OFFICE)
    return newcomers(offices, on=on, besides=user) if offices else []


@require_safe
def home(request):
    look, duties = lists.look_of(request), lists.duties_of(request)
    if can_set_up(request.user) and not founding.standing(at=look.at, on=look.today).is_usable:
        return redirect("committees:setup")
    period = period_on(look.today)
    page = render(
        request,
        "reports/home.html",
        {
            "groups": lists.in_groups(duties),
            "invitations": invitations(look),
            "standing": desk_totals(looks.board_rows(look, period)),
            "running": running(look),
            "period": period,
            "newcomers": _newcomers(request.user, on=look.today),
        },
    )
    return keep(request, page)
