"""Opening a sealed name: what the secretary asks for and reads, what the Board decides."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from committees.accounts import second_factor
from committees.models import Role
from committees.permissions import BOARD
from foundation.clock import day_of, weekday_date
from sessions import permissions
from sessions.askers import public as askers
from sessions.askers.public import CannotOpen
from sessions.forms.questions import DecisionForm, OpeningForm
from sessions.models import OpeningRequest, Question

# --- the secretary ------------------------------------------------------------------


def _question(request, question_pk):
    question = get_object_or_404(
        Question.objects.visible_to(request.user).select_related("conference", "committee"),
        pk=question_pk,
    )
    if not permissions.can_request_opening(request.user, question):
        raise PermissionDenied
    return question


def _here(question):
    return reverse("sessions:question_unseal", args=[question.pk])


def _page(request, question, *, at, status=200, **shown):
    """Show what has been asked for and what may be done now."""
    past = askers.with_stages(question.opening_requests.all(), at=at)
    standing = askers.opening_under_way(question, at=at)
    from_day = askers.may_ask_for_names_from(request.user, question.keeper, at=at)
    context = {
        "question": question,
        "form": OpeningForm(question=question),
        "standing": standing,
        "is_agreed": standing is not None and askers.is_opening_shown(standing, at=at),
        "may_open": standing is not None
        and permissions.can_open_name(request.user, standing, at=at),
        "may_withdraw": standing is not None
        and standing.stage(at=at) == OpeningRequest.Stage.ASKED
        and permissions.can_withdraw_opening(request.user, standing),
        "past": [one for one in past if standing is None or one.pk != standing.pk],
        "too_new_until": from_day if from_day > day_of(at) else None,
        "left": askers.openings_left_today(request.user, at=at),
        **shown,
    }
    return render(request, "sessions/question_unseal.html", context, status=status)


@never_cache
def question_unseal(request, question_pk):
    """Ask the Board that the name is opened; see what became of it."""
    question, at = _question(request, question_pk), request.at
    confirm_url = second_factor.confirm_url(request, _here(question))
    is_fresh = second_factor.is_fresh(request)
    if request.method != "POST":
        return _page(request, question, at=at) if is_fresh else redirect(confirm_url)
    form = OpeningForm(request.POST, question=question)
    if not is_fresh:
        return _page(request, question, at=at, form=form, confirm_url=confirm_url, status=403)
    if not form.is_valid():
        return _page(request, question, at=at, form=form, status=422)
    try:
        made = askers.request_opening(question, **form.cleaned_data, by=request.user, at=at)
    except askers.UnderWay as error:
        if error.request.by_id == request.user.pk:
            return redirect(_here(question))  # the second click
        form.add_error(None, _already_asked(error.request))
    except askers.CannotAsk as error:
        form.add_error(None, _why_not(error))
    else:
        messages.success(
            request,
            _("%(board)s has been asked and answers by %(day)s. The asker is told now.")
            % {"board": made.board.name, "day": weekday_date(made.lapses_at)},
        )
        return redirect(_here(question))
    return _page(request, question, at=at, form=form, status=422)


def _already_asked(standing):
    return _("%(name)s has asked for this name already, on %(day)s.") % {
        "name": standing.by_name,
        "day": weekday_date(standing.at),
    }


def _why_not(error):
    if isinstance(error, askers.TooManyRequests):
        return _("You have asked for as many names today as a day allows.")
    if isinstance(error, askers.TooNew):
        return _("Whoever becomes secretary may ask for names after 14 days: from %(day)s on.") % {
            "day": weekday_date(error.since)
        }
    if isinstance(error, askers.NoCode):
        return _("The question has no code yet: sort it first, then the Board can be asked.")
    return _("No Board receives the reports of your committee, so nobody can agree.")


@never_cache
@require_POST
def opening_show(request, question_pk):
    """The one page of the portal that can show who asked without giving the name."""
    question, at = _question(request, question_pk), request.at
    if not second_factor.is_fresh(request):
        confirm_url = second_factor.confirm_url(request, _here(question))
        return _page(request, question, at=at, confirm_url=confirm_url, status=403)
    standing = askers.opening_under_way(question, at=at)
    try:
        if standing is None:
            raise CannotOpen
        asker = askers.open_name(standing, by=request.user, at=at)
    except CannotOpen:
        refused = _("No name can be opened for this question.")
        return _page(request, question, at=at, refused=refused, status=422)
    return _page(request, question, at=at, asker=asker)


@require_POST
def opening_withdraw(request, question_pk):
    question, at = _question(request, question_pk), request.at
    standing = askers.opening_under_way(question, at=at)
    if standing is not None and not permissions.can_withdraw_opening(request.user, standing):
        raise PermissionDenied
    try:
        if standing is None:
            raise askers.AlreadyDecided
        askers.withdraw_opening(standing, by=request.user, at=at)
    except askers.AlreadyDecided:
        messages.error(request, _("There is nothing to take back: it has been decided."))
    else:
        messages.success(request, _("The request has been taken back. The asker is told."))
    return redirect(_here(question))


# --- the Board ----------------------------------------------------------------------


@require_GET
def opening_list(request):
    """What the Board was asked, and what the secretary's committees have asked for."""
    boards = request.user.committees_as(*BOARD)
    if not boards and not request.user.committees_as(Role.SECRETARY):
        raise Http404
    found = OpeningRequest.objects.visible_to(request.user)
    requests = askers.with_stages(found, at=request.at)
    waiting = [one for one in requests if one.stage_now == one.Stage.ASKED]
    barred = permissions.barred_from_deciding(waiting)
    for one in waiting:
        one.may_decide = one.board_id in boards and request.user.pk not in barred[one.pk]
    return render(
        request,
        "sessions/opening_list.html",
        {
            "waiting": waiting,
            "others": [one for one in requests if one.stage_now != one.Stage.ASKED],
            "boards": boards,
        },
    )


@never_cache
def opening_decide(request, pk):
    """Agree or refuse. The Board reads the committee, the code and the reason, and no more."""
    opening = get_object_or_404(
        OpeningRequest.objects.to_be_decided_by(request.user).select_related(
            "committee", "board", "decision", "unsealing"
        ),
        pk=pk,
    )
    at, may_decide = request.at, permissions.can_decide_opening(request.user, opening)
    if not may_decide and request.method == "POST":
        raise PermissionDenied
    here = reverse("sessions:opening_decide", args=[opening.pk])
    form = DecisionForm(request.POST if request.method == "POST" else None)
    context = {
        "opening": opening,
        "form": form,
        "stage": opening.stage(at=at),
        "may_decide": may_decide,
        "is_appointer": request.user.pk in permissions.appointers_of([opening])[opening.pk],
    }
    if request.method != "POST":
        return render(request, "sessions/opening_decide.html", context)
    if not second_factor.is_fresh(request):
        context["confirm_url"] = second_factor.confirm_url(request, here)
        return render(request, "sessions/opening_decide.html", context, status=403)
    if not form.is_valid():
        return render(request, "sessions/opening_decide.html", context, status=422)
    try:
        if form.cleaned_data["verdict"] == "agreed":
            askers.agree_to_opening(opening, by=request.user, at=at)
            said = _("You have agreed. The secretary may read the name for 24 hours.")
        else:
            askers.refuse_opening(
                opening, reason=form.cleaned_data["reason"], by=request.user, at=at
            )
            said = _("You have refused. The secretary and the asker read your reason.")
    except askers.AlreadyDecided:
        messages.error(request, _("This request is over: it stands as you see it here."))
        return redirect(here)
    messages.success(request, said)
    return redirect("sessions:opening_list")
