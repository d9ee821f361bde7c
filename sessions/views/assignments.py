"""What leaders do about a question that is theirs: take it on, give it back, contribute to it."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from foundation.acts import attempt
from sessions import permissions
from sessions.domain import assignments, contributions, holding
from sessions.forms.assignments import ContributionForm, GiveBackForm, HoldingForm
from sessions.views.answer_page import answer_page, handled_question


@require_POST
def assignment_accept(request, pk):
    question = handled_question(request, pk)
    if not permissions.can_reply_to_assignment(request.user, question):
        raise PermissionDenied
    assignments.accept_assignment(question, by=request.user, at=request.at)
    messages.success(request, _("You have taken the question on. Write the answer below."))
    return redirect("sessions:answer_write", pk=question.pk)


@require_POST
def assignment_give_back(request, pk):
    question = handled_question(request, pk)
    if not permissions.can_reply_to_assignment(request.user, question):
        raise PermissionDenied
    form = GiveBackForm(request.POST, committee=question.committee, user=request.user)

    def act(**typed):
        assignments.refuse_assignment(question, **typed, by=request.user, at=request.at)

    tried = attempt(request, form, act)
    if not tried.is_done:
        return answer_page(request, question, status=tried.status, give_back=form)
    messages.success(request, _("The question has gone back to the office, with your reason."))
    return redirect("sessions:answer_list")


BAD_DATE = gettext_lazy(
    "The new date must be later than today and than the old one, and not too far ahead."
)


@require_POST
def holding_reply_give(request, pk):
    """A first word to the asker and a new date, once."""
    question = handled_question(request, pk)
    if not permissions.can_give_holding_reply(request.user, question):
        raise PermissionDenied
    form = HoldingForm(request.POST, prefix="holding")
    tried = attempt(
        request,
        form,
        partial(holding.give_holding_reply, question, by=request.user, at=request.at),
        refusals={holding.BadDate: ("due_on", BAD_DATE)},
    )
    if not tried.is_done:
        return answer_page(request, question, status=tried.status, holding=form)
    messages.success(request, _("The asker can read the first reply; the new date stands."))
    return redirect("sessions:answer_write", pk=question.pk)


def contribution_write(request, pk):
    """What a leader who was named beside whoever answers gives to the answer."""
    question = handled_question(request, pk)
    if not permissions.can_contribute(request.user, question):
        raise PermissionDenied
    form = ContributionForm(request.POST or None, initial=_last(question, request.user))
    tried = attempt(
        request,
        form,
        partial(contributions.contribute, question, by=request.user, at=request.at),
        standing=lambda: _last(question, request.user),
        version="number",
    )
    if tried.is_done:
        messages.success(request, _("Whoever answers can read what you contributed."))
        return redirect("sessions:contribution_write", pk=question.pk)
    own = question.contributions.filter(by=request.user)
    context = {
        "question": question,
        "form": form,
        "conflict": tried.conflict,
        "versions": own,
        "beside": question.co_responders.select_related("person"),
    }
    return render(request, "sessions/contribution_write.html", context, status=tried.status)


def _last(question, person):
    last = contributions.last_of(question, person)
    return {"text": last.text if last else "", "number": last.number if last else 0}
