"""Following from one's seat: whoever has the code reads, and nobody asks who that is."""

import re
import threading
import uuid
from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from foundation.once import once_by_itself
from foundation.sending import BY_SCRIPT
from foundation.throttle import Bucket
from hall import queries
from hall.domain import joining
from hall.forms.joining import JoinForm
from sessions.askers import public as askers
from sessions.signing import answer_draw

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
        parts = _drawn(code, queries.seats_stamp(hall), at=request.at)
        heard = _in_order(parts, request, token=get_token(request))
        context = {"conference": hall.conference, "heard": heard}
        return render(request, "hall/joined.html", context)
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
    parts = _drawn(code, stamp, at=request.at) if stamp else None
    if parts is None:
        return render(request, "hall/_joined.html", {"hall": None})
    return HttpResponse(_in_order(parts, request))


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
    joining.ask_the_same(hall, question, phone=browser, at=request.at)
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
    seats = _passes(hall, at=request.at) if hall else None
    if seats is None:
        raise Http404
    if not presses.take():
        return HttpResponse(status=429)
    browser = request.META.get("CSRF_COOKIE", "")  # without one nothing can be sent
    sign = partial(askers.sign_for_phone, seats, phone=browser, at=request.at)
    return answer_draw(request, sign, each=askers.PASSES_EACH)


def _passes(hall, *, at):
    """Return the passes with which one asks from a seat at this moment, or None."""
    return askers.open_seats(hall.conference, at=at) if hall.takes_from_seats else None


def _ask(request, form, status):
    return render(request, "hall/join.html", {"form": form}, status=status)


# --- drawn once for all telephones ------------------------------------------------------
# When something has changed, three hundred ask within five seconds for what differs between them in
# nothing but the order of one list and a token. No request is drawn with: what is of one browser
# stands in nothing that others get.

DRAWN = 10  # seconds for which a process keeps what it has drawn
ANY = "00000000-0000-4000-8000-000000000000"  # stands for the seed, and for the token
ONE = re.compile(r'(<li class="guest" data-one="[^"]+">.*?</li>)', re.DOTALL)
WHICH = re.compile(r'data-one="([^"]+)"')
drawing = threading.Lock()


def _in_order(parts, request, *, token=""):
    """Return the part of the page that changes, in the order of this telephone."""
    seed = request.GET.get("seed", "")[:36] or str(uuid.uuid4())
    rows = sorted(parts[1::2], key=lambda row: queries.place_for(seed, WHICH.search(row)[1]))
    before = parts[0].replace(f'data-seed="{ANY}"', f'data-seed="{escape(seed)}"', 1)
    before = before.replace(f'value="{ANY}"', f'value="{token}"')  # of what draws passes
    listed = "".join(rows).replace(f'value="{ANY}"', f'value="{token}"')
    return mark_safe(before + listed + (parts[-1] if rows else ""))


def _drawn(code, stamp, *, at):
    """Return the part as drawn for this stamp, [before the list, each of it …, after], or None."""
    key = f"hall.drawn.{code[:20]}.{stamp}.{get_language()}"
    if (parts := caches["local"].get(key)) is None:
        with drawing:
            if (parts := caches["local"].get(key)) is None and (
                hall := joining.find_hall(code, at=at)
            ):
                drawn = render_to_string("hall/_joined.html", _shown(hall, stamp, at=at))
                parts = ONE.split(drawn)
                caches["local"].set(key, parts, DRAWN)
    return parts


def _shown(hall, stamp, *, at):
    return {
        "stamp": stamp,
        "seed": ANY,
        "csrf_token": ANY,
        "same": queries.asked_from_seats(hall, seed=ANY),
        "passes": (seats := _passes(hall, at=at)),
        "pass_key": askers.pass_numbers(seats) if seats else None,
        "passes_each": askers.PASSES_EACH,
        "more": queries.more_from_seats(hall),
        "may_ask": hall.takes_from_seats and hall.conference.takes_questions(at=at),
        "anonymous_url": settings.ANONYMOUS_BASE_URL,
        "hall": hall,
        "conference": hall.conference,
        **queries.heard_by_all(hall),
    }
