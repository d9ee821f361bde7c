"""What happened at a conference, saved as far as it is known, also while it is typed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from foundation.acts import attempt
from foundation.clock import written_hour
from foundation.drafts import used
from sessions import permissions, queries
from sessions.domain import conferences
from sessions.forms.results import PapersForm, ResultsForm, results_of

# As which figures stood in the form that others, the hall and its door, go on counting.
SEEN = ("turns_seen", "attendance_seen")


def conference_results(request, pk):
    """The papers before, attendance, course and conclusion after: saved as far as they are known."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    if not permissions.can_record_results(request.user, conference):
        raise PermissionDenied
    at = request.at
    form_class = ResultsForm if conference.happened else PapersForm
    if request.method != "POST":
        form = form_class(initial=results_of(conference), conference=conference, at=at)
        return results_page(request, conference, form)
    form = form_class(request.POST, conference=conference, at=at)

    def record(*, version, **typed):
        conferences.record_results(
            conference,
            version=version,
            course=form.course,
            attendance=getattr(form, "attendance", None),
            by=request.user,
            at=at,
        )

    tried = attempt(request, form, record, standing=lambda: results_of(conference))
    if not tried.is_done and request.htmx:
        outcome = "invalid" if tried.conflict is None else "outdated"
        return saved_note(request, outcome, request.POST.get("version"), request.POST)
    if not tried.is_done:
        return results_page(request, conference, form, conflict=tried.conflict, status=tried.status)
    if request.htmx:
        return used(saved_note(request, "saved", conference.version, form.as_seen))
    saved = {"time": written_hour(at)}
    messages.success(request, _("Saved at %(time)s.") % saved)
    return redirect("sessions:conference_results", conference.pk)


def results_page(request, conference, form, *, status=200, conflict=None):
    context = {
        "conference": conference,
        "form": form,
        "conflict": conflict,
        "words": _("Results of the conference")
        if conference.happened
        else _("Papers of the preparation"),
        "version": form["version"].value(),
        "seen": {name: form[name].value() for name in SEEN if name in form.fields},
    }
    return render(request, "sessions/conference_results.html", context, status=status)


def saved_note(request, outcome, version, stands):
    """Say what became of a save while typing, and with which version and figures the form goes on."""
    seen = {name: stands.get(name) for name in SEEN}
    context = {"outcome": outcome, "version": version, "seen": seen, "at": request.at}
    return render(request, "sessions/_conference_saved.html", context)
