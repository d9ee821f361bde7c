"""Vouchers: the slips the office prints, and those that a browser draws and keeps."""

from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from foundation.clock import day_of
from foundation.drafts import used
from foundation.once import once_by_itself
from sessions import permissions
from sessions.askers import public as askers
from sessions.documents.slips import slips_pdf
from sessions.forms.questions import SlipsForm
from sessions.models import Conference, VoucherRound
from sessions.signing import answer_draw


@never_cache
def slips_print(request, pk):
    """Print paper slips. Their codes exist in this answer and nowhere else."""
    conference = get_object_or_404(
        Conference.objects.visible_to(request.user).select_related("committee"), pk=pk
    )
    if not permissions.can_print_vouchers(request.user, conference):
        raise PermissionDenied
    eligible = askers.eligible_people(conference.committee)
    form = SlipsForm(request.POST or None, initial={"number": max(eligible, 10)})
    if request.method == "POST" and form.is_valid():
        try:
            codes = askers.print_slips(conference, form.cleaned_data["number"], by=request.user)
        except askers.TooFewPeople:
            form.add_error(None, _("Too few people: an anonymous asker could be guessed."))
        else:
            return used(
                HttpResponse(
                    slips_pdf(conference, codes),
                    content_type="application/pdf",
                    headers={"Content-Disposition": 'attachment; filename="phieu-an-danh.pdf"'},
                )
            )
    return render(
        request,
        "sessions/slips_print.html",
        {
            "conference": conference,
            "form": form,
            "eligible": eligible,
            "least": settings.ANONYMITY_SET,
            "batches": askers.batches_of(conference),
        },
        status=422 if form.is_bound else 200,
    )


@login_not_required
@require_GET
def my_vouchers(request):
    """The vouchers that this browser keeps. The server does not know which they are.

    Nobody need be signed in to read what they are and to go on to the page where they are used.
    """
    if not request.user.is_authenticated:
        return render(
            request,
            "sessions/vouchers_apart.html",
            {"anonymous_url": settings.ANONYMOUS_BASE_URL, "each": settings.VOUCHERS_EACH},
        )
    committees = request.user.committees_as(*askers.MAY_ASK)
    rounds = VoucherRound.objects.filter(committee_id__in=committees).select_related("committee")
    today = day_of(request.at)
    return render(
        request,
        "sessions/my_vouchers.html",
        {
            "rounds": [
                {
                    "round": one,
                    "is_issuing": askers.is_issuing(one, today=today),
                    "given": one.issues.filter(user=request.user).exists(),
                    "people": one.issues.count(),
                }
                for one in rounds[:6]
            ],
            "least": settings.ANONYMITY_SET,
            "anonymous_url": settings.ANONYMOUS_BASE_URL,
            "seal": askers.seal_of(request.user),
        },
    )


@once_by_itself
@require_POST
def vouchers_draw(request, pk):
    """Sign this browser's blinded messages: {"blinded": [base64, …]} → {"signed": [base64, …]}."""
    round_ = get_object_or_404(
        VoucherRound, pk=pk, committee_id__in=request.user.committees_as(*askers.MAY_ASK)
    )
    sign = partial(askers.sign_blind, round_, user=request.user, at=request.at)
    return answer_draw(request, sign, each=settings.VOUCHERS_EACH)
