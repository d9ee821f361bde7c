"""Who answers in a leader's place: named and ended by the office, on the page of its people."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from committees import permissions
from committees.domain import deputies, separation
from committees.forms.committees import DeputyForm
from committees.models import Committee
from committees.pages import form_page, sent
from committees.views.members import TWO_BODIES
from foundation.acts import attempt

REFUSALS = {
    deputies.BadDays: (
        "ends_on",
        gettext_lazy("From today at the earliest, in order, and for half a year at the most."),
    ),
    deputies.HasDeputy: (
        "starts_on",
        gettext_lazy("On one of these days somebody answers in that place already."),
    ),
    deputies.OwnDeputy: ("deputy", gettext_lazy("Nobody stands in for themselves.")),
    deputies.NotOneOfUs: (
        "deputy",
        gettext_lazy("On the first of these days both must have a role here."),
    ),
    separation.ToOneself: (
        "deputy",
        gettext_lazy("Nobody makes themselves a deputy; somebody else has to do it."),
    ),
    separation.TwoBodies: ("deputy", TWO_BODIES),
}


def _may_name(request, code):
    offices = request.user.committees_as(*permissions.OFFICE)
    committee = get_object_or_404(Committee, code=code, pk__in=offices)
    if not permissions.can_name_deputies(request.user, committee):
        raise PermissionDenied
    return committee


def deputy_add(request, code):
    committee = _may_name(request, code)
    form = DeputyForm(sent(request), committee=committee)
    act = partial(deputies.name_deputy, committee, by=request.user, at=request.at)
    tried = attempt(request, form, act, refusals=REFUSALS)
    if tried.is_done:
        messages.success(request, _("The deputy has been named."))
        return redirect("committees:member_list_of", committee.code)
    return form_page(request, "deputy_form", form, status=tried.status, committee=committee)


@require_POST
def deputy_end(request, code, pk):
    committee = _may_name(request, code)
    deputyship = get_object_or_404(committee.deputyships, pk=pk)
    deputies.end_deputyship(deputyship, by=request.user, at=request.at)
    messages.success(request, _("The deputyship has ended."))
    return redirect("committees:member_list_of", committee.code)
