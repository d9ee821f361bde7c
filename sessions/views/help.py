"""What helps to read the pages."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation.abbreviations import ABBREVIATIONS


@login_not_required
@require_GET
def abbreviations(request):
    """What offices write in short. For everybody to read."""
    return render(request, "sessions/abbreviations.html", {"abbreviations": ABBREVIATIONS})
