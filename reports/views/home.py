"""The first page: what to do now, and by when."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committees.domain import founding
from committees.permissions import can_set_up
from dialogue_portal.clock import day_of
from reports.agenda import agenda_of


@require_safe
def home(request):
    at = timezone.now()
    if can_set_up(request.user) and not founding.standing(at=at, on=day_of(at)).is_usable:
        return redirect("committees:setup")
    return render(request, "reports/home.html", agenda_of(request.user, at=at))
