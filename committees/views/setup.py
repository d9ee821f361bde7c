"""A new installation, step by step: what is there, what is missing, and where it is added."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from committees import permissions, queries
from committees.domain import founding, invitations
from committees.domain.committees import CodeTaken
from committees.forms.setup import FoundingForm
from committees.models import Committee
from foundation.clock import day_of

BEGUN_WITH = {
    Committee.Kind.BLOC: {"code": "khoi", "symbol": "ĐUK"},
    Committee.Kind.BOARD: {"code": "ban", "symbol": "BDV"},
}


def _only_for_administrators(request):
    if not permissions.can_set_up(request.user):
        raise Http404


@require_GET
def setup(request):
    _only_for_administrators(request)
    at, today = request.at, day_of(request.at)
    return render(
        request, "committees/setup.html", {"standing": founding.standing(at=at, on=today)}
    )


def setup_found(request, kind):
    """Add the Bloc, or the Board below it. What is there already is not added again."""
    _only_for_administrators(request)
    is_bloc = kind == Committee.Kind.BLOC
    bloc = Committee.objects.filter(kind=Committee.Kind.BLOC).first()
    if Committee.objects.filter(kind=kind).exists() or not (is_bloc or bloc):
        return redirect("committees:setup")
    form = FoundingForm(
        request.POST if request.method == "POST" else None,
        initial={
            **BEGUN_WITH[kind],
            "active_from": day_of(request.at).replace(month=1, day=1),
            "place": bloc.naming(on=day_of(request.at)).place if bloc else "Hà Nội",
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            founding.found(
                kind, parent=None if is_bloc else bloc, by=request.user, **form.cleaned_data
            )
            messages.success(request, _("It has been added."))
            return redirect("committees:setup")
        except CodeTaken:
            form.add_error("code", _("Another committee has this code."))
    title = _("The Bloc Committee") if is_bloc else _("The Mass Mobilization Board")
    return render(
        request,
        "committees/committee_form.html",
        {"form": form, "title": title},
        status=422 if form.is_bound else 200,
    )


@require_POST
def people_invite(request):
    """Send a link to everybody of every committee who has neither a password nor a link."""
    if not permissions.can_manage_committees(request.user):
        raise Http404
    count = invitations.invite_everybody(
        queries.to_be_invited_by(request.user, on=day_of(request.at)),
        by=request.user,
        at=request.at,
    )
    messages.success(
        request,
        ngettext(
            "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count
        )
        % {"count": count},
    )
    return redirect(
        "committees:setup" if permissions.can_set_up(request.user) else "committees:committee_list"
    )
