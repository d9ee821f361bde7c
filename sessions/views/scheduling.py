"""The page that schedules a conference, and what else sets its date: change, clone, new date."""

import datetime as dt
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from committees.models import Committee, Role
from committees.permissions import OFFICE
from committees.queries import working_calendar
from foundation.acts import attempt
from foundation.clock import day_of, written_hour
from foundation.conflicts import Difference
from sessions import permissions, queries
from sessions.domain import conferences
from sessions.domain.deadlines import lead_time_line, proposed_lead_times
from sessions.forms.conferences import (
    AgendaFormSet,
    ConferenceForm,
    DatesForm,
    RescheduleForm,
    facts_of,
)
from sessions.models import Conference

PROPOSED_AGENDA = (
    "Khai mạc, giới thiệu thành phần",
    "Báo cáo kết quả thực hiện kết luận hội nghị đối thoại kỳ trước",
    "Đối thoại, giải đáp ý kiến, kiến nghị",
    "Kết luận của chủ trì",
)
PROPOSED_CHANNELS = "Cổng đối thoại, phiếu giấy, hòm thư góp ý"


@require_GET
def conference_dates(request, pk):
    """How each date of the conference came about."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    calendar = working_calendar()
    rows = [
        {
            "lead": lead,
            "label": DatesForm.base_fields[lead.name].label,
            "set": getattr(conference, lead.name),
            "stands": getattr(conference, lead.name) == lead.value,
            "is_off": not calendar.is_working_day(_day(getattr(conference, lead.name))),
        }
        for lead in lead_time_line(conference.starts_at, calendar=calendar)
    ]
    context = {
        "conference": conference,
        "rows": rows,
        "is_off": not calendar.is_working_day(conference.held_on),
    }
    return render(request, "sessions/conference_dates.html", context)


def _day(value):
    return day_of(value) if isinstance(value, dt.datetime) else value


@require_GET
def conference_lead_times(request):
    """The lead-time line for the day that has just been typed; nothing if it is the same day."""
    at = request.at
    form = DatesForm(request.GET, at=at)
    try:
        starts_at = form.fields["starts_at"].clean(request.GET.get("starts_at"))
    except ValidationError:
        return HttpResponse(status=204)
    if request.GET.get("lead_times_for") == str(day_of(starts_at)):
        return HttpResponse(status=204)
    form = DatesForm(at=at)
    form.initial = proposed_lead_times(starts_at, calendar=form.calendar, at=at)
    form.explain(starts_at)
    context = {"form": form, "lead_times_for": day_of(starts_at)}
    return render(request, "sessions/_conference_lead_times.html", context)


def conference_create(request):
    """Schedule a conference on one page."""
    committee = own_committee(request)
    if not permissions.can_schedule_conference(request.user, committee):
        raise PermissionDenied
    at = request.at
    return schedule(request, committee, initial=proposal_for(committee, at=at), at=at)


def conference_clone(request, pk):
    """Schedule the next conference, beginning with what this one was."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    if not permissions.can_schedule_conference(request.user, conference.committee):
        raise PermissionDenied
    initial = conferences.clone_of(conference)
    initial["title"] = proposed_title(initial["starts_at"])
    return schedule(
        request, conference.committee, initial=initial, at=request.at, source=conference
    )


def conference_change(request, pk):
    """Change what was scheduled; of two people who do so at once, the second is told."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    if not permissions.can_change_conference(request.user, conference):
        raise PermissionDenied
    at = request.at
    agenda_rows = list(conference.agenda.values("time", "title", "speaker"))
    if request.method != "POST" or wants_help(request):
        form, agenda = open_forms(
            request, conference.committee, facts_of(conference), agenda_rows, at, conference
        )
        return schedule_page(request, conference.committee, form, agenda, conference=conference)
    form = ConferenceForm(request.POST, committee=conference.committee, standing=conference, at=at)
    agenda = AgendaFormSet(request.POST, prefix="agenda")
    if not (form.is_valid() & agenda.is_valid()):
        return schedule_page(
            request, conference.committee, form, agenda, conference=conference, status=422
        )
    changed = partial(
        conferences.change_conference, conference, agenda=agenda.rows, by=request.user, at=at
    )
    tried = attempt(request, form, changed, standing=lambda: facts_of(conference))
    if not tried.is_done:
        return schedule_page(
            request,
            conference.committee,
            form,
            agenda,
            conference=conference,
            conflict=tried.conflict + differing_agenda(conference, agenda),
            status=tried.status,
        )
    say_saved(request, form, _("The conference has been changed."))
    return redirect("sessions:conference_detail", conference.pk)


def conference_reschedule(request, pk):
    """Give a postponed conference its new date."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    if not permissions.can_reschedule_conference(request.user, conference):
        raise PermissionDenied
    at = request.at
    if request.method != "POST" or wants_help(request):
        form = RescheduleForm(initial=typed_dates(request, at=at), at=at)
        return reschedule_page(request, conference, form)
    form = RescheduleForm(request.POST, at=at)
    if not form.is_valid():
        return reschedule_page(request, conference, form, status=422)
    conferences.reschedule_conference(conference, **form.cleaned_data, by=request.user, at=at)
    say_saved(request, form, _("The conference has its new date."))
    return redirect("sessions:conference_detail", conference.pk)


def own_committee(request):
    """Return the committee that is being scheduled for: the one asked for, or the only one."""
    ids = request.user.committees_as(*OFFICE)
    if not ids:
        raise PermissionDenied
    asked = request.GET.get("committee")
    if asked is None:
        return Committee.objects.filter(pk__in=ids).order_by("name").first()
    if not asked.isdecimal() or int(asked) not in ids:
        raise Http404
    return Committee.objects.get(pk=int(asked))


def proposed_title(on):
    """Return the usual title; titles are data and Vietnamese."""
    day = day_of(on)
    half = "đầu" if day.month <= 6 else "cuối"
    return f"Hội nghị đối thoại 6 tháng {half} năm {day.year}"


def proposal_for(committee, *, at):
    """Return what an empty schedule form begins with, so that little is left to type."""
    secretary = queries.people_of(committee, Role.SECRETARY).first()
    return {
        "title": proposed_title(at),
        "kind": Conference.Kind.REGULAR,
        "mode": Conference.Mode.IN_PERSON,
        "chair": secretary and secretary.pk,
        "answerers": [person.pk for person in queries.people_of(committee, Role.LEADER)],
        "collection_channels": PROPOSED_CHANNELS,
        "agenda": [{"title": title} for title in PROPOSED_AGENDA],
    }


def schedule(request, committee, *, initial, at, source=None):
    """The page that schedules, whatever it begins with."""
    if request.method != "POST" or wants_help(request):
        rows = initial.pop("agenda", [])
        form, agenda = open_forms(request, committee, initial, rows, at)
        return schedule_page(request, committee, form, agenda, source=source)
    form = ConferenceForm(request.POST, committee=committee, at=at)
    agenda = AgendaFormSet(request.POST, prefix="agenda")
    if not (form.is_valid() & agenda.is_valid()):
        return schedule_page(request, committee, form, agenda, source=source, status=422)
    try:
        conference = conferences.schedule_conference(
            committee, **form.cleaned_data, agenda=agenda.rows, by=request.user, at=at
        )
    except conferences.AlreadyScheduled as found:
        messages.info(request, _("This conference is on the calendar already."))
        return redirect("sessions:conference_detail", found.conference.pk)
    say_saved(request, form, _("The conference is on the calendar."))
    if conference.ends_at <= at:
        messages.info(request, _("It is over already: record that it was held, then its results."))
    return redirect("sessions:conference_detail", conference.pk)


def wants_help(request):
    """Was one of the two buttons pressed that change the form but save nothing?"""
    return "add_row" in request.POST or "recompute" in request.POST


def open_forms(request, committee, initial, rows, at, standing=None):
    """Return form and agenda as they are first shown, or as typed with the help asked for."""
    if wants_help(request):
        initial = {**typed(request.POST, ConferenceForm), **typed_dates(request, at=at)}
        initial["version"] = request.POST.get("version")
        rows = typed_rows(request.POST)
    form = ConferenceForm(initial=initial, committee=committee, standing=standing, at=at)
    agenda = AgendaFormSet(initial=rows, prefix="agenda")
    if wants_help(request):
        agenda.extra = 1 if "add_row" in request.POST else 0
    elif rows:
        agenda.extra = 1
    return form, agenda


def typed(data, form_class):
    """Return what was typed as the initial values of a form that is not judged yet."""
    several = ("answerers",)
    return {
        name: data.getlist(name) if name in several else data.get(name, "")
        for name in form_class.base_fields
    }


def typed_rows(data):
    """Return the agenda rows as typed."""
    total = data.get("agenda-TOTAL_FORMS", "")
    count = min(int(total), AgendaFormSet.absolute_max) if total.isdecimal() else 0
    names = ("time", "title", "speaker")
    return [
        {name: data.get(f"agenda-{number}-{name}", "") for name in names} for number in range(count)
    ]


def typed_dates(request, *, at):
    """Return the typed dates, with the lead times computed anew if that was asked for."""
    dates = typed(request.POST, DatesForm)
    if "recompute" not in request.POST:
        return dates
    try:
        starts_at = DatesForm.base_fields["starts_at"].clean(dates["starts_at"])
    except ValidationError:
        return dates
    return {**dates, **proposed_lead_times(starts_at, calendar=working_calendar(), at=at)}


def differing_agenda(conference, agenda):
    """Return what is to be shown of an agenda that somebody else has changed meanwhile."""
    typed = [_row_text(row) for row in agenda.rows]
    standing = [_row_text(row) for row in conference.agenda.values("time", "title", "speaker")]
    if typed == standing:
        return []
    return [Difference(_("Agenda"), "\n".join(typed), "\n".join(standing))]


def _row_text(row):
    time = written_hour(row["time"]) if row.get("time") else ""
    return " · ".join(part for part in (time, row["title"], row.get("speaker", "")) if part)


def schedule_page(request, committee, form, agenda, *, status=200, **more):
    context = {
        "committee": committee,
        "form": form,
        "agenda": agenda,
        "lead_times_for": explained(form),
        **more,
    }
    return render(request, "sessions/conference_form.html", context, status=status)


def reschedule_page(request, conference, form, *, status=200):
    context = {
        "conference": conference,
        "form": form,
        "lead_times_for": explained(form),
    }
    return render(request, "sessions/conference_reschedule.html", context, status=status)


def explained(form):
    """Return the day the shown lead times belong to, so that they are not computed twice.

    The form then says beside them which days off they met.
    """
    try:
        starts_at = DatesForm.base_fields["starts_at"].clean(form["starts_at"].value())
    except ValidationError:
        return ""
    form.explain(starts_at)
    return day_of(starts_at)


def say_saved(request, form, text):
    messages.success(request, text)
    for warning in form.warnings:
        messages.warning(request, warning)
