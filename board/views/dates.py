"""When reports are due: the date of a period, more time for committees, and who is exempt."""

from collections import Counter
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from board.finding import own_board, period_of
from board.forms import RemindForm
from committees.queries import working_calendar
from foundation.clock import day_of, written_day
from jobs.states import JobState
from periods.domain import periods
from periods.domain.ahead import NotAhead, coming, prepare
from periods.models import Obligation, PeriodChange, ReportingPeriod
from reports import permissions
from reports.domain import date_effects
from reports.forms import AutoIssueForm, DueDateForm, ExemptionForm, ExtensionForm
from reports.queries import desk_rows, exempt_among

PERIODS_SHOWN = 12


@contextmanager
def _beside(form, not_possible=""):
    """Say beside the form what the act refuses, though it was possible a moment ago."""
    try:
        yield
    except periods.OthersReceive:
        form.add_error(None, periods.not_for_others())
    except periods.DateNotPossible:
        form.add_error("to", not_possible)


@require_GET
def period_list(request):
    """The periods that were, the running one and those to come, with how their dates came about."""
    board, at = own_board(request), request.at
    ahead = coming(at=at)
    begun = list(
        ReportingPeriod.objects.filter(starts_on__lte=day_of(at))
        .annotate(
            owed=Count("obligations", filter=Q(obligations__board=board)),
            given=Count(
                "obligations",
                filter=Q(obligations__board=board, obligations__extended_to__isnull=False),
            ),
        )
        .order_by("-year", "-half")
    )
    page = Paginator(begun, PERIODS_SHOWN).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    free = Counter(
        Obligation.objects.filter(
            pk__in=exempt_among(Obligation.objects.filter(board=board, period__in=shown), at=at)
        ).values_list("period_id", flat=True)
    )
    moved = _last_changes([*shown, *(one.period for one in ahead if one.period)])
    return render(
        request,
        "board/period_list.html",
        {
            "ahead": [(one, moved.get(one.period.pk) if one.period else None) for one in ahead],
            "rows": [
                (one, moved.get(one.pk), one.owed - free[one.pk], free[one.pk]) for one in shown
            ],
            "page": page,
            "may": permissions.can_change_period(request.user, board),
        },
    )


def _last_changes(shown):
    """Return {period id: the last PeriodChange}."""
    changes = (
        PeriodChange.objects.filter(period__in=shown).select_related("by").order_by("at", "pk")
    )
    return {one.period_id: one for one in changes}


@require_POST
def period_prepare(request, code):
    """Make a period to come, so that its date can be set before it begins."""
    if not permissions.can_change_period(request.user, own_board(request)):
        raise PermissionDenied
    try:
        period = prepare(code, at=request.at)
    except NotAhead as error:
        raise Http404 from error
    return redirect("board:period_change", code=period.code)


def period_change(request, code):
    """Another date for everybody: what it would change is shown, and asked again."""
    board, period = own_board(request), period_of(code)
    if not permissions.can_change_period(request.user, board):
        raise PermissionDenied
    form = DueDateForm(request.POST or None, initial={"to": period.due_before})
    effect = None
    if request.method == "POST" and form.is_valid():
        at, to = request.at, form.cleaned_data["to"]
        if periods.others_receive(period, request.user):
            form.add_error(None, periods.not_for_others())
        elif not periods.can_be_due(period, to):
            form.add_error("to", periods.date_not_possible(period))
        else:
            effect = date_effects.effect_of_period(period, to=to, at=at)
            if request.POST.get("understood") == effect.token:
                with _beside(form, periods.date_not_possible(period)):
                    periods.change_due_date(period, **form.cleaned_data, by=request.user, at=at)
                if form.is_valid():
                    if period.starts_on > day_of(at):  # its desk has nothing to show yet
                        return redirect("board:period_list")
                    return redirect("board:board_desk_of", code=period.code)
                effect = None
    return render(
        request,
        "board/period_change.html",
        {
            "period": period,
            "form": form,
            "effect": effect,
            "changes": period.changes.select_related("by"),
        },
        status=422 if form.is_bound else 200,
    )


def period_auto_issue(request, code):
    """Whether complete drafts are deposited, as not approved, when the deadline passes."""
    board, period = own_board(request), period_of(code)
    if not permissions.can_change_period(request.user, board):
        raise PermissionDenied
    form = AutoIssueForm(request.POST or None, initial={"on": period.auto_issue})
    if request.method == "POST" and form.is_valid():
        with _beside(form):
            periods.set_auto_issue(period, **form.cleaned_data, by=request.user)
        if form.is_valid():
            return redirect("board:board_desk_of", code=period.code)
    return render(
        request,
        "board/period_auto_issue.html",
        {"period": period, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_GET
def obligation_detail(request, pk):
    """How the date of one committee came about; the head of the Board can give more time."""
    obligation = _obligation(request, pk)
    may = permissions.can_extend(request.user, obligation)
    return _obligation_page(
        request, obligation, ExtensionForm() if may else None, exempting=_exempting(may)
    )


@require_POST
def obligation_extend(request, pk):
    """More time for one committee, less of it, or none: a date that does harm is asked for twice."""
    obligation = _obligation(request, pk)
    if not permissions.can_extend(request.user, obligation):
        raise PermissionDenied
    given = request.POST.copy()
    if "take_back" in given:
        given["to"] = written_day(obligation.period.due_before)
    form, effect = ExtensionForm(given), None
    if form.is_valid():
        at, to = request.at, form.cleaned_data["to"]
        effect = date_effects.effect_of_extension([obligation], to=to, at=at)
        if not periods.can_extend_to(obligation, to):
            effect = None
            form.add_error("to", periods.extension_not_possible(obligation))
        elif not effect.is_harmful or given.get("understood") == effect.token:
            with _beside(form, periods.extension_not_possible(obligation)):
                periods.extend(obligation, **form.cleaned_data, by=request.user, at=at)
            if form.is_valid():
                messages.success(
                    request,
                    _("%(committee)s now has until before %(day)s.")
                    % {"committee": obligation.committee.name, "day": written_day(to)},
                )
                return redirect("board:board_desk_of", code=obligation.period.code)
            effect = None
    return _obligation_page(request, obligation, form, effect, exempting=_exempting(True))


def _exempting(may, data=None):
    return ExemptionForm(data, prefix="exempt") if may else None


@require_POST
def obligation_exempt(request, pk):
    """Nothing is owed of one committee in the period, or again, with a reason."""
    obligation, at = _obligation(request, pk), request.at
    if not permissions.can_exempt(request.user, obligation):
        raise PermissionDenied
    form, on = _exempting(True, request.POST), "end" not in request.POST
    (row,) = desk_rows([obligation], at=at)
    if form.is_valid() and on and row.takes_part:
        form.add_error(
            None, _("It has a conference or a report in this period: it cannot be exempt.")
        )
    if not form.is_valid():
        return _obligation_page(request, obligation, ExtensionForm(), exempting=form)
    periods.set_exempt(obligation, on=on, **form.cleaned_data, by=request.user, at=at)
    said = _("%(committee)s is exempt in this period.") if on else _("%(committee)s owes again.")
    messages.success(request, said % {"committee": obligation.committee.name})
    return redirect("board:board_desk_of", code=obligation.period.code)


@require_POST
def obligations_extend(request, code):
    """More time for the committees that were ticked on the desk: all of them, or none."""
    board, period, at = own_board(request), period_of(code), request.at
    if not permissions.can_change_period(request.user, board):
        raise PermissionDenied
    ticked = RemindForm(request.POST)
    owed = list(
        Obligation.objects.filter(
            pk__in=ticked.cleaned_data["owed"] if ticked.is_valid() else (),
            period=period,
            board=board,
        )
        .select_related("committee", "board", "period")
        .order_by("committee__position", "committee__name")
    )
    if not owed:
        messages.error(request, _("Tick the committees that are to be given more time."))
        return redirect("board:board_desk_of", code=period.code)
    form, effect = ExtensionForm(request.POST if "to" in request.POST else None), None
    if form.is_valid():
        to = form.cleaned_data["to"]
        effect = date_effects.effect_of_extension(owed, to=to, at=at)
        if any(not periods.can_extend_to(one, to) for one in owed):
            effect = None
            form.add_error("to", periods.extensions_not_possible(owed, to))
        elif not effect.is_harmful or request.POST.get("understood") == effect.token:
            with _beside(form, periods.extensions_not_possible(owed, to)):
                periods.extend_all(owed, **form.cleaned_data, by=request.user, at=at)
            if form.is_valid():
                said = ngettext(
                    "%(n)s committee now has until before %(day)s.",
                    "%(n)s committees now have until before %(day)s.",
                    len(owed),
                )
                messages.success(request, said % {"n": len(owed), "day": written_day(to)})
                return redirect("board:board_desk_of", code=period.code)
            effect = None
    return render(
        request,
        "board/more_time.html",
        {"period": period, "owed": owed, "form": form, "effect": effect},
        status=422 if form.is_bound else 200,
    )


def _obligation(request, pk):
    visible = Obligation.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("committee__watch_officer", "board", "period"), pk=pk
    )


def _obligation_page(request, obligation, form, effect=None, *, exempting=None):
    """`form` gives more time and `exempting` exempts: both are the head's of the Board alone."""
    (row,) = desk_rows([obligation], at=request.at)
    is_sent = any(one and one.is_bound for one in (form, exempting))
    return render(
        request,
        "board/obligation_detail.html",
        {
            "obligation": obligation,
            "period": obligation.period,
            "row": row,
            "form": form,
            "exempting": exempting
            if obligation.is_exempt or not row.takes_part or (exempting and exempting.is_bound)
            else None,
            "effect": effect,
            "origin": periods.origin_of(obligation, calendar=working_calendar(), at=request.at),
            "changes": obligation.period.changes.select_related("by"),
            "extensions": obligation.extensions.select_related("by"),
            "exemptions": obligation.exemptions.select_related("by"),
            "told": obligation.escalations.filter(delivery__state=JobState.DONE).select_related(
                "person"
            ),
        },
        status=422 if is_sent else 200,
    )
