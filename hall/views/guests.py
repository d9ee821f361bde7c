"""Who is invited: the list of a conference, its replies, and the door."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from foundation.acts import attempt
from foundation.once import once_by_itself
from hall import permissions, queries
from hall.domain import guests, invitations
from hall.forms.guests import GuestForm, NamesForm, TickForm, guest_of
from hall.models import Guest
from sessions.models import Conference

REFUSED = 422


def _sees(request, conference):
    return permissions.can_see_guests(request.user, conference)


def _keeps(request, conference):
    return permissions.can_keep_guests(request.user, conference)


def _ticks(request, conference):
    return permissions.can_tick_guests(request.user, conference, at=request.at)


def _conference(request, pk, may):
    conference = get_object_or_404(
        Conference.objects.visible_to(request.user).select_related("committee"), pk=pk
    )
    if not may(request, conference):
        raise PermissionDenied
    return conference


def _guest(request, pk, may):
    guest = get_object_or_404(
        Guest.objects.filter(conference__in=Conference.objects.visible_to(request.user))
        .select_related("conference__committee"),
        pk=pk,
    )  # fmt: skip
    if not may(request, guest.conference):
        raise PermissionDenied
    return guest


@require_GET
def guest_list(request, pk):
    """The list, looked through by name, with its replies and ticks."""
    conference = _conference(request, pk, _sees)
    page = "hall/_guests.html" if request.htmx else "hall/guests.html"
    return render(request, page, _shown(request, conference))


def _shown(request, conference, names=None):
    words = request.GET.get("q", "")[:100]
    counts = queries.guest_counts(conference)
    return {
        "conference": conference,
        "words": words,
        "guests": queries.guests_found(conference, words),
        "counts": counts,
        "attendance": getattr(conference, "attendance", None),
        "to_invite": queries.to_be_invited(conference).count(),
        "keeps": _keeps(request, conference),
        "ticks": _ticks(request, conference),
        "names": names or NamesForm(),
    }


def _filled(request, conference, filled):
    said = ngettext("%(n)s person was added.", "%(n)s people were added.", filled.added)
    words = [said % {"n": filled.added}]
    if filled.known:
        known = ngettext("%(n)s stood there already.", "%(n)s stood there already.", filled.known)
        words.append(known % {"n": filled.known})
    messages.success(request, " ".join(words))
    return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def guests_add(request, pk):
    """Add the names that were pasted."""
    conference = _conference(request, pk, _keeps)
    form = NamesForm(request.POST)
    tried = attempt(
        request,
        form,
        lambda names: guests.add_guests(conference, form.rows),
        refusals={guests.TooMany: ("names", _("A list holds 2,000 people at most."))},
    )
    if not tried.is_done:
        shown = _shown(request, conference, names=form)
        return render(request, "hall/guests.html", shown, status=tried.status)
    return _filled(request, conference, tried.result)


@once_by_itself
@require_POST
def guests_add_people(request, pk):
    """Add everybody who has a role in the committee."""
    conference = _conference(request, pk, _keeps)
    try:
        return _filled(request, conference, guests.add_people(conference))
    except guests.TooMany:
        messages.error(request, _("A list holds 2,000 people at most."))
        return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def invitations_send(request, pk):
    """Write to everybody who has not been told of this beginning."""
    conference = _conference(request, pk, _keeps)
    number = invitations.send_invitations(conference, at=request.at)
    said = ngettext(
        "%(n)s invitation is on its way.", "%(n)s invitations are on their way.", number
    )
    messages.success(request, said % {"n": number})
    return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def guests_settle(request, pk):
    """Let everybody who was not ticked be absent, or excused as they said."""
    conference = _conference(request, pk, _ticks)
    number = guests.settle_guests(conference)
    said = ngettext("%(n)s person was ticked.", "%(n)s people were ticked.", number)
    messages.success(request, said % {"n": number})
    return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def guest_tick(request, pk):
    """Say who is here; answers the one line to a script."""
    guest = _guest(request, pk, _ticks)
    form = TickForm(request.POST)
    if not form.is_valid():
        return _line(request, guest, REFUSED)
    guests.tick_guest(guest, **form.cleaned_data)
    if request.htmx:
        return _line(request, guest)
    return redirect("hall:guest_list", pk=guest.conference_id)


def _line(request, guest, status=200):
    conference = guest.conference
    if not request.htmx:
        return render(request, "hall/guests.html", _shown(request, conference), status=status)
    context = {
        "guest": guest,
        "counts": queries.guest_counts(conference),
        "keeps": _keeps(request, conference),
        "ticks": True,
    }
    return render(request, "hall/_ticked.html", context, status=status)


@once_by_itself
def guest_edit(request, pk):
    """Mend what stands there of one person."""
    guest = _guest(request, pk, _keeps)
    form = GuestForm(request.POST or None, initial=guest_of(guest))

    def change(**typed):
        return guests.change_guest(guest, **typed)

    def standing():
        return guest_of(Guest.objects.get(pk=guest.pk))

    tried = attempt(request, form, change, standing=standing)
    if tried.is_done:
        messages.success(request, _("The changes have been saved."))
        return redirect("hall:guest_list", pk=guest.conference_id)
    context = {
        "guest": guest,
        "conference": guest.conference,
        "form": form,
        "conflict": tried.conflict,
        "link": invitations.address_of(guest),
    }
    return render(request, "hall/guest_edit.html", context, status=tried.status)


@once_by_itself
@require_POST
def guest_remove(request, pk):
    """Take one off the list."""
    guest = _guest(request, pk, _keeps)
    guests.remove_guest(guest)
    messages.success(request, _("%(name)s is not on the list any more.") % {"name": guest})
    return redirect("hall:guest_list", pk=guest.conference_id)
