"""The conference as an appointment for any calendar."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from foundation.text import file_name
from sessions import queries
from sessions.documents.appointment import appointment


@require_GET
def conference_ics(request, pk):
    """Download the appointment; a newer copy replaces the older one in the calendar."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    response = HttpResponse(
        appointment(conference, at=request.at).to_ical(),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
    )
    name = file_name(conference.title) or f"conference-{conference.pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
