"""The pages of what was promised."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from foundation.clock import day_of
from foundation.versions import OutdatedVersion
from sessions import permissions, queries
from sessions.domain import commitments
from sessions.forms.attachments import sent_with
from sessions.forms.commitments import (
    CommitmentFilter,
    CommitmentForm,
    ProgressForm,
    SettleForm,
    facts_of,
)
from sessions.forms.conferences import ReasonForm
from sessions.forms.conflicts import differences, with_version
from sessions.models import Commitment

PAGE = 25


@require_GET
def commitment_list(request):
    """Every promise of the own committees, the open ones first by their date."""
    today = day_of(timezone.now())
    narrowed = CommitmentFilter(request.GET)
    wanted = narrowed.cleaned_data if narrowed.is_valid() else {}
    found = queries.commitments_for(request.user, **wanted, on=today)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "filter": narrowed,
        "chosen": wanted.get("state", ""),
        "mine": wanted.get("mine", False),
        "counts": queries.commitment_counts(request.user, on=today),
        "today": today,
    }
    return render(request, "sessions/commitment_list.html", context)


@require_GET
def commitment_detail(request, pk):
    """One promise: what has been done about it, and what may be done now."""
    return detail_page(request, find_commitment(request, pk))


def commitment_create(request, pk):
    """Write down a promise made at the conference `pk`."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    if not permissions.can_make_commitment(request.user, conference):
        raise PermissionDenied
    initial = {"question": request.GET.get("question")}
    form = CommitmentForm(
        **sent_with(request), initial=initial, conference=conference, user=request.user
    )
    if not form.is_valid():
        return form_page(request, form, conference=conference)
    commitments.make_commitment(conference, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("The commitment is recorded."))
    if "another" in request.POST:
        return redirect("sessions:commitment_create", conference.pk)
    return redirect("sessions:conference_detail", conference.pk)


def commitment_change(request, pk):
    commitment = find_commitment(request, pk)
    if not permissions.can_change_commitment(request.user, commitment):
        raise PermissionDenied
    about = {
        "conference": commitment.conference,
        "user": request.user,
        "standing": commitment,
    }
    form = CommitmentForm(**sent_with(request), initial=facts_of(commitment), **about)
    if not form.is_valid():
        return form_page(request, form, commitment=commitment, conference=commitment.conference)
    try:
        commitments.change_commitment(
            commitment, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    except OutdatedVersion:
        found = differences(form, facts_of(commitment))
        form = CommitmentForm(with_version(request.POST, commitment.version), **about)
        if request.FILES:
            form.ask_for_files_again()
        return form_page(
            request,
            form,
            commitment=commitment,
            conference=commitment.conference,
            conflict=found,
            status=409,
        )
    messages.success(request, _("The commitment has been changed."))
    return redirect("sessions:commitment_detail", commitment.pk)


def progress_add(request, pk):
    commitment = find_commitment(request, pk)
    if not permissions.can_add_progress(request.user, commitment):
        raise PermissionDenied
    form = ProgressForm(**sent_with(request))
    if not form.is_valid():
        return act_page(request, "progress", commitment, form)
    commitments.add_progress(commitment, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("The progress is recorded."))
    return redirect("sessions:commitment_detail", commitment.pk)


def commitment_settle(request, pk):
    commitment = find_commitment(request, pk)
    if not permissions.can_settle_commitment(request.user, commitment):
        raise PermissionDenied
    at = timezone.now()
    form = SettleForm(
        **sent_with(request),
        attachments=commitment.attachments.all(),
        conference=commitment.conference,
        today=day_of(at),
    )
    if not form.is_valid():
        return act_page(request, "settle", commitment, form)
    commitments.settle_commitment(commitment, **form.cleaned_data, by=request.user, at=at)
    messages.success(request, _("The commitment is done."))
    return redirect("sessions:commitment_detail", commitment.pk)


def commitment_reopen(request, pk):
    commitment = find_commitment(request, pk)
    if not permissions.can_reopen_commitment(request.user, commitment):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return act_page(request, "reopen", commitment, form)
    commitments.reopen_commitment(
        commitment, **form.cleaned_data, by=request.user, at=timezone.now()
    )
    messages.success(request, _("The commitment is open again."))
    return redirect("sessions:commitment_detail", commitment.pk)


def commitment_cancel(request, pk):
    commitment = find_commitment(request, pk)
    if not permissions.can_cancel_commitment(request.user, commitment):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return act_page(request, "cancel", commitment, form)
    commitments.cancel_commitment(
        commitment, **form.cleaned_data, by=request.user, at=timezone.now()
    )
    messages.success(request, _("The commitment has been struck off."))
    return redirect("sessions:commitment_detail", commitment.pk)


def find_commitment(request, pk):
    """Return the commitment if the person may see it, else answer 404."""
    visible = Commitment.objects.visible_to(request.user).select_related(
        "committee", "conference__committee", "owner", "question"
    )
    return get_object_or_404(visible, pk=pk)


def detail_page(request, commitment):
    user = request.user
    context = {
        "commitment": commitment,
        "progress": list(commitment.progress.select_related("by").prefetch_related("attachments")),
        "moves": list(commitment.moves.select_related("actor")),
        "today": day_of(timezone.now()),
        "may": {
            "change": permissions.can_change_commitment(user, commitment),
            "progress": permissions.can_add_progress(user, commitment),
            "settle": permissions.can_settle_commitment(user, commitment),
            "reopen": permissions.can_reopen_commitment(user, commitment),
            "cancel": permissions.can_cancel_commitment(user, commitment),
        },
    }
    return render(request, "sessions/commitment_detail.html", context)


def form_page(request, form, *, status=None, **more):
    status = status or (422 if request.method == "POST" else 200)
    return render(request, "sessions/commitment_form.html", {"form": form, **more}, status=status)


ACTS = {
    "progress": gettext_lazy("Add how far it has come"),
    "settle": gettext_lazy("It is done"),
    "reopen": gettext_lazy("Take it up again"),
    "cancel": gettext_lazy("No longer needed"),
}


def act_page(request, action, commitment, form):
    """One act on one commitment, with what it needs to know."""
    status = 422 if request.method == "POST" else 200
    context = {"words": ACTS[action], "commitment": commitment, "form": form}
    return render(request, "sessions/commitment_act.html", context, status=status)
