"""Who changed words that others could read, when and why."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sessions import edits, permissions
from sessions.models import Question
from sessions.views.commitments import find_commitment


@require_GET
def question_history(request, pk):
    handled = Question.objects.visible_to(request.user).select_related("conference", "committee")
    question = get_object_or_404(handled, pk=pk)
    if not permissions.can_see_edits(request.user, question):
        raise PermissionDenied
    place = reverse("sessions:triage_question", args=[question.conference_id, question.pk])
    return _page(request, question, edits.edits_of(question), place)


@require_GET
def commitment_history(request, pk):
    commitment = find_commitment(request, pk)
    if not permissions.can_see_edits(request.user, commitment):
        raise PermissionDenied
    place = reverse("sessions:commitment_detail", args=[commitment.pk])
    return _page(request, commitment, edits.edits_of_commitment(commitment), place)


def _page(request, thing, found, place):
    context = {"thing": thing, "edits": found, "place": place}
    return render(request, "sessions/edit_history.html", context)
