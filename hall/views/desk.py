"""The desk of a running conference: one page for all who work at it, and its acts."""

from __future__ import annotations

import uuid
from contextlib import suppress
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation.clock import written_day
from foundation.conflicts import STATUS, Conflict
from foundation.drafts import HEADER as DRAFT
from foundation.once import once_by_itself
from foundation.sending import BY_SCRIPT
from foundation.text import clean
from hall import permissions, queries
from hall.domain import desk, screens, undoing
from hall.forms.desk import (
    ActForm,
    FloorForm,
    LimitForm,
    ShowForm,
    SpeakerForm,
    TurnAnswerForm,
    TurnForm,
    TurnLaterForm,
    UndoForm,
)
from hall.models import Hall, Turn
from hall.states import TurnState
from sessions.askers import public as askers
from sessions.domain.conferences import NotBegun
from sessions.models import Conference, Question

REFUSED = 422


def _runs(request, conference):
    return permissions.can_run_hall(request.user, conference, at=request.at)


def _sees(request, conference):
    return permissions.can_see_desk(request.user, conference)


def _conference(request, pk, *, may=_runs):
    conference = get_object_or_404(
        Conference.objects.visible_to(request.user).select_related("committee"), pk=pk
    )
    if not may(request, conference):
        raise PermissionDenied
    return conference


def hall_for_act(request, pk):
    """Return the hall for an act; it is opened by the first one, perhaps before its page is."""
    hall = desk.open_hall(_conference(request, pk), at=request.at)
    return Hall.objects.select_related("conference__committee").get(pk=hall.pk)


def _turn(request, pk):
    turn = get_object_or_404(
        Turn.objects.filter(hall__conference__in=Conference.objects.visible_to(request.user))
        .select_related("hall__conference__committee", "question"),
        pk=pk,
    )  # fmt: skip
    if not _runs(request, turn.hall.conference):
        raise PermissionDenied
    return turn


# --- the page -------------------------------------------------------------------------


@require_GET
def hall_desk(request, pk):
    """Queue, floor and what is done, side by side."""
    conference = _conference(request, pk, may=_sees)
    hall = Hall.objects.filter(pk=conference.pk).first()
    if hall is None:
        if not _runs(request, conference):
            return render(request, "hall/not_yet.html", {"conference": conference})
        hall = desk.open_hall(conference, at=request.at)
    hall.conference = conference
    return render(request, "hall/desk.html", _shown(request, hall))


@require_GET
def hall_changes(request, pk):
    """The parts of the desk, if anything has changed since the number that the page has."""
    conference = _conference(request, pk, may=_sees)
    hall = get_object_or_404(Hall.objects.select_related("conference__committee"), pk=conference.pk)
    if request.GET.get("since") == queries.desk_stamp(hall):
        return HttpResponseNotModified()
    # Nobody's line is replaced by what others do.
    return render(request, "hall/_desk.html", _shown(request, hall, floor=None))


def _shown(request, hall, **more):
    conference = hall.conference
    stamp = queries.desk_stamp(
        hall
    )  # first: what comes while the rest is read must not seem to be on the page
    only = queries.Only.of(request.GET)
    found = queries.desk(hall, only=only)
    shown = {
        "conference": conference,
        "hall": hall,
        "desk": found,
        "only": only.query,
        "stamp": stamp,
        "is_running": _runs(request, conference),
        "has_begun": conference.starts_at <= request.at,
        "at": request.at,
        "spoken": queries.spoken_by_unit(found.speakers, at=request.at),
        "leaders": [person.full_name for person in conference.answerers.all()],
    }
    if shown["is_running"]:
        shown |= _empty_forms(conference, found, shown["leaders"], **more)
        shown["screen_url"] = reverse("hall:screen", args=[hall.pk, screens.token_of(hall)])
        shown["passes"] = askers.seats_of(conference) if hall.takes_from_seats else None
        shown["is_screen_open"] = screens.is_open(conference, at=request.at)
    return {**shown, **more}


def _empty_forms(conference, found, leaders, *, floor=True, **_typed):
    """Return the forms of the desk as they stand before anybody types into them."""
    committee = conference.committee
    forms: dict[str, Form] = {"speaker": SpeakerForm()}
    if floor:
        begins = {"theme": queries.theme_of_the_floor()}
        forms["limit"] = LimitForm(initial={"minutes": found.hall.turn_minutes})
        forms["floor"] = FloorForm(committee=committee, initial=begins)
    if found.now:
        due_on = {"due_on": written_day(conference.answers_due_on)}
        forms["answer"] = TurnAnswerForm(
            conference=conference, initial=_typed_so_far(found.now, leaders)
        )
        forms["later"] = TurnLaterForm(committee=committee, initial=due_on, prefix="later")
    return forms


def _typed_so_far(turn, leaders):
    """Return what stands in the form: where one person alone can answer, their name before it is typed."""
    assignee = turn.question.assignee
    alone = assignee.full_name if assignee else leaders[0] if len(leaders) == 1 else ""
    answered_by = turn.answered_by or ("" if turn.gist else alone)
    typed = {"text": turn.gist, "answered_by": answered_by, "version": turn.version}
    return {**typed, **turn.promised}


# --- its acts -------------------------------------------------------------------------


def _done(request, hall, said=""):
    """Show the desk after an act: its parts to a script, the page to whoever has none."""
    if BY_SCRIPT not in request.headers:
        if said:
            messages.success(request, said)
        return redirect("hall:hall_desk", pk=hall.pk)
    hall.refresh_from_db()
    response = render(request, "hall/_desk.html", _shown(request, hall, said=said))
    response.headers[DRAFT] = "used"
    return response


def refused(request, hall, status, **more):
    """Show what was typed beside the desk as it stands."""
    hall.refresh_from_db()
    page = "hall/_desk.html" if BY_SCRIPT in request.headers else "hall/desk.html"
    return render(request, page, _shown(request, hall, **more), status=status)


def acts(request, hall, act, said="", **typed):
    """Do the act; whoever did the same before is led on, whoever was too late is told.

    `typed` are the form that was sent and, as `kept`, words to be shown wherever nothing else does.
    """
    try:
        act()
    except desk.DoneAlready as done:
        kept = typed.get("kept")
        if kept and done.act.words != clean(kept):
            trouble = _("Something else was recorded from this form already. This was not.")
            return refused(request, hall, STATUS, trouble=trouble, kept=kept)
        return _done(request, hall)
    except screens.NotCleared:
        trouble = _("The text has not been cleared for others, and so is not shown.")
        return refused(request, hall, STATUS, trouble=trouble)
    except NotBegun:
        return refused(request, hall, STATUS, trouble=_("The conference has not begun yet."))
    except Conflict:
        trouble = _("Somebody was faster: it is as you see it now. Nothing was changed.")
        return refused(request, hall, STATUS, trouble=trouble, **typed)
    return _done(request, hall, said)


def _keyed(request):
    """Return who acts, when, and by which form."""
    form = ActForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else uuid.uuid4()
    return {"key": key, "by": request.user, "at": request.at}


@once_by_itself
@require_POST
def question_call(request, pk, question_pk):
    hall = hall_for_act(request, pk)
    called = get_object_or_404(hall.conference.questions, pk=question_pk)
    return acts(request, hall, partial(desk.call_up, hall, called, **_keyed(request)))


@once_by_itself
@require_POST
def floor_ask(request, pk):
    hall = hall_for_act(request, pk)
    form = FloorForm(request.POST, committee=hall.conference.committee)
    if not form.is_valid():
        return refused(request, hall, REFUSED, floor=form)
    act = partial(
        desk.ask_from_the_floor, hall, **form.cleaned_data, by=request.user, at=request.at
    )
    kept = form.cleaned_data["text"]
    return acts(request, hall, act, _("The question is written down."), kept=kept)


@once_by_itself
@require_POST
def turn_answer(request, pk):
    """Record what was said, and call the next one up where that is wanted."""
    turn = _turn(request, pk)
    form = TurnAnswerForm(request.POST, conference=turn.hall.conference)
    if not form.is_valid():
        return refused(request, turn.hall, REFUSED, answer=form)
    typed = form.cleaned_data
    act = partial(
        _answer, turn, calls_next=typed["calls_next"],
        **{name: typed[name] for name in ("version", "text", "answered_by", "key")},
        promise=form.promise, by=request.user, at=request.at,
    )  # fmt: skip
    return acts(request, turn.hall, act, kept=typed["text"])


def _answer(turn, *, calls_next, key, by, at, **said):
    desk.answer_turn(turn, key=key, by=by, at=at, **said)
    following = queries.desk(turn.hall).following if calls_next else None
    if following:
        with suppress(Conflict):  # somebody has called up another one: the answer stands
            desk.call_up(turn.hall, following, key=uuid.uuid5(key, "next"), by=by, at=at)


@once_by_itself
@require_POST
def turn_later(request, pk):
    turn = _turn(request, pk)
    form = TurnLaterForm(request.POST, committee=turn.hall.conference.committee, prefix="later")
    if not form.is_valid():
        return refused(request, turn.hall, REFUSED, later=form)
    act = partial(desk.answer_later, turn, **form.cleaned_data, by=request.user, at=request.at)
    return acts(request, turn.hall, act)


@once_by_itself
@require_POST
def turn_put_back(request, pk):
    turn = _turn(request, pk)
    return acts(request, turn.hall, partial(desk.put_back, turn, **_keyed(request)))


@once_by_itself
@require_POST
def turn_clock(request, pk):
    turn = _turn(request, pk)
    return acts(request, turn.hall, partial(desk.turn_clock, turn, **_keyed(request)))


@once_by_itself
@require_POST
def turn_gist(request, pk):
    """Keep what is typed; answers the parts of the desk to a script."""
    turn = _turn(request, pk)
    form = TurnForm(request.POST)
    if not form.is_valid():
        return refused(request, turn.hall, REFUSED, answer=form)
    kept = form.cleaned_data["text"]
    return acts(request, turn.hall, partial(desk.save_gist, turn, **form.gist), kept=kept)


@once_by_itself
@require_POST
def screen_show(request, pk):
    """Put what is on the floor on the screen, or the title, or nothing."""
    hall = hall_for_act(request, pk)
    form = ShowForm(request.POST)
    if not form.is_valid():
        return refused(request, hall, REFUSED)
    typed = form.cleaned_data
    question = None
    if typed["what"] == Hall.Shown.QUESTION:
        on_the_floor = {"turns__hall": hall, "turns__state": TurnState.RUNNING}
        question = Question.objects.filter(pk=typed["question"], **on_the_floor).first()
        if question is None:
            return refused(request, hall, STATUS, trouble=_("It is not on the floor any more."))
    act = partial(
        screens.show, hall, typed["what"], question=question, version=typed["version"],
        clears=typed["clears"], key=typed["key"], by=request.user, at=request.at,
    )  # fmt: skip
    return acts(request, hall, act)


@once_by_itself
@require_POST
def screen_link(request, pk):
    """Make a new link for the screen; the old one opens nothing any more."""
    hall = hall_for_act(request, pk)
    return acts(request, hall, partial(screens.renew_link, hall), _("The screen has a new link."))


@once_by_itself
@require_POST
def turns_limit(request, pk):
    hall = hall_for_act(request, pk)
    form = LimitForm(request.POST)
    if not form.is_valid():
        return refused(request, hall, REFUSED, limit=form)
    return acts(request, hall, partial(desk.limit_turns, hall, **form.cleaned_data))


@once_by_itself
@require_POST
def turn_reopen(request, pk):
    turn = _turn(request, pk)
    return acts(request, turn.hall, partial(undoing.reopen, turn, by=request.user, at=request.at))


@once_by_itself
@require_POST
def act_undo(request, pk):
    hall = hall_for_act(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return refused(request, hall, REFUSED)
    number = form.cleaned_data["number"]
    undone = []
    act = partial(_undo, undone, hall, number=number, by=request.user, at=request.at)
    answer = acts(request, hall, act, _("Undone."))
    if undone and undone[0].is_final:
        trouble = _("Something else has happened to it since, so it stays as it is. What was done before can be undone.")  # fmt: skip
        return refused(request, hall, STATUS, trouble=trouble)
    return answer


def _undo(undone, hall, **act):
    undone.append(undoing.undo(hall, **act))
