"""The minutes of a conference: written by the office, approved by the chair, followed by addenda."""

from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation.acts import attempt
from foundation.conflicts import STATUS, Conflict, as_it_stands
from foundation.moves import MoveNotAllowed
from hall import permissions
from hall.domain import minutes as writing
from hall.forms.minutes import (
    AddendumChangeForm,
    AddendumForm,
    PresenceForm,
    ReadForm,
    SendBackForm,
    SignedForm,
    TurnNoteForm,
)
from hall.models import Turn
from hall.queries import course_of, minutes_of
from hall.states import TAKEN, MinutesState
from reports.domain import approving, inbox
from reports.domain.snapshots import DamagedSnapshot
from sessions.domain.conferences import record_course
from sessions.models import Conference
from sessions.permissions import can_correct_answer

REFUSED = 422
FOUND = (
    Conference.objects.select_related("committee__parent", "chair", "attendance", "hall")
    .prefetch_related("committee__names", "committee__parent__names")
)  # fmt: skip


def _conference(request, pk, *, may=permissions.can_edit_minutes):
    conference = get_object_or_404(FOUND.visible_to(request.user), pk=pk)
    if not may(request.user, conference):
        raise PermissionDenied
    return conference


def _paper(request, pk, number, *, may=permissions.can_edit_minutes):
    """Return the minutes, number 0, or one of their addenda."""
    conference = _conference(request, pk, may=may)
    found = next((one for one in minutes_of(conference) if one.number == number), None)
    if found is None:
        raise Http404
    found.conference = conference
    return found


def _of_whole_minutes(view):
    """Let a view show nothing, and do nothing, where what was frozen is not what was frozen."""

    @wraps(view)
    def guarded(request, pk, *args, **kwargs):
        try:
            return view(request, pk, *args, **kwargs)
        except DamagedSnapshot as damage:
            inbox.note_damaged(str(damage), at=request.at)
            context = {"conference": FOUND.get(pk=pk)}
            return render(request, "reports/minutes_damaged.html", context, status=503)

    return guarded


# --- the page -------------------------------------------------------------------------


@require_GET
@_of_whole_minutes
def minutes_detail(request, pk):
    """The minutes as they will be printed, or were approved, with what may be done."""
    conference = _conference(request, pk, may=permissions.can_see_minutes)
    return _page(request, conference)


def _page(request, conference, *, status=200, **more):
    at, user = request.at, request.user
    papers = minutes_of(conference)
    minutes, addenda = papers[0], papers[1:]
    newest = papers[-1]
    newest.conference = conference
    context = {
        "conference": conference,
        "minutes": minutes,
        "addenda": addenda,
        "newest": newest,
        "is_office": permissions.can_edit_minutes(user, conference),
        "is_chair": permissions.can_approve_minutes(user, conference),
        "history": _history(papers),
    }
    context |= _drawn(request, conference, newest, context)
    return render(request, "reports/minutes.html", {**context, "at": at, **more}, status=status)


def _drawn(request, conference, newest, context):
    """Return what the page shows of the document, and what it says beside it."""
    at, minutes = request.at, context["minutes"]
    now = approving.drawn_now(conference, at=at)
    drawn: dict[str, Any] = {"document": approving.minutes_paper(conference, at=at, now=now)}
    drawn["otherwise"] = approving.told_otherwise([minutes, *context["addenda"]], now)
    if minutes.is_approved:
        drawn["sha256"] = approving.laid(minutes).snapshot_sha256
        initial = {"version": conference.version, "minutes_signed_on": conference.minutes_signed_on}
        drawn["signed"] = SignedForm(initial=initial, conference=conference, at=at)
    if newest.is_drafted and context["is_office"]:
        snapshot = approving.snapshot_of(newest, now)
        drawn["hindrances"] = approving.hindrances(newest, snapshot)
    if minutes.is_drafted and context["is_office"]:
        turns = course_of(conference)
        for turn in turns:
            turn.can_correct = can_correct_answer(request.user, turn.question)
        drawn["turns"] = turns
    return drawn


def _history(papers):
    """Return the moves of minutes and addenda, the newest first."""
    found = [
        (paper, move, MinutesState(move.to_state).label)
        for paper in papers
        if paper.pk
        for move in paper.moves.select_related("actor")
    ]
    return sorted(found, key=lambda one: (one[1].at, one[1].pk), reverse=True)


def _back(conference_pk):
    return redirect("reports:minutes_detail", pk=conference_pk)


# --- what the office writes -----------------------------------------------------------


def minutes_presence(request, pk):
    """Write down who was there beyond the figures."""
    conference = _conference(request, pk)
    minutes = minutes_of(conference)[0]
    stands = ("present", "absent", "version")
    initial = {name: getattr(minutes, name) for name in stands}
    form = PresenceForm(request.POST if request.method == "POST" else None, initial=initial)
    act = partial(writing.note_presence, conference, by=request.user, at=request.at)
    return _written(
        request, conference, form, act,
        standing=lambda: as_it_stands(minutes_of(conference)[0], stands),
        heading=_("Who was present"), kept="minutes-presence", about=conference.pk,
    )  # fmt: skip


def turn_note(request, pk):
    """Write down how the minutes tell of a turn; its answer is corrected elsewhere."""
    turn = get_object_or_404(
        Turn.objects.filter(
            state__in=TAKEN, hall__conference__in=Conference.objects.visible_to(request.user)
        ).select_related("hall", "question__theme", "question__committee", "note"),
        pk=pk,
    )  # fmt: skip
    conference = _conference(request, turn.hall_id)
    turn.hall.conference = turn.question.conference = conference
    answer = turn.question.answers.filter(state="published").first()
    note = getattr(turn, "note", None)
    typed = ("text", "answered_by", "version")
    initial: dict[str, Any] = {"version": 0, "text": "" if turn.is_answered else turn.gist}
    if note is not None:
        initial = {name: getattr(note, name) for name in typed}
    form = TurnNoteForm(request.POST if request.method == "POST" else None, initial=initial)
    act = partial(writing.note_turn, turn, by=request.user, at=request.at)
    return _written(
        request, conference, form, act,
        standing=lambda: as_it_stands(turn.note, typed),
        heading=_("What the minutes say of %(code)s") % {"code": turn.question.code},
        kept="turn-note", about=turn.pk, turn=turn, answer=answer,
        can_correct=answer is not None and can_correct_answer(request.user, turn.question),
    )  # fmt: skip


def _written(request, conference, form, act, *, standing=None, **more):
    """Save what was written, or show it again: also to whom the minutes were taken from meanwhile."""
    try:
        tried = attempt(request, form, act, standing=standing)
        status, conflict, is_locked = tried.status, tried.conflict, False
        if tried.is_done:
            messages.success(request, _("Saved."))
            return _back(conference.pk)
    except (writing.NotDrafted, writing.AddendumOpen):
        status, conflict, is_locked = STATUS, None, True
    context = {
        "conference": conference, "form": form, "conflict": conflict, "is_locked": is_locked, **more,
    }  # fmt: skip
    return render(request, "reports/minutes_form.html", context, status=status)


def addendum_write(request, pk):
    """Begin an addendum to approved minutes."""
    conference = _conference(request, pk)
    form = AddendumForm(request.POST if request.method == "POST" else None)
    act = partial(writing.write_addendum, conference, by=request.user, at=request.at)
    newest = minutes_of(conference)[-1]
    if request.method != "POST" and not newest.is_approved:
        if newest.is_addendum:  # another one is being written: the page shows it
            return _back(pk)
        raise MoveNotAllowed(f"{conference}: not approved")
    return _written(
        request, conference, form, act,
        heading=_("Write an addendum"), kept="addendum", about=conference.pk,
    )  # fmt: skip


def addendum_change(request, pk, number):
    addendum = _addendum(request, pk, number)
    names = ("text", "reason", "version")
    initial = {name: getattr(addendum, name) for name in names}
    form = AddendumChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    act = partial(writing.change_addendum, addendum, by=request.user, at=request.at)
    return _written(
        request, addendum.conference, form, act,
        standing=lambda: as_it_stands(addendum, names),
        heading=addendum.name, kept="addendum-change", about=addendum.pk,
    )  # fmt: skip


@require_POST
@_of_whole_minutes
def addendum_discard(request, pk, number):
    """Forget an addendum that was never approved, as it was read."""
    addendum = _addendum(request, pk, number)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return _page(request, addendum.conference, status=REFUSED)
    try:
        writing.discard_addendum(addendum, **form.cleaned_data)
    except Conflict:
        return _page(request, addendum.conference, status=STATUS, is_changed=True)
    messages.success(request, _("The addendum is discarded."))
    return _back(pk)


def _addendum(request, pk, number):
    found = _paper(request, pk, number)
    if not found.is_addendum:
        raise Http404
    return found


@require_POST
@_of_whole_minutes
def minutes_sign(request, pk):
    """Note the day on which the minutes were signed on paper."""
    conference = _conference(request, pk)
    form = SignedForm(request.POST, conference=conference, at=request.at)
    act = partial(record_course, conference, by=request.user, at=request.at)
    stands = ("minutes_signed_on", "version")
    tried = attempt(request, form, act, standing=lambda: as_it_stands(conference, stands))
    if not tried.is_done:
        return _page(
            request,
            conference,
            status=tried.status,
            signed=form,
            conflict=tried.conflict,
            form=form,
        )
    messages.success(request, _("Saved."))
    return _back(pk)


# --- to the chair and back ------------------------------------------------------------


def _laid(request, pk, number, *, may):
    """Return what was laid before the chair at some time; before that there is nothing to decide."""
    paper = _paper(request, pk, number, may=may)
    if paper.pk is None:
        raise MoveNotAllowed(f"{paper}: nobody has written yet")
    return paper


@require_POST
@_of_whole_minutes
def minutes_submit(request, pk, number):
    """Lay minutes or addendum before the chair, as they are drawn now."""
    paper = _paper(request, pk, number)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return _page(request, paper.conference, status=REFUSED)
    version = form.cleaned_data["version"]
    try:
        approving.submit_minutes(paper, version=version, by=request.user, at=request.at)
    except approving.MinutesNotReady as refused:
        return _page(request, paper.conference, status=STATUS, hindrances=refused.why)
    except Conflict:
        return _page(request, paper.conference, status=STATUS, is_changed=True)
    messages.success(request, _("It lies before the chair."))
    return _back(pk)


@require_POST
def minutes_take_back(request, pk, number):
    paper = _laid(request, pk, number, may=permissions.can_edit_minutes)
    writing.take_back(paper, by=request.user, at=request.at)
    messages.success(request, _("It is back with the office."))
    return _back(pk)


@require_POST
@_of_whole_minutes
def minutes_approve(request, pk, number):
    """Approve what was read, and nothing else."""
    paper = _laid(request, pk, number, may=permissions.can_approve_minutes)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return _page(request, paper.conference, status=REFUSED)
    version = form.cleaned_data["version"]
    try:
        approving.approve_minutes(paper, version=version, by=request.user, at=request.at)
    except Conflict:
        return _outdated(request, paper, version)
    messages.success(request, _("Approved. It stays as it is from now on."))
    return _back(pk)


@_of_whole_minutes
def minutes_send_back(request, pk, number):
    """Give it back to the office, with what is to be changed."""
    paper = _laid(request, pk, number, may=permissions.can_approve_minutes)
    if request.method != "POST":
        if not paper.is_submitted:
            raise MoveNotAllowed(f"{paper} is {paper.state}")
        return _send_back_page(request, paper, SendBackForm(initial={"version": paper.version}))
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _send_back_page(request, paper, form, status=REFUSED)
    try:
        writing.send_back(paper, **form.cleaned_data, by=request.user, at=request.at)
    except Conflict:
        return _outdated(request, paper, form.cleaned_data["version"])
    messages.success(request, _("It is back with the office."))
    return _back(pk)


def _send_back_page(request, paper, form, *, status=200):
    context = {"paper": paper, "conference": paper.conference, "form": form}
    return render(request, "reports/minutes_send_back.html", context, status=status)


def _outdated(request, paper, version):
    """Show what was read beside what stands: it was changed, taken back or decided meanwhile."""
    paper.refresh_from_db()
    changed = approving.changed_since_read(paper, version=version, at=request.at)
    return _page(request, paper.conference, status=STATUS, is_changed=True, changed=changed)
