"""Following from one's seat: whoever has the code reads, and nobody asks who that is."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foundation.throttle import Bucket
from hall import queries
from hall.domain import joining
from hall.forms.joining import JoinForm

misses = Bucket(*settings.WRONG_CODES)


@login_not_required
@never_cache
@require_GET
def join(request):
    """Ask for the code that stands on the screen."""
    form = JoinForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("hall:join_hall", code=form.cleaned_data["code"])
    return _ask(request, form, 422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_GET
def join_hall(request, code):
    """What is on the floor and what was answered, as far as it was cleared for others."""
    hall = joining.find_hall(code, at=request.at)
    if hall:
        return render(request, "hall/joined.html", _heard(hall))
    form = JoinForm({"code": code})
    if not form.is_valid():
        return _ask(request, form, 404)
    if misses.take():
        form.add_error("code", _("No conference with this code goes on today."))
        return _ask(request, form, 404)
    form.add_error("code", _("Too many codes were wrong just now. Try again in ten minutes."))
    return _ask(request, form, 429)


@login_not_required
@never_cache
@require_GET
def join_state(request, code):
    """The same, if anything has changed since the number that the page has."""
    stamp = joining.stamp_of(code, at=request.at)
    if stamp and request.GET.get("since") == stamp:
        return HttpResponseNotModified()
    hall = joining.find_hall(code, at=request.at) if stamp else None
    return render(request, "hall/_joined.html", _heard(hall) if hall else {"hall": None})


def _ask(request, form, status):
    return render(request, "hall/join.html", {"form": form}, status=status)


def _heard(hall):
    return {
        "hall": hall,
        "stamp": queries.stamp(hall),
        "conference": hall.conference,
        **queries.heard_by_all(hall),
    }
