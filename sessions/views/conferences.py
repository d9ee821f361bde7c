"""The pages of a conference: the list, the one page about it, and what its office does."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from committees.models import Role
from committees.permissions import OFFICE, is_office_of
from foundation.clock import day_of
from sessions import permissions, queries
from sessions.domain import conferences
from sessions.forms.conferences import (
    ReasonForm,
)
from sessions.states import ConferenceState

PAGE = 20
CALLED_OFF = (ConferenceState.POSTPONED, ConferenceState.CANCELLED)


# --- reading ------------------------------------------------------------------------


@require_GET
def conference_list(request):
    """Every conference of the own committees, those ahead first."""
    page = Paginator(queries.conferences_for(request.user), PAGE).get_page(request.GET.get("page"))
    may_schedule = bool(request.user.committees_as(*OFFICE))
    context = {
        "page": page,
        "has_several": len({conference.committee_id for conference in page}) > 1,
        "may_schedule": may_schedule,
        "latest": queries.latest_conference(request.user) if may_schedule else None,
    }
    return render(request, "sessions/conference_list.html", context)


@require_GET
def conference_detail(request, pk):
    """The heart of the portal: where this conference stands and what comes next."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    at = timezone.now()
    is_office = is_office_of(request.user, conference.committee)
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
        "counts": queries.question_counts(conference) if is_office else [],
        "called_off": [
            (ConferenceState(one.to_state).label, one)
            for one in conference.moves.filter(to_state__in=CALLED_OFF).order_by("at", "pk")
        ],
        "may": what_one_may(request.user, conference, at=at),
    }
    return render(request, "sessions/conference_detail.html", context)


# --- before the conference ----------------------------------------------------------


def conference_postpone(request, pk):
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
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


def conference_cancel(request, pk):
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
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
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    at = timezone.now()
    if not permissions.can_hold_conference(request.user, conference, at=at):
        raise PermissionDenied
    if request.method != "POST":
        return confirm_page(request, "hold", conference)
    conferences.hold_conference(conference, by=request.user, at=at)
    messages.success(request, _("The conference is recorded as held. Now record its results."))
    return redirect("sessions:conference_results", conference.pk)


def conference_close(request, pk):
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    if not permissions.can_close_conference(request.user, conference):
        raise PermissionDenied
    if request.method != "POST":
        return confirm_page(request, "close", conference)
    conferences.close_conference(conference, by=request.user, at=timezone.now())
    messages.success(request, _("The conference is closed."))
    return redirect("sessions:conference_detail", conference.pk)


# --- small parts --------------------------------------------------------------------


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
        "print_slips": permissions.can_print_vouchers(user, conference),
        "record_question": permissions.can_record_question(user, conference),
        "answer_live": permissions.can_triage(user, conference)
        and (conference.state == ConferenceState.HELD or conference.starts_at <= at)
        and conference.state in (ConferenceState.SCHEDULED, ConferenceState.HELD),
    }


ACTS = {
    "hold": gettext_lazy("Record it as held"),
    "postpone": gettext_lazy("Postpone the conference"),
    "cancel": gettext_lazy("Cancel the conference"),
    "close": gettext_lazy("Close the conference"),
}


def confirm_page(request, action, conference, form=None):
    """Ask once more, and say what will happen."""
    context = {"action": action, "words": ACTS[action], "conference": conference, "form": form}
    if action in ("close", "cancel"):
        context["unanswered"] = conference.questions.in_progress().count()
    status = 422 if request.method == "POST" else 200
    return render(request, "sessions/conference_confirm.html", context, status=status)
