"""A hall of the demo that asks by itself: switched on at its desk, and stepped by the desk's page."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from foundation.once import once_by_itself
from hall.models import Hall
from hall.permissions import can_run_hall
from operations.demo import practice
from sessions.models import Conference


def _hall(request, pk):
    if not settings.DEMO:
        raise Http404
    seen = Conference.objects.visible_to(request.user)
    halls = Hall.objects.select_related("conference__committee").filter(conference__in=seen)
    hall = get_object_or_404(halls, pk=pk)
    if not can_run_hall(request.user, hall.conference, at=request.at):
        raise PermissionDenied
    return hall


@once_by_itself
@require_POST
def practice_switch(request, pk):
    """Let the hall ask by itself, or no longer."""
    practice.let_practise(hall := _hall(request, pk), on=request.POST.get("on") == "1")
    return redirect("hall:hall_desk", pk=hall.pk)


@once_by_itself
@require_POST
def practice_step(request, pk):
    """Let one made-up person do something; the desk looks as ever whether anything has changed."""
    practice.take_step(_hall(request, pk), by=request.user, at=request.at)
    return HttpResponse(status=204)
