"""Following from one's seat: whoever has the code reads, and nobody asks who that is."""

import base64
import binascii
import json
import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from foundation.blind_rsa import NotSignable
from foundation.once import once_by_itself
from foundation.sending import BY_SCRIPT
from foundation.throttle import Bucket
from hall import queries
from hall.domain import joining
from hall.forms.joining import JoinForm
from sessions.askers import public as askers

misses = Bucket(*settings.WRONG_CODES)
presses = Bucket(*settings.SAME_PRESSES)


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
        return render(request, "hall/joined.html", _heard(request, hall))
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
    return render(request, "hall/_joined.html", _heard(request, hall) if hall else {"hall": None})


@login_not_required
@never_cache
@once_by_itself
@require_POST
def join_same(request, code, question_pk):
    """Say that one asks the same; whoever does is not known, and nothing is told of the number."""
    hall = joining.find_hall(code, at=request.at)
    if hall is None:
        raise Http404
    question = get_object_or_404(hall.conference.questions, pk=question_pk)
    browser = request.META.get("CSRF_COOKIE", "")  # without one nothing can be sent
    if not presses.take():
        return HttpResponse(status=429)
    joining.ask_the_same(hall, question, phone=browser)
    if BY_SCRIPT in request.headers:
        return HttpResponse(status=204)
    return redirect("hall:join_hall", code=code)


@login_not_required
@never_cache
@once_by_itself
@require_POST
def join_pass(request, code):
    """Sign this telephone's blinded messages: {"blinded": [base64, …]} → {"signed": [base64, …]}."""
    hall = joining.find_hall(code, at=request.at)
    seats = _passes(request, hall) if hall else None
    if seats is None:
        raise Http404
    if not presses.take():
        return HttpResponse(status=429)
    try:
        sent = json.loads(request.body)["blinded"]
        blinded = [base64.b64decode(one, validate=True) for one in sent[: askers.PASSES_EACH + 1]]
        browser = request.META.get("CSRF_COOKIE", "")
        signed = askers.sign_for_phone(seats, blinded, phone=browser)
    except (ValueError, KeyError, TypeError, binascii.Error, NotSignable):
        return JsonResponse({"error": "malformed"}, status=400)
    except askers.NotIssued:
        return JsonResponse({"error": "not issued"}, status=409)
    return JsonResponse({"signed": [base64.b64encode(one).decode() for one in signed]})


def _passes(request, hall):
    """Return the passes with which one asks from a seat at this moment, or None."""
    return askers.open_seats(hall.conference, at=request.at) if hall.takes_from_seats else None


def _ask(request, form, status):
    return render(request, "hall/join.html", {"form": form}, status=status)


def _heard(request, hall):
    seed = request.GET.get("seed", "")[:36] or str(uuid.uuid4())
    return {
        "seed": seed,
        "same": queries.asked_from_seats(hall, seed=seed),
        "passes": (seats := _passes(request, hall)),
        "pass_key": askers.pass_numbers(seats) if seats else None,
        "passes_each": askers.PASSES_EACH,
        "more": queries.more_from_seats(hall),
        "may_ask": hall.takes_from_seats and hall.conference.takes_questions(at=request.at),
        "hall": hall,
        "stamp": queries.stamp(hall),
        "conference": hall.conference,
        **queries.heard_by_all(hall),
    }
