"""The first page: what to do now, and by when."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.agenda import agenda_of


@require_safe
def home(request):
    return render(request, "reports/home.html", agenda_of(request.user, at=timezone.now()))
