"""The first page: what to do now, and by when."""

from django.shortcuts import render
from django.utils import timezone

from reports.agenda import agenda_of


def home(request):
    return render(request, "reports/home.html", agenda_of(request.user, at=timezone.now()))
