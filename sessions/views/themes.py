"""The second level of the themes: what a committee calls its own matters."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from committees.models import Committee
from committees.permissions import OFFICE
from foundation.drafts import not_used
from foundation.given import given
from sessions.domain import themes
from sessions.forms.questions import NewThemeForm, ThemeNameForm
from sessions.models import Theme
from sessions.permissions import can_edit_themes


def _own_committee(request):
    committee = Committee.objects.filter(pk__in=request.user.committees_as(*OFFICE)).first()
    if committee is None:
        raise Http404
    return committee


def theme_list(request):
    """The groups with the committee's own themes below them, and a form for another."""
    committee = _own_committee(request)
    form = NewThemeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            themes.add_theme(committee, **form.cleaned_data)
            messages.success(request, _("The theme has been added."))
            return redirect("sessions:theme_list")
        status = 422
    groups = Theme.objects.filter(parent=None)
    own = {}
    for theme in Theme.objects.filter(committee=committee).order_by("name"):
        own.setdefault(theme.parent_id, []).append(theme)
    return render(
        request,
        "sessions/theme_list.html",
        {
            "committee": committee,
            "groups": [(group, own.get(group.pk, [])) for group in groups],
            "form": form,
        },
        status=status,
    )


def _own_theme(request, pk):
    theme = get_object_or_404(
        Theme.objects.select_related("committee"), pk=pk, committee_id__in=list(request.user.roles)
    )
    if not can_edit_themes(request.user, given(theme.committee)):
        raise PermissionDenied
    return theme


@require_POST
def theme_rename(request, pk):
    theme = _own_theme(request, pk)
    form = ThemeNameForm(request.POST)
    if form.is_valid():
        themes.rename_theme(theme, name=form.cleaned_data["name"])
        return redirect("sessions:theme_list")
    messages.error(request, str(form.errors["name"][0]))
    return not_used(redirect("sessions:theme_list"))


@require_POST
def theme_retire(request, pk):
    themes.retire_theme(_own_theme(request, pk))
    return redirect("sessions:theme_list")
