"""The door: who is here, ticked in the list or on the invitation that somebody shows."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from foundation.once import once_by_itself
from hall import permissions, queries
from hall.domain import door, guests, invitations
from hall.forms.guests import TickForm
from hall.models import Guest
from hall.views.guests import find_conference, find_guest, list_shown

REFUSED, OTHERWISE = 422, 409


def _ticks(request, conference):
    return permissions.can_tick_guests(request.user, conference, at=request.at)


@once_by_itself
@require_POST
def guest_tick(request, pk):
    """Say who is here; answers the one line, or the card of the invitation, to a script."""
    guest = find_guest(request, pk, _ticks)
    form = TickForm(request.POST)
    if not form.is_valid():
        return _line(request, guest, status=REFUSED)
    try:
        guest = door.tick_guest(guest, **form.cleaned_data)
    except door.TickedMeanwhile:
        guest = Guest.objects.select_related("conference__committee").get(pk=guest.pk)
        return _line(request, guest, status=OTHERWISE)
    except guests.NotListed:
        raise Http404 from None
    if request.htmx:
        return _line(request, guest)
    return redirect(_place(request, guest))


def _place(request, guest):
    """Return where the tick was made: the invitation, or the line on its page of the list."""
    if "card" in request.POST:
        return invitations.path_of(guest)
    kept = {name: request.POST[name][:100] for name in ("q", "page") if request.POST.get(name)}
    where = reverse("hall:guest_list", args=[guest.conference_id])
    return f"{where}{'?' if kept else ''}{urlencode(kept)}#guest-{guest.pk}"


def _line(request, guest, status=200):
    conference = guest.conference
    shown = {
        "guest": guest,
        "otherwise": guest.pk if status == OTHERWISE else None,
        "ticks": True,
        "is_taken_back": status == 200 and not guest.presence,
    }
    if not request.htmx:
        shown = {**list_shown(request, conference), **shown}
        return render(request, "hall/guests.html", shown, status=status)
    if "card" in request.POST:
        return render(request, "hall/_door.html", shown, status=status)
    shown |= {
        "counts": queries.guest_counts(conference),
        "keeps": permissions.can_keep_guests(request.user, conference),
        "words": request.POST.get("q", "")[:100],
        "page": {"number": request.POST.get("page", "")[:6]},
    }
    return render(request, "hall/_ticked.html", shown, status=status)


@once_by_itself
@require_POST
def guests_settle(request, pk):
    """Let everybody who was not ticked be absent, or excused as they said."""
    conference = find_conference(request, pk, _ticks)
    number = door.settle_guests(conference, at=request.at)
    said = ngettext("%(n)s person was ticked.", "%(n)s people were ticked.", number)
    messages.success(request, said % {"n": number})
    return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def guests_unsettle(request, pk):
    """Take back what was set for those whom nobody had ticked."""
    conference = find_conference(request, pk, _ticks)
    door.unsettle_guests(conference)
    messages.success(request, _("The absences that were noted for all are taken back."))
    return redirect("hall:guest_list", pk=conference.pk)
