"""The screen of the hall, opened by a link of its own: it shows one thing, and takes nothing."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hall import queries
from hall.domain import screens
from hall.models import Hall, Turn
from hall.states import TurnState
from sessions.models import Question


def _hall(request, pk, token):
    halls = Hall.objects.select_related("conference__committee")
    hall = halls.filter(pk=pk).first()
    if hall is None or not screens.opens(hall, token, at=request.at):
        raise Http404
    return hall


@login_not_required
@never_cache
@require_GET
def screen(request, pk, token):
    """The page for the projector; it asks by itself whether there is something else to show."""
    hall = _hall(request, pk, token)
    answer = render(request, "hall/screen.html", {**_shown(request, hall), "token": token})
    policy = settings.FURTHER_HEADERS["Permissions-Policy"]
    answer.headers["Permissions-Policy"] = policy.replace("fullscreen=()", "fullscreen=(self)")
    return answer


@login_not_required
@never_cache
@require_GET
def screen_state(request, pk, token):
    """What is to be shown, if anything has changed since the number that the screen has."""
    hall = _hall(request, pk, token)
    if request.GET.get("since") == queries.stamp(hall):
        return HttpResponseNotModified()
    return render(request, "hall/_screen.html", _shown(request, hall))


def _shown(request, hall):
    """Return what the screen shows: never a text that is not cleared, and no name at all."""
    stamp = queries.stamp(
        hall
    )  # first: what changes while the rest is read must not seem to be shown
    shown = (
        Question.objects.select_related("theme__parent").filter(pk=hall.shown_question_id).first()
    )
    question = shown if shown and queries.may_be_read_by_all(shown) else None
    turn = None
    if question is not None:
        turn = Turn.objects.filter(hall=hall, question=question, state=TurnState.RUNNING).first()
    return {
        "hall": hall,
        "stamp": stamp,
        "conference": hall.conference,
        "question": question,
        "turn": turn,
        "is_blank": hall.shown == Hall.Shown.NOTHING,
        "counts": queries.counts(hall) if question is None else None,
        "join_url": f"{settings.BASE_URL}{reverse('hall:join_hall', args=[hall.code])}",
        "at": request.at,
    }
