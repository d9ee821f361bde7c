"""The calendar of working days: a year, and its days that differ from the rule of the week."""

import datetime as dt
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from committees import permissions, queries
from committees.domain import calendar
from committees.forms.calendar import CalendarDayForm
from committees.models import CalendarDay
from committees.pages import form_page
from foundation.acts import attempt
from foundation.clock import day_of
from foundation.conflicts import as_it_stands

FIRST_YEAR, LAST_YEAR = 1930, 2100
FIELDS = ("day", "kind", "name", "source", "is_confirmed", "version")
TAKEN = {
    calendar.DayTaken: ("day", gettext_lazy("The calendar says something about this day already."))
}


def _may_keep_it(request, year=None):
    """Only those who manage the committees keep the calendar; to others it is not there."""
    if not permissions.can_manage_committees(request.user):
        raise Http404
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404


@require_GET
def calendar_year(request, year=None):
    """The days of a year that differ from the rule of the week, and what is still a forecast."""
    year = day_of(request.at).year if year is None else year
    _may_keep_it(request, year)
    days = list(CalendarDay.objects.filter(day__year=year))
    known = queries.working_calendar()
    return render(
        request,
        "committees/calendar_year.html",
        {
            # As text: a year is no amount, and gets no thousands' mark.
            "year": str(year),
            "before": str(year - 1) if year > FIRST_YEAR else "",
            "after": str(year + 1) if year < LAST_YEAR else "",
            "days": days,
            "unconfirmed": sum(not day.is_confirmed for day in days),
            "working_days": known.working_days_between(
                dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
            ),
        },
    )


def calendar_day_add(request):
    _may_keep_it(request)
    form = CalendarDayForm(request.POST if request.method == "POST" else None)

    def add(*, version, **typed):
        return calendar.add_day(**typed, by=request.user)

    tried = attempt(request, form, add, refusals=TAKEN)
    if tried.is_done:
        messages.success(request, _("The day has been added."))
        return redirect("committees:calendar_year", tried.result.day.year)
    return _form(request, form, tried, title=_("Add a day"))


def calendar_day_change(request, pk):
    _may_keep_it(request)
    entry = get_object_or_404(CalendarDay, pk=pk)
    form = CalendarDayForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(entry, name) for name in FIELDS},
    )
    tried = attempt(
        request,
        form,
        partial(calendar.change_day, entry, by=request.user),
        standing=lambda: as_it_stands(entry, FIELDS),
        refusals=TAKEN,
    )
    if tried.is_done:
        messages.success(request, _("The changes have been saved."))
        return redirect("committees:calendar_year", entry.day.year)
    return _form(request, form, tried, entry=entry, title=_("Change the day"))


def _form(request, form, tried, *, entry=None, title):
    context = {"entry": entry, "title": title, "conflict": tried.conflict}
    return form_page(request, "calendar_day", form, status=tried.status, **context)


@require_POST
def calendar_day_remove(request, pk):
    _may_keep_it(request)
    entry = get_object_or_404(CalendarDay, pk=pk)
    year = entry.day.year
    calendar.remove_day(entry, by=request.user)
    messages.success(request, _("The day follows the rule of the week again."))
    return redirect("committees:calendar_year", year)


@require_POST
def calendar_confirm(request, year):
    """All days of the year are as the State has decided them."""
    _may_keep_it(request, year)
    number = calendar.confirm_year(year, by=request.user)
    messages.success(
        request,
        ngettext("%(count)d day is confirmed.", "%(count)d days are confirmed.", number)
        % {"count": number},
    )
    return redirect("committees:calendar_year", year)
