"""The pages of what was promised."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from foundation.acts import act_page, asks, attempt, said_on
from foundation.clock import day_of
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
from sessions.forms.conferences import reason_form
from sessions.models import Commitment

PAGE = 25


@require_GET
def commitment_list(request):
    """Every promise of the own committees, the open ones first by their date."""
    today = day_of(request.at)
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
    made = partial(commitments.make_commitment, conference, by=request.user, at=request.at)
    tried = attempt(request, form, made)
    if not tried.is_done:
        return form_page(request, form, tried, conference=conference)
    messages.success(request, _("The commitment is recorded."))
    if "another" in request.POST:
        return redirect("sessions:commitment_create", conference.pk)
    return redirect("sessions:conference_detail", conference.pk)


def commitment_change(request, pk):
    commitment = find_commitment(request, pk)
    if not permissions.can_change_commitment(request.user, commitment):
        raise PermissionDenied
    conference = commitment.conference
    form = CommitmentForm(
        **sent_with(request),
        initial=facts_of(commitment),
        conference=conference,
        user=request.user,
        standing=commitment,
    )
    changed = partial(commitments.change_commitment, commitment, by=request.user, at=request.at)
    tried = attempt(request, form, changed, standing=lambda: facts_of(commitment))
    if not tried.is_done:
        return form_page(request, form, tried, commitment=commitment, conference=conference)
    messages.success(request, _("The commitment has been changed."))
    return redirect("sessions:commitment_detail", commitment.pk)


def find_commitment(request, pk):
    """Return the commitment if the person may see it, else answer 404."""
    visible = Commitment.objects.visible_to(request.user).select_related(
        "committee", "conference__committee", "owner", "question"
    )
    return get_object_or_404(visible, pk=pk)


def _act(words, said, *, may, do, form):
    """Return the view of one act on one commitment; `words` are its heading."""

    def page(request, commitment, form, *, status):
        context = {"words": words, "commitment": commitment, "form": form}
        return render(request, "sessions/commitment_act.html", context, status=status)

    answer = said_on("sessions:commitment_detail", said)
    return act_page(find=find_commitment, may=asks(may), form=form, do=do, page=page, answer=answer)


def _settling(request, commitment):
    return SettleForm(
        **sent_with(request),
        attachments=commitment.attachments.all(),
        conference=commitment.conference,
        today=day_of(request.at),
    )


progress_add = _act(
    gettext_lazy("Add how far it has come"),
    gettext_lazy("The progress is recorded."),
    may=permissions.can_add_progress,
    form=lambda request, commitment: ProgressForm(**sent_with(request)),
    do=commitments.add_progress,
)
commitment_settle = _act(
    gettext_lazy("It is done"),
    gettext_lazy("The commitment is done."),
    may=permissions.can_settle_commitment,
    form=_settling,
    do=commitments.settle_commitment,
)
commitment_reopen = _act(
    gettext_lazy("Take it up again"),
    gettext_lazy("The commitment is open again."),
    may=permissions.can_reopen_commitment,
    form=reason_form,
    do=commitments.reopen_commitment,
)
commitment_cancel = _act(
    gettext_lazy("No longer needed"),
    gettext_lazy("The commitment has been struck off."),
    may=permissions.can_cancel_commitment,
    form=reason_form,
    do=commitments.cancel_commitment,
)


def detail_page(request, commitment):
    user = request.user
    context = {
        "commitment": commitment,
        "progress": list(commitment.progress.select_related("by").prefetch_related("attachments")),
        "moves": list(commitment.moves.select_related("actor")),
        "today": day_of(request.at),
        "may": {
            "history": permissions.can_see_edits(user, commitment)
            and commitment.text_changes.exists(),
            "change": permissions.can_change_commitment(user, commitment),
            "progress": permissions.can_add_progress(user, commitment),
            "settle": permissions.can_settle_commitment(user, commitment),
            "reopen": permissions.can_reopen_commitment(user, commitment),
            "cancel": permissions.can_cancel_commitment(user, commitment),
        },
    }
    return render(request, "sessions/commitment_detail.html", context)


def form_page(request, form, tried, **more):
    context = {"form": form, "conflict": tried.conflict, **more}
    return render(request, "sessions/commitment_form.html", context, status=tried.status)
