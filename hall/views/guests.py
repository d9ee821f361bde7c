"""Who is invited: the list of a conference, its replies, and the door."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from foundation.acts import attempt
from foundation.once import once_by_itself
from hall import permissions, queries
from hall.domain import guests, invitations
from hall.domain.guest_table import shortened
from hall.forms.guests import GuestForm, NamesForm, guest_of
from hall.models import Guest
from sessions.models import Conference

ON_A_PAGE = 100


def _sees(request, conference):
    return permissions.can_see_guests(request.user, conference)


def _keeps(request, conference):
    return permissions.can_keep_guests(request.user, conference)


def _calls_off(request, conference):
    return permissions.can_cancel_invitations(request.user, conference)


def find_conference(request, pk, may):
    conference = get_object_or_404(
        Conference.objects.visible_to(request.user).select_related("committee"), pk=pk
    )
    if not may(request, conference):
        raise PermissionDenied
    return conference


def find_guest(request, pk, may):
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
    conference = find_conference(request, pk, _sees)
    page = "hall/_guests.html" if request.htmx else "hall/guests.html"
    return render(request, page, list_shown(request, conference))


def list_shown(request, conference, names=None):
    """Return what the page of the list needs; it is looked at again where somebody was ticked."""
    asked = request.POST if request.method == "POST" else request.GET
    words = asked.get("q", "")[:100]
    found = queries.guests_found(conference, words)
    return {
        "conference": conference,
        "words": words,
        "page": Paginator(found, ON_A_PAGE).get_page(asked.get("page")),
        "counts": queries.guest_counts(conference),
        "has_other_figures": queries.has_other_figures(conference),
        "to_invite": conference.lies_ahead(at=request.at)
        and queries.to_be_invited(conference).count(),
        "to_tell_off": queries.to_be_told_off(conference).count(),
        "is_over": request.at >= conference.ends_at,
        "keeps": _keeps(request, conference),
        "calls_off": _calls_off(request, conference),
        "ticks": permissions.can_tick_guests(request.user, conference, at=request.at),
        "names": names or NamesForm(),
    }


def _filled(request, conference, filled, notes=()):
    """Say what became of what was added: it is gone from the page."""
    said = ngettext("%(n)s person was added.", "%(n)s people were added.", filled.added)
    words = [said % {"n": filled.added}]
    if filled.known:
        known = ngettext(
            "%(n)s stood there already: %(names)s.",
            "%(n)s stood there already: %(names)s.",
            filled.known,
        )
        words.append(known % {"n": filled.known, "names": shortened(filled.names)})
    if filled.filled:
        more = ngettext(
            "Of %(n)s of them what was blank was filled in.",
            "Of %(n)s of them what was blank was filled in.",
            filled.filled,
        )
        words.append(more % {"n": filled.filled})
    messages.success(request, " ".join(words))
    for note in notes:
        messages.warning(request, note)
    return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def guests_add(request, pk):
    """Add the names that were pasted."""
    conference = find_conference(request, pk, _keeps)
    form = NamesForm(request.POST)
    tried = attempt(
        request,
        form,
        lambda names: guests.add_guests(conference, form.rows),
        refusals={guests.TooMany: ("names", _("A list holds 2,000 people at most."))},
    )
    if not tried.is_done:
        shown = list_shown(request, conference, names=form)
        return render(request, "hall/guests.html", shown, status=tried.status)
    return _filled(request, conference, tried.result, form.notes)


@once_by_itself
@require_POST
def guests_add_people(request, pk):
    """Add everybody who has a role in the committee."""
    conference = find_conference(request, pk, _keeps)
    try:
        return _filled(request, conference, guests.add_people(conference))
    except guests.TooMany:
        messages.error(request, _("A list holds 2,000 people at most."))
        return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def invitations_send(request, pk):
    """Write to everybody who has not been told of day and place as they stand."""
    conference = find_conference(request, pk, _keeps)
    number = invitations.send_invitations(conference, at=request.at)
    said = ngettext(
        "%(n)s invitation is on its way.", "%(n)s invitations are on their way.", number
    )
    messages.success(request, said % {"n": number})
    return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
@require_POST
def invitations_cancel(request, pk):
    """Write to everybody who was invited that the conference is put off or called off."""
    conference = find_conference(request, pk, _calls_off)
    number = invitations.tell_called_off(conference, at=request.at)
    said = ngettext("%(n)s mail is on its way.", "%(n)s mails are on their way.", number)
    messages.success(request, said % {"n": number})
    return redirect("hall:guest_list", pk=conference.pk)


@once_by_itself
def guest_edit(request, pk):
    """Mend what stands there of one person."""
    guest = find_guest(request, pk, _keeps)
    form = GuestForm(request.POST or None, initial=guest_of(guest))

    def change(**typed):
        return guests.change_guest(guest, **typed)

    def standing():
        return guest_of(get_object_or_404(Guest, pk=guest.pk))

    try:
        tried = attempt(request, form, change, standing=standing)
    except guests.NotListed:
        raise Http404 from None
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
    guest = find_guest(request, pk, _keeps)
    guests.remove_guest(guest)
    messages.success(request, _("%(name)s is not on the list any more.") % {"name": guest})
    return redirect("hall:guest_list", pk=guest.conference_id)
