"""What a leader says to an assignment: taken on, or given back with a reason."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.acts import attempt
from sessions import permissions
from sessions.domain import assignments
from sessions.forms.assignments import GiveBackForm
from sessions.views.answers import answer_page, handled_question


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
    form = GiveBackForm(request.POST, committee=question.committee, person=request.user)

    def act(**typed):
        assignments.refuse_assignment(question, **typed, by=request.user, at=request.at)

    tried = attempt(request, form, act)
    if not tried.is_done:
        return answer_page(request, question, status=tried.status, give_back=form)
    messages.success(request, _("The question has gone back to the office, with your reason."))
    return redirect("sessions:answer_list")
