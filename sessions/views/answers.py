"""Answering: the leader's queue, the form, the secretary's clearance."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from committees.permissions import OFFICE
from committees.standing_in import in_force
from foundation.acts import attempt
from foundation.clock import day_of, written_day, written_hour
from sessions import permissions, queries, waiting
from sessions.domain import answers, citations, shared_answers
from sessions.forms.answers import CompleteForm, CorrectForm, RemarksForm
from sessions.forms.attachments import sent_with
from sessions.models import TextTemplate
from sessions.states import AnswerState
from sessions.views.answer_page import (
    answer_page,
    draft_of,
    form_of,
    handled_question,
    sent_with_inserted,
)
from sessions.views.filling import with_template

NOT_TOGETHER = gettext_lazy(
    "Nothing was saved: %(codes)s have been answered or begun apart meanwhile. Take away their "
    "tick, or send as it stands now."
)
SHOWN = {
    "own": gettext_lazy("For me to answer"),
    "beside": gettext_lazy("For me to contribute to"),
    "units": gettext_lazy("Owed by units, for the office to enter"),
    "owed": gettext_lazy("Owed in writing"),
    "due": gettext_lazy("Owed by leaders, due or overdue"),
    "clearance": gettext_lazy("Waiting for clearance"),
    "objections": gettext_lazy("Objections without a reply"),
    "replies": gettext_lazy("Replies to what was asked back"),
    "returned": gettext_lazy("Given back, to be assigned anew"),
    "came_back": gettext_lazy("Came back from another committee"),
}
# What is done about them is done where one sorts.
TO_SORT = ("objections", "replies", "returned", "came_back")


@require_GET
def answer_list(request):
    """What the person must answer; for the office, all that is being written.

    Narrowed by `show` to one kind of duty, it shows as many as the duty counts.
    """
    at = request.at
    show, conference = request.GET.get("show", ""), request.GET.get("conference", "")
    if show in SHOWN:
        narrowed = int(conference) if conference.isdecimal() and len(conference) < 10 else None
        found = waiting.questions_waiting(request.user, show, today=day_of(at), conference=narrowed)
        context = {
            "shown": SHOWN[show],
            "questions": list(found),
            "is_sorted": show not in TO_SORT,
            "contributes": show == "beside",
            "shows_who": show in ("due", "units", "owed", "clearance"),
            "today": day_of(at),
        }
        return render(request, "sessions/answers_waiting.html", context)
    return render(
        request,
        "sessions/answer_list.html",
        {
            "own": list(queries.to_answer(request.user)),
            "beside": list(queries.to_contribute(request.user)),
            "office": list(queries.to_write_for(request.user))
            if request.user.committees_as(*OFFICE)
            else None,
            "deputyships": in_force(on=day_of(at))
            .filter(Q(leader=request.user) | Q(deputy=request.user))
            .select_related("leader", "deputy"),
            "today": day_of(at),
        },
    )


def answer_write(request, pk):
    """Draft, lay before the secretary, and, for the secretary, publish."""
    question = handled_question(request, pk)
    if not permissions.can_write_answer(request.user, question):
        raise PermissionDenied
    can_publish = permissions.can_publish_answer(request.user, question)
    form = form_of(request, question, **sent_with_inserted(request, question))
    if filled := with_template(request, question, TextTemplate.Use.ANSWER, form):
        return answer_page(request, question, form=filled)

    def save(**typed):
        try:
            return _save(request, question, {**typed, "cited": form.cited}, can_publish)
        except shared_answers.NotTogether as late:
            form.add_error(None, NOT_TOGETHER % {"codes": late})
            return None

    tried = attempt(request, form, save, standing=lambda: draft_of(question))
    if tried.is_done and tried.result:
        return tried.result
    status = 409 if tried.is_done else tried.status
    return answer_page(request, question, form=form, conflict=tried.conflict, status=status)


def _save(request, question, data, can_publish):
    keep = partial(shared_answers.answer_together, question, **data, by=request.user, at=request.at)
    if "publish" in request.POST and can_publish:
        keep(then=answers.publish_answer)
        messages.success(request, _("The answer has been published."))
        return redirect("sessions:answer_list")
    if "submit" in request.POST:
        keep(then=answers.submit_answer)
        messages.success(request, _("The answer lies before the secretary."))
        return redirect("sessions:answer_list")
    keep()
    saved = {"time": written_hour(request.at)}
    messages.success(request, _("The draft was saved at %(time)s.") % saved)
    return redirect("sessions:answer_write", pk=question.pk)


@require_POST
def answer_publish(request, pk):
    """Clear a submitted answer as it stands."""
    question = handled_question(request, pk)
    if not permissions.can_publish_answer(request.user, question):
        raise PermissionDenied
    answer = get_object_or_404(question.answers, state=AnswerState.SUBMITTED)
    _act_on_all(request, answer, answers.publish_answer)
    messages.success(request, _("The answer has been published."))
    return redirect("sessions:answer_list")


@require_POST
def answer_send_back(request, pk):
    question = handled_question(request, pk)
    if not permissions.can_publish_answer(request.user, question):
        raise PermissionDenied
    answer = get_object_or_404(question.answers, state=AnswerState.SUBMITTED)
    others = [one.question for one in shared_answers.answered_with(answer)]
    form = RemarksForm(request.POST, question=question, others=others)
    if not form.is_valid():
        return answer_page(request, question, remarks=form, status=422)
    _act_on_all(request, answer, answers.send_back_answer, **form.cleaned_data)
    messages.success(request, _("The answer has gone back to its writer."))
    return redirect("sessions:answer_list")


def _act_on_all(request, answer, act, **how):
    """Do it to the answer and to those that go with it, if they are the ones that were shown."""
    seen = request.POST.getlist("together")[:1_000]
    shared_answers.act_together(answer, act, seen=seen, by=request.user, at=request.at, **how)


def answer_correct(request, pk):
    """A new version of a published answer."""
    question = handled_question(request, pk)
    if not permissions.can_correct_answer(request.user, question):
        raise PermissionDenied
    published = get_object_or_404(question.answers, state=AnswerState.PUBLISHED)
    form = CorrectForm(
        **sent_with(request),
        attachments=published.attachments.all(),
        initial=_words_of(published),
        shared_with=shared_answers.published_with(question),
    )
    tried = attempt(
        request,
        form,
        partial(shared_answers.correct_together, question, by=request.user, at=request.at),
        standing=lambda: _words_of(question.answers.get(state=AnswerState.PUBLISHED)),
        version="number",
    )
    if tried.is_done:
        messages.success(request, _("The new version of the answer has been published."))
        return redirect("sessions:triage_question", question.conference_id, question.pk)
    return render(
        request,
        "sessions/answer_correct.html",
        {
            "question": question,
            "form": form,
            "conflict": tried.conflict,
            "outdated": citations.outdated_citations(published),
        },
        status=tried.status,
    )


def _words_of(published):
    return {name: getattr(published, name) for name in ("text", "answered_by", "number")}


def answer_complete(request, pk):
    """Answered at the conference, but more is promised in writing."""
    question = handled_question(request, pk)
    if not permissions.can_complete_answer(request.user, question):
        raise PermissionDenied
    form = CompleteForm(
        request.POST or None,
        initial={"due_on": written_day(question.conference.answers_due_on)},
    )
    if request.method == "POST" and form.is_valid():
        answers.complete_in_writing(question, **form.cleaned_data, by=request.user, at=request.at)
        return redirect("sessions:triage_question", question.conference_id, question.pk)
    return render(
        request,
        "sessions/answer_complete.html",
        {"question": question, "form": form},
        status=422 if form.is_bound else 200,
    )
