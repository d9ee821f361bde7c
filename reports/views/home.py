"""The first page: what to do now, and by when."""

from django.shortcuts import render

from dialogue_portal.clock import database_now
from reports.agenda import agenda_of


def home(request):
    return render(request, "reports/home.html", agenda_of(request.user, at=database_now()))
