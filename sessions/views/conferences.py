"""The pages of a conference: the list, the one page about it, and what its office does."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from committees.models import Committee, Role
from committees.permissions import OFFICE, is_office_of
from dialogue_portal.clock import day_of
from dialogue_portal.versions import OutdatedVersion
from sessions import permissions, queries
from sessions.domain import conferences
from sessions.domain.deadlines import proposed_lead_times
from sessions.forms.conferences import (
    AgendaFormSet,
    ConferenceForm,
    DatesForm,
    PapersForm,
    ReasonForm,
    RescheduleForm,
    ResultsForm,
    facts_of,
    results_of,
)
from sessions.forms.conflicts import Difference, differences, with_version
from sessions.models import Conference
from sessions.states import ConferenceState

PAGE = 20
PROPOSED_AGENDA = (
    "Khai mạc, giới thiệu thành phần",
    "Báo cáo kết quả thực hiện kết luận hội nghị đối thoại kỳ trước",
    "Đối thoại, giải đáp ý kiến, kiến nghị",
    "Kết luận của chủ trì",
)
PROPOSED_CHANNELS = "Cổng đối thoại, phiếu giấy, hòm thư góp ý"


# --- reading ------------------------------------------------------------------------


@require_GET
def conference_list(request):
    """Every conference of the own committees, those ahead first."""
    page = Paginator(queries.conferences_for(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "now": timezone.now(),
        "may_schedule": bool(request.user.committees_as(*OFFICE)),
    }
    return render(request, "sessions/conference_list.html", context)


@require_GET
def conference_detail(request, pk):
    """The heart of the portal: where this conference stands and what comes next."""
    conference = find_conference(request, pk)
    at = timezone.now()
    is_office = is_office_of(request.user, conference.committee)
    counts = queries.question_counts(conference) if is_office else []
    is_off = conference.state in (ConferenceState.POSTPONED, ConferenceState.CANCELLED)
    context = {
        "conference": conference,
        "agenda": list(conference.agenda.all()),
        "answerers": list(queries.answerers_of(conference)),
        "attendance": getattr(conference, "attendance", None) if conference.happened else None,
        "commitments": list(conference.commitments.select_related("owner")),
        "today": day_of(at),
        "ask_until": conference.ends_at if conference.starts_at <= at else conference.asks_close_at,
        "is_office": is_office,
        "is_leader": Role.LEADER in request.user.roles.get(conference.committee_id, ()),
        "todo": queries.what_to_do(conference, at=at, counts=counts) if is_office else [],
        "counts": counts,
        "called_off": conference.moves.order_by("at", "pk").last() if is_off else None,
        "may": what_one_may(request.user, conference, at=at),
    }
    return render(request, "sessions/conference_detail.html", context)


@require_GET
def conference_lead_times(request):
    """The lead-time line for the day that has just been typed; nothing if it is the same day."""
    at = timezone.now()
    form = DatesForm(request.GET, at=at)
    try:
        starts_at = form.fields["starts_at"].clean(request.GET.get("starts_at"))
    except ValidationError:
        return HttpResponse(status=204)
    if request.GET.get("lead_times_for") == str(day_of(starts_at)):
        return HttpResponse(status=204)
    form = DatesForm(initial=proposed_lead_times(starts_at, at=at), at=at)
    context = {"form": form, "lead_times_for": day_of(starts_at)}
    return render(request, "sessions/_conference_lead_times.html", context)


# --- before the conference ----------------------------------------------------------


def conference_create(request):
    """Schedule a conference on one page."""
    committee = own_committee(request)
    if not permissions.can_schedule_conference(request.user, committee):
        raise PermissionDenied
    at = timezone.now()
    return schedule(request, committee, initial=proposal_for(committee, at=at), at=at)


def conference_clone(request, pk):
    """Schedule the next conference, beginning with what this one was."""
    conference = find_conference(request, pk)
    if not permissions.can_schedule_conference(request.user, conference.committee):
        raise PermissionDenied
    initial = conferences.clone_of(conference)
    initial["title"] = proposed_title(initial["starts_at"])
    return schedule(
        request, conference.committee, initial=initial, at=timezone.now(), source=conference
    )


def conference_change(request, pk):
    """Change what was scheduled; of two people who do so at once, the second is told."""
    conference = find_conference(request, pk)
    if not permissions.can_change_conference(request.user, conference):
        raise PermissionDenied
    at = timezone.now()
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
    try:
        conferences.change_conference(
            conference, **form.cleaned_data, agenda=agenda.rows, by=request.user, at=at
        )
    except OutdatedVersion:
        return conference_conflict(request, conference, form, agenda, at=at)
    say_saved(request, form, _("The conference has been changed."))
    return redirect("sessions:conference_detail", conference.pk)


def conference_postpone(request, pk):
    conference = find_conference(request, pk)
    if not permissions.can_postpone_conference(request.user, conference):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return confirm_page(request, "postpone", conference, form)
    conferences.postpone_conference(
        conference, **form.cleaned_data, by=request.user, at=timezone.now()
    )
    messages.success(request, _("The conference has been postponed."))
    return redirect("sessions:conference_detail", conference.pk)


def conference_reschedule(request, pk):
    """Give a postponed conference its new date."""
    conference = find_conference(request, pk)
    if not permissions.can_reschedule_conference(request.user, conference):
        raise PermissionDenied
    at = timezone.now()
    if request.method != "POST" or wants_help(request):
        form = RescheduleForm(initial=typed_dates(request, at=at), at=at)
        return reschedule_page(request, conference, form)
    form = RescheduleForm(request.POST, at=at)
    if not form.is_valid():
        return reschedule_page(request, conference, form, status=422)
    conferences.reschedule_conference(conference, **form.cleaned_data, by=request.user, at=at)
    say_saved(request, form, _("The conference has its new date."))
    return redirect("sessions:conference_detail", conference.pk)


def conference_cancel(request, pk):
    conference = find_conference(request, pk)
    if not permissions.can_cancel_conference(request.user, conference):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return confirm_page(request, "cancel", conference, form)
    conferences.cancel_conference(
        conference, **form.cleaned_data, by=request.user, at=timezone.now()
    )
    messages.success(request, _("The conference has been cancelled."))
    return redirect("sessions:conference_detail", conference.pk)


# --- at the conference and after it -------------------------------------------------


def conference_hold(request, pk):
    conference = find_conference(request, pk)
    at = timezone.now()
    if not permissions.can_hold_conference(request.user, conference, at=at):
        raise PermissionDenied
    if request.method != "POST":
        return confirm_page(request, "hold", conference)
    conferences.hold_conference(conference, by=request.user, at=at)
    messages.success(request, _("The conference is recorded as held. Now record its results."))
    return redirect("sessions:conference_results", conference.pk)


def conference_close(request, pk):
    conference = find_conference(request, pk)
    if not permissions.can_close_conference(request.user, conference):
        raise PermissionDenied
    if request.method != "POST":
        return confirm_page(request, "close", conference)
    conferences.close_conference(conference, by=request.user, at=timezone.now())
    messages.success(request, _("The conference is closed."))
    return redirect("sessions:conference_detail", conference.pk)


def conference_results(request, pk):
    """The papers before, attendance, course and conclusion after: saved as far as they are known."""
    conference = find_conference(request, pk)
    if not permissions.can_record_results(request.user, conference):
        raise PermissionDenied
    at = timezone.now()
    form_class = ResultsForm if conference.happened else PapersForm
    if request.method != "POST":
        form = form_class(initial=results_of(conference), conference=conference, at=at)
        return results_page(request, conference, form)
    form = form_class(request.POST, conference=conference, at=at)
    if not form.is_valid():
        if request.htmx:
            return saved_note(request, "invalid", request.POST.get("version"))
        return results_page(request, conference, form, status=422)
    try:
        conferences.record_results(
            conference,
            version=form.cleaned_data["version"],
            course=form.course,
            attendance=getattr(form, "attendance", None),
            by=request.user,
            at=at,
        )
    except OutdatedVersion:
        if request.htmx:
            return saved_note(request, "outdated", request.POST.get("version"))
        found = differences(form, results_of(conference))
        data = with_version(request.POST, conference.version)
        form = form_class(data, conference=conference, at=at)
        return results_page(request, conference, form, conflict=found, status=409)
    if request.htmx:
        return saved_note(request, "saved", conference.version)
    messages.success(request, _("Saved."))
    return redirect("sessions:conference_results", conference.pk)


# --- small parts --------------------------------------------------------------------


def find_conference(request, pk):
    """Return the conference if the person may see it, else answer 404."""
    visible = Conference.objects.visible_to(request.user).select_related(
        "committee", "chair", "attendance"
    )
    return get_object_or_404(visible, pk=pk)


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


def what_one_may(user, conference, *, at):
    """Return {action: bool} for the buttons, asked from the functions that guard the pages."""
    return {
        "schedule": permissions.can_schedule_conference(user, conference.committee),
        "change": permissions.can_change_conference(user, conference),
        "postpone": permissions.can_postpone_conference(user, conference),
        "reschedule": permissions.can_reschedule_conference(user, conference),
        "cancel": permissions.can_cancel_conference(user, conference),
        "hold": permissions.can_hold_conference(user, conference, at=at),
        "close": permissions.can_close_conference(user, conference),
        "record": permissions.can_record_results(user, conference),
        "commit": permissions.can_make_commitment(user, conference),
        "ask": permissions.can_ask(user, conference, at=at),
        "record_question": permissions.can_record_question(user, conference),
        "answer_live": permissions.can_triage(user, conference)
        and (conference.state == ConferenceState.HELD or conference.starts_at <= at)
        and conference.state in (ConferenceState.SCHEDULED, ConferenceState.HELD),
    }


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
    return {**dates, **proposed_lead_times(starts_at, at=at)}


def conference_conflict(request, conference, form, agenda, *, at):
    """Show the loser both texts; saving again is then a choice."""
    found = differences(form, facts_of(conference))
    standing_rows = list(conference.agenda.values("time", "title", "speaker"))
    if [_row_text(row) for row in agenda.rows] != [_row_text(row) for row in standing_rows]:
        found.append(
            Difference(
                _("Agenda"),
                "\n".join(_row_text(row) for row in agenda.rows),
                "\n".join(_row_text(row) for row in standing_rows),
            )
        )
    form = ConferenceForm(
        with_version(request.POST, conference.version),
        committee=conference.committee,
        standing=conference,
        at=at,
    )
    return schedule_page(
        request,
        conference.committee,
        form,
        agenda,
        conference=conference,
        conflict=found,
        status=409,
    )


def _row_text(row):
    time = f"{row['time']:%H:%M}" if row.get("time") else ""
    return " · ".join(part for part in (time, row["title"], row.get("speaker", "")) if part)


def schedule_page(request, committee, form, agenda, *, status=200, **more):
    starts_at = form["starts_at"].value()
    context = {
        "committee": committee,
        "form": form,
        "agenda": agenda,
        "lead_times_for": lead_times_for(starts_at),
        **more,
    }
    return render(request, "sessions/conference_form.html", context, status=status)


def reschedule_page(request, conference, form, *, status=200):
    context = {
        "conference": conference,
        "form": form,
        "lead_times_for": lead_times_for(form["starts_at"].value()),
    }
    return render(request, "sessions/conference_reschedule.html", context, status=status)


def lead_times_for(starts_at):
    """Return the day the shown lead times belong to, so that they are not computed twice."""
    try:
        return day_of(DatesForm.base_fields["starts_at"].clean(starts_at))
    except ValidationError:
        return ""


def results_page(request, conference, form, *, status=200, conflict=None):
    context = {
        "conference": conference,
        "form": form,
        "conflict": conflict,
        "version": form["version"].value(),
    }
    return render(request, "sessions/conference_results.html", context, status=status)


def saved_note(request, outcome, version):
    """Say what became of a save while typing, and with which version the form goes on."""
    context = {"outcome": outcome, "version": version, "at": timezone.now()}
    return render(request, "sessions/_conference_saved.html", context)


def confirm_page(request, action, conference, form=None):
    """Ask once more, and say what will happen."""
    context = {"action": action, "conference": conference, "form": form}
    if action in ("close", "cancel"):
        context["unanswered"] = conference.questions.in_progress().count()
    status = 422 if request.method == "POST" else 200
    return render(request, "sessions/conference_confirm.html", context, status=status)


def say_saved(request, form, text):
    messages.success(request, text)
    for warning in form.warnings:
        messages.warning(request, warning)
