"""How the machinery does, for those who run the portal and for the Board."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from foundation.drafts import not_used
from operations.checkup import health_of
from operations.domain.restoring import drop_held, release_held
from operations.domain.watching import resume_mail
from reports.permissions import can_repair, can_see_health


def _enter(request):
    if not can_see_health(request.user):
        raise Http404


@require_safe
def health(request):
    """The page, and what the page asks for every quarter of a minute."""
    _enter(request)
    name = "operations/_health.html" if request.htmx else "operations/health.html"
    return render(request, name, health_of(request.user, at=request.at))


@require_POST
def health_resume(request):
    """Let mail be sent again: somebody has seen to the mail server."""
    _enter(request)
    if not can_repair(request.user):
        raise PermissionDenied
    resume_mail(by=request.user, at=request.at)
    messages.success(request, _("Mail is tried again with the next minute."))
    return redirect("operations:health")


@require_POST
def health_held(request):
    """Decide about the mails that were held back after a restore."""
    _enter(request)
    if not can_repair(request.user):
        raise PermissionDenied
    act = {"send": release_held, "drop": drop_held}.get(request.POST.get("act"))
    if act is None:
        messages.warning(request, _("Say whether the mails are sent or dropped."))
        return not_used(redirect("operations:health"))
    number = act(by=request.user, at=request.at)
    messages.success(request, ngettext("%d mail decided.", "%d mails decided.", number) % number)
    return redirect("operations:health")
