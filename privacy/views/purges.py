"""Taking a text out: the secretary asks, somebody of the other body agrees, both see what is left."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from committees.accounts import second_factor
from committees.domain.receiving_board import receiving_board
from committees.permissions import is_office_of
from foundation.clock import day_of
from privacy.domain import purging
from privacy.domain.remaining import what_remains
from privacy.domain.taking_out import is_out
from privacy.forms.purges import AgreementForm, PurgeForm
from reports import permissions
from reports.models import Purge
from sessions.models import Question


@never_cache
def question_purge(request, question_pk):
    """The secretary asks for one question to be taken out."""
    question = get_object_or_404(
        Question.objects.visible_to(request.user).select_related("conference", "committee"),
        pk=question_pk,
    )
    if not permissions.can_ask_purge(request.user, question):
        raise PermissionDenied
    here = reverse("privacy:question_purge", kwargs={"question_pk": question.pk})
    form = PurgeForm(request.POST if request.method == "POST" else None, question=question)
    context = {
        "question": question,
        "form": form,
        "board": receiving_board(question.keeper, on=day_of(request.at)),
        "is_out": is_out(question),
        "nothing_left": is_out(question) and "with_reasons" not in form.fields,
    }
    if not second_factor.is_fresh(request):
        if request.method != "POST":
            return redirect(second_factor.confirm_url(request, here))
        context["confirm_url"] = second_factor.confirm_url(request, here)
        return render(request, "privacy/question_purge.html", context, status=403)
    if request.method == "POST" and form.is_valid():
        try:
            purge = purging.ask(question, **form.cleaned_data, by=request.user, at=request.at)
            messages.success(request, _("The request has been sent to the other body."))
            return redirect("privacy:purge_detail", pk=purge.pk)
        except purging.AlreadyAsked:
            form.add_error(None, _("This has been asked for already, or the text is out."))
    return render(
        request, "privacy/question_purge.html", context, status=422 if form.is_bound else 200
    )


@require_GET
def purge_list(request):
    if not permissions.sees_purges(request.user):
        raise Http404
    found = Purge.objects.visible_to(request.user).select_related(
        "question__conference", "committee", "asked_by"
    )
    waiting = list(found.waiting(at=request.at))
    return render(
        request,
        "privacy/purge_list.html",
        {"waiting": waiting, "others": found.exclude(pk__in=[one.pk for one in waiting])[:50]},
    )


@never_cache
@require_GET
def purge_detail(request, pk):
    """One request: for the other body to decide, for both to see what still holds the text."""
    return _page(request, _visible(request, pk), AgreementForm())


@never_cache
@require_POST
def purge_decide(request, pk):
    """Somebody of the other body agrees or refuses, with a second factor just shown."""
    purge = _visible(request, pk)
    if not permissions.can_agree_purge(request.user, purge):
        raise PermissionDenied
    form = AgreementForm(request.POST)
    if not second_factor.is_fresh(request):
        here = reverse("privacy:purge_detail", args=[purge.pk])
        url = second_factor.confirm_url(request, here)
        return _page(request, purge, form, status=403, confirm_url=url)
    if not form.is_valid():
        return _page(request, purge, form, status=422)
    try:
        _decide(purge, form.cleaned_data, by=request.user, at=request.at)
    except purging.NotWaiting:
        purge.refresh_from_db()
        messages.info(request, _("It had been settled already."))
        return _page(request, purge, form, status=409)
    messages.success(request, _("Your decision has been kept."))
    return redirect("privacy:purge_detail", pk=purge.pk)


def _visible(request, pk):
    return get_object_or_404(
        Purge.objects.visible_to(request.user).select_related(
            "question__conference", "committee", "board", "asked_by", "decided_by"
        ),
        pk=pk,
    )


def _page(request, purge, form, *, status=200, confirm_url=""):
    """The page of one request. Neither the text nor who asked stands on it."""
    user, at = request.user, request.at
    is_waiting = purge.state == Purge.State.ASKED and not purge.has_lapsed(at=at)
    context = {
        "purge": purge,
        "form": form,
        "confirm_url": confirm_url,
        "is_waiting": is_waiting,
        "has_lapsed": purge.has_lapsed(at=at),
        "may_decide": is_waiting and permissions.can_agree_purge(user, purge),
        "may_withdraw": is_waiting and permissions.can_ask_purge(user, purge.question),
        "is_office": is_office_of(user, purge.committee),
        "holders": what_remains(purge) if purge.state == Purge.State.DONE else [],
    }
    return render(request, "privacy/purge_detail.html", context, status=status)


def _decide(purge, typed, **how):
    if typed["decision"] == "agree":
        purging.agree(purge, **how)
    else:
        purging.refuse(purge, refusal=typed["refusal"], **how)


@require_POST
def purge_withdraw(request, pk):
    purge = get_object_or_404(Purge.objects.visible_to(request.user), pk=pk)
    if not permissions.can_ask_purge(request.user, purge.question):
        raise PermissionDenied
    try:
        purging.withdraw(purge, by=request.user, at=request.at)
        messages.success(request, _("The request has been taken back."))
    except purging.NotWaiting:
        messages.info(request, _("It had been settled already."))
    return redirect("privacy:purge_detail", pk=purge.pk)
