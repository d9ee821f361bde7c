"""The calendar of working days: a year, and its days that differ from the rule of the week."""

import datetime as dt

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from committees import permissions, queries
from committees.domain import calendar
from committees.forms.calendar import CalendarDayForm
from committees.models import CalendarDay
from foundation.versions import OutdatedVersion

FIRST_YEAR, LAST_YEAR = 1930, 2100
FIELDS = ("day", "kind", "name", "source", "is_confirmed", "version")


def _may_keep_it(request, year=None):
    """Only those who manage the committees keep the calendar; to others it is not there."""
    if not permissions.can_manage_committees(request.user):
        raise Http404
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404


@require_GET
def calendar_year(request, year=None):
    """The days of a year that differ from the rule of the week, and what is still a forecast."""
    year = timezone.localdate().year if year is None else year
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
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data}
        values.pop("version")
        try:
            entry = calendar.add_day(**values, by=request.user)
        except calendar.DayTaken:
            form.add_error("day", _("The calendar says something about this day already."))
        else:
            messages.success(request, _("The day has been added."))
            return redirect("committees:calendar_year", entry.day.year)
    return _form(request, form, title=_("Add a day"))


def calendar_day_change(request, pk):
    _may_keep_it(request)
    entry = get_object_or_404(CalendarDay, pk=pk)
    form = CalendarDayForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(entry, name) for name in FIELDS},
    )
    status = None
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "version": form.cleaned_data["version"] or 0}
        try:
            calendar.change_day(entry, **values, by=request.user)
        except calendar.DayTaken:
            form.add_error("day", _("The calendar says something about this day already."))
        except OutdatedVersion:
            status = 409
            entry.refresh_from_db()
            form.add_error(
                None, _("Somebody else has changed it meanwhile; look at both and save again.")
            )
            form.data = form.data.copy()
            form.data["version"] = entry.version
        else:
            messages.success(request, _("The changes have been saved."))
            return redirect("committees:calendar_year", entry.day.year)
    return _form(request, form, status=status, entry=entry, title=_("Change the day"))


def _form(request, form, *, status=None, entry=None, title):
    status = status or (422 if form.is_bound else 200)
    context = {"form": form, "entry": entry, "title": title, "stands": status == 409}
    return render(request, "committees/calendar_day.html", context, status=status)


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
