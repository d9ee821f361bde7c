"""Back and forth about a question, and the opening of a sealed name."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from committees import second_factor
from dialogue_portal.clock import database_now
from dialogue_portal.once import once_by_itself
from sessions import permissions
from sessions.domain import follow_up, unsealing
from sessions.domain.sealing import CannotOpen
from sessions.forms.anonymous import AppealForm, RatingForm, ReplyForm
from sessions.forms.questions import UnsealForm
from sessions.models import Question

# --- the asker, signed in -----------------------------------------------------------

ACTS = {
    "reply": (ReplyForm, lambda question, at, **typed: follow_up.reply(question, at=at, **typed)),
    "rate": (RatingForm, lambda question, at, **typed: follow_up.rate(question, **typed)),
    "appeal": (
        AppealForm,
        lambda question, at, **typed: follow_up.appeal(question, at=at, **typed),
    ),
}


def blank_forms(question):
    """Return a form for each act of the asker, with the rating as it stands.

    Their ids do not meet on one page.
    """
    rating = getattr(question, "rating", None)
    standing = {"rate": {"value": rating.value, "why": rating.why}} if rating else {}
    return {
        act: form_class(auto_id=f"{act}_%s", initial=standing.get(act))
        for act, (form_class, _do) in ACTS.items()
    }


def act_on(question, posted, *, at):
    """Do what the asker has sent. Returns ({act: the form that was refused}, was it done?).

    Raises MoveNotAllowed, and Http404 for an act that does not exist.
    """
    act = posted.get("act", "")
    if act not in ACTS:
        raise Http404
    form_class, do = ACTS[act]
    form = form_class(posted, auto_id=f"{act}_%s")
    if form.is_valid():
        do(question, at, **form.cleaned_data)
        return {}, True
    return {act: form}, False


def follow_up_of(question):
    """Return what the back and forth about a question looks like to its asker.

    `question` comes from queries.own_questions, which has read it all.
    """
    clarifications = list(question.clarifications.all())
    answered = question.merged_into or question
    appeal = getattr(question, "appeal", None)
    return {
        "clarifications": clarifications,
        "open_request": next((one for one in clarifications if not one.reply), None),
        "can_rate": bool(answered.published_answers),
        "openings": list(question.unsealings.all()),
        "rating": getattr(question, "rating", None),
        "appeal": appeal,
        "can_appeal": appeal is None and question.state in follow_up.APPEALABLE,
    }


@once_by_itself
@require_POST
def notices_read(request):
    """Put away the notices that the own name was opened."""
    unsealing.confirm_read(request.user)
    return redirect("sessions:my_questions")


# --- the secretary ------------------------------------------------------------------


@never_cache
def question_unseal(request, question_pk):
    """The one page of the portal that can show who asked confidentially."""
    question = get_object_or_404(
        Question.objects.visible_to(request.user).select_related("conference", "committee"),
        pk=question_pk,
    )
    if not permissions.can_unseal(request.user, question):
        raise PermissionDenied
    here = reverse("sessions:question_unseal", kwargs={"question_pk": question.pk})
    form = UnsealForm(request.POST if request.method == "POST" else None)
    context = {
        "question": question,
        "form": form,
        "left": unsealing.left_today(request.user, at=database_now()),
    }
    if not second_factor.is_fresh(request):
        if request.method != "POST":
            return redirect(second_factor.confirm_url(request, here))
        context["confirm_url"] = second_factor.confirm_url(request, here)
        return render(request, "sessions/question_unseal.html", context, status=403)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                context["asker"] = unsealing.unseal(
                    question, **form.cleaned_data, by=request.user, at=database_now()
                )
                status = 200
            except unsealing.TooManyUnsealings:
                form.add_error(None, _("You have opened as many names today as a day allows."))
            except CannotOpen:
                form.add_error(None, _("No name can be opened for this question."))
    return render(request, "sessions/question_unseal.html", context, status=status)
