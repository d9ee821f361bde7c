"""One person's invitation, opened by the link in the mail or the code on paper: no account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from foundation.once import once_by_itself
from hall import permissions
from hall.domain import door, guests, invitations
from hall.forms.guests import ReplyForm

REFUSED, TOO_LATE = 422, 409


def _guest(pk, token):
    guest = invitations.find_guest(pk, token)
    if guest is None:
        raise Http404
    return guest


@login_not_required
@never_cache
@require_GET
def invitation(request, pk, token):
    """To what one is invited, and whether one comes. At the door the office ticks here."""
    return _page(request, _guest(pk, token), token)


def _page(request, guest, token, form=None, status=200, is_moved=False):
    conference = guest.conference
    ticks = request.user.is_authenticated and permissions.can_tick_guests(
        request.user, conference, at=request.at
    )
    context = {
        "guest": guest,
        "conference": conference,
        "token": token,
        "form": form or ReplyForm(),
        "note": form["note"].value() if form and form.is_bound else "",
        "is_moved": is_moved,
        "beginning": conference.starts_at.isoformat(),
        "can_reply": invitations.can_reply(guest, at=request.at),
        "ticks": ticks,
    }
    return render(request, "hall/invitation.html", context, status=status)


@login_not_required
@never_cache
@once_by_itself
@require_POST
def invitation_reply(request, pk, token):
    guest = _guest(pk, token)
    form = ReplyForm(request.POST)
    if not invitations.can_reply(guest, at=request.at):
        return _page(request, guest, token, form, status=TOO_LATE)
    if not form.is_valid():
        return _page(request, guest, token, form, status=REFUSED)
    try:
        door.note_reply(guest, **form.cleaned_data)
    except door.OtherDay:
        return _page(request, guest, token, form, status=TOO_LATE, is_moved=True)
    except guests.NotListed:
        raise Http404 from None
    messages.success(
        request, _("The office sees your reply. You may change it until the conference begins.")
    )
    return redirect("hall:invitation", pk=guest.pk, token=token)
